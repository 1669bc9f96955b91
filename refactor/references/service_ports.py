"""References to a Service port by name: routes, monitors, endpoints, annotations, environment, SRV names."""

from collections.abc import Iterator

from refactor.placeholders import is_placeholder
from refactor.references.annotations import health_check, on_ingress, on_service
from refactor.references.forms import Rewrite, in_text
from refactor.references.holders import Holders, holders_of
from refactor.references.place import Place, References
from refactor.references.unread import unread_holders
from refactor.routes import Reason, TrafficGraph, port_index
from refactor.world import Ref, Resource, SetScalar

PortOf = tuple[Resource, int]
Held = tuple[Place | str, tuple[PortOf, ...]]


def references_to_service_port(graph: TrafficGraph, service: Resource, index: int) -> References:
    """Everything that holds the name of `spec.ports[index]` of a Service; nothing where it has none."""
    holders = holders_of(graph)
    ports: set[PortOf] = {(service, index)}
    places: dict[Ref, Place] = {}
    blocked: dict[str, None] = {}
    waiting = [(service, index)]
    while waiting:
        for held, others in _held(graph, *waiting.pop()):
            if isinstance(held, str):
                blocked[held] = None
            else:
                places[held.at] = held
            waiting += [other for other in others if other not in ports]
            ports.update(others)
    for owner, number in ports:
        name = owner.body.spec.ports[number].name
        blocked.update(dict.fromkeys(unread_holders(graph.world, name, (owner.name,))))
    entries = {owner.at("spec", "ports", number) for owner, number in ports}
    return References(holders.sorted(entries), holders.sorted_places(places), tuple(blocked))


def _held(graph: TrafficGraph, service: Resource, index: int) -> Iterator[Held]:
    name = service.body.spec.ports[index].name
    if not name or port_index(service.body, name) != index:
        return
    for backend in graph.callers.get(service, ()):
        if backend.index == index and backend.edge.port == name and backend.edge.port_at:
            yield _scalar(backend.edge.port_at), ()
    holders = holders_of(graph)
    for claim, reached in holders.claims_on_service(service):
        if claim.name == name:
            yield _scalar(claim.at), tuple(_ports_called(reached, name))
    for found in on_service(service, name):
        yield found, ()
    for ingress in holders.ingresses:
        for found in on_ingress(graph.world, ingress, service, name):
            yield found, ()
    yield from _health_checks(graph, service, name)
    yield from _texts(graph, holders, service, name)
    if _joined_elsewhere(graph, service):
        yield f"the endpoints of {service.label}, which join it by port name, aren't in the files", ()


def _ports_called(services: list[Resource], name: str) -> Iterator[PortOf]:
    for service in services:
        index = port_index(service.body, name)
        if index is not None:
            yield service, index


def _health_checks(graph: TrafficGraph, service: Resource, name: str) -> Iterator[Held]:
    """A health check by name means every Service behind its Ingress."""
    callers = graph.callers.get(service, ())
    for ingress in {backend.edge.resource: None for backend in callers if backend.edge.from_ingress}:
        place = health_check(ingress, name)
        if place is not None:
            backends = graph.backends_of.get(ingress, ())
            behind = [b.service for b in backends if b.service is not None]
            yield place, tuple(_ports_called(behind, name))


def _texts(graph: TrafficGraph, holders: Holders, service: Resource, name: str) -> Iterator[Held]:
    for at in holders.texts(service):
        found = in_text(str(at.value), service.name, name)
        if found is not None and service in graph.world.named(at.resource, service.name):
            yield _rewritten(at, found), ()


def _joined_elsewhere(graph: TrafficGraph, service: Resource) -> bool:
    """Whether endpoints made by hand stand behind a Service, and not in these files."""
    if graph.selections[service].reason is not Reason.NO_SELECTOR:
        return False
    world = graph.world
    slices = world.of("EndpointSlice", "discovery.k8s.io")
    owners = (one.body.metadata.labels.get("kubernetes.io/service-name") for one in slices)
    return service.name not in owners and not world.named(service, service.name, kind="Endpoints")


def names_asked_of(graph: TrafficGraph, service: Resource) -> tuple[str, ...]:
    """The names that routes and monitors ask of a Service and that none of its ports has."""
    has = {port.name for port in service.body.spec.ports}
    asked = {
        str(backend.edge.port): None
        for backend in graph.callers.get(service, ())
        if backend.reason is Reason.NO_PORT and isinstance(backend.edge.port, str)
    }
    for claim, _ in holders_of(graph).claims_on_service(service):
        if claim.name not in has:
            asked[claim.name] = None
    return tuple(name for name in asked if not is_placeholder(name))


def _scalar(at: Ref) -> Place:
    return Place(at, lambda new: SetScalar(at, new))


def _rewritten(at: Ref, rewrite: Rewrite) -> Place:
    return Place(at, lambda new: SetScalar(at, rewrite(new)))
