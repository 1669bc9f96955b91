"""The figures of the chart harness, for people and for programs."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from benchmarks.chart_health import Health
from benchmarks.chart_outcome import Outcome
from benchmarks.mutants import Goal

_HEADINGS = (
    "what was broken",
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


def share(outcomes: Sequence[Outcome], good: Callable[[Outcome], bool]) -> float:
    """Per cent of `outcomes` that are `good`; 100 where there are none."""
    return 100 * sum(good(one) for one in outcomes) / len(outcomes) if outcomes else 100.0


def _decidable(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if not one.undecidable]


def _shares(outcomes: Sequence[Outcome]) -> Iterator[Goal]:
    decidable = _decidable(outcomes)
    detected = share(outcomes, lambda one: one.detected)
    repaired = share(decidable, lambda one: one.repaired)
    settled = share(outcomes, lambda one: one.settled)
    rendered = [one for one in outcomes if one.agreed is not None]
    alike = share(rendered, lambda one: one.agreed is True)
    yield Goal("detected", f"{detected:.2f} %", ">= 98 %", detected >= 98)
    yield Goal("repaired to the same container", f"{repaired:.2f} %", ">= 94 %", repaired >= 94)
    yield Goal("second run empty", f"{settled:.2f} %", "100 %", settled == 100)
    title = f"command and SDK agree ({len(rendered)} renders)"
    yield Goal(title, f"{alike:.2f} %", "100 %", alike == 100)


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
    shares = _shares(outcomes) if outcomes else ()
    return [*shares, *(Goal(title, str(count), "0", count == 0) for title, count in counts)]


def row(title: str, outcomes: Sequence[Outcome]) -> list[str]:
    """One line of the table."""
    decidable = _decidable(outcomes)
    lines = [one.changed_lines for one in decidable if one.repaired]
    return [
        title,
        str(len(outcomes)),
        str(len(outcomes) - len(decidable)),
        f"{share(outcomes, lambda one: one.detected):.1f}%",
        f"{share(decidable, lambda one: one.repaired):.1f}%",
        str(sum(one.harmed for one in outcomes)),
        f"{share(outcomes, lambda one: one.settled):.1f}%",
        str(sum(one.comments_lost for one in outcomes)),
        f"{statistics.median(lines or [0]):g}",
        f"{share(decidable, lambda one: one.restored):.1f}%",
        str(sum(one.wrong for one in outcomes)),
        str(sum(bool(one.crash) for one in outcomes)),
    ]


def _rows(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> Iterator[list[str]]:
    for title in sorted({key(one) for one in outcomes}):
        yield row(title, [one for one in outcomes if key(one) == title])


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    listed = list(rows)
    widths = [max(len(line[column]) for line in listed) for column in range(len(listed[0]))]
    for line in listed:
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        yield "  ".join([line[0].ljust(widths[0]), *cells]).rstrip()


def _excluded(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "Not counted as repairs, because nobody could know from the chart alone:"
    excluded = [one for one in outcomes if one.undecidable]
    for principle, count in Counter(one.undecidable for one in excluded).most_common():
        repaired = sum(one.repaired for one in excluded if one.undecidable == principle)
        yield f"  {count:5}  {principle} ({repaired} repaired all the same)"
    yield f"With these counted too, {share(outcomes, lambda one: one.repaired):.2f} % would be repaired."


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
        yield from _table([_HEADINGS, *_rows(outcomes, lambda one: one.kind), row("all", outcomes)])
        yield ""
        yield from _table([("what came apart", *_HEADINGS[1:]), *_rows(outcomes, lambda one: one.link)])
        yield ""
        yield from _excluded(outcomes)
        yield from _costs(outcomes)
        yield ""
    yield from _healthy(healths)
    yield ""
    verdicts = [
        [goal.title, goal.figure, goal.wanted, "met" if goal.met else "MISSED"]
        for goal in goals(outcomes, healths)
    ]
    yield from _table([["goal", "figure", "wanted", ""], *verdicts])


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


def figures(outcomes: Sequence[Outcome], healths: Sequence[Health]) -> dict[str, Any]:
    """The same figures as plain data."""
    return {
        "mutants": len(outcomes),
        "kinds": {
            line[0]: dict(zip(_HEADINGS[1:], line[1:], strict=True))
            for line in _rows(outcomes, lambda one: one.kind)
        },
        "goals": {
            goal.title: {"figure": goal.figure, "wanted": goal.wanted, "met": goal.met}
            for goal in goals(outcomes, healths)
        },
    }
