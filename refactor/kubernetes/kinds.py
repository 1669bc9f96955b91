"""Which model reads which (API group, kind), and reading itself.

Objects are matched by group and kind, never by kind alone: Knative has a `Service`, Calico a
`NetworkPolicy`. https://kubernetes.io/docs/reference/using-api/#api-groups
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import ValidationError

from refactor.kubernetes import ingress, reference, service, workload
from refactor.kubernetes.meta import Object, group_of, meant
from refactor.kubernetes.removed import REMOVED

KINDS: Mapping[tuple[str, str], type[Object]] = {
    ("networking.k8s.io", "Ingress"): ingress.Ingress,
    ("extensions", "Ingress"): ingress.Ingress,
    ("", "Service"): service.Service,
    ("", "Endpoints"): service.Endpoints,
    ("discovery.k8s.io", "EndpointSlice"): service.EndpointSlice,
    ("", "Pod"): workload.Pod,
    ("", "ReplicationController"): workload.Workload,
    ("apps", "Deployment"): workload.Workload,
    ("apps", "StatefulSet"): workload.Workload,
    ("apps", "DaemonSet"): workload.Workload,
    ("apps", "ReplicaSet"): workload.Workload,
    ("extensions", "Deployment"): workload.Workload,
    ("extensions", "DaemonSet"): workload.Workload,
    ("extensions", "ReplicaSet"): workload.Workload,
    ("batch", "Job"): workload.Workload,
    ("batch", "CronJob"): workload.CronJob,
    ("argoproj.io", "Rollout"): workload.Workload,
    ("networking.k8s.io", "NetworkPolicy"): reference.NetworkPolicy,
    ("extensions", "NetworkPolicy"): reference.NetworkPolicy,
    ("monitoring.coreos.com", "ServiceMonitor"): reference.ServiceMonitor,
    ("monitoring.coreos.com", "PodMonitor"): reference.PodMonitor,
    ("gateway.networking.k8s.io", "HTTPRoute"): reference.GatewayRoute,
    ("gateway.networking.k8s.io", "GRPCRoute"): reference.GatewayRoute,
    ("gateway.networking.k8s.io", "TCPRoute"): reference.GatewayRoute,
    ("gateway.networking.k8s.io", "TLSRoute"): reference.GatewayRoute,
    ("gateway.networking.k8s.io", "UDPRoute"): reference.GatewayRoute,
    ("gateway.networking.k8s.io", "BackendTLSPolicy"): reference.BackendTLSPolicy,
    ("route.openshift.io", "Route"): reference.OpenShiftRoute,
    ("traefik.io", "IngressRoute"): reference.IngressRoute,
    ("traefik.io", "IngressRouteTCP"): reference.IngressRoute,
    ("traefik.io", "IngressRouteUDP"): reference.IngressRoute,
    ("traefik.containo.us", "IngressRoute"): reference.IngressRoute,
    ("traefik.containo.us", "IngressRouteTCP"): reference.IngressRoute,
    ("traefik.containo.us", "IngressRouteUDP"): reference.IngressRoute,
}

# Kinds by name alone: what the text layer may not skip, whatever its version. Lists hold others, and
# kustomizations say which files are patches.
INTERESTING = frozenset(kind for _, kind in KINDS) | {"List", "Kustomization", "Component"}

# The same kind under an older group is the same resource.
_GROUP_NOW = {"extensions": {"Ingress": "networking.k8s.io", "NetworkPolicy": "networking.k8s.io"}}

# (apiVersion, kind) of the objects that are read for nothing but their version, and their API group.
RETIRED: Mapping[tuple[str, str], str] = {
    (version, kind): group_of(removal.now) if removal.now else "policy"
    for (version, kind), removal in REMOVED.items()
    if (group_of(version), kind) not in KINDS
}
_RETIRED_KINDS = frozenset(kind for _, kind in RETIRED)

# (API group, kind in small letters) → kind: who writes `kind: deployment` means no other.
_BY_LETTERS = {(group, kind.lower()): kind for group, kind in KINDS}
_LETTERS = frozenset(letters for _, letters in _BY_LETTERS)

Path = tuple[str | int, ...]


class Fault(NamedTuple):
    """A field whose type the API server refuses: `path` in the object, what it wants, what stands."""

    path: Path
    expected: str
    value: object


_KINDS_OF_NOTHING = 2
_EXPECTED = {
    "int_type": "a number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
}


@lru_cache(maxsize=4096)
def is_interesting(kind: str, api_version: str | None) -> bool:
    """Whether the text layer has to parse a document; the apiVersion is None where it can't be told."""
    if kind in INTERESTING:
        return True
    if kind.lower() in _LETTERS and (api_version is None or _in_right_capitals(api_version, kind)):
        return True
    return kind in _RETIRED_KINDS and (api_version is None or (api_version, kind) in RETIRED)


def is_retired(body: Object) -> bool:
    """Whether nothing of an object is modelled: it is read only because its version is served no more."""
    return type(body) is Object


def kind_of(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """(API group, kind) of an object as of today's API, or None where it isn't one we read.

    A kind in wrong capitals is the one that is meant.
    """
    api_version, kind = data.get("apiVersion"), data.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return None
    found = _kind_now(api_version, kind)
    return found if found is None or found[1] == kind or _is_named(data) else None


def _is_named(data: Mapping[str, Any]) -> bool:
    """Whether it has what every object that we read has; settings of other tools have kinds too."""
    metadata, spec = data.get("metadata"), data.get("spec")
    named = isinstance(metadata, dict) and (metadata.get("name") or metadata.get("generateName"))
    return bool(named) and isinstance(spec, dict)


def _in_right_capitals(api_version: str, kind: str) -> str | None:
    """The kind that differs in its capitals only and is one of those we read."""
    group = group_of(api_version)
    return _BY_LETTERS.get((group, kind.lower())) if group or api_version == "v1" else None


@lru_cache(maxsize=1024)
def _kind_now(api_version: str, kind: str) -> tuple[str, str] | None:
    group = group_of(api_version)
    if (group, kind) not in KINDS:
        retired, meant_kind = RETIRED.get((api_version, kind)), _in_right_capitals(api_version, kind)
        if meant_kind is not None:
            return _kind_now(api_version, meant_kind)
        return (retired, kind) if retired else None
    if group == "extensions":
        return _GROUP_NOW["extensions"].get(kind, "apps"), kind
    return group, kind


@lru_cache(maxsize=1024)
def _model_of(api_version: str, kind: str) -> type[Object]:
    group = group_of(api_version)
    return KINDS.get((group, kind)) or KINDS.get((group, _BY_LETTERS.get((group, kind.lower()), "")), Object)


def read(data: Mapping[str, Any]) -> tuple[Object, tuple[Fault, ...]]:
    """The model of an object and the faults in the types of its fields.

    A field of the wrong type is left out of the model and named in a fault; the rest is used. A number in
    quotes is a fault too, but it is plain which number is meant: the model has it. `null` is the same as
    absent, as for the API server. `data` is not changed. The object must be one for
    which `kind_of` isn't None.
    """
    model = _model_of(data["apiVersion"], data["kind"])
    try:
        return model.model_validate(data), ()
    except ValidationError as error:
        return _read_around(model, data, error)


def _read_around(
    model: type[Object], data: Mapping[str, Any], error: ValidationError
) -> tuple[Object, tuple[Fault, ...]]:
    faults: dict[Path, Fault] = {}
    tried: Counter[Path] = Counter()
    pruned = data
    while True:
        wrong = _wrong_places(pruned, error)
        for path, expected in wrong.items():
            value = _at(pruned, path)
            if value is not None:
                faults[path] = Fault(path, expected, value)
        below = sorted(filter(None, wrong), key=len, reverse=True)
        for path in below:
            tried[path] += 1
            # Neither nothing nor an empty mapping can stand for an item of some lists: the list has to go.
            gone = path if tried[path] <= _KINDS_OF_NOTHING else path[:-1]
            pruned = _put_right(pruned, gone, wrong[path]) if gone else {}
        try:
            return model.model_validate(pruned), tuple(faults.values())
        except ValidationError as again:
            if not below:
                return model.model_construct(), tuple(faults.values())
            error = again


def _wrong_places(data: Any, error: ValidationError) -> dict[Path, str]:
    """Each place that pydantic complains of, with what should stand there."""
    wrong: dict[Path, str] = {}
    for detail in error.errors(include_url=False, include_context=False):
        path = _existing(data, detail["loc"])
        expected = _EXPECTED.get(detail["type"], "another type")
        # The members of a union complain one by one, at the same place.
        wrong[path] = expected if wrong.get(path, expected) == expected else "a number or a name"
    return wrong


def _existing(data: Any, location: Sequence[str | int]) -> Path:
    """The part of pydantic's location that is a path in the data (it also names union members)."""
    path: list[str | int] = []
    for step in location:
        if not (step in data if isinstance(data, Mapping) else _is_index(data, step)):
            break
        data = data[step]
        path.append(step)
    return tuple(path)


def _is_index(data: Any, step: str | int) -> bool:
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _at(data: Any, path: Path) -> object:
    for step in path:
        data = data[step]
    value: object = data
    return value


def _put_right(data: Any, path: Path, expected: str) -> Any:
    """The data without the value at `path`, or with the number that it is in quotes.

    Items of lists become empty mappings, so that indexes stay.
    """
    step: Any = path[0]
    below, pruned = path[1:], data.copy()
    if below:
        pruned[step] = _put_right(data[step], below, expected)
    elif expected == _EXPECTED["int_type"] and meant(data[step]) != data[step]:
        pruned[step] = meant(data[step])
    elif isinstance(data, list):
        pruned[step] = {} if data[step] != {} else None
    else:
        pruned.pop(step, None)
    return pruned
