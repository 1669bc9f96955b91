"""The figures of the chart harness, for people and for programs."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from benchmarks.chart_health import Health
from benchmarks.chart_outcome import Outcome
from benchmarks.scoring import (
    Goal,
    at_least,
    excluded,
    headings,
    never,
    row,
    rows,
    share,
    shares,
    table,
    verdicts,
)


def _shares(outcomes: Sequence[Outcome]) -> Iterator[Goal]:
    yield from shares(outcomes, detected=98, repaired=94)
    rendered = [one for one in outcomes if one.agreed is not None]
    alike = share(rendered, lambda one: one.agreed is True)
    yield at_least(f"command and SDK agree ({len(rendered)} renders)", alike, 100)


def goals(outcomes: Sequence[Outcome], healths: Sequence[Health]) -> list[Goal]:
    """The figures that the project holds itself to."""
    crashes = [*(one.crash for one in outcomes), *(one.crash for one in healths)]
    counts = [
        ("other routes harmed", sum(one.harmed for one in outcomes)),
        ("comments lost", sum(one.comments_lost for one in outcomes)),
        ("edits in dependencies", sum(one.foreign for one in outcomes)),
        ("default safety: wrong repairs", sum(one.wrong for one in outcomes)),
        ("crashes", sum(bool(crash) for crash in crashes)),
        ("healthy: false `broken` findings", sum(len(one.false_alarms) for one in healths)),
        ("healthy: files changed", sum(len(one.changed) for one in healths)),
        ("healthy: errors on charts that render", sum(len(one.errors) for one in healths)),
        ("naming: routes moved", sum(len(one.moved) for one in healths)),
        ("naming: second runs not empty", sum(len(one.unsettled) for one in healths)),
        ("naming: command and SDK disagree", sum(len(one.disagreed) for one in healths)),
        ("naming: comments lost", sum(one.comments_lost for one in healths)),
        ("naming: edits in dependencies", sum(one.foreign for one in healths)),
    ]
    return [*(_shares(outcomes) if outcomes else ()), *(never(title, count) for title, count in counts)]


def _costs(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Medians of the runs that repaired something; over charts, not over mutants."""
    mended = [one for one in outcomes if one.repaired]
    charts: dict[str, list[Outcome]] = {}
    for one in mended:
        charts.setdefault(one.chart, []).append(one)
    if not charts:
        return
    seconds, renders = (
        statistics.median(statistics.median(figure(one) for one in some) for some in charts.values())
        for figure in (_seconds, _renders)
    )
    lines = statistics.median(one.changed_lines for one in mended)
    yield f"A repair, medians: {lines:g} changed lines; over charts {seconds:.2f} s and {renders:g} renders"


def _seconds(outcome: Outcome) -> float:
    return outcome.seconds


def _renders(outcome: Outcome) -> float:
    return outcome.renders


def _healthy(healths: Sequence[Health]) -> Iterator[str]:
    rendered = [one for one in healths if one.rendered]
    routes = sum(one.routes for one in rendered)
    named = sum(bool(one.named) for one in rendered)
    yield f"{len(healths)} healthy charts, {len(rendered)} render, {routes} routes; ports named in {named}"
    if hidden := sum(one.hidden for one in healths):
        yield f"  faults found behind values that nobody asked for, and confirmed: {hidden}"
    for health in healths:
        told = health.told
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        if told:
            yield f"  {health.chart}: {told[0]}{more}"


def report(outcomes: Sequence[Outcome], healths: Sequence[Health]) -> Iterator[str]:
    """The lines that a person reads."""
    if outcomes:
        kinds = rows(outcomes, lambda one: one.kind)
        yield from table([headings("what was broken"), *kinds, row("all", outcomes)])
        yield ""
        yield from table([headings("what came apart"), *rows(outcomes, lambda one: one.link)])
        yield ""
        yield from excluded(outcomes, "chart")
        yield from _costs(outcomes)
        yield ""
    yield from _healthy(healths)
    yield ""
    yield from verdicts(goals(outcomes, healths))


def failures(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Every mutant that went wrong, with its place, its routes and what the tool said."""
    for one in outcomes:
        if one.failed:
            yield f"{one.chart}: {one.kind}, {one.variant}, {one.link}: {_faults(one)}"
            for key, value in one.detail.items():
                lines = value if isinstance(value, list) else str(value).splitlines()
                yield from (f"    {key}: {line}" for line in lines)
            yield from (f"    {line}" for line in one.crash.splitlines())
            yield ""


def _faults(one: Outcome) -> str:
    told = {
        "not detected": not one.detected,
        "not repaired": not one.repaired and not one.undecidable,
        "harm": one.harmed,
        "wrong": one.wrong,
        "comments lost": one.comments_lost,
        "a dependency edited": one.foreign,
        "not settled": not one.settled,
        "renders disagree": one.agreed is False,
        "crash": one.crash,
    }
    return ", ".join(title for title, bad in told.items() if bad)
