"""Chains: container ports that must have one name, because Services lead to them by one reference.

A targetPort by name finds only pods that have the name, so everything that a Service port reaches in
all its workloads is called the same, once; also in those further away that its selector matches as well,
unless something hinders just there.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from refactor.candidates.meeting import lasting, met
from refactor.candidates.naming import container_port_name
from refactor.candidates.portnames import why_not_container
from refactor.candidates.spelling import is_near
from refactor.candidates.twins import shares_number
from refactor.decisions import PortKey, port_key
from refactor.kubernetes.meta import PortRef
from refactor.pods import PodPort
from refactor.routes import Reason, Target, TrafficGraph
from refactor.world import Resource


@dataclass(slots=True)
class Chain:
    """Container ports under one name: the name, or why there is none."""

    ports: list[PodPort] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    name: str | None = None
    reason: str | None = None

    @property
    def standing(self) -> set[str]:
        """The names that its ports have already."""
        return {port.port.name for port in self.ports if port.port.name}


def chains_of(graph: TrafficGraph, pending: Mapping[PortKey, str]) -> dict[PodPort, Chain]:
    """Each container port's chain, named where something uses it and where it can be.

    `pending`: ports whose name is being repaired.
    """
    chains = _linked(graph)
    _link_others(graph, chains, pending)
    names: dict[PodPort, str] = {}
    probed = {probe.port for probe in graph.probes if probe.port}
    used = {id(c): c for port, c in chains.items() if c.targets or port in probed}
    for chain in sorted(used.values(), key=lambda c: _rank(graph, c)):
        chain.reason = _why_not(graph, chain, pending)
        if chain.reason is None:
            _name(graph, chain, names)
    return chains


def _linked(graph: TrafficGraph) -> dict[PodPort, Chain]:
    chains = {port: Chain([port]) for ports in graph.ports.values() for port in ports}
    for targets in graph.targets.values():
        for target in targets:
            sure = [h.port for h in lasting(target) if h.port is not None and not h.reason]
            for port in sure[1:]:
                _join(chains, chains[sure[0]], chains[port])
            if sure:
                chains[sure[0]].targets.append(target)
    return chains


def _join(chains: dict[PodPort, Chain], one: Chain, other: Chain) -> None:
    if other is not one:
        one.ports += other.ports
        one.targets += other.targets
        chains.update((port, one) for port in other.ports)


def _link_others(graph: TrafficGraph, chains: dict[PodPort, Chain], pending: Mapping[PortKey, str]) -> None:
    """Joins what a selector matches in other folders, where the two can have one name."""
    targets = [target for targets in graph.targets.values() for target in targets]
    # Where not all can be joined, the order decides which are: never that of the files.
    for target in sorted(targets, key=lambda t: str(port_key(t.at))):
        ports = list(met(graph, target))
        for port in ports[1:]:
            one, other = chains[ports[0]], chains[port]
            together = Chain(one.ports + other.ports, one.targets + other.targets)
            if other is not one and not (_why_not(graph, together, pending) or _clashes(graph, together)):
                _join(chains, one, other)


def _rank(graph: TrafficGraph, chain: Chain) -> tuple[object, ...]:
    """Who chooses first: what has a name, then what an edge reaches, then the order in the pod."""
    routed = any(b.index == t.index for t in chain.targets for b in graph.callers.get(t.service, ()))
    first = min(port_key(port.at) for port in chain.ports)
    return not chain.standing, not routed, not chain.targets, str(first[0]), first[1]


def _why_not(graph: TrafficGraph, chain: Chain, pending: Mapping[PortKey, str]) -> str | None:
    if len(chain.standing) > 1:
        return f"its pods call it {' and '.join(sorted(chain.standing))}"
    if len({port.workload for port in chain.ports}) < len(chain.ports):
        return "its Services lead by one reference to several ports of a pod"
    if any(_is_invalid(port) or (pending and port_key(port.at) in pending) for port in chain.ports):
        return "the name of its container port has to be repaired first"
    for port in chain.ports:
        reason = _why_not_port(graph, port)
        if reason:
            return reason
    return next((f"{t.service.label} is far away from its pods" for t in chain.targets if t.far), None)


def _is_invalid(port: PodPort) -> bool:
    return port.port.name is not None and why_not_container(port.port.name) is not None


def _why_not_port(graph: TrafficGraph, port: PodPort) -> str | None:
    siblings = graph.ports[port.workload]
    number, transport = port.port.container_port, port.port.transport
    if shares_number(port, siblings):
        return (
            f"{number} is declared for two protocols: kubectl and Helm merge such entries by number "
            "and would name only the first"
        )
    same = [p for p in siblings if p.port.container_port == number and p.port.transport == transport]
    if len(same) > 1:
        return f"{number} is declared twice in the pod: only one of them can listen"
    return None


def _name(graph: TrafficGraph, chain: Chain, names: dict[PodPort, str]) -> None:
    """The one name that stands, or the best new one; it must be free in every pod of the chain."""
    own = set(chain.ports)
    taken = {name for port in chain.ports for name in _others(graph, port.workload, own, names)}
    standing = next(iter(chain.standing), None)
    if standing in taken:
        chain.reason = f"another port of a pod is called {standing} already"
        return
    chain.name = standing or _new_name(graph, chain, taken)
    waking = _waking(graph, chain)
    if waking:
        chain.name, chain.reason = None, waking
        return
    names.update((port, chain.name) for port in own)


def _clashes(graph: TrafficGraph, chain: Chain) -> bool:
    """Whether the name that stands belongs to another port in one of the pods."""
    own = set(chain.ports)
    return any(name in chain.standing for p in chain.ports for name in _others(graph, p.workload, own, {}))


def _waking(graph: TrafficGraph, chain: Chain) -> str | None:
    """A liveness probe that asks for the new name in vain sleeps today; it would begin to restart pods."""
    for port in chain.ports:
        for probe in () if port.port.name else graph.probes_of.get(port.workload, ()):
            use = probe.use
            asks = probe.reason is Reason.NO_TARGET and use.wanted == chain.name
            if asks and use.kind == "livenessProbe" and use.container == port.container:
                return f"the name {chain.name} would switch on a livenessProbe that has never run"
    return None


def _new_name(graph: TrafficGraph, chain: Chain, taken: set[str]) -> str:
    """The best name that is free, and that doesn't pass for evidence of what a Service asks for in vain."""
    first, *others = sorted(chain.ports, key=lambda port: str(port_key(port.at)))
    vain = _asked_in_vain(graph, {port.workload for port in chain.ports})
    taken |= {target.port.name for target in vain if target.port.name and target.port.name != target.wanted}
    name = container_port_name(graph, first, taken, beside=others)
    for _ in vain:
        if not any(_is_nearly(name, target.wanted) for target in vain):
            break
        taken.add(name)
        name = container_port_name(graph, first, taken, beside=others)
    return name


def _asked_in_vain(graph: TrafficGraph, workloads: Collection[Resource]) -> list[Target]:
    """The Service ports that find nothing in the pods of one of these workloads."""
    asking = dict.fromkeys(service for one in workloads for service in graph.selecting.get(one, ()))
    reasons = (Reason.NO_TARGET, Reason.UNDECLARED)
    return [
        target
        for service in asking
        for target in graph.targets[service]
        if any(hit.reason in reasons and hit.workload in workloads for hit in target.hits)
    ]


def _is_nearly(name: str, wanted: PortRef | None) -> bool:
    return isinstance(wanted, str) and name != wanted and is_near(wanted, name)


def _others(
    graph: TrafficGraph, workload: Resource, own: set[PodPort], names: Mapping[PodPort, str]
) -> Iterator[str]:
    for port in graph.ports[workload]:
        name = port.port.name or names.get(port)
        if name and port not in own:
            yield name
