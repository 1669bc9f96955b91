"""Who would feel a new name: controllers, meshes and annotations that read a Service port's name.

https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/ ·
https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
"""

import re
from dataclasses import dataclass

from refactor.routes import Reason, Target, TrafficGraph

# The first token of a Service port's name that a mesh takes for a protocol.
_PROTOCOLS = frozenset(
    {"tcp", "udp", "grpc", "http", "http_proxy", "http2", "https", "tls", "mongo", "redis", "mysql"}
)
_HEALTH_CHECK = "alb.ingress.kubernetes.io/healthcheck-port"


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
    leaning = _leaning(graph, target)
    if leaning:
        return Named(name, leaning)
    if graph.world.is_meshed(service) and not target.port.app_protocol and _is_protocol(name):
        # A nameless port's protocol is detected; a name that says one would fix it.
        name = f"port-{target.port.port}"
    for key, text in service.object.metadata.annotations.items():
        if re.search(rf'"{re.escape(name)}"\s*:', text):
            return Named(name, f"the annotation {key} would begin to apply to a port of the name {name}")
    return Named(name)


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


def _leaning(graph: TrafficGraph, target: Target) -> str | None:
    """Some controllers resolve what the API doesn't; such a route would be cut off."""
    for backend in graph.callers.get(target.service, ()):
        if backend.reason is Reason.NO_PORT:
            return (
                f"{backend.edge.resource.label} asks {target.service.label} for a port that it doesn't have"
            )
    return None


def why_target_stays(graph: TrafficGraph, target: Target) -> str | None:
    """Why a targetPort has to stay a number although its container port has a name."""
    leaning = _leaning(graph, target)
    if leaning:
        return leaning
    holders = [target.service, *(b.edge.resource for b in graph.callers.get(target.service, ()))]
    for holder in holders:
        check = holder.object.metadata.annotations.get(_HEALTH_CHECK, "traffic-port")
        if check != "traffic-port" and not check.isdigit():
            return f"{_HEALTH_CHECK} of {holder.label} is a name: the AWS controller refuses two of them"
    return None
