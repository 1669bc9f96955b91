"""What can be wrong with a chart or with values for it: one line each, at a place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChartProblem:
    """Why a chart can't be analysed: the file, its 1-based line and column (0: no place in it), one line."""

    path: str
    line: int
    column: int
    message: str


class ValuesError(Exception):
    """Values that can't be used; ``path`` is the values file or the ``--set`` text, lines are 1-based."""

    def __init__(self, path: str, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.line = line
        self.column = column
        self.message = message
