"""The two shapes of an Ingress backend, v1beta1's and v1's, and the changes that lead to v1's.

A backend is understood by its scalars, wherever they stand: one names the Service, one the port.
https://kubernetes.io/docs/reference/using-api/deprecation-guide/#ingress-v122
"""

from dataclasses import dataclass

from refactor.kubernetes.service import Service
from refactor.placeholders import is_placeholder
from refactor.routes import port_index
from refactor.source import Kept
from refactor.wording import service_ports_text
from refactor.world import AddKey, Change, Path, Ref, RemoveKey, RenameKey, Replace, Resource, SetScalar
from refactor.world.resources import value_at

V1 = "networking.k8s.io/v1"
OLD = frozenset({"extensions/v1beta1", "networking.k8s.io/v1beta1"})

_NAME = ("service", "name")
_BY_NUMBER = ("service", "port", "number")
_BY_NAME = ("service", "port", "name")
_SERVICES = frozenset({_NAME, ("service",), ("serviceName",), ("service", "serviceName")})
_PORTS = frozenset(
    {
        _BY_NUMBER,
        _BY_NAME,
        ("service", "port", "servicePort"),
        ("service", "port"),
        ("service", "servicePort"),
        ("port", "number"),
        ("port", "name"),
        ("port",),
        ("servicePort",),
    }
)

Leaf = tuple[Path, object]
Outcome = tuple[Change, ...] | str
"""Changes, or the reason why there are none, for a user's eyes."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The scalars of a backend by what they say, each with its path below the backend."""

    services: tuple[Leaf, ...]
    ports: tuple[Leaf, ...]
    others: tuple[Leaf, ...]
    resource: bool
    unsaid: Path = ()
    """Where a port stands without a value."""

    @property
    def known(self) -> tuple[Leaf, ...]:
        return self.services + self.ports

    @property
    def complete(self) -> bool:
        """Whether Service and port stand where v1 wants them, whatever else is there."""
        return any(path == _NAME for path, _ in self.services) and any(_fits(leaf) for leaf in self.ports)

    @property
    def right(self) -> bool:
        if self.resource:
            return not self.known and not self.others
        return self.complete and len(self.known) == 2 and not self.others

    @property
    def templated(self) -> bool:
        """Whether another tool fills in the port, so that its kind isn't known yet."""
        return any(isinstance(value, str) and is_placeholder(value) for _, value in self.ports)


def is_plain_v1(backend: object) -> bool:
    """Whether a backend is just a Service's name and a port where v1 wants them, as nearly all are."""
    service = backend.get("service") if isinstance(backend, dict) and len(backend) == 1 else None
    port = service.get("port") if isinstance(service, dict) and len(service) == 2 else None
    if service is None or not isinstance(port, dict) or len(port) != 1:
        return False
    name, ((key, value),) = service.get("name"), port.items()
    return bool(name) and isinstance(name, str) and bool(value) and _fits((("service", "port", key), value))


def parts_of(backend: object) -> Parts:
    """What a backend says; absent, empty and zero values say nothing."""
    services: list[Leaf] = []
    ports: list[Leaf] = []
    others: list[Leaf] = []
    leaves: list[Leaf] = []
    _gather_leaves(backend, (), leaves)
    for path, value in leaves:
        if path[:1] != ("resource",):
            scalar = not isinstance(value, list)
            kin = services if scalar and path in _SERVICES else ports if scalar and path in _PORTS else others
            kin.append((path, value))
    resource = isinstance(backend, dict) and bool(backend.get("resource"))
    return Parts(tuple(services), tuple(ports), tuple(others), resource, () if ports else _unsaid(backend))


def _unsaid(backend: object) -> Path:
    for path in (_BY_NUMBER, _BY_NAME, ("service", "port"), ("servicePort",)):
        above = value_at(backend, path[:-1])
        if isinstance(above, dict) and path[-1] in above:
            return path
    return ()


def _gather_leaves(value: object, path: Path, leaves: list[Leaf]) -> None:
    if isinstance(value, dict):
        for key, child in value.items():
            _gather_leaves(child, (*path, key), leaves)
    elif value not in (None, "", 0, []) or value is False:
        leaves.append((path, value))


def _fits(leaf: Leaf) -> bool:
    """Whether a port stands where v1 wants a port of its type."""
    path, value = leaf
    if path == _BY_NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    return path == _BY_NAME and wants_name(value)


def wants_name(value: object) -> bool:
    """Whether a port's value is a name; digits in quotes are a number, because a name needs a letter."""
    return isinstance(value, str) and not value.isdecimal()


def to_v1(at: Ref, service: Resource | None) -> Outcome:
    """The changes that give the backend at `at` the shape of v1; `service` is the one it names, if known."""
    parts = parts_of(at.value)
    if parts.right:
        return ()
    if parts.resource:
        return "it names both a Service and a resource, and only one of them may stand"
    strange = [leaf for leaf in parts.others if not _own_namespace(at, leaf)]
    if strange:
        path, value = strange[0]
        return f"`{spelled(path)}: {value}` has no place in a v1 backend, and may mean something"
    names = {value for _, value in parts.services}
    if not names:
        return "it names no Service"
    if len(names) > 1:
        return f"it names two Services, {' and '.join(sorted(map(str, names)))}"
    port = _port_meant(parts, service)
    return port if isinstance(port, str) else _reshaped(at, parts, port)


def _own_namespace(at: Ref, leaf: Leaf) -> bool:
    return leaf[0] == ("service", "namespace") and leaf[1] == (at.resource.id.namespace or "default")


def _port_meant(parts: Parts, service: Resource | None) -> Leaf | str:
    """The port to keep: the only one, or the one that the Service has; or why none can be told."""
    body: Service | None = service.body if service else None
    if not parts.ports:
        ports = body.spec.ports if body else ()
        if len(ports) == 1 and ports[0].port is not None:
            return (), ports[0].port
        has = f": {service.label} has {service_ports_text(service.body)}" if service else ""
        return f"nothing says which port is meant{has}"
    ranked = sorted(parts.ports, key=lambda leaf: not _fits(leaf))
    options = {str(value): (path, value) for path, value in reversed(ranked)}
    if len(options) == 1:
        return ranked[0]
    found = {key: port_index(body, _wish(value)) for key, (_, value) in options.items()} if body else {}
    there = [key for key, index in found.items() if index is not None]
    if there and len({found[key] for key in there}) == 1:
        return options[there[-1]]
    has = "its Service isn't in the input"
    if service:
        has = f"{service.label} has {service_ports_text(service.body)}"
    return f"it names several ports, {' and '.join(sorted(options))}, and {has}"


def _wish(value: object) -> int | str:
    return int(str(value)) if not wants_name(value) and str(value).isdecimal() else str(value)


def _reshaped(at: Ref, parts: Parts, port: Leaf) -> Outcome:
    path, value = port
    if isinstance(value, bool) or not isinstance(value, int | str):
        return f"the port is {value!r}, which is neither a number nor a name"
    standing = {leaf[0] for leaf in parts.known + parts.others}
    service_path = next(p for p in (_NAME, *sorted(_SERVICES - {_NAME})) if p in standing)
    if service_path == _NAME and (not path or path[:2] == ("service", "port")):
        changes = _within_port(at, path, value)
        dropped = [_stray(p) for p in sorted(standing - {_NAME, path})]
        if changes is not None and not any(p == path[: len(p)] for p in dropped):
            return tuple(RemoveKey(at.to(*p)) for p in dict.fromkeys(dropped)) + changes
    leaf = _leaf(at, path, value)
    inner = {"name": Kept(at.path + service_path), "port": {"name" if wants_name(value) else "number": leaf}}
    if all(p[0] == "service" and len(p) > 1 for p in standing):
        return (Replace(at.to("service"), inner),)
    return (Replace(at, {"service": inner}),)


def _leaf(at: Ref, path: Path, value: int | str) -> object:
    """A port as a leaf of the new shape: it keeps its text, unless the text is a number in quotes."""
    if not path or (isinstance(value, str) and value.isdecimal()):
        return int(value)
    return Kept(at.path + path)


def _within_port(at: Ref, path: Path, value: int | str) -> tuple[Change, ...] | None:
    """The changes below `service.port` that suffice, or None where more has to move."""
    place = at.to("service", "port")
    if not path:
        service = at.to("service").value
        if not (isinstance(service, dict) and "port" in service):
            return (AddKey(at.to("service"), "port", {"number": int(value)}, after="name"),)
        return (AddKey(place, "number", int(value)),) if not place.value else None
    key = "name" if wants_name(value) else "number"
    if len(path) == 2:
        return (Replace(place, {key: _leaf(at, path, value)}),)
    changes: list[Change] = []
    if path[-1] != key:
        if isinstance(place.value, dict) and key in place.value:
            return None
        changes.append(RenameKey(at.to(*path), key))
    if isinstance(value, str) and value.isdecimal():
        changes.append(SetScalar(at.to(*path), int(value)))
    return tuple(changes)


def _stray(path: Path) -> Path:
    """The key to take out so that a value that v1 doesn't know goes, with nothing else."""
    return path if path[0] == "service" else path[:1]


def spelled(path: Path) -> str:
    """A path below a backend as a reader writes it."""
    return ".".join(map(str, path))
