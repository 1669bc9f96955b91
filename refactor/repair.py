"""Repairing in rounds: plan, lower, prove, and again until nothing is left that may be done.

One repair can uncover the next fault of the same route (a wrong Service name hides a wrong port), so
a single round isn't enough; a run that doesn't come to rest says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from refactor.analysis import Analysis
from refactor.changes import Fix
from refactor.config import Settings
from refactor.decisions import Place
from refactor.editor import told_ways, without_conflicts
from refactor.findings import Category, Finding, Safety
from refactor.inputs import Reading
from refactor.planning import plan
from refactor.planning.mended import mended_links
from refactor.proof import Attempt, Lowered, Proof, State, prove
from refactor.source import Refusal
from refactor.world import Ref

ROUNDS = 8
# How often a chart's repair is tried again, with more values under which it has to hold.
WORLDS = 4

Key = tuple[object, ...]


@dataclass(slots=True)
class Repair:
    """The course of a repair: the state at the start and the end, and what became of each finding.

    `doubts`: why the best way of a fix was refused. `kept`: what works and can't be named from end to end;
    it isn't complained about. `barred`: what has a fix, in a file that mustn't be changed.
    """

    first: State
    last: State
    locked: Mapping[str, str] = field(default_factory=dict)
    made: list[Lowered] = field(default_factory=list)
    offered: list[Lowered] = field(default_factory=list)
    reasons: dict[Key, str] = field(default_factory=dict)
    doubts: dict[Key, str] = field(default_factory=dict)
    found: dict[Key, Finding] = field(default_factory=dict)
    kept: dict[Key, Finding] = field(default_factory=dict)
    barred: set[Key] = field(default_factory=set)
    settled: bool = True

    @property
    def mended(self) -> frozenset[tuple[object, Place]]:
        """(resource, place) of the backends that led nowhere in the input and are repaired by now."""
        solved = (finding for fix, _ in self.made for finding in fix.solves)
        return mended_links((analysis.graph for analysis in self.first.analyses), solved)


def repair(first: State, settings: Settings, locked: Mapping[str, str] = {}) -> Repair:
    """Makes every fix that is selected, allowed and provable, on texts: nothing is written.

    `locked`: files that mustn't be changed, by path, each with why; a fix that needs one is refused as a
    whole.
    """
    course = _course(first, settings, locked)
    for _ in range(WORLDS):
        wider = first.application.wider(course.last.application, first.apart) if course.made else None
        if wider is None:
            break
        # Where it comes apart, it has to hold as well: everything is decided anew.
        first = first.examined(wider)
        course = _course(first, settings, locked)
    reason = course.last.application.doubt(first.application) if course.made else None
    return course if reason is None else _withdrawn(course, reason)


def _course(first: State, settings: Settings, locked: Mapping[str, str]) -> Repair:
    course = Repair(first, first, locked)
    for _ in range(ROUNDS):
        if not _round(course, settings):
            break
    else:
        course.settled = False
    _credit(course)
    return course


def _withdrawn(course: Repair, reason: str) -> Repair:
    """The course without its fixes: what can't be confirmed isn't shown."""
    _refuse(course, [(fix, reason) for fix, _ in (*course.made, *course.offered)])
    return replace(course, last=course.first, made=[], offered=[])


def _credit(course: Repair) -> None:
    """A finding that is gone although no fix was its own is solved by the one that was made nearest to it."""
    own = {finding.key for fix, _ in (*course.made, *course.offered) for finding in fix.solves}
    left = course.last.keys
    gone = [finding for key, finding in course.found.items() if key not in own and key not in left]
    changing = _changing(course.made) if gone else {}
    for finding in gone:
        around = [finding.at, *(note.at for note in finding.notes if note.at)]
        fixes = sorted({index for at in around for index in changing.get(at.resource.twin, ())})
        if fixes:
            # Of several that are as near, the last.
            index = max(reversed(fixes), key=lambda index: _kinship(course.made[index][0], finding, around))
            fix, edits = course.made[index]
            course.made[index] = replace(fix, solves=(*fix.solves, finding)), edits


def _kinship(fix: Fix, finding: Finding, around: Sequence[Ref]) -> tuple[bool, int]:
    """How near a fix is to a finding: one in the same mapping before all that it was compared with."""
    beside = fix.nearness([finding.at]) >= len(finding.at.path) - 1
    return beside, fix.nearness(around)


def _changing(made: Sequence[Lowered]) -> dict[object, list[int]]:
    """What changes each resource: the places of fixes in the list of those that were made."""
    found: dict[object, list[int]] = {}
    for index, (fix, _) in enumerate(made):
        for change in fix.changes:
            found.setdefault(change.at.resource.twin, []).append(index)
    return found


def _round(course: Repair, settings: Settings) -> bool:
    """One round on the current state; False where another one could do nothing more."""
    fixes = [
        fix
        for reading, analysis in course.last.parts
        for fix in _planned(course, analysis, settings)
        if not _untold(fix, reading, course)
    ]
    allowed, offers = _parted(fixes, settings)
    proof = _made(course, allowed, settings.unsafe)
    course.made.extend(proof.proven)
    if proof.proven:
        course.last = proof.result.state or course.last.after(proof.result.application)
        return True
    _offer(course, offers, proof)
    return False


def _untold(fix: Fix, reading: Reading, course: Repair) -> bool:
    """A guess at what only a switch of ours shows: as nobody is told of it, nothing is changed for it."""
    guess = fix.safety is not Safety.SAFE and all(f.category is Category.SUSPECT for f in fix.solves)
    return guess and bool(reading.values) and reading.values not in course.first.application.given


def _planned(course: Repair, analysis: Analysis, settings: Settings) -> tuple[Fix, ...]:
    """The fixes for what is wanted; the findings are noted, and why there is no fix for some."""
    findings = [finding for finding in analysis.findings if settings.wants(finding)]
    for finding in findings:
        key = finding.key
        # A number that only a repair has written is no finding of the input; it goes to its name unsaid.
        if finding.category is not Category.FRAGILE or key in course.first.keys:
            course.found.setdefault(key, finding)
        course.kept.pop(key, None)
    planned = plan(analysis.graph, findings, course.mended, analysis.refused)
    for declined in planned.declined:
        _decline(course, declined.finding, declined.reason)
    return planned.fixes


def _made(course: Repair, allowed: Sequence[Fix], bold: bool) -> Proof:
    """Makes what repairs, and only where nothing is left to repair, what names.

    A name is chosen by what a port is used for, and that is known when the routes are whole.
    """
    proof = Proof((), (), Attempt(course.last.application))
    for fixes in _parts(allowed):
        ways = _ways(course, fixes, bold)
        waiting = _first(ways)
        while waiting and not proof.proven:
            chosen, _ = without_conflicts(_one_a_link(waiting))
            proof = prove(course.last, chosen)
            tried = {id(fix) for fix, _ in chosen}
            waiting = [lowered for lowered in waiting if id(lowered[0]) not in tried]
            waiting += _otherwise(course, proof, ways)
        if proof.proven:
            break
    return proof


def _parts(fixes: Sequence[Fix]) -> tuple[list[Fix], list[Fix]]:
    """What repairs, and what only names."""
    return [fix for fix in fixes if not _only_names(fix)], [fix for fix in fixes if _only_names(fix)]


def _only_names(fix: Fix) -> bool:
    return all(finding.category is Category.FRAGILE for finding in fix.solves)


def _one_a_link(fixes: Iterable[Lowered]) -> Iterator[Lowered]:
    """The first fix of each link: a second one was planned for a link that is no longer the same."""
    seen: set[object] = set()
    for fix, edits in fixes:
        links = {finding.link for finding in fix.solves}
        if _only_names(fix) or not links & seen:
            seen |= links
            yield fix, edits


def _parted(fixes: Iterable[Fix], settings: Settings) -> tuple[list[Fix], list[Fix]]:
    """The fixes that may be made, and those that are only offered."""
    allowed: list[Fix] = []
    offered: list[Fix] = []
    for fix in fixes:
        safe = fix.safety is Safety.SAFE or (settings.unsafe and fix.safety is Safety.UNSAFE)
        due = settings.stage in (None, fix.stage) and not (settings.stage and fix.waits)
        (allowed if safe and due else offered).append(fix)
    return allowed, offered


@dataclass(slots=True)
class _Ways:
    """A fix as it is told in the way that is being tried, and the ways that are left, the best first."""

    fix: Fix
    left: Iterator[Lowered]

    def next(self) -> Lowered | None:
        found = next(self.left, None)
        if found is not None:
            self.fix = found[0]
        return found


def _ways(course: Repair, fixes: Iterable[Fix], bold: bool = False) -> list[_Ways]:
    """The fixes that can be written, each with the ways to do it."""
    found: list[_Ways] = []
    for fix in fixes:
        ways = told_ways(fix, bold)
        if isinstance(ways, Refusal):
            _refuse(course, [(fix, ways.reason)])
            continue
        open_ways, closed = _open(ways, course.locked)
        if closed:
            # Only the file is closed: a fixed value in a template isn't what takes the place of a setting.
            open_ways = [lowered for lowered in open_ways if lowered[0] is fix]
        if closed and not open_ways:
            # It could be named, so it stays a finding.
            keys = [finding.key for finding in fix.solves]
            course.reasons.update(dict.fromkeys(keys, f"{closed} {course.locked[closed]}"))
            course.barred.update(keys)
        else:
            found.append(_Ways(fix, iter(open_ways)))
    return found


def _open(ways: Sequence[Lowered], locked: Mapping[str, str]) -> tuple[list[Lowered], str | None]:
    """The ways that need no file which is locked, and one such file of the others."""
    closed = [next((e.file.path for e in edits if e.file.path in locked), None) for _, edits in ways]
    found = [lowered for lowered, path in zip(ways, closed, strict=True) if path is None]
    return found, next((path for path in closed if path), None)


def _first(ways: Iterable[_Ways]) -> list[Lowered]:
    return [lowered for one in ways if (lowered := one.next()) is not None]


def _otherwise(course: Repair, proof: Proof, ways: Sequence[_Ways]) -> list[Lowered]:
    """What was refused in its next way; where none is left, the first reason is the one that is told."""
    for fix, reason in proof.refused:
        for finding in fix.solves:
            course.doubts.setdefault(finding.key, reason)
    tried = {id(one.fix): one for one in ways}
    again: list[Lowered] = []
    for fix, reason in proof.refused:
        lowered = tried[id(fix)].next()
        if lowered is not None:
            again.append(lowered)
        else:
            _refuse(course, [(fix, course.doubts.get(fix.solves[0].key, reason))])
    return again


def _refuse(course: Repair, refused: Iterable[tuple[Fix, str]]) -> None:
    for fix, reason in refused:
        for finding in fix.solves:
            _decline(course, finding, reason)


def _decline(course: Repair, finding: Finding, reason: str) -> None:
    course.reasons[finding.key] = reason
    if finding.category is Category.FRAGILE:
        course.kept[finding.key] = finding
        course.found.pop(finding.key, None)


def _offer(course: Repair, fixes: Sequence[Fix], made: Proof) -> None:
    """Fixes that aren't made are proven too, on top of those that are, before they are shown."""
    ways = _ways(course, fixes)
    waiting = _first(ways)
    while waiting:
        chosen, later = without_conflicts(waiting, beside=made.proven)
        if not chosen:
            break
        proof = prove(course.last, chosen, made)
        course.offered.extend(proof.proven)
        waiting = [lowered for lowered in waiting if lowered[0] in later] + _otherwise(course, proof, ways)
