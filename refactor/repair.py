"""Repairing in rounds: plan, lower, prove, and again until nothing is left that may be done.

One repair can uncover the next fault of the same route (a wrong Service name hides a wrong port), so
a single round isn't enough; a run that doesn't come to rest says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from refactor.changes import Fix
from refactor.config import Settings
from refactor.decisions import Place
from refactor.editor import lower, without_conflicts
from refactor.findings import Category, Finding, Safety
from refactor.planning import plan
from refactor.proof import Attempt, Lowered, Proof, State, prove
from refactor.routes import Backend
from refactor.source import Refusal

ROUNDS = 8

Key = tuple[object, ...]


@dataclass(slots=True)
class Repair:
    """The course of a repair: the state at the start and the end, and what became of each finding.

    `kept`: what works and can't be named from end to end; it isn't complained about.
    """

    first: State
    last: State
    locked: frozenset[str] = frozenset()
    made: list[Lowered] = field(default_factory=list)
    offered: list[Lowered] = field(default_factory=list)
    reasons: dict[Key, str] = field(default_factory=dict)
    found: dict[Key, Finding] = field(default_factory=dict)
    kept: dict[Key, Finding] = field(default_factory=dict)
    settled: bool = True

    @property
    def mended(self) -> frozenset[tuple[object, Place]]:
        """(resource, place) of the backends that led nowhere in the input and are repaired by now.

        They have nothing to lose. A targetPort may have: its old number could be one that answers.
        """
        solved = (finding for fix, _ in self.made for finding in fix.solves)
        return frozenset(
            f.link for f in solved if f.category is Category.BROKEN and isinstance(f.subject, Backend)
        )


def repair(first: State, settings: Settings, locked: frozenset[str] = frozenset()) -> Repair:
    """Makes every fix that is selected, allowed and provable, on texts: nothing is written.

    `locked`: paths of files that can't be written; a fix that needs one is refused as a whole.
    """
    course = Repair(first, first, locked)
    for _ in range(ROUNDS):
        if not _round(course, settings):
            break
    else:
        course.settled = False
    _credit(course)
    return course


def _credit(course: Repair) -> None:
    """A finding that is gone although no fix was its own is solved by one that was made beside it."""
    own = {finding.key for fix, _ in (*course.made, *course.offered) for finding in fix.solves}
    left = course.last.analysis.keys
    for key, finding in course.found.items():
        if key in own or key in left:
            continue
        around = {r.resource.key for r in (finding.at, *(n.at for n in finding.notes if n.at))}
        for index, (fix, edits) in reversed(list(enumerate(course.made))):
            if any(change.at.resource.key in around for change in fix.changes):
                course.made[index] = replace(fix, solves=(*fix.solves, finding)), edits
                break


def _round(course: Repair, settings: Settings) -> bool:
    """One round on the current state; False where another one could do nothing more."""
    analysis = course.last.analysis
    findings = [finding for finding in analysis.findings if settings.wants(finding)]
    for finding in findings:
        # A number that only a repair has written is no finding of the input; it goes to its name unsaid.
        if finding.category is not Category.FRAGILE or finding.key in course.first.analysis.keys:
            course.found.setdefault(finding.key, finding)
        course.kept.pop(finding.key, None)
    planned = plan(analysis.graph, findings, course.mended)
    for declined in planned.declined:
        _decline(course, declined.finding, declined.reason)
    allowed, offers = _parted(planned.fixes, settings)
    proof = _made(course, allowed)
    course.made.extend(proof.proven)
    if proof.proven:
        reading = proof.result.reading
        course.last = State(reading, analysis.again(reading.resources))
        return True
    _offer(course, offers, proof)
    return False


def _made(course: Repair, allowed: Sequence[Fix]) -> Proof:
    """Makes what repairs, and only where nothing is left to repair, what names.

    A name is chosen by what a port is used for, and that is known when the routes are whole.
    """
    proof = Proof((), (), Attempt(course.last.reading))
    for fixes in _parts(allowed):
        waiting = _lowered(course, fixes)
        while waiting and not proof.proven:
            chosen, _ = without_conflicts(_one_a_link(waiting))
            proof = prove(course.last, chosen)
            _refuse(course, proof.refused)
            tried = {id(fix) for fix, _ in chosen}
            waiting = [lowered for lowered in waiting if id(lowered[0]) not in tried]
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


def _lowered(course: Repair, fixes: Iterable[Fix]) -> list[Lowered]:
    lowered: list[Lowered] = []
    for fix in fixes:
        edits = lower(fix)
        closed = sorted({change.at.resource.home.file.path for change in fix.changes} & course.locked)
        if closed:
            # It could be named, so it stays a finding.
            course.reasons.update((finding.key, f"{closed[0]} can't be written") for finding in fix.solves)
        elif isinstance(edits, Refusal):
            _refuse(course, [(fix, edits.reason)])
        else:
            lowered.append((fix, edits))
    return lowered


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
    waiting = _lowered(course, fixes)
    while waiting:
        chosen, later = without_conflicts(waiting, beside=made.proven)
        proof = prove(course.last, chosen, made)
        _refuse(course, proof.refused)
        course.offered.extend(proof.proven)
        if len(later) == len(waiting):
            break
        waiting = [lowered for lowered in waiting if lowered[0] in later]
