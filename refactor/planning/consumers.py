"""Who would feel a new name: controllers, meshes and annotations that read a Service port's name.

https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/ ·
https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
"""

import re
from dataclasses import dataclass

from refactor.candidates.listening import misnumbered, seems_wrong
from refactor.pods import PodPort
from refactor.routes import Backend, Reason, Target, TrafficGraph
from refactor.world import Resource

# The first token of a Service port's name that a mesh takes for a protocol.
_PROTOCOLS = frozenset(
    {"tcp", "udp", "grpc", "http", "http_proxy", "http2", "https", "tls", "mongo", "redis", "mysql"}
)
_ALB = "alb.ingress.kubernetes.io/"
_NLB = "service.beta.kubernetes.io/aws-load-balancer-"
# Annotations of a Service with a plain list of port names.
_LISTS = re.compile(r"-ports$|upstream-protocol\.")
_SAY_TLS = ("nginx.ingress.kubernetes.io/backend-protocol", f"{_ALB}backend-protocol")
_HEALTH_CHECK = f"{_ALB}healthcheck-port"


@dataclass(frozen=True, slots=True)
class Named:
    """The name that a Service port can have, or why it has to stay nameless."""

    name: str
    reason: str | None = None


def why_not_named(graph: TrafficGraph, target: Target, name: str) -> Named:
    """The name itself, a neutral one in a mesh, or the reason why no name is safe."""
    service = target.service
    endpoints = _own_endpoints(graph, target)
    if endpoints:
        return Named(name, endpoints)
    leaning = why_leaning(graph, target)
    if leaning:
        return Named(name, leaning)
    if graph.world.is_meshed(service) and not target.port.app_protocol and _is_protocol(name):
        # A nameless port's protocol is detected; a name that says one would fix it.
        name = f"port-{target.port.port}"
    for key, text in service.object.metadata.annotations.items():
        listed = _LISTS.search(key) and name in re.split(r"[,\s]+", text)
        if listed or re.search(rf'"{re.escape(name)}"\s*:', text):
            return Named(name, f"the annotation {key} would begin to apply to a port of the name {name}")
    return Named(name)


def switches_to_tls(graph: TrafficGraph, target: Target, name: str) -> bool:
    """Whether the name may make an edge speak TLS that doesn't today.

    Traefik does for a Service port called https…; where another controller is told so in an annotation,
    the name changes nothing.
    """
    if not name.startswith("https") or target.port.port == 443:
        return False
    callers = [b.edge.resource for b in graph.callers.get(target.service, ()) if b.index == target.index]
    said = [caller.object.metadata.annotations.get(key, "") for caller in callers for key in _SAY_TLS]
    return bool(callers) and not any(word.upper() in ("HTTPS", "GRPCS") for word in said)


def _is_protocol(name: str) -> bool:
    return name.split("-")[0] in _PROTOCOLS or name.startswith("grpc-web")


def _own_endpoints(graph: TrafficGraph, target: Target) -> str | None:
    world, service = graph.world, target.service
    slices = world.of("EndpointSlice", "discovery.k8s.io")
    owned = any(
        one.body.metadata.labels.get("kubernetes.io/service-name") == service.name
        and world.namespaces.match(service, one)
        for one in slices
    )
    if owned or world.named(service, service.name, kind="Endpoints"):
        return f"endpoints made by hand are joined with {service.label} by port name"
    return None


def why_leaning(graph: TrafficGraph, target: Target) -> str | None:
    """Some controllers resolve what the API doesn't; such a route would be cut off, until it is repaired."""
    for backend in graph.callers.get(target.service, ()):
        if backend.reason is Reason.NO_PORT:
            return (
                f"{backend.edge.resource.label} asks {target.service.label} for a port that it doesn't have"
            )
    return None


def aws_holder(graph: TrafficGraph, resource: Resource) -> Resource | None:
    """The Ingress or Service whose AWS target groups are made anew when a reference in `resource` moves."""
    callers = (backend.edge.resource for backend in graph.callers.get(resource, ()))
    return next((one for one in (resource, *callers) if _in_aws(one)), None)


def _in_aws(resource: Resource) -> bool:
    annotations = resource.object.metadata.annotations
    spec = resource.data.get("spec")
    named = spec.get("ingressClassName") if isinstance(spec, dict) else None
    return (
        named == "alb"
        or annotations.get("kubernetes.io/ingress.class") == "alb"
        or any(key.startswith((_ALB, _NLB)) for key in annotations)
    )


def why_backend_stays(graph: TrafficGraph, backend: Backend, target: Target) -> str | None:
    """Why an Ingress has to keep its number although the Service's port has a name."""
    if target.reason is Reason.NO_SELECTOR:
        return f"the endpoints of {target.service.label} are made by hand, it has no selector"
    key = f"{_ALB}target-control-port.{target.service.name}.{backend.edge.port}"
    if key in backend.edge.resource.object.metadata.annotations:
        return f"the annotation {key} holds for the port as it is written"
    return _own_endpoints(graph, target)


def why_probe_stays(graph: TrafficGraph, port: PodPort) -> str | None:
    """Why a probe has to keep the number of a container port: where a Service asks for another one in vain,
    it may be all that speaks for the port, and a name would not.
    """
    workload = port.workload
    for service in graph.selecting.get(workload, ()):
        for target in graph.targets[service]:
            vain = any(hit.workload is workload and hit.reason is Reason.UNDECLARED for hit in target.hits)
            if vain and _speak_for(graph, target, port):
                what = f"{service.label} means by {target.wanted}"
                return f"only this number shows that {port.port.container_port} isn't what {what}"
    return None


def _speak_for(graph: TrafficGraph, target: Target, port: PodPort) -> bool:
    """Whether nothing but numbers in probes keeps a port from passing for what a Service port means."""
    meant = misnumbered(graph, target, port.workload, but_for_probes=True)
    return meant is port and not seems_wrong(graph, target, port.workload)


def why_target_stays(graph: TrafficGraph, target: Target) -> str | None:
    """Why a targetPort has to stay a number although its container port has a name."""
    blocked = _own_endpoints(graph, target)
    if blocked:
        return blocked
    holders = [target.service, *(b.edge.resource for b in graph.callers.get(target.service, ()))]
    for holder in holders:
        check = holder.object.metadata.annotations.get(_HEALTH_CHECK, "traffic-port")
        if check != "traffic-port" and not check.isdigit():
            return (
                f"{_HEALTH_CHECK} of {holder.label} is a name, which the AWS controller refuses "
                "beside a targetPort by name"
            )
    return None
