"""Proof: a fix is believed only after its result has been read again.

The text must come to exactly the data that the changes say, every finding that it solves must be gone,
nothing new may have come, and every route that worked must reach the same containers. What fails is
refused with the reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from refactor.analysis import Analysis
from refactor.changes import Fix
from refactor.editor import by_file
from refactor.findings import Finding
from refactor.routes import Target, TrafficGraph
from refactor.rules import RULES
from refactor.source import Edit, TextMoved, splice
from refactor.world import Change, Resource
from refactor.world.applied import applied, same

Lowered = tuple[Fix, tuple[Edit, ...]]


@dataclass(frozen=True, slots=True)
class Proof:
    """What held, what didn't and why, and the state of things with all that held."""

    proven: tuple[Lowered, ...]
    refused: tuple[tuple[Fix, str], ...]
    state: Analysis


def prove(before: Analysis, fixes: Sequence[Lowered]) -> Proof:
    """Tries all fixes together, and only where that fails one after the other."""
    if not fixes:
        return Proof((), (), before)
    together = _attempt(before, fixes)
    if isinstance(together, Analysis):
        return Proof(tuple(fixes), (), together)
    if len(fixes) == 1:
        return Proof((), ((fixes[0][0], together),), before)
    # Halves first: on a large input one bad fix must not cost an analysis for each good one.
    middle = len(fixes) // 2
    first = prove(before, fixes[:middle])
    second = _after(before, first, fixes[middle:])
    return Proof(first.proven + second.proven, first.refused + second.refused, second.state)


def _after(before: Analysis, first: Proof, fixes: Sequence[Lowered]) -> Proof:
    """Proves further fixes of the same text beside those that were proven already."""
    both = _attempt(before, (*first.proven, *fixes))
    if isinstance(both, Analysis):
        return Proof(tuple(fixes), (), both)
    if len(fixes) == 1:
        return Proof((), ((fixes[0][0], both),), first.state)
    middle = len(fixes) // 2
    left = _after(before, first, fixes[:middle])
    joined = Proof(first.proven + left.proven, (), left.state)
    right = _after(before, joined, fixes[middle:])
    return Proof(left.proven + right.proven, left.refused + right.refused, right.state)


def _attempt(before: Analysis, fixes: Sequence[Lowered]) -> Analysis | str:
    """The analysis of the result, or why the result can't be trusted."""
    try:
        texts = _spliced(before, [edit for _, edits in fixes for edit in edits])
    except TextMoved as moved:
        return f"the text can't be changed exactly: {moved}"
    after = before.again(before.reading.changed(texts))
    changes = [change for fix, _ in fixes for change in fix.changes]
    solved = [finding for fix, _ in fixes for finding in fix.solves]
    return (
        _misread(before, after, texts, changes)
        or _standing(after, solved)
        or _new(before, after, solved, changes)
        or _harmed(before.graph, after.graph)
        or after
    )


def _spliced(before: Analysis, edits: Sequence[Edit]) -> dict[str, str]:
    files = before.reading.files
    return {path: splice(files[path].file.text, group) for path, group in by_file(edits).items()}


def _misread(
    before: Analysis, after: Analysis, texts: Iterable[str], changes: Iterable[Change]
) -> str | None:
    """Whether each resource of the changed files reads as the changes say, and all others as before."""
    wanted: dict[Resource, list[Change]] = {}
    for change in changes:
        wanted.setdefault(change.at.resource, []).append(change)
    for path in texts:
        old, new = before.reading.files[path], after.reading.files[path]
        if len(new.malformed) > len(old.malformed) or len(new.resources) != len(old.resources):
            return "the changed text doesn't read as YAML with the same resources"
        for was, now in zip(old.resources, new.resources, strict=True):
            expected = applied(was, wanted[was]) if was in wanted else was.data
            if not same(expected, now.data):
                return f"the changed text of {was.label} reads otherwise than planned"
    return None


def _standing(after: Analysis, solved: Iterable[Finding]) -> str | None:
    for finding in solved:
        if finding.key in after.keys:
            return "the fault would still be there"
    return None


def _new(
    before: Analysis, after: Analysis, solved: Sequence[Finding], changes: Iterable[Change]
) -> str | None:
    """A finding that wasn't there, unless the repair only lets a later hop be judged at last."""
    opened = {
        resource.key
        for finding in solved
        if RULES[finding.rule].reveals
        for resource in _on_the_way(before.graph, finding)
    }
    known = {(finding.rule, finding.at.resource.key) for finding in before.findings}
    moved = {change.at.resource.key for change in changes}
    for finding in after.findings:
        place = finding.at.resource.key
        if finding.key in before.keys or place in opened:
            continue
        if place in moved and (finding.rule, place) in known:
            continue  # the same fault, whose path the repair has moved
        return f"it would bring a new fault: {finding.message}"
    return None


def _on_the_way(graph: TrafficGraph, finding: Finding) -> Iterable[Resource]:
    yield finding.at.resource
    for note in finding.notes:
        if note.at is not None:
            yield note.at.resource


def _harmed(before: TrafficGraph, after: TrafficGraph) -> str | None:
    """A route or Service port that reached containers and now reaches others, or none."""
    now = _fates(after)
    for key, reached in _fates(before).items():
        if reached and now.get(key) != reached:
            return f"{key[0]} would reach other containers than today"
    return None


def _fates(graph: TrafficGraph) -> Mapping[tuple[object, ...], frozenset[object]]:
    """What each backend and each Service port reaches; nothing where a hop fails."""
    fates: dict[tuple[object, ...], frozenset[object]] = {}
    for service, targets in graph.targets.items():
        for target in targets:
            fates[service.label, service.key, target.index] = _reached(target)
    ordinals: dict[Resource, int] = {}
    for backend in graph.backends:
        resource = backend.edge.resource
        ordinal = ordinals[resource] = ordinals.get(resource, -1) + 1
        target = None if backend.reason else graph.target(backend)
        fates[resource.label, resource.key, ordinal] = _reached(target) if target else frozenset()
    return fates


def _reached(target: Target) -> frozenset[object]:
    """The containers of each hit; a number that isn't declared is taken for its pod."""
    return frozenset(
        (hit.workload.key, hit.port.container if hit.port else None, hit.number)
        for hit in target.hits
        if hit.reason is None
    )
