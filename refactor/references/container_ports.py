"""References to a container port by name: targetPorts, probes and hooks, policies, monitors, annotations."""

from collections.abc import Iterator

from refactor.pods import PodPort
from refactor.references.annotations import on_pods
from refactor.references.claims import Claim
from refactor.references.holders import holders_of
from refactor.references.place import Place, References
from refactor.references.unread import unread_holders
from refactor.routes import Target, TrafficGraph
from refactor.world import Ref, Resource, SetScalar
from refactor.world.labelling import labels_of

Held = tuple[Place | str, tuple[PodPort, ...]]  # a place (or why it blocks), and all ports that it means


def references_to_container_port(graph: TrafficGraph, port: PodPort) -> References:
    """Everything that holds the name of a container port of this graph; nothing where it has none.

    Of several ports of one name only the first one that a reference finds is meant by it.
    """
    holders = holders_of(graph)
    ports: dict[Ref, PodPort] = {port.at: port}
    places: dict[Ref, Place] = {}
    blocked: dict[str, None] = {}
    waiting = [port]
    while waiting:
        for held, others in _held(graph, waiting.pop()):
            if isinstance(held, str):
                blocked[held] = None
            else:
                places[held.at] = held
            waiting += [other for other in others if other.at not in ports]
            ports.update((other.at, other) for other in others)
    for found in ports.values():
        owners = (found.workload.name, *labels_of(found.workload).values())
        blocked.update(dict.fromkeys(unread_holders(graph.world, found.port.name, owners)))
    return References(holders.sorted(ports), holders.sorted_places(places), tuple(blocked))


def _held(graph: TrafficGraph, port: PodPort) -> Iterator[Held]:
    name = port.port.name
    if not name:
        return
    for service in graph.selecting.get(port.workload, ()):
        for target in graph.targets[service]:
            yield from _of_target(target, port, name)
    holders = holders_of(graph)
    for probe in holders.probes(port.workload):
        if probe.port is port and probe.use.wanted == name:
            yield _scalar(probe.use.at), ()
    for claim, reached in holders.claims_on_pods(port.workload, name):
        yield from _of_claim(graph, claim, reached, port)
    if _first(graph, port.workload, name, None) is port:
        for found in on_pods(port.workload, name):
            yield found, ()


def _of_target(target: Target, port: PodPort, name: str) -> Iterator[Held]:
    hits = [hit.port for hit in target.hits if hit.port is not None]
    if target.wanted == name and port in hits:
        yield _scalar(target.at), tuple(hits)


def _of_claim(graph: TrafficGraph, claim: Claim, reached: list[Resource], port: PodPort) -> Iterator[Held]:
    if _first(graph, port.workload, claim.name, claim.protocol) is port:
        means = (_first(graph, workload, claim.name, claim.protocol) for workload in reached)
        yield _scalar(claim.at), tuple(found for found in means if found is not None)


def _first(graph: TrafficGraph, workload: Resource, name: str, protocol: str | None) -> PodPort | None:
    named = (p for p in graph.ports[workload] if p.port.name == name)
    return next((p for p in named if protocol in (None, p.port.transport)), None)


def _scalar(at: Ref) -> Place:
    return Place(at, lambda new: SetScalar(at, new))
