"""Fields that traffic rests on, and where they stand in other capitals than Kubernetes spells them with.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/
"""

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
Fields = Mapping[str, Any]
"""The fields of a mapping, or of each item of a list, and the `Fields` below each."""

SERVICE_PORT: Fields = {
    key: {} for key in ("name", "port", "targetPort", "protocol", "nodePort", "appProtocol")
}
CONTAINER_PORT: Fields = {key: {} for key in ("name", "containerPort", "hostPort", "hostIP", "protocol")}
_ALONE = (
    *("selector", "type", "clusterIP", "clusterIPs", "externalName", "externalIPs", "loadBalancerIP"),
    *("sessionAffinity", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy", "externalTrafficPolicy"),
    *("publishNotReadyAddresses", "loadBalancerClass", "loadBalancerSourceRanges", "healthCheckNodePort"),
)
SERVICE: Fields = {"spec": {"ports": SERVICE_PORT, **{key: {} for key in _ALONE}}}
BACKEND: Fields = {
    "service": {"name": {}, "port": {"name": {}, "number": {}}},
    "resource": {},
    "serviceName": {},
    "servicePort": {},
}
_PATH: Fields = {"path": {}, "pathType": {}, "backend": BACKEND}
_RULE: Fields = {"host": {}, "http": {"paths": _PATH}}
INGRESS: Fields = {
    "spec": {
        "ingressClassName": {},
        "defaultBackend": BACKEND,
        "backend": BACKEND,
        "rules": _RULE,
        "tls": {},
    }
}


def in_other_capitals(data: object, fields: Fields, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The places of fields in other capitals, each with the right spelling; not what is below such a one."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from in_other_capitals(item, fields, (*path, index))
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in fields:
                if fields[key] and value:
                    yield from in_other_capitals(value, fields[key], (*path, key))
            elif (right := _right(key, fields)) is not None:
                yield (*path, key), right


def _right(key: str, fields: Fields) -> str | None:
    return next((field for field in fields if field.lower() == key.lower()), None)


def as_spelt(holder: object, field: str) -> str | None:
    """The key with which a field stands in a mapping in other capitals only; None where it doesn't."""
    if not isinstance(holder, Mapping) or field in holder:
        return None
    return next((key for key in holder if key.lower() == field.lower()), None)


def written_path(data: Any, path: Path) -> Path:
    """A path in data where some of its fields may stand in other capitals; as far as it leads."""
    written: list[str | int] = []
    for step in path:
        key = as_spelt(data, step) if isinstance(step, str) else None
        written.append(step if key is None else key)
        try:
            data = data[written[-1]]
        except (KeyError, IndexError, TypeError):
            data = None
    return tuple(written)
