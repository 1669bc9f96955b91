"""How messages call ports: `8080 (http)`, `http (8080) in container app`."""

from collections.abc import Iterable, Mapping, Sequence

from refactor.kubernetes.service import Service, ServicePort
from refactor.pods import PodPort
from refactor.world import Resource


def service_port_text(port: ServicePort) -> str:
    """A Service port: its number, and its name where it has one."""
    text = str(port.port) if port.port is not None else "without a number"
    if port.transport != "TCP":
        text += f"/{port.transport}"
    return f"{text} ({port.name})" if port.name else text


def service_ports_text(service: Service) -> str:
    """All ports of a Service: `port 80 (http)`, `ports 80 (http) and 9090 (metrics)`, `no ports`."""
    return _listed([service_port_text(port) for port in service.spec.ports])


def pod_port_text(found: PodPort) -> str:
    """A container port: its number, its name where it has one, and its container."""
    text = _bare_text(found)
    return f"{text} of container {found.owner.name}" if found.owner.name else text


def number_text(found: PodPort) -> str:
    """The number of a container port, after "port"."""
    number = found.port.container_port
    return str(number) if number is not None else "without a number"


def _bare_text(found: PodPort) -> str:
    text = number_text(found)
    if found.port.transport != "TCP":
        text += f"/{found.port.transport}"
    return f"{text} ({found.port.name})" if found.port.name else text


def pod_ports_text(ports: Iterable[PodPort]) -> str:
    """Container ports: `port 8080 (http)`, or with their containers where there are several.

    An entry without a number, as a misspelt `containerPort` leaves it, declares none.
    """
    given = list(ports)
    every = [found for found in given if found.port.container_port is not None]
    if given and not every:
        return "no port with a number"
    if len({found.container for found in every}) > 1:
        return _listed([pod_port_text(found) for found in every])
    return _listed([_bare_text(found) for found in every])


def _listed(texts: list[str]) -> str:
    if not texts:
        return "no ports"
    if len(texts) == 1:
        return f"port {texts[0]}"
    return f"ports {', '.join(texts[:-1])} and {texts[-1]}"


def path_text(path: Iterable[str | int]) -> str:
    """A place in an object as readers write it: `spec.ports[0].targetPort`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def labels_text(labels: Mapping[str, str]) -> str:
    """Labels as messages show them: `app: web, tier: front`."""
    return ", ".join(f"{key}: {value}" for key, value in labels.items()) or "no labels"


def container_text(found: PodPort) -> str:
    """The container of a port and what it belongs to: `Deployment web, container app`."""
    owner = found.owner.name
    return f"{found.workload.label}, container {owner}" if owner else found.workload.label


def joined(texts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(texts[:-1]), *texts[-1:]) if part)


def twins_text(number: int | None) -> str:
    """Why one number for two protocols is left alone, after "has"."""
    return f"{number} for several protocols: kubectl and Helm would change only one of them, silently"


def namespace_text(resource: Resource) -> str:
    """Where an object stands, after "in"."""
    return f"namespace {resource.id.namespace}" if resource.id.namespace else "a namespace that isn't said"


def not_in_namespace(source: Resource, other: Resource) -> str:
    """Why a reference doesn't reach an object that is there, and what to do."""
    if source.id.namespace and other.id.namespace:
        return f"{source.label} reaches only its own namespace: one of the two has to move"
    silent = other if source.id.namespace else source
    return f"{silent.label} doesn't say its namespace, and these files name several: say metadata.namespace"
