"""Proof: a fix is believed only after its result has been read again.

The text must come to exactly the data that the changes say, every finding that it solves must be gone,
nothing new may have come, and every route that worked must reach the same containers. What fails is
refused with the reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from refactor.analysis import Analysis
from refactor.changes import Fix
from refactor.editor import by_file
from refactor.findings import Category, Finding
from refactor.inputs import Reading
from refactor.routes import Backend, Probe, Target, TrafficGraph
from refactor.rules import RULES
from refactor.source import Edit, TextMoved, splice
from refactor.world import Change, Ref, RenameKey, Replace, Resource
from refactor.world.applied import applied, same

Lowered = tuple[Fix, tuple[Edit, ...]]


@dataclass(frozen=True, slots=True)
class State:
    """An input as it stands: its texts, and their analysis."""

    reading: Reading
    analysis: Analysis


@dataclass(frozen=True, slots=True)
class Attempt:
    """A result that holds: the texts with the fixes made."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class Proof:
    """What held, what didn't and why, and the outcome of all that held together."""

    proven: tuple[Lowered, ...]
    refused: tuple[tuple[Fix, str], ...]
    result: Attempt


def prove(before: State, fixes: Sequence[Lowered], beside: Proof | None = None) -> Proof:
    """Tries all fixes together (beside those proven already), and only where that fails, in halves.

    So one bad fix among many good ones doesn't cost a proof for each of them.
    """
    base = beside or Proof((), (), Attempt(before.reading))
    if not fixes:
        return Proof((), (), base.result)
    outcome = _attempt(before, (*base.proven, *fixes))
    if isinstance(outcome, Attempt):
        return Proof(tuple(fixes), (), outcome)
    if len(fixes) == 1:
        return Proof((), ((fixes[0][0], outcome),), base.result)
    middle = len(fixes) // 2
    first = prove(before, fixes[:middle], base)
    both = Proof(base.proven + first.proven, (), first.result)
    second = prove(before, fixes[middle:], both)
    return Proof(first.proven + second.proven, first.refused + second.refused, second.result)


def _attempt(before: State, fixes: Sequence[Lowered]) -> Attempt | str:
    """The result of making the fixes, or why it can't be trusted."""
    try:
        texts = _spliced(before, [edit for _, edits in fixes for edit in edits])
    except TextMoved as moved:
        return f"the text can't be changed exactly: {moved}"
    reading = before.reading.changed(texts)
    changes = [change for fix, _ in fixes for change in fix.changes]
    wrong = _misread(before.reading, reading, texts, changes)
    if wrong:
        return wrong
    old = before.analysis
    touched, new = _part(before, reading, texts)
    solved = [finding for fix, _ in fixes for finding in fix.solves]
    return (
        _standing(new, solved)
        or _new(old, _findings(new, touched), solved, changes)
        or _harmed(old.graph, new.graph, touched)
        or Attempt(reading)
    )


def _part(before: State, reading: Reading, texts: Iterable[str]) -> tuple[frozenset[object], Analysis]:
    """What the change can touch (keys of resources), and the analysis of it as it is afterwards."""
    changed = {resource.key: resource for path in texts for resource in reading.files[path].resources}
    touched, needed = before.analysis.neighbourhoods.around(texts, changed.values())
    return touched, before.analysis.again(changed.get(resource.key, resource) for resource in needed)


def _spliced(before: State, edits: Sequence[Edit]) -> dict[str, str]:
    files = before.reading.files
    return {path: splice(files[path].file.text, group) for path, group in by_file(edits).items()}


def _misread(before: Reading, after: Reading, texts: Iterable[str], changes: Iterable[Change]) -> str | None:
    """Whether each resource of the changed files reads as the changes say, and all others as before."""
    wanted: dict[Resource, list[Change]] = {}
    for change in changes:
        wanted.setdefault(change.at.resource, []).append(change)
    for path in texts:
        old, new = before.files[path], after.files[path]
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
    before: Analysis, after: Iterable[Finding], solved: Sequence[Finding], changes: Iterable[Change]
) -> str | None:
    """A fault that wasn't there, unless it is a later hop that can be judged at last."""
    opened = {f.at.resource.key for f in solved if RULES[f.rule].reveals}
    known = {(finding.rule, finding.at.resource.key) for finding in before.findings}
    moved = [change.at for change in changes if isinstance(change, Replace | RenameKey)]
    for finding in after:
        place = finding.at.resource.key
        if finding.key in before.keys or place in opened or finding.category is Category.FRAGILE:
            continue
        # Where a repair has moved the path of a fault, it is the same one in another place.
        if (finding.rule, place) not in known or not any(_encloses(at, finding.at) for at in moved):
            return f"it would bring a new fault: {finding.message}"
    return None


def _encloses(changed: Ref, at: Ref) -> bool:
    """Whether a place stands below the parent of one that took another shape or name."""
    above = changed.path[:-1]
    return changed.resource.key == at.resource.key and at.path[: len(above)] == above


def _findings(analysis: Analysis, touched: frozenset[object]) -> list[Finding]:
    return [finding for finding in analysis.findings if finding.at.resource.key in touched]


def _harmed(before: TrafficGraph, after: TrafficGraph, touched: frozenset[object]) -> str | None:
    """A route, Service port or probe that loses something which it reached."""
    was = _Fates(before)
    for service, targets in after.targets.items():
        for target in targets if service.key in touched else ():
            if was.of_port(service.key, target.index) - _reached(target):
                return f"{service.label} would reach other containers than today"
    for backend in after.backends:
        if backend.edge.resource.key in touched and was.of_backend(backend) - _end(after, backend):
            return f"{backend.edge.resource.label} would reach other containers than today"
    for probe in after.probes:
        called = was.of_probe(probe) if probe.use.at.resource.key in touched else None
        if called is not None and called != _called(probe):
            return f"the {probe.use.kind} of {probe.use.at.resource.label} would call another port"
    return None


class _Fates:
    """What each Service port, backend and probe of a graph reaches, looked up by what stays the same."""

    def __init__(self, graph: TrafficGraph) -> None:
        self._graph = graph
        self._services: dict[object, Resource] = {service.key: service for service in graph.targets}
        self._backends: dict[object, Backend] = {_identity(backend): backend for backend in graph.backends}
        self._probes: dict[object, Probe] = {_use(probe): probe for probe in graph.probes}

    def of_port(self, service: object, index: int) -> frozenset[object]:
        found = self._services.get(service)
        targets = self._graph.targets[found] if found is not None else ()
        return _reached(targets[index]) if index < len(targets) else frozenset()

    def of_probe(self, probe: Probe) -> tuple[object, ...] | None:
        found = self._probes.get(_use(probe))
        return _called(found) if found is not None else None

    def of_backend(self, backend: Backend) -> frozenset[object]:
        found = self._backends.get(_identity(backend))
        return _end(self._graph, found) if found is not None else frozenset()


def _use(probe: Probe) -> tuple[object, ...]:
    return probe.use.at.resource.key, probe.use.at.path


def _called(probe: Probe) -> tuple[object, ...] | None:
    """The container and number that a probe by name calls; a number calls what it says."""
    if probe.port is None or isinstance(probe.use.wanted, int):
        return None
    return probe.port.container, probe.port.port.container_port


def _identity(backend: Backend) -> tuple[object, ...]:
    return backend.edge.resource.key, backend.place


def _end(graph: TrafficGraph, backend: Backend) -> frozenset[object]:
    """The Service port that a backend names and what answers there; nothing where it names none."""
    target = None if backend.reason else graph.target(backend)
    return _reached(target) | {(target.service.key, target.index)} if target is not None else frozenset()


def _reached(target: Target) -> frozenset[object]:
    """The container and number of each hit that answers; Jobs and portless pods where nothing else is."""
    sure = [h for h in target.hits if not h.portless and h.workload.kind not in ("Job", "CronJob")]
    return frozenset(
        (hit.workload.key, hit.port.container if hit.port else None, hit.number)
        for hit in sure or target.hits
        if hit.reason is None
    )
