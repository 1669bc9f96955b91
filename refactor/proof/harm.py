"""What a change takes away: routes, Service ports and probes that reach less than they did."""

from refactor.candidates.meeting import answering, selected_too
from refactor.routes import Backend, Probe, Reason, Target, TrafficGraph
from refactor.world import Resource


def harmed(before: TrafficGraph, after: TrafficGraph, touched: frozenset[object]) -> str | None:
    """A route, Service port or probe that loses something which it reached."""
    was = _Fates(before)
    for service, targets in after.targets.items():
        for target in targets if service.key in touched else ():
            lost = was.of_port(service.key, target.index) - _reached(target)
            if lost or was.further(service.key, target) - _further(after, target):
                return f"{service.label} would reach other containers than today"
    for backend in after.backends:
        if backend.edge.resource.key in touched and was.of_backend(backend) - _end(after, backend):
            return f"{backend.edge.resource.label} would reach other containers than today"
    for probe in after.probes:
        if probe.use.at.resource.key in touched and was.misses(probe):
            return f"the {probe.use.kind} of {probe.use.at.resource.label} would call another port"
    return None


class _Fates:
    """What each Service port, backend and probe of a graph reaches, looked up by what stays the same."""

    def __init__(self, graph: TrafficGraph) -> None:
        self._graph = graph
        self._services: dict[object, Resource] = {service.key: service for service in graph.targets}
        self._backends: dict[object, Backend] = {_identity(backend): backend for backend in graph.backends}
        self._probes: dict[object, Probe] = {_use(probe): probe for probe in graph.probes}

    def _port(self, service: object, index: int) -> Target | None:
        found = self._services.get(service)
        targets = self._graph.targets[found] if found is not None else ()
        return targets[index] if index < len(targets) else None

    def of_port(self, service: object, index: int) -> frozenset[object]:
        port = self._port(service, index)
        return _reached(port) if port is not None else frozenset()

    def further(self, service: object, now: Target) -> frozenset[object]:
        """What a port that works reaches by number in other folders, where it asks by name now."""
        port = self._port(service, now.index)
        if port is None or port.failing or not isinstance(port.wanted, int) or isinstance(now.wanted, int):
            return frozenset()
        return _further(self._graph, port)

    def misses(self, now: Probe) -> bool:
        """Whether a probe that calls a port calls another one now, or one that can't be told."""
        was = self._probes.get(_use(now))
        if was is None or was.reason is not None:
            return False
        called = _called(was)
        return now.reason is Reason.UNREADABLE or (called is not None and called != _called(now))

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


def _further(graph: TrafficGraph, target: Target) -> frozenset[object]:
    """The same of workloads that the selector matches in other folders."""
    found = (answering(graph, target, workload) for workload in selected_too(graph, target))
    return frozenset((p.workload.key, p.container, p.port.container_port) for p in found if p is not None)
