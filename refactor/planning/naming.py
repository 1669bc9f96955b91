"""Deciding the names of ports: once for the whole graph, so that all rules say the same.

Named here is every port that can't stay as it is called: with a name that isn't allowed, with the name
of a sibling, or without one where one is required.
"""

from collections.abc import Iterator, Sequence

from refactor.candidates.naming import container_port_name, service_port_name
from refactor.candidates.portnames import CONTAINER_LIMIT, SERVICE_LIMIT
from refactor.candidates.wrong_names import (
    asked_by_ingress,
    misnamed_container_ports,
    misnamed_service_ports,
    nameless_service_ports,
)
from refactor.decisions import Decisions, Naming, Place, PortKey, port_key
from refactor.planning.end_to_end import name_end_to_end
from refactor.pods import PodPort
from refactor.references import references_to_container_port, references_to_service_port
from refactor.routes import Target, TrafficGraph
from refactor.world import Ref, Resource

Names = dict[PortKey, str]


def decide(
    graph: TrafficGraph,
    *,
    end_to_end: bool = False,
    mended: frozenset[tuple[object, Place]] = frozenset(),
    refused: frozenset[Resource] = frozenset(),
) -> Decisions:
    """The names of all ports of this graph that need another one; ports that are named well are left.

    `end_to_end`: also for ports that work without a name. `mended`: links that were broken in the input.
    `refused`: the objects that the API server refuses.
    """
    names: Names = {}
    for ports in graph.ports.values():
        _decide_pod(graph, ports, names)
    for targets in graph.targets.values():
        _decide_service(graph, targets, names)
    naming = name_end_to_end(graph, names, refused) if end_to_end else Naming()
    return Decisions(graph, names, naming, mended)


def _decide_pod(graph: TrafficGraph, ports: tuple[PodPort, ...], names: Names) -> None:
    invalid, twins = misnamed_container_ports(graph, ports)
    for port in (*invalid, *twins):
        if port_key(port.at) in names:
            continue
        together = references_to_container_port(graph, port).ports if port in invalid else (port.at,)
        taken = {name for ref in together for name in _names_in_pod(graph, ref.resource, names)}
        only = port in twins and len(twins) == 1
        name = container_port_name(graph, port, taken, only=only)
        names.update((port_key(ref), name) for ref in together)


def _names_in_pod(graph: TrafficGraph, workload: Resource, names: Names) -> Iterator[str]:
    """The names that stand in a pod or are decided for it."""
    for port in graph.ports[workload]:
        if port.port.name:
            yield port.port.name
        decided = names.get(port_key(port.at))
        if decided:
            yield decided


def _decide_service(graph: TrafficGraph, targets: Sequence[Target], names: Names) -> None:
    invalid, twins = misnamed_service_ports(targets)
    nameless = nameless_service_ports(targets)
    for target in (*invalid, *twins, *nameless):
        if port_key(target.item) in names:
            continue
        together: tuple[Ref, ...] = (target.item,)
        if target in invalid:
            together = references_to_service_port(graph, target.service, target.index).ports
        taken = {name for ref in together for name in _names_in_service(graph, ref.resource, names)}
        # A name that an Ingress uses has to obey the Ingress's shorter limit.
        limit = CONTAINER_LIMIT if asked_by_ingress(graph, target) else SERVICE_LIMIT
        only = target not in invalid and len(twins) + len(nameless) == 1
        name = service_port_name(
            graph,
            target,
            taken,
            only=only,
            limit=limit,
            called=lambda p: names.get(port_key(p.at), p.port.name),
        )
        names.update((port_key(ref), name) for ref in together)


def _names_in_service(graph: TrafficGraph, service: Resource, names: Names) -> Iterator[str]:
    for target in graph.targets[service]:
        if target.port.name:
            yield target.port.name
        decided = names.get(port_key(target.item))
        if decided:
            yield decided
