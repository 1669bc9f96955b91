"""Naming routes end to end: one name for each port, and every number on the way moved to it.

Decided for the whole graph at once; what can't be named keeps its number, with the reason.
https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from collections.abc import Mapping, Sequence

from refactor.candidates.meeting import answering, lasting, met, selected_too
from refactor.candidates.naming import service_port_name
from refactor.candidates.portnames import CONTAINER_LIMIT, why_not_container
from refactor.candidates.renaming import ask_pods_by_name, call_by_name
from refactor.candidates.twins import shares_service_number
from refactor.decisions import Naming, PortKey, port_key
from refactor.planning.chains import Chain, chains_of
from refactor.planning.consumers import (
    switches_to_tls,
    why_backend_stays,
    why_leaning,
    why_not_named,
    why_probe_stays,
    why_target_stays,
)
from refactor.planning.rollout import why_not_rolled, why_old_pods_run
from refactor.pods import PodPort
from refactor.routes import Backend, Probe, Reason, Target, TrafficGraph
from refactor.source import Refusal
from refactor.world import Change, Resource


def name_end_to_end(
    graph: TrafficGraph, pending: Mapping[PortKey, str], refused: frozenset[Resource] = frozenset()
) -> Naming:
    """The names and the moves; `pending`: port entries whose name is being repaired, which come first, and
    `refused`: objects that the cluster doesn't take as they are, so no other may ask for a name in them.
    """
    namer = _Namer(graph, pending, refused)
    namer.name_containers()
    for targets in graph.targets.values():
        for target in targets:
            namer.move_target(target)
        namer.name_service(targets)
    for backend in graph.backends:
        namer.move_backend(backend)
    for probe in graph.probes:
        namer.move_probe(probe)
    namer.leave_unasked()
    return Naming(namer.names, namer.moves, namer.reasons, namer.unsafe, frozenset(namer.waiting))


class _Namer:
    """The decisions while they are taken, from the container outwards."""

    def __init__(
        self, graph: TrafficGraph, pending: Mapping[PortKey, str], refused: frozenset[Resource]
    ) -> None:
        self.graph = graph
        self.pending = pending
        self.refused = refused
        self.chains: Mapping[PodPort, Chain] = chains_of(graph, pending)
        self.leading: dict[PodPort, list[Target]] = {}
        self.names: dict[PortKey, str] = {}
        self.moves: dict[PortKey, str] = {}
        self.reasons: dict[PortKey, str] = {}
        self.unsafe: dict[PortKey, str] = {}
        self.waiting: set[PortKey] = set()
        self.asked: dict[PodPort, list[Change]] = {}

    def name_containers(self) -> None:
        """Every nameless port of a chain gets the chain's name, where its own pods are rolled."""
        for chain in {id(chain): chain for chain in self.chains.values()}.values():
            for port in chain.ports:
                if port.port.name is None or chain.reason:
                    self._name_container(port, chain)

    def _name_container(self, port: PodPort, chain: Chain) -> None:
        key = port_key(port.at)
        reason = chain.reason or self._fixed(port.workload)
        if reason:
            self.reasons[key] = reason
        elif chain.name:
            self.names[key] = chain.name

    def _fixed(self, resource: Resource) -> str | None:
        """Why a resource can't take a name: its pods don't roll, or a patch may speak of its numbers."""
        patch = self.graph.world.patched_by(resource)
        if patch:
            return f"{patch} patches {resource.label}: a patch may speak of the number"
        return why_not_rolled(resource) if resource in self.graph.ports else None

    def _refused(self, resource: Resource) -> str | None:
        """Why nothing may ask for a name in a resource: the cluster doesn't get it as it is."""
        if resource in self.refused:
            return f"the API server refuses {resource.label} as it is written: that has to be repaired first"
        return None

    def move_target(self, target: Target) -> None:
        """A targetPort moves where all pods that it reaches today have, or get, the one name."""
        if not isinstance(target.wanted, int) or not target.hits:
            return
        key, outcome = port_key(target.at), self._target_name(target)
        # An Ingress that asks for a wrong port is repaired sooner or later: then this can move.
        asks = isinstance(outcome, Chain) or outcome == why_leaning(self.graph, target)
        for port in met(self.graph, target):
            self.leading.setdefault(port, []).append(target)
            if asks:
                moved = ask_pods_by_name(target, self.chains[port].name or "")
                self.asked.setdefault(port, []).append(moved)
        if isinstance(outcome, Chain):
            self.moves[key] = outcome.name or ""
            if any(hit.port and not hit.port.port.name for hit in lasting(target)):
                self.waiting.add(key)
        else:
            self.reasons[key] = outcome

    def _target_name(self, target: Target) -> Chain | str:
        hits = lasting(target)
        fixed = self._fixed(target.service)
        if fixed:
            return fixed
        for hit in hits:
            if hit.reason is not None:
                return "its target has to be repaired first"
            if hit.port is None:
                return f"{hit.workload.label} declares no port {target.wanted} that could have a name"
            refused, stale = self._refused(hit.workload), why_old_pods_run(hit.workload)
            if refused or stale:
                return refused or f"{stale}, so some may run without the name"
            fixed = self._fixed(hit.workload) if self._called(hit.port) is None else None
            if fixed:
                return fixed
        if shares_service_number(target, self.graph.targets[target.service]):
            return (
                f"{target.port.port} is there for two protocols: kubectl and Helm merge such entries "
                "by number and would move only the first"
            )
        blocked = why_target_stays(self.graph, target)
        if blocked:
            return blocked
        first = hits[0].port
        assert first is not None  # every hit has one, as seen above
        chain = self.chains[first]
        if chain.name is None:
            return chain.reason or "its container port has no name"
        return self._why_others_stay(target, chain.name) or why_leaning(self.graph, target) or chain

    def _why_others_stay(self, target: Target, name: str) -> str | None:
        for workload in selected_too(self.graph, target):
            refused, stale = self._refused(workload), why_old_pods_run(workload)
            if refused:
                return refused
            if stale:
                return f"its selector matches {workload.label} too: {stale}, so some may run without the name"
            port = answering(self.graph, target, workload)
            if port is None or self._called(port) != name:
                place = f"{workload.label} in {workload.home.file.path}"
                return f"its selector matches {place} too, where {target.wanted} isn't called {name}"
            if port.port.name is None:
                self.waiting.add(port_key(target.at))
        return None

    def name_service(self, targets: tuple[Target, ...]) -> None:
        """The one port of a Service gets a name; of several, each must have one anyway."""
        if len(targets) != 1 or targets[0].port.name or not targets[0].hits:
            return
        target = targets[0]
        key = port_key(target.item)
        fixed = self._fixed(target.service)
        if fixed:
            self.reasons[key] = fixed
            return
        if any(hit.reason is not None for hit in target.hits):
            # A name that is only ours would pass for evidence of what the broken hop means.
            self.reasons[key] = "its target has to be repaired first"
            return
        limit = CONTAINER_LIMIT  # so that an Ingress can name it
        name = service_port_name(self.graph, target, (), limit=limit, called=self._called)
        outcome = why_not_named(self.graph, target, name)
        if key in self.pending or outcome.reason:
            self.reasons[key] = outcome.reason or "its name has to be repaired first"
            return
        self.names[key] = outcome.name
        doubt = self._doubt(target, outcome.name)
        if doubt:
            self.unsafe[key] = doubt

    def _doubt(self, target: Target, name: str) -> str | None:
        """Who may feel the new name of a Service port."""
        if switches_to_tls(self.graph, target, name):
            return "Traefik speaks TLS to a Service port of such a name, and may not do so today"
        if isinstance(target.port.target_port, str):
            # They join endpoints by name (503s on ingress-nginx).
            return (
                "some Ingress controllers would lose the Service's pods for a moment, as its targetPort is a "
                "name already"
            )
        return None

    def _called(self, port: PodPort) -> str | None:
        return port.port.name or self.names.get(port_key(port.at))

    def move_backend(self, backend: Backend) -> None:
        """An Ingress's number moves to the name that every variant of its Service has for it."""
        edge, target = backend.edge, self.graph.target(backend)
        if not edge.from_ingress or not isinstance(edge.port, int) or edge.port_at is None:
            return
        if target is None or backend.reason or edge.port_at.path[-1] not in ("number", "servicePort"):
            return
        key, name = port_key(edge.port_at), self._service_called(target)
        if port_key(target.item) in self.pending:
            self.reasons[key] = "the name of its Service port has to be repaired first"
            return
        reason = self._fixed(edge.resource) or self._why_not_moved(backend, target, name)
        if name is None or reason:
            self.reasons[key] = reason or self.reasons.get(
                port_key(target.item), "its Service has no name for it"
            )
            return
        self.moves[key] = name
        if not target.port.name:
            self.waiting.add(key)
        if port_key(target.item) in self.unsafe:
            self.unsafe[key] = self.unsafe[port_key(target.item)]

    def _service_called(self, target: Target) -> str | None:
        return target.port.name or self.names.get(port_key(target.item))

    def _why_not_moved(self, backend: Backend, target: Target, name: str | None) -> str | None:
        if target.reason is Reason.EXTERNAL:
            return "a Service of type ExternalName is reached by number only"
        wrong = why_not_container(name) if name else None
        if wrong:
            return f"an Ingress can't say {name}: {wrong}"
        if backend.far:
            return f"{target.service.label} is far away"
        if target.service in self.refused:
            return self._refused(target.service)
        stays = why_backend_stays(self.graph, backend, target)
        if stays:
            return stays
        for variant in self.graph.world.named(
            backend.edge.resource, target.service.name, namespace=backend.edge.namespace
        ):
            others = [t for t in self.graph.targets[variant] if t.port.port == backend.edge.port]
            if any(self._service_called(other) != name for other in others) or not others:
                return f"{target.service.label} in {variant.home.file.path} calls it otherwise"
        return None

    def move_probe(self, probe: Probe) -> None:
        """A probe's number moves to the name of the port in its own container; gRPC knows numbers only."""
        if not isinstance(probe.use.wanted, int) or probe.port is None or probe.use.action == "grpc":
            return
        key = port_key(probe.use.at)
        reason, name = self._fixed(probe.port.workload), self._called(probe.port)
        if name and not reason:
            reason = why_probe_stays(self.graph, probe.port)
        if name is None or reason:
            self.reasons[key] = reason or self.reasons.get(port_key(probe.port.at), "its port has no name")
        else:
            self.moves[key] = name
            self.asked.setdefault(probe.port, []).append(call_by_name(probe, name))

    def leave_unasked(self) -> None:
        """Nothing would ask for it by name: then a name has no use, and would restart the pods."""
        for port in self.chains:
            if port.port.name is None and not any(map(_is_writable, self.asked.get(port, ()))):
                key = port_key(port.at)
                self.names.pop(key, None)
                self.reasons.setdefault(key, _unasked(self.leading.get(port, ())))


def _is_writable(change: Change) -> bool:
    """Whether its text can say so: not where a chart's settings make the number, or an anchor."""
    return not isinstance(change.at.resource.home.ways(change), Refusal)


def _unasked(leading: Sequence[Target]) -> str:
    services = sorted({target.service.label for target in leading})
    if not services:
        return "nothing could ask for it by name"
    keep = "keeps its number" if len(services) == 1 else "keep their numbers"
    return f"nothing would ask for it by name, as {' and '.join(services)} {keep}"
