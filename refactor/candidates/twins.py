"""Ports that stand twice: which of two of one name keeps it, and which pairs must not be touched."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from refactor.candidates.listening import WELL_KNOWN
from refactor.pods import PodPort
from refactor.routes import Target, TrafficGraph

P = TypeVar("P", PodPort, Target)


@dataclass(frozen=True, slots=True)
class Twin(Generic[P]):
    """A port that has to give up its name, the one that keeps it, and whether evidence says so."""

    port: P
    keeper: P
    certain: bool


def twin_container_ports(graph: TrafficGraph, ports: Sequence[PodPort]) -> Iterator[Twin[PodPort]]:
    """The ports of a pod whose name another port of the same container keeps."""
    if len(ports) < 2:
        return
    for twins in _of_one_name(ports, lambda p: (p.container, p.port.name) if p.port.name else None):
        yield from _parted(twins, [_container_evidence(graph, port) for port in twins])


def twin_service_ports(targets: Sequence[Target]) -> Iterator[Twin[Target]]:
    """The ports of a Service whose name another of its ports keeps."""
    if len(targets) < 2:
        return
    for twins in _of_one_name(targets, lambda target: target.port.name or None):
        yield from _parted(twins, [_service_evidence(target) for target in twins])


def _of_one_name(ports: Sequence[P], key: Callable[[P], object]) -> list[list[P]]:
    groups: dict[object, list[P]] = {}
    for port in ports:
        name = key(port)
        if name is not None:
            groups.setdefault(name, []).append(port)
    return [group for group in groups.values() if len(group) > 1]


def _parted(twins: list[P], evidence: list[int]) -> Iterator[Twin[P]]:
    """The one with the most evidence keeps the name; on a tie the first, which references find today."""
    most = max(evidence)
    keeper = evidence.index(most)
    certain = evidence.count(most) == 1
    for index, port in enumerate(twins):
        if index != keeper:
            yield Twin(port, twins[keeper], certain)


def _container_evidence(graph: TrafficGraph, port: PodPort) -> int:
    """How many things say that this number goes with this name."""
    name, number = port.port.name or "", port.port.container_port
    asking = [t for s in graph.selecting.get(port.workload, ()) for t in graph.targets[s]]
    return (
        (number in WELL_KNOWN.get(name, ()))
        + any(t.port.name == name and number in (t.wanted, t.port.port) for t in asking)
        + any(t.wanted == name and t.port.port == number for t in asking)
    )


def _service_evidence(target: Target) -> int:
    name = target.port.name or ""
    known = WELL_KNOWN.get(name, set())
    reached = {hit.port.port.name for hit in target.hits if hit.port is not None}
    return (target.port.port in known or target.wanted in known) + (name == target.wanted or name in reached)


def shares_number(port: PodPort, ports: Sequence[PodPort]) -> bool:
    """Whether its container has the same number for another protocol.

    kubectl and Helm merge such entries by number alone: they apply one and drop the other silently
    (https://github.com/kubernetes/kubernetes/issues/108255).
    """
    number = port.port.container_port
    same = [p for p in ports if p.container == port.container and p.port.container_port == number]
    return len({p.port.transport for p in same}) > 1


def shares_service_number(target: Target, targets: Sequence[Target]) -> bool:
    """The same for a Service: one `port` for several protocols."""
    return len({t.port.transport for t in targets if t.port.port == target.port.port}) > 1
