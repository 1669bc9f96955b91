"""Which ports can't stay as they are called. Cheap: nearly all of thousands of ports are fine.

https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services
"""

from collections.abc import Sequence

from refactor.candidates.portnames import why_not_container, why_not_service
from refactor.candidates.twins import twin_container_ports, twin_service_ports
from refactor.placeholders import is_placeholder
from refactor.pods import PodPort
from refactor.routes import Target, TrafficGraph


def why_container_name_is_wrong(port: PodPort) -> str | None:
    """Why the name of a container port isn't allowed, as half a sentence; None where it is."""
    name = port.port.name
    if not name:
        return None
    wrong = why_not_container(name)
    return None if wrong is None or is_placeholder(name) else wrong


def why_service_name_is_wrong(target: Target) -> str | None:
    """The same for a Service port."""
    name = target.port.name
    if not name:
        return None
    wrong = why_not_service(name)
    return None if wrong is None or is_placeholder(name) else wrong


def misnamed_container_ports(
    graph: TrafficGraph, ports: Sequence[PodPort]
) -> tuple[list[PodPort], list[PodPort]]:
    """The ports of a pod with a name that isn't allowed, and those that have to leave theirs to another."""
    invalid = [port for port in ports if why_container_name_is_wrong(port)]
    return invalid, [twin.port for twin in twin_container_ports(graph, ports)]


def misnamed_service_ports(targets: Sequence[Target]) -> tuple[list[Target], list[Target]]:
    """The same for the ports of a Service."""
    invalid = [target for target in targets if why_service_name_is_wrong(target)]
    return invalid, [twin.port for twin in twin_service_ports(targets)]


def nameless_service_ports(targets: Sequence[Target]) -> list[Target]:
    """The ports without a name of a Service with several, where the API requires one for each.

    A name that stands there in a wrong form (`name: 80`) is no missing name.
    """
    if len(targets) < 2:
        return []
    nameless = (target for target in targets if not target.port.name)
    return [target for target in nameless if target.item.to("name").value in (None, "")]


def asked_by_ingress(graph: TrafficGraph, target: Target) -> bool:
    """Whether an Ingress asks for this Service port by its name."""
    return any(
        backend.index == target.index and backend.edge.from_ingress and isinstance(backend.edge.port, str)
        for backend in graph.callers.get(target.service, ())
    )
