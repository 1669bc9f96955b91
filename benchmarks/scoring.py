"""From what became of each mutant to figures, goals and tables: the same for all three harnesses."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

_HEADINGS = (
    "made",
    "undec.",
    "detect.",
    "repair.",
    "harmed",
    "2nd run",
    "comm.",
    "lines",
    "exact",
    "wrong",
    "crash",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What became of one mutant, whatever was broken.

    `wrong` counts routes that default safety leads elsewhere. `undecidable`: the principle by which nobody
    could know the repair; '' where somebody could.
    """

    kind: str
    variant: str
    undecidable: str
    detected: bool = False
    repaired: bool = False
    restored: bool = False
    harmed: int = 0
    settled: bool = False
    comments_lost: int = 0
    changed_lines: int = 0
    wrong: int = 0
    crash: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether the tool did all that could be asked of it, as far as every harness can see."""
        repaired = self.repaired or bool(self.undecidable)
        harmless = not (self.harmed or self.comments_lost or self.wrong or self.crash)
        return self.detected and repaired and self.settled and harmless


Judged = TypeVar("Judged", bound=Judgement)


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure, what it should be, and whether it is."""

    title: str
    figure: str
    wanted: str
    met: bool


def never(title: str, count: int) -> Goal:
    """The goal that something happens not once."""
    return Goal(title, str(count), "0", count == 0)


def at_least(title: str, percent: float, wanted: float) -> Goal:
    """The goal that a share reaches `wanted` per cent."""
    text = "100 %" if wanted == 100 else f">= {wanted:g} %"
    return Goal(title, f"{percent:.2f} %", text, percent >= wanted)


def percentage(part: int, whole: int) -> float:
    """100 where there is nothing to take a part of: nothing failed."""
    return 100 * part / whole if whole else 100.0


def share(outcomes: Sequence[Judged], good: Callable[[Judged], bool]) -> float:
    """Per cent of `outcomes` that are `good`."""
    return percentage(sum(good(one) for one in outcomes), len(outcomes))


def decidable(outcomes: Iterable[Judged]) -> list[Judged]:
    """Those whose repair could be known, the only ones that count among the repairs."""
    return [one for one in outcomes if not one.undecidable]


def shares(outcomes: Sequence[Judgement], *, detected: float, repaired: float) -> Iterator[Goal]:
    """The goals for detecting, repairing and settling, with the per cent wanted of the first two."""
    mended = share(decidable(outcomes), lambda one: one.repaired)
    yield at_least("detected", share(outcomes, lambda one: one.detected), detected)
    yield at_least("repaired to the same container", mended, repaired)
    yield at_least("second run empty", share(outcomes, lambda one: one.settled), 100)


def headings(first: str) -> list[str]:
    """The titles of the columns that `row` fills."""
    return [first, *_HEADINGS]


def row(title: str, outcomes: Sequence[Judgement]) -> list[str]:
    """One line of the table."""
    known = decidable(outcomes)
    lines = [one.changed_lines for one in known if one.repaired]
    return [
        title,
        str(len(outcomes)),
        str(len(outcomes) - len(known)),
        f"{share(outcomes, lambda one: one.detected):.1f}%",
        f"{share(known, lambda one: one.repaired):.1f}%",
        str(sum(one.harmed for one in outcomes)),
        f"{share(outcomes, lambda one: one.settled):.1f}%",
        str(sum(one.comments_lost for one in outcomes)),
        f"{statistics.median(lines or [0]):g}",
        f"{share(known, lambda one: one.restored):.1f}%",
        str(sum(one.wrong for one in outcomes)),
        str(sum(bool(one.crash) for one in outcomes)),
    ]


def rows(outcomes: Sequence[Judged], key: Callable[[Judged], str]) -> Iterator[list[str]]:
    """One line for all that have the same `key`."""
    for title in sorted({key(one) for one in outcomes}):
        yield row(title, [one for one in outcomes if key(one) == title])


def table(lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, all others to the right."""
    listed = list(lines)
    widths = [max(len(line[column]) for line in listed) for column in range(len(listed[0]))]
    for line in listed:
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        yield "  ".join([line[0].ljust(widths[0]), *cells]).rstrip()


def excluded(outcomes: Sequence[Judgement], source: str) -> Iterator[str]:
    """What was left out of the repairs and why; and the figure with nothing left out, for comparison."""
    yield f"Not counted as repairs, because nobody could know from the {source} alone:"
    left_out = [one for one in outcomes if one.undecidable]
    for principle, count in Counter(one.undecidable for one in left_out).most_common():
        repaired = sum(one.repaired for one in left_out if one.undecidable == principle)
        yield f"  {count:5}  {principle} ({repaired} repaired all the same)"
    yield f"With these counted too, {share(outcomes, lambda one: one.repaired):.2f} % would be repaired."


def verdicts(goals: Iterable[Goal]) -> Iterator[str]:
    """Every goal with its figure, as a table."""
    told = ([one.title, one.figure, one.wanted, "met" if one.met else "MISSED"] for one in goals)
    yield from table([["goal", "figure", "wanted", ""], *told])


def goal_figures(goals: Iterable[Goal]) -> dict[str, dict[str, Any]]:
    """The goals as plain data."""
    return {one.title: {"figure": one.figure, "wanted": one.wanted, "met": one.met} for one in goals}


def figures(outcomes: Sequence[Judgement], goals: Iterable[Goal]) -> dict[str, Any]:
    """What a report on mutants says, as plain data."""
    kinds = rows(outcomes, lambda one: one.kind)
    return {
        "mutants": len(outcomes),
        "kinds": {line[0]: dict(zip(_HEADINGS, line[1:], strict=True)) for line in kinds},
        "goals": goal_figures(goals),
    }


def write_records(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """One JSON object a line."""
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
