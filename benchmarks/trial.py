"""One mutant through `fix_manifests`, judged by re-resolving what comes out."""

from __future__ import annotations

import re
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any

from benchmarks.applications import Application
from benchmarks.faults.catalogue import Mutant
from benchmarks.judge import Route, Verdict, resolve
from refactor import fix_manifests

SELECT = ("broken", "suspect")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant. `wrong` counts routes led elsewhere under default safety."""

    application: str
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
    def failed(self) -> bool:
        repaired = self.repaired or bool(self.undecidable)
        harmless = not (self.harmed or self.comments_lost or self.wrong or self.crash)
        return not (self.detected and repaired and self.settled and harmless)


def comments(files: Files) -> Counter[str]:
    """Every comment text, and how often it stands in `files`; a `#` within a string counts too."""
    lines = (line for text in files.values() for line in text.splitlines())
    return Counter(found[0].rstrip() for line in lines if (found := _COMMENT.search(line)))


def lost_comments(before: Files, after: Files) -> int:
    """How many comments of `before` aren't in `after`."""
    return (comments(before) - comments(after)).total()


def changed_lines(diff: str) -> int:
    """The lines that a unified diff takes out or puts in."""
    return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in diff.splitlines() if line)


def moved(
    before: Mapping[Route, Verdict], after: Mapping[Route, Verdict], *, but: Iterable[Route]
) -> list[Route]:
    """The routes that landed before and land elsewhere now, apart from `but`."""
    spared = set(but)
    return [
        route
        for route, verdict in before.items()
        if verdict.resolved
        and route not in spared
        and after.get(route, Verdict()).landings != verdict.landings
    ]


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
        mutant.application.name,
        mutant.kind,
        " + ".join(f"{fault.kind}: {fault.variant}" for fault in mutant.faults),
        mutant.undecidable,
    )
    try:
        return _judged(mutant, base)
    except Exception:
        record = {"faults": _places(mutant)}
        return Outcome(**_fields(base) | {"crash": traceback.format_exc(limit=-8), "detail": record})


def _fields(outcome: Outcome) -> dict[str, Any]:
    return {name: getattr(outcome, name) for name in Outcome.__slots__}


def _judged(mutant: Mutant, base: Outcome) -> Outcome:
    healthy, broken = resolve(mutant.application.files), resolve(mutant.files)
    result = fix_manifests(dict(mutant.files), select=SELECT, unsafe=True)
    files = {**mutant.files, **result.files}
    after = resolve(files)
    again = fix_manifests(files, select=SELECT, unsafe=True)
    careful = {**mutant.files, **fix_manifests(dict(mutant.files), select=SELECT).files}
    routes = mutant.broken
    harmed = _harm(healthy, broken, after, routes)
    wrong = _wrong(healthy, broken, resolve(careful), routes, exact=not mutant.undecidable)
    return Outcome(
        **_fields(base)
        | {
            "detected": _detected(mutant, result.findings, healthy),
            "repaired": all(
                after.get(route, Verdict()).landings == healthy[route].landings for route in routes
            ),
            "restored": files == mutant.application.files,
            "harmed": len(harmed),
            "settled": not again.diff,
            "comments_lost": lost_comments(mutant.files, files),
            "changed_lines": changed_lines(result.diff),
            "wrong": len(wrong),
            "detail": _detail(mutant, result, again.diff, broken, harmed + wrong),
        }
    )


def _harm(
    healthy: Mapping[Route, Verdict],
    broken: Mapping[Route, Verdict],
    after: Mapping[Route, Verdict],
    routes: Iterable[Route],
) -> list[Route]:
    """Routes that the fault had spared and the repair led elsewhere; back to the original is no harm."""
    return [
        route
        for route in moved(broken, after, but=routes)
        if after.get(route, Verdict()).landings != healthy.get(route, Verdict()).landings
    ]


def _wrong(
    healthy: Mapping[Route, Verdict],
    broken: Mapping[Route, Verdict],
    careful: Mapping[Route, Verdict],
    routes: Iterable[Route],
    *,
    exact: bool,
) -> list[Route]:
    """Routes that default safety leads elsewhere; where nobody could know it, the number may differ."""
    led = []
    for route in routes:
        known = healthy[route].landings | broken[route].landings
        containers = {replace(landing, number=0) for landing in known}
        new = careful.get(route, Verdict()).landings - known
        if any(exact or replace(landing, number=0) not in containers for landing in new):
            led.append(route)
    return led + _harm(healthy, broken, careful, routes)


def _places(mutant: Mutant) -> list[str]:
    """The broken lines, before and after."""
    told = []
    for fault in mutant.faults:
        for splice in fault.splices:
            text = mutant.application.files[splice.path]
            line = text.count("\n", 0, splice.start) + 1
            whole = text[text.rfind("\n", 0, splice.start) + 1 :].partition("\n")[0].strip()
            told.append(f"{splice.path}:{line}: {whole!r}: {splice.old!r} -> {splice.new!r}")
    return told


def _detail(
    mutant: Mutant, result: Any, again: str, broken: Mapping[Route, Verdict], led_astray: list[Route]
) -> dict[str, Any]:
    return {
        "faults": _places(mutant),
        "routes": [f"{route.label}: {broken[route].reason}" for route in mutant.broken],
        "findings": [
            f"{one.path}:{one.line}: {one.rule}: {one.message} [{one.reason or ''}]"
            for one in result.findings
        ],
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
        return bool(self.false_alarms or self.harmed or self.unsettled or self.comments_lost or self.crash)


def check(application: Application) -> Health:
    """Every kind of run over the healthy application: nothing that works may stop working."""
    before = resolve(application.files)
    try:
        return _checked(application, before)
    except Exception:
        return Health(application.name, len(before), crash=traceback.format_exc(limit=-8))


def _checked(application: Application, before: Mapping[Route, Verdict]) -> Health:
    sound = all(verdict.resolved or verdict.outside for verdict in before.values())
    harmed: list[str] = []
    unsettled: list[str] = []
    alarms: list[str] = []
    lost = 0
    for select, unsafe in ((None, False), (None, True), (SELECT, True)):
        result = fix_manifests(dict(application.files), select=select, unsafe=unsafe)
        files = {**application.files, **result.files}
        way = f"select={select} unsafe={unsafe}"
        harmed += [f"{way}: {route.label}" for route in moved(before, resolve(files), but=())]
        lost += lost_comments(application.files, files)
        if fix_manifests(files, select=select, unsafe=unsafe).diff:
            unsettled.append(way)
        if sound and not alarms:
            broken = [
                one
                for one in result.findings
                if str(getattr(one.category, "value", one.category)) == "broken"
            ]
            alarms = [f"{one.path}:{one.line}: {one.rule}: {one.message}" for one in broken]
    return Health(application.name, len(before), tuple(alarms), tuple(harmed), tuple(unsettled), lost)


def as_record(outcome: Outcome | Health) -> dict[str, Any]:
    """Plain data for JSON."""
    return asdict(outcome)
