"""Evidence of what is spoken at a port: from probes, routes, `appProtocol`, annotations.

https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
"""

from collections.abc import Iterable, Iterator

from refactor.edges import Edge
from refactor.pods import PodPort
from refactor.references.holders import holders_of
from refactor.routes import Probe, Target, TrafficGraph

_ROUTES = {
    "Ingress": "http",
    "HTTPRoute": "http",
    "Route": "http",
    "IngressRoute": "http",
    "GRPCRoute": "grpc",
}
_BACKEND_PROTOCOLS = (
    "nginx.ingress.kubernetes.io/backend-protocol",
    "alb.ingress.kubernetes.io/backend-protocol",
    "alb.ingress.kubernetes.io/backend-protocol-version",
)
_WORDS = {"HTTPS": "https", "GRPC": "grpc", "GRPCS": "grpc", "HTTP": "http", "AUTO_HTTP": "http"}
_APP_PROTOCOLS = {
    "http": "http",
    "https": "https",
    "grpc": "grpc",
    "kubernetes.io/h2c": "http",
    "kubernetes.io/ws": "http",
    "kubernetes.io/wss": "https",
}
# What is said most exactly comes first; a route that reaches a port outweighs its being scraped too.
_RANK = ("grpc", "https", "routed", "metrics", "http")


def spoken_at_container_ports(graph: TrafficGraph, ports: Iterable[PodPort]) -> str | None:
    """http, https, grpc or metrics, where something in the files says so of ports that serve the same."""
    return _strongest({word for port in ports for word in _told_of_container(graph, port)})


def _told_of_container(graph: TrafficGraph, port: PodPort) -> Iterator[str]:
    yield from _by_probes(graph, port)
    for service in graph.selecting.get(port.workload, ()):
        for target in graph.targets[service]:
            if any(hit.port is port for hit in target.hits):
                yield from _by_routes(graph, target)
    if _scraped(port.workload.body.template.metadata.annotations, port.port.container_port):
        yield "metrics"


def spoken_at_service_port(graph: TrafficGraph, target: Target) -> str | None:
    """The same for a Service port: what its own routes say, and what its container ports speak."""
    found = set(_by_routes(graph, target))
    for hit in target.hits:
        if hit.port is not None:
            found.update(_by_probes(graph, hit.port))
    if _scraped(target.service.body.metadata.annotations, target.port.port):
        found.add("metrics")
    return _strongest(found)


def _strongest(found: set[str]) -> str | None:
    best = next((kind for kind in _RANK if kind in found), None)
    return "http" if best == "routed" else best


def _by_probes(graph: TrafficGraph, port: PodPort) -> Iterator[str]:
    for probe in holders_of(graph).probes(port.workload):
        if probe.port is port:
            yield from _by_probe(probe)


def _by_probe(probe: Probe) -> Iterator[str]:
    use = probe.use
    if use.action == "grpc":
        yield "grpc"
    elif use.action == "httpGet":
        action = use.at.parent.value
        said = action if isinstance(action, dict) else {}
        if said.get("scheme") == "HTTPS":
            yield "https"
        else:
            yield "metrics" if "metrics" in str(said.get("path")) else "http"


def _by_routes(graph: TrafficGraph, target: Target) -> Iterator[str]:
    said = _APP_PROTOCOLS.get(target.port.app_protocol or "")
    if said:
        yield said
    for backend in graph.callers.get(target.service, ()):
        if backend.index == target.index:
            yield from _by_edge(backend.edge)


def _by_edge(edge: Edge) -> Iterable[str]:
    kind = _ROUTES.get(edge.resource.kind)
    annotations = edge.resource.object.metadata.annotations
    said = [_WORDS.get(annotations.get(key, "").upper()) for key in _BACKEND_PROTOCOLS]
    spoken = [word for word in said if word in ("https", "grpc")]
    if "metrics" in (edge.path or ""):
        return ["metrics"]
    return spoken or ["routed" if kind == "http" else kind] if kind else []


def _scraped(annotations: dict[str, str], number: int | None) -> bool:
    return number is not None and annotations.get("prometheus.io/port") == str(number)
