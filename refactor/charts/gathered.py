"""What became of the charts of an input, also where there are none."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from refactor.charts.options import HelmOptions
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


def without_charts(options: HelmOptions) -> Gathered:
    """Of an input that holds no chart: whoever gives values expects one, and files that are there."""
    given = (("-f", options.values), ("--set", options.sets), ("--set-string", options.strings))
    used = [option for option, texts in given if texts]
    if not used:
        return Gathered()
    effect = "has no effect" if len(used) == 1 else "have no effect"
    note = f"no chart in what was given: {', '.join(used)} {effect}"
    return Gathered(errors=list(_unreadable(options.values)), notes=[note])


def _unreadable(paths: Sequence[str]) -> Iterator[InputError]:
    """The values files that can't be read."""
    if paths:
        from templates_analysis.chart import read_values_file
        from templates_analysis.problems import ValuesError

        for path in paths:
            try:
                read_values_file(path)
            except ValuesError as wrong:
                yield InputError(wrong.path, 0, 0, wrong.message)
