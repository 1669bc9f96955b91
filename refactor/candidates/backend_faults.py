"""What is wrong with the shape of an Ingress backend, in words.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressBackend
"""

from refactor.candidates.backend_shapes import V1, Parts, spelled, wants_name
from refactor.world import Path

Complaint = tuple[str, Path]
"""What is wrong, to follow the name of a thing, and its place below the thing."""

# Below `service`: what only another shape has there.
_ODD = ((), ("serviceName",), ("servicePort",), ("namespace",))


def complaint(parts: Parts) -> Complaint | None:
    """What is wrong with a backend under networking.k8s.io/v1; None where nothing is."""
    if parts.right or parts.templated:
        return None
    if parts.resource:
        return "names both a Service and a resource", ()
    if not parts.services:
        return "names no Service", ()
    if not parts.ports:
        return "names no port", parts.unsaid
    odd = [path for path, _ in parts.known + parts.others if path[0] != "service" or path[1:] in _ODD]
    if parts.complete and odd:
        return f"is complete, and has `{spelled(odd[0])}` beside it, which {V1} doesn't know", odd[0]
    if any(path[0] in ("serviceName", "servicePort") for path in odd):
        return f"has the shape of v1beta1 (serviceName, servicePort), which {V1} doesn't know", ()
    if len(parts.ports) > 1:
        return "has both a port name and a port number, and only one may stand", parts.ports[0][0][:-1]
    path, value = parts.ports[0]
    if len(path) == 3 and path[-1] != "servicePort":
        return f"says `{path[-1]}: {_yaml(value)}`, but {_kind(path[-1], value)}", path
    where = parts.services[0][0] if len(parts.services[0][0]) == 1 else path
    return f"says `{spelled(where)}`; {V1} wants service.name, and service.port.number or .name", where


def _yaml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) and not wants_name(value) else str(value)


def _kind(key: str | int, value: object) -> str:
    if not isinstance(value, str):
        return f"{value} is no name"
    if wants_name(value):
        return f"{value} is a name"
    return "a number in quotes is text" if key == "number" else "a port's name has a letter in it"
