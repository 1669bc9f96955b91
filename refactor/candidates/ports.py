"""Which port a reference may have meant: backends, targetPorts and probes."""

from collections.abc import Iterable

from refactor.candidates.choice import Choice, Option, decide
from refactor.candidates.listening import WELL_KNOWN, evidence_for
from refactor.candidates.spelling import distance, is_near
from refactor.kubernetes.meta import PortRef
from refactor.kubernetes.service import Service, ServicePort
from refactor.pods import PodPort
from refactor.routes import Backend, Probe, Target, TrafficGraph
from refactor.wording import pod_port_text, service_port_text
from refactor.world import Resource

_HTTP_NUMBERS = {80, 8080}
_ASIDE = ("metric", "prom", "health", "admin", "manage", "debug", "grpc", "status", "probe", "monitor")


def backend_port(graph: TrafficGraph, backend: Backend) -> Choice[int]:
    """The index in `spec.ports` of the Service port that a backend may have meant.

    Certain: the one whose targetPort the reference names (some controllers resolve it so today), the
    sole one, and the one that it confuses with the container's port or the nodePort.
    """
    service, wanted = backend.service, backend.edge.port
    if service is None or wanted is None:
        return Choice(None)
    ports = service.body.spec.ports
    options = [_backend_option(graph, service, index, wanted) for index in range(len(ports))]
    choice = decide(options)
    if choice.chosen or any(option.weight for option in options):
        return choice
    web = [option for option in options if looks_like_http(ports[option.value])]
    if len(web) == 1:
        only = Option(web[0].value, web[0].label, ("it is the Service's one HTTP port",))
        return Choice(only, choice.options)
    return choice


def _backend_option(graph: TrafficGraph, service: Resource, index: int, wanted: PortRef) -> Option[int]:
    body: Service = service.body
    port = body.spec.ports[index]
    evidence = []
    if port.target == wanted:
        evidence.append(f"its targetPort is {wanted}")
    elif wanted in _pod_side(graph, service, index):
        evidence.append(f"it leads to container port {wanted}")
    if wanted == port.node_port:
        evidence.append(f"its nodePort is {wanted}")
    if len(body.spec.ports) == 1:
        evidence.append("it is the only port")
    certain = bool(evidence)
    if isinstance(wanted, str) and port.name and is_near(wanted, port.name):
        evidence.append("its name is one slip away")
    if isinstance(wanted, int) and port.port and _one_digit(wanted, port.port):
        evidence.append("its number is one digit away")
    if isinstance(wanted, str) and port.port in WELL_KNOWN.get(wanted.lower(), ()):
        evidence.append(f"{port.port} is the usual port of {wanted}")
    return Option(index, service_port_text(port), tuple(evidence), bool(evidence), certain)


def _pod_side(graph: TrafficGraph, service: Resource, index: int) -> set[PortRef | None]:
    """Names and numbers of the container ports that a Service port reaches."""
    found: set[PortRef | None] = set()
    for hit in graph.targets[service][index].hits:
        if hit.port is not None:
            found |= {hit.port.port.name, hit.port.port.container_port}
    return found


def looks_like_http(port: ServicePort) -> bool:
    """By its name or its number, and not one of the ports that stand aside (metrics, health …)."""
    name = (port.name or "").lower()
    if any(word in name for word in _ASIDE):
        return False
    return name.split("-")[0] in ("http", "web", "www", "http1", "http2") or (
        not name and port.port in _HTTP_NUMBERS
    )


def _one_digit(one: int, other: int) -> bool:
    """A typing slip in a number of three digits or more."""
    return one != other and min(one, other) > 99 and distance(str(one), str(other)) == 1


def target_port(graph: TrafficGraph, target: Target, workload: Resource) -> Choice[PodPort]:
    """The port of a workload's pods that a Service port may have meant.

    A port that another Service port leads to already is no candidate: each has its own.
    """
    ports = [p for p in graph.ports[workload] if p.port.transport == target.port.transport]
    free = [p for p in ports if not _taken(graph, target, p) and not _stands_aside(p, target.port)]
    options = []
    for found in free:
        evidence = [*_likeness(target.wanted, found), *_same_as_asking(target, found)]
        alike = bool(evidence)
        if len(ports) == 1:
            evidence.append("it is the only port that is declared")
            alike = alike or isinstance(target.wanted, int)
        evidence += _asked_by_edges(graph, target, found)
        evidence += evidence_for(graph, workload, found.port.container_port or 0, target)
        options.append(Option(found, pod_port_text(found), tuple(evidence), alike))
    return decide(options)


def _taken(graph: TrafficGraph, target: Target, found: PodPort) -> bool:
    for service in graph.selecting.get(found.workload, ()):
        for other in graph.targets[service]:
            if other is target or any(hit.reason for hit in other.hits):
                continue
            twin = service is not target.service and _twins(other.port, target.port)
            if not twin and any(hit.number == found.port.container_port for hit in other.hits):
                return True
    return False


def _twins(one: ServicePort, other: ServicePort) -> bool:
    """Ports of two Services over the same pods that are one thing under one number or name."""
    return one.port == other.port or (one.name is not None and one.name == other.name)


def _stands_aside(found: PodPort, asking: ServicePort) -> bool:
    """A port for metrics, health and the like, which the Service port isn't for."""
    name, wanted = (found.port.name or "").lower(), f"{asking.name} {asking.target}".lower()
    return any(word in name and word not in wanted for word in _ASIDE if word != "grpc")


def _asked_by_edges(graph: TrafficGraph, target: Target, found: PodPort) -> Iterable[str]:
    """An edge that asks the Service for just this number, which no Service port has (any more)."""
    for backend in graph.callers.get(target.service, ()):
        if backend.index is None and backend.edge.port == found.port.container_port:
            yield f"{backend.edge.resource.label} asks for {backend.edge.port}"
            return


def probe_port(graph: TrafficGraph, probe: Probe) -> Choice[PodPort]:
    """The port of its own container that a probe may have meant.

    What else runs there says nothing about a number that a probe calls: health is often served apart.
    """
    use = probe.use
    every = graph.ports[use.at.resource]
    ports = [p for p in every if p.container == use.container and p.port.transport == "TCP"]
    options = []
    for found in ports:
        evidence = list(_likeness(use.wanted, found))
        alike = bool(evidence)
        if isinstance(use.wanted, str):
            if len(ports) == 1:
                evidence.append("it is the only port that is declared")
            evidence += evidence_for(graph, found.workload, found.port.container_port or 0, probe)
        options.append(Option(found, pod_port_text(found), tuple(evidence), alike))
    return decide(options)


def _likeness(wanted: PortRef | None, found: PodPort) -> Iterable[str]:
    name, number = found.port.name, found.port.container_port
    if isinstance(wanted, str):
        if name and is_near(wanted, name):
            yield "its name is one slip away"
        if number in WELL_KNOWN.get(wanted.lower(), ()):
            yield f"{number} is the usual port of {wanted}"
    elif wanted is not None and number is not None and _one_digit(wanted, number):
        yield "its number is one digit away"


def _same_as_asking(target: Target, found: PodPort) -> Iterable[str]:
    asking = target.port
    if found.port.name and found.port.name == asking.name:
        yield f"the Service port has the same name, {asking.name}"
    if found.port.container_port == asking.port and target.wanted != asking.port:
        yield f"the Service port is {asking.port} too"
