"""What counts as harm and as a lost comment, and how the figures for charts are added up."""

from dataclasses import replace
from typing import Any

from benchmarks.chart_health import Health
from benchmarks.chart_outcome import Outcome
from benchmarks.chart_report import goals, report
from benchmarks.chart_trial import changed, lost_comments
from benchmarks.harm import harmed
from benchmarks.judge import Landing, Route, Verdict


def test_comments_of_templates_count() -> None:
    before = {"a": b"{{/* one */}}\n{{- /* two\n  lines */ -}}\nx: 1 # three\n"}
    assert lost_comments(before, before) == 0
    assert lost_comments(before, {"a": b"{{/* one */}}\nx: 2 # three\n"}) == 1
    assert lost_comments(before, {"a": b"x: 1\n"}) == 3
    assert changed(before, {"b": b""}) == {"a": b"", "b": b""}


def test_back_to_the_original_is_no_harm() -> None:
    def to(number: int) -> Verdict:
        return Verdict(frozenset({Landing("p", "Pod", "n", "c", number)}))

    ways_ = [("w", Route("service", "p", 0, f"ports[{index}]", "")) for index in range(3)]
    healthy, broken = dict.fromkeys(ways_, to(1)), dict.fromkeys(ways_, to(2))
    after = dict(zip(ways_, (to(1), to(2), to(3)), strict=True))
    assert harmed(healthy, broken, after, ()) == [ways_[2]]
    assert harmed(healthy, broken, after, ways_) == []
    assert harmed(healthy, broken, {}, ways_[1:]) == [ways_[0]]


def outcome(**changed: Any) -> Outcome:
    base = Outcome(chart="c", kind="k", variant="v", link="l", undecidable="")
    return replace(base, detected=True, repaired=True, settled=True, **changed)


def test_goals_and_report() -> None:
    good = [outcome(seconds=0.2, renders=4, changed_lines=2, agreed=True)] * 99
    health = [Health("c", True, 3, named=1)]
    assert all(goal.met for goal in goals(good, health))
    text = "\n".join(report(good, health))
    assert "A repair, medians: 2 changed lines; over charts 0.20 s and 4 renders" in text
    assert "1 healthy charts, 1 render, 3 routes; ports named in 1" in text
    bad = [
        outcome(harmed=1), outcome(foreign=1), outcome(comments_lost=1), outcome(wrong=1),
        outcome(crash="x"), outcome(agreed=False), replace(outcome(), detected=False, repaired=False),
        replace(outcome(), settled=False),
    ]  # fmt: skip
    assert all(one.failed for one in bad)
    missed = {goal.title for goal in goals(bad, [Health("c", crash="x")]) if not goal.met}
    assert len(missed) == 9
    assert not outcome(undecidable="x").failed
    assert not replace(outcome(undecidable="x"), repaired=False).failed
