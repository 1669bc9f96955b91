"""The traffic graph: Ingress → Service → pod port, and probe → container port, each hop with its fate.

A named targetPort must agree in name and protocol; a number needs no declaration.
https://kubernetes.io/docs/concepts/services-networking/service/
"""

from collections.abc import Iterator
from functools import cached_property

from refactor.edges import Edge, edges_of
from refactor.kubernetes.meta import PortRef
from refactor.kubernetes.service import Service, ServicePort
from refactor.links import Backend, Hit, Hop, Probe, Reason, Route, Selection, Target
from refactor.placeholders import is_placeholder
from refactor.pods import PodPort, ProbePort, containers, pod_ports, probe_ports
from refactor.world import Resource, World
from refactor.world.lookup import written_labels

_Ports = tuple[PodPort, ...]

__all__ = [
    "Backend",
    "Hit",
    "Hop",
    "Probe",
    "Reason",
    "Route",
    "Selection",
    "Target",
    "TrafficGraph",
    "port_index",
]


class TrafficGraph:
    """All hops of a world. Frozen once made; rules and planning read it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ports = {workload: pod_ports(workload) for workload in world.workloads}
        self.selections = {service: _selection(world, service) for service in world.services}
        self.targets = {service: self._targets(service) for service in world.services}
        self.backends = tuple(_backends(world))
        self.probes = tuple(
            _probe(world, use, self.ports[w]) for w in world.workloads for use in probe_ports(w)
        )

    def _targets(self, service: Resource) -> tuple[Target, ...]:
        chosen = self.selections[service]
        return tuple(
            Target(
                service,
                index,
                port,
                tuple(_hit(self.world, service, w, self.ports[w], port) for w in chosen.workloads),
                chosen.reason,
                chosen.far,
            )
            for index, port in enumerate(service.body.spec.ports)
        )

    @cached_property
    def failing(self) -> tuple[Target, ...]:
        """The Service ports to which the pods of some workload don't answer."""
        every = (target for targets in self.targets.values() for target in targets)
        return tuple([target for target in every if target.failing])

    @cached_property
    def selecting(self) -> dict[Resource, list[Resource]]:
        """Workload → the Services that select its pods."""
        index: dict[Resource, list[Resource]] = {}
        for service, selection in self.selections.items():
            for workload in selection.workloads:
                index.setdefault(workload, []).append(service)
        return index

    @cached_property
    def unmatched(self) -> dict[tuple[str, str], list[Resource]]:
        """Label → the Services that ask for it and select no pods."""
        index: dict[tuple[str, str], list[Resource]] = {}
        for service, selection in self.selections.items():
            for pair in () if selection.workloads else service.body.spec.selector.items():
                index.setdefault(pair, []).append(service)
        return index

    @cached_property
    def backends_of(self) -> dict[Resource, list[Backend]]:
        """Ingress, or another object where traffic enters → its backends."""
        index: dict[Resource, list[Backend]] = {}
        for backend in self.backends:
            index.setdefault(backend.edge.resource, []).append(backend)
        return index

    @cached_property
    def callers(self) -> dict[Resource, list[Backend]]:
        """Service → the backends that name it."""
        index: dict[Resource, list[Backend]] = {}
        for backend in self.backends:
            if backend.service is not None:
                index.setdefault(backend.service, []).append(backend)
        return index

    @cached_property
    def probes_of(self) -> dict[Resource, list[Probe]]:
        """Workload → its probes and hooks."""
        index: dict[Resource, list[Probe]] = {}
        for probe in self.probes:
            index.setdefault(probe.use.at.resource, []).append(probe)
        return index

    def target(self, backend: Backend) -> Target | None:
        """The Service port that a resolved backend reaches."""
        if backend.service is None or backend.index is None:
            return None
        targets = self.targets.get(backend.service, ())
        return targets[backend.index] if backend.index < len(targets) else None

    def reaches(self, backend: Backend) -> bool:
        """Whether a backend leads to a port in the pods of every workload that counts."""
        target = self.target(backend)
        return backend.reason is None and target is not None and bool(target.hits) and not target.failing

    def leaves(self, backend: Backend) -> bool:
        """Whether a backend leads to what these files don't hold, as they say themselves."""
        target = self.target(backend)
        return Reason.EXTERNAL in (backend.reason, target and target.reason) or (
            target is not None and target.reason is Reason.NO_SELECTOR
        )

    def is_patched(self, target: Target) -> bool:
        """Whether a patch may speak of what a Service port leads to: its pods may come out otherwise."""
        return any(self.world.patched_by(hit.workload) for hit in target.hits)

    def routes(self) -> Iterator[Route]:
        """Every route, one for each backend and workload that it can reach."""
        for backend in self.backends:
            yield from _routes(self, backend)


def _selection(world: World, service: Resource) -> Selection:
    body: Service = service.body
    if body.external:
        return Selection(reason=Reason.EXTERNAL)
    if not body.spec.selector:
        unreadable = service.at("spec", "selector").value
        return Selection(reason=Reason.UNREADABLE if unreadable else Reason.NO_SELECTOR)
    workloads = world.selected(service, body.spec.selector)
    if not workloads:
        known = written_labels(body.spec.selector)
        return Selection(reason=Reason.NO_WORKLOAD if known else Reason.UNREADABLE)
    return Selection(tuple(workloads), far=any(world.is_far(service, w) for w in workloads))


def _hit(world: World, service: Resource, workload: Resource, ports: _Ports, port: ServicePort) -> Hit:
    wanted = port.target
    odd = world.misspelt and any(world.misspelt.on_the_way(one, ("protocol",)) for one in (service, workload))
    if odd or wanted is None or (isinstance(wanted, str) and is_placeholder(wanted)):
        return Hit(workload, reason=Reason.UNREADABLE)
    if isinstance(wanted, int):
        return _hit_by_number(world, workload, ports, wanted, port)
    named = [p for p in ports if p.port.name == wanted]
    for found in named:
        if found.port.transport == port.transport:
            number = found.port.container_port
            if number is None:
                return Hit(workload, found, reason=Reason.UNREADABLE)
            return _judge_sidecar(world, Hit(workload, found, number))
    if named:
        return Hit(workload, named[0], named[0].port.container_port, Reason.WRONG_PROTOCOL)
    return _unless_told(world, workload, port, Hit(workload, reason=Reason.NO_TARGET, portless=not ports))


def _judge_sidecar(world: World, hit: Hit) -> Hit:
    """Named ports of native sidecars count from Kubernetes 1.33 on."""
    if hit.port is None or not hit.port.sidecar or (world.kube_version or (0, 0)) >= (1, 33):
        return hit
    return Hit(hit.workload, hit.port, hit.number, Reason.SIDECAR_ONLY)


def _hit_by_number(world: World, workload: Resource, ports: _Ports, wanted: int, port: ServicePort) -> Hit:
    declared = [p for p in ports if p.port.container_port == wanted]
    for found in declared:
        if found.port.transport == port.transport:
            return Hit(workload, found, wanted)
    if declared:
        return Hit(workload, declared[0], wanted, Reason.WRONG_PROTOCOL)
    if not ports:
        return Hit(workload, None, wanted, portless=True)
    return _unless_told(world, workload, port, Hit(workload, None, wanted, Reason.UNDECLARED))


def _unless_told(world: World, workload: Resource, port: ServicePort, missing: Hit) -> Hit:
    """What isn't declared isn't missing where a patch declares it, nor for sure beside what is misspelt."""
    for one in world.declared_by_patches(workload):
        names = (one.port.name, one.port.container_port)
        if port.target in names and one.port.transport == port.transport:
            return Hit(workload, number=one.port.container_port, patch=one.path)
    odd = missing.reason and _unless_misspelt(world, workload, missing.reason)
    return Hit(workload, reason=odd) if odd is Reason.UNREADABLE else missing


def _backends(world: World) -> Iterator[Backend]:
    for resource in world.resources:
        for edge in edges_of(resource):
            yield _resolve(world, edge)


def _resolve(world: World, edge: Edge) -> Backend:
    name = edge.service
    if name is None or is_placeholder(name):
        return Backend(edge, reason=Reason.UNREADABLE)
    options = world.named(edge.resource, name, namespace=edge.namespace)
    if not options:
        external = world.is_external(edge.resource, name) or edge.by_annotation
        return Backend(edge, reason=Reason.EXTERNAL if external else Reason.NO_SERVICE)
    found = ((option, port_index(option.body, edge.port)) for option in options)
    service, index = next((pair for pair in found if pair[1] is not None), (options[0], None))
    far = world.is_far(edge.resource, service)
    return Backend(edge, service, index, _port_reason(world, edge, service, index), far)


# The fields on the way to a port of a Service and of a container.
_TO_A_PORT = frozenset({"spec", "ports", "name", "port"})
_TO_PODS = _TO_A_PORT | {"template", "jobTemplate", "containers", "initContainers", "containerPort"}


def _port_reason(world: World, edge: Edge, service: Resource, index: int | None) -> Reason | None:
    if index is not None:
        return None
    if edge.by_annotation or service.body.external:
        return Reason.EXTERNAL
    unclear = edge.port is None or (isinstance(edge.port, str) and is_placeholder(edge.port))
    # A port that can't be read may be the one that is asked for.
    if unclear or any(fault.path[:2] == ("spec", "ports") for fault in service.faults):
        return Reason.UNREADABLE
    return Reason.UNREADABLE if world.misspelt.on_the_way(service, _TO_A_PORT) else Reason.NO_PORT


def port_index(service: Service, wanted: PortRef | None) -> int | None:
    """The place in `spec.ports` of the port with this number or name; None where there is none."""
    for index, port in enumerate(service.spec.ports):
        if wanted is not None and wanted == (port.port if isinstance(wanted, int) else port.name):
            return index
    return None


def _probe(world: World, use: ProbePort, ports: _Ports) -> Probe:
    own, workload = [p for p in ports if p.container == use.container], use.at.resource
    if isinstance(use.wanted, str):
        if is_placeholder(use.wanted):
            return Probe(use, reason=Reason.UNREADABLE)
        found = next((p for p in own if p.port.name == use.wanted), None)
        if found and found.port.container_port is None:
            return Probe(use, reason=Reason.UNREADABLE)
        known = found or _in_a_patch(world, use)
        return Probe(use, found, None if known else _unless_misspelt(world, workload, Reason.NO_TARGET))
    found = next((p for p in own if p.port.container_port == use.wanted), None)
    if found or not own:
        return Probe(use, found)
    # Containers of a pod share its addresses: another one may serve the number.
    anywhere = any(p.port.container_port == use.wanted for p in ports)
    known = anywhere or _calls_a_silent_one(use, ports) or _in_a_patch(world, use)
    return Probe(use, None, None if known else _unless_misspelt(world, workload, Reason.UNDECLARED))


def _in_a_patch(world: World, use: ProbePort) -> bool:
    """Whether a patch declares what a probe calls, in the same container."""
    name = use.owner.name
    ports = (one.port for one in world.declared_by_patches(use.at.resource) if one.container == name)
    return any(use.wanted in (port.name, port.container_port) for port in ports)


def _unless_misspelt(world: World, workload: Resource, missing: Reason) -> Reason:
    return Reason.UNREADABLE if world.misspelt.on_the_way(workload, _TO_PODS) else missing


def _calls_a_silent_one(use: ProbePort, ports: _Ports) -> bool:
    """A hook is often answered by another container; one that declares no port may serve any."""
    every = {path for path, _, _ in containers(use.at.resource)}
    return use.kind.startswith("lifecycle.") and every != {port.container for port in ports}


def _routes(graph: TrafficGraph, backend: Backend) -> Iterator[Route]:
    edge = backend.edge
    name = f"{edge.resource.kind.lower()}/{edge.resource.name}"
    where = (edge.host or "*") + (edge.path or "/") if not edge.default else "default backend"
    target = graph.target(backend)
    if target is None or backend.service is None:
        yield Route(f"{name} {where}", (Hop(edge.at, None, backend.reason),))
        return
    first = Hop(edge.at, target.item, backend.reason)
    if not target.hits:
        yield Route(f"{name} {where}", (first, Hop(target.at, None, target.reason)))
    for hit in target.hits:
        place = hit.port.at if hit.port else (hit.workload.at() if hit.reason is None else None)
        yield Route(f"{name} {where}", (first, Hop(target.at, place, hit.reason)))
