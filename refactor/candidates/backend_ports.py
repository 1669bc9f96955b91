"""Which Service port a backend may have meant."""

from refactor.candidates.choice import Choice, Option, decide
from refactor.candidates.listening import ASIDE, WELL_KNOWN
from refactor.candidates.pod_ports import one_digit
from refactor.candidates.spelling import is_near
from refactor.kubernetes.meta import PortRef
from refactor.kubernetes.service import Service, ServicePort
from refactor.routes import Backend, TrafficGraph
from refactor.wording import service_port_text
from refactor.world import Resource

_HTTP_NUMBERS = {80, 8080}


def backend_port(graph: TrafficGraph, backend: Backend) -> Choice[int]:
    """The index in `spec.ports` of the Service port that a backend may have meant.

    Certain: the one whose targetPort the reference names (some controllers resolve it so today), the
    sole one, and the one that it confuses with the container's port or the nodePort.
    """
    service, wanted = backend.service, backend.edge.port
    if service is None or wanted is None:
        return Choice(None)
    ports = service.body.spec.ports
    tcp = [index for index, port in enumerate(ports) if port.transport == "TCP"]
    options = [_backend_option(graph, service, index, wanted) for index in tcp]
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
    if isinstance(wanted, int) and port.port and one_digit(wanted, port.port):
        evidence.append("its number is one digit away")
    if isinstance(wanted, str) and port.port in WELL_KNOWN.get(wanted.lower(), ()):
        evidence.append(f"{port.port} is the usual port of {wanted}")
    return Option(index, service_port_text(port), tuple(evidence), certain=certain)


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
    if any(word in name for word in (*ASIDE, "grpc")):
        return False
    return name.split("-")[0] in ("http", "web", "www", "http1", "http2") or (
        not name and port.port in _HTTP_NUMBERS
    )
