"""What became of the charts of an input. Types only."""

from collections.abc import Callable
from dataclasses import dataclass, field

from refactor.inputs import Application, InputError


@dataclass(slots=True)
class Gathered:
    """The charts that render, what couldn't be rendered, and what a reader should know.

    `found`: how many charts there are. `renders` tells how often was rendered so far, and the seconds.
    """

    applications: list[Application] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    found: int = 0
    renders: Callable[[], tuple[int, float]] = lambda: (0, 0.0)
