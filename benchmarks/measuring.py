"""Rows of the table of speeds, and the median of actions that take turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table; `met` is None where there is nothing to hold it to."""

    title: str
    figure: str
    wanted: str
    met: bool | None


def cpu(action: Callable[[], object], times: int = 1) -> float:
    """Seconds of CPU time that `action` takes in this process: the mean of `times` runs in a row."""
    start = time.process_time()
    for _ in range(times):
        action()
    return (time.process_time() - start) / times


def medians(
    repeats: int, measure: Callable[[Callable[[], object]], float], *actions: Callable[[], object]
) -> list[float]:
    """The median of each action; they take turns, after one round that isn't counted."""
    rounds = [[measure(action) for action in actions] for _ in range(repeats + 1)]
    return [statistics.median(column) for column in zip(*rounds[1:], strict=True)]
