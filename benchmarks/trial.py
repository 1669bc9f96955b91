"""One mutant through `fix_manifests`, judged by re-resolving what comes out."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from benchmarks.applications import Application
from benchmarks.cluster import refuses
from benchmarks.faults.catalogue import Mutant
from benchmarks.harm import harmed, moved, wrong
from benchmarks.judge import Route, Verdict, resolve
from benchmarks.scoring import Judgement
from benchmarks.telling import category, changed_lines, finding_told, line_told, lost_comments
from refactor import fix_manifests

SELECT = ("broken", "suspect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Judgement):
    """What became of one mutant of plain manifests."""

    application: str

    @property
    def failed(self) -> bool:
        """Whether anything is less than could be asked of the tool."""
        return not self.sound


def _mark(finding: Any) -> tuple[str, str, str, str]:
    return (finding.rule, finding.path, str(getattr(finding.resource, "name", "")), finding.message)


@lru_cache(maxsize=64)
def _known(name: str, files: tuple[tuple[str, str], ...]) -> Counter[tuple[str, str, str, str]]:
    """The findings that the application had before it was broken."""
    return Counter(_mark(finding) for finding in fix_manifests(dict(files), select=SELECT).findings)


def _detected(mutant: Mutant, findings: Iterable[Any], healthy: Mapping[Route, Verdict]) -> bool:
    """Whether every broken route has a new finding on one of the resources that it passes through."""
    old = _known(mutant.application.name, tuple(mutant.application.files.items()))
    marks = Counter(_mark(finding) for finding in findings) - old
    places = {(path, name) for _, path, name, _ in marks}
    return all(
        any((path, name) in places for path, _, name in healthy[route].objects) for route in mutant.broken
    )


def run(mutant: Mutant) -> Outcome:
    """Repair `mutant` with and without guesses, twice, and judge each result."""
    base = Outcome(
        application=mutant.application.name,
        kind=mutant.kind,
        variant=" + ".join(f"{fault.kind}: {fault.variant}" for fault in mutant.faults),
        undecidable=mutant.undecidable,
    )
    try:
        return _judged(mutant, base)
    except Exception:
        record = {"faults": _places(mutant)}
        return replace(base, crash=traceback.format_exc(limit=-8), detail=record)


def _judged(mutant: Mutant, base: Outcome) -> Outcome:
    healthy, broken = resolve(mutant.application.files), resolve(mutant.files)
    result = fix_manifests(dict(mutant.files), select=SELECT, unsafe=True)
    files = {**mutant.files, **result.files}
    after = resolve(files)
    again = fix_manifests(files, select=SELECT, unsafe=True)
    careful = {**mutant.files, **fix_manifests(dict(mutant.files), select=SELECT).files}
    routes = mutant.broken
    harm = harmed(healthy, broken, after, routes)
    astray = wrong(healthy, broken, resolve(careful), routes, exact=not mutant.undecidable)
    return replace(
        base,
        detected=_detected(mutant, result.findings, healthy),
        repaired=all(after.get(route, Verdict()).landings == healthy[route].landings for route in routes),
        restored=files == mutant.application.files,
        harmed=len(harm),
        settled=not again.diff,
        comments_lost=lost_comments(mutant.files, files),
        changed_lines=changed_lines(result.diff),
        wrong=len(astray),
        detail=_detail(mutant, result, again.diff, broken, harm + astray),
    )


def _places(mutant: Mutant) -> list[str]:
    """The broken lines, before and after."""
    files = mutant.application.files
    return [
        line_told(splice.path, files[splice.path], splice.start, splice.old, splice.new)
        for fault in mutant.faults
        for splice in fault.splices
    ]


def _detail(
    mutant: Mutant, result: Any, again: str, broken: Mapping[Route, Verdict], led_astray: list[Route]
) -> dict[str, Any]:
    return {
        "faults": _places(mutant),
        "routes": [f"{route.label}: {broken[route].reason}" for route in mutant.broken],
        "findings": [finding_told(one) for one in result.findings],
        "declined": [str(one.reason) for one in result.plan.declined],
        "led_astray": [route.label for route in led_astray],
        "diff": result.diff,
        "second_diff": again,
    }


@dataclass(frozen=True, slots=True)
class Health:
    """What the tool says about, and does to, an application that nobody broke."""

    application: str
    routes: int = 0
    false_alarms: tuple[str, ...] = ()
    harmed: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    comments_lost: int = 0
    crash: str = ""

    @property
    def failed(self) -> bool:
        """Whether the tool did or said anything that it shouldn't have."""
        return bool(self.false_alarms or self.harmed or self.unsettled or self.comments_lost or self.crash)


def check(application: Application) -> Health:
    """Every kind of run over the healthy application: nothing that works may stop working."""
    before = resolve(application.files)
    try:
        return _checked(application, before)
    except Exception:
        return Health(application.name, len(before), crash=traceback.format_exc(limit=-8))


def _checked(application: Application, before: Mapping[Route, Verdict]) -> Health:
    arriving = all(verdict.resolved or verdict.outside for verdict in before.values())
    sound = arriving and not refuses(application.files)
    elsewhere: list[str] = []
    unsettled: list[str] = []
    alarms: list[str] = []
    lost = 0
    for select, unsafe in ((None, False), (None, True), (SELECT, True)):
        result = fix_manifests(dict(application.files), select=select, unsafe=unsafe)
        files = {**application.files, **result.files}
        way = f"select={select} unsafe={unsafe}"
        elsewhere += [f"{way}: {route.label}" for route in moved(before, resolve(files))]
        lost += lost_comments(application.files, files)
        if fix_manifests(files, select=select, unsafe=unsafe).diff:
            unsettled.append(way)
        if sound and not alarms:
            broken = [one for one in result.findings if category(one) == "broken"]
            alarms = [f"{one.path}:{one.line}: {one.rule}: {one.message}" for one in broken]
    return Health(application.name, len(before), tuple(alarms), tuple(elsewhere), tuple(unsettled), lost)
