"""What became of one broken chart: the figures, and the story behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from benchmarks.chart_faults import Mutant
from benchmarks.chart_views import Way
from benchmarks.judge import Verdict
from benchmarks.scoring import Judgement
from benchmarks.telling import category, finding_told, line_told

Ways: TypeAlias = Mapping[Way, Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Judgement):
    """What became of one mutant of a chart.

    `link` is what came apart; `foreign` counts changed files of dependencies.
    `agreed`: whether the `helm` command renders the repaired chart as the SDK does; None where it can't say.
    `seconds` and `renders` are those of the repair, as the clock and the tool tell them.
    """

    chart: str
    link: str
    foreign: int = 0
    agreed: bool | None = None
    seconds: float = 0.0
    renders: int = 0

    @property
    def failed(self) -> bool:
        """Whether anything is less than could be asked of the tool."""
        return not self.sound or bool(self.foreign) or self.agreed is False


def place_of(mutant: Mutant) -> str:
    """The broken line, before and after."""
    place = mutant.place
    return line_told(place.path, mutant.text, place.start, place.old, mutant.new)


def _told(way: Way, verdicts: Ways) -> str:
    world, route = way
    verdict = verdicts.get(way, Verdict(reason="no such route"))
    landings = ", ".join(f"{one.name}/{one.container}:{one.number}" for one in sorted(verdict.landings))
    return f"[{world}] {route.label}: {landings or verdict.reason}"


def detail_of(
    mutant: Mutant, result: Any, again: str, broken: Ways, after: Ways, led_astray: list[Way]
) -> dict[str, Any]:
    """The story of one mutant, for whoever looks into the records."""
    return {
        "fault": place_of(mutant),
        "routes": [_told(way, broken) for way in mutant.broken],
        "after": [_told(way, after) for way in mutant.broken],
        "findings": [finding_told(one) for one in result.findings if category(one) != "fragile"],
        "errors": [f"{one.path}:{one.line}: {one.message}" for one in result.errors],
        "declined": [str(one.reason) for one in result.plan.declined],
        "led_astray": [_told(way, after) for way in led_astray],
        "diff": result.diff,
        "second_diff": again,
    }
