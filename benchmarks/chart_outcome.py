"""What became of one broken chart: the figures, and the story behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

from benchmarks.chart_faults import Mutant
from benchmarks.chart_views import Way
from benchmarks.judge import Verdict

Ways: TypeAlias = Mapping[Way, Verdict]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant.

    `wrong` counts routes that default safety leads elsewhere, `foreign` changed files of dependencies.
    `agreed`: whether the `helm` command renders the repaired chart as the SDK does; None where it can't say.
    `seconds` and `renders` are those of the repair, as the clock and the tool tell them.
    """

    chart: str
    kind: str
    variant: str
    link: str
    undecidable: str
    detected: bool = False
    repaired: bool = False
    restored: bool = False
    harmed: int = 0
    settled: bool = False
    comments_lost: int = 0
    foreign: int = 0
    wrong: int = 0
    agreed: bool | None = None
    changed_lines: int = 0
    seconds: float = 0.0
    renders: int = 0
    crash: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        repaired = self.repaired or bool(self.undecidable)
        bad = self.harmed or self.comments_lost or self.foreign or self.wrong or self.crash
        return bool(bad) or self.agreed is False or not (self.detected and repaired and self.settled)


def category(finding: Any) -> str:
    return str(getattr(finding.category, "value", finding.category))


def place_of(mutant: Mutant) -> str:
    """The broken line, before and after."""
    place = mutant.place
    line = mutant.text.count("\n", 0, place.start) + 1
    whole = mutant.text[mutant.text.rfind("\n", 0, place.start) + 1 :].partition("\n")[0].strip()
    return f"{place.path}:{line}: {whole!r}: {place.old!r} -> {mutant.new!r}"


def _told(way: Way, verdicts: Ways) -> str:
    world, route = way
    verdict = verdicts.get(way, Verdict(reason="no such route"))
    landings = ", ".join(f"{one.name}/{one.container}:{one.number}" for one in sorted(verdict.landings))
    return f"[{world}] {route.label}: {landings or verdict.reason}"


def detail_of(
    mutant: Mutant, result: Any, again: str, broken: Ways, after: Ways, led_astray: list[Way]
) -> dict[str, Any]:
    return {
        "fault": place_of(mutant),
        "routes": [_told(way, broken) for way in mutant.broken],
        "after": [_told(way, after) for way in mutant.broken],
        "findings": [
            f"{one.path}:{one.line}: {one.rule}: {one.message} [{one.reason or ''}]"
            for one in result.findings
            if category(one) != "fragile"
        ],
        "errors": [f"{one.path}:{one.line}: {one.message}" for one in result.errors],
        "declined": [str(one.reason) for one in result.plan.declined],
        "led_astray": [_told(way, after) for way in led_astray],
        "diff": result.diff,
        "second_diff": again,
    }


def as_record(outcome: Any) -> dict[str, Any]:
    """Plain data for JSON."""
    return {one.name: getattr(outcome, one.name) for one in fields(outcome)}
