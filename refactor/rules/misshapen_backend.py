"""The backend of an Ingress hasn't the shape that its apiVersion wants.

What it does
    Compares every backend with the shape of its apiVersion, by the fields that stand there: v1 wants
    `service.name` and one of `service.port.number` and `service.port.name`, a `pathType` with every
    path, and calls the default backend `spec.defaultBackend`.

Why it matters
    The API server refuses most of these. Two are lost in silence where a client is lenient (Helm 3,
    `--validate=warn`): a `spec.backend` beside valid rules, and a left-over `servicePort` beside a
    complete backend.

Example
    Under networking.k8s.io/v1, `serviceName: web` and `servicePort: 80` become
    `service: {name: web, port: {number: 80}}`, in the style of the file and with their comments. An
    Ingress in the shape of v1 that says v1beta1 gets the apiVersion v1.

Fix safety
    Safe: nothing is chosen, the same Service and port are said in the right place. A missing pathType
    becomes ImplementationSpecific, as v1beta1 read it. Where a port name and a number contradict each
    other, the one that the Service has is kept. Unsafe: `path: /` where a Prefix has no path.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/#ingress-v122
"""

from collections.abc import Iterator

from refactor.candidates.backend_shapes import OLD, V1, Parts, parts_of, spelled, wants_name
from refactor.candidates.ingress_places import defaults, mended_backend, mended_path, moved_to_v1, path_items
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.rules.base import Rule
from refactor.routes import TrafficGraph
from refactor.world import AddKey, Ref, Resource

NAME = "misshapen-backend"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for ingress in graph.world.of("Ingress", "networking.k8s.io"):
        version = ingress.object.api_version
        if version == V1:
            yield from _under_v1(ingress)
        elif version in OLD:
            yield from _under_v1beta1(ingress, version)


def _under_v1(ingress: Resource) -> Iterator[Finding]:
    for key, backend in defaults(ingress):
        wrong = _complaint(parts_of(backend))
        if key == "backend":
            wrong = "is called spec.defaultBackend in networking.k8s.io/v1, and is lost as spec.backend"
        if wrong:
            yield _finding(ingress.at("spec", key), f"the default backend of Ingress {ingress.name} {wrong}")
    for path, item in path_items(ingress):
        yield from _path(ingress.at(*path), item)


def _path(at: Ref, item: dict[str, object]) -> Iterator[Finding]:
    where = f"path {item.get('path') or '/'} of Ingress {at.resource.name}"
    wrong = _complaint(parts_of(item.get("backend")))
    kind = item.get("pathType")
    if wrong:
        yield _finding(at.to("backend"), f"the backend of {where} {wrong}")
    elif not kind:
        yield _finding(at, f"{where} has no pathType, which networking.k8s.io/v1 requires")
    elif kind in ("Prefix", "Exact") and not item.get("path"):
        yield _finding(at, f"{where} has the pathType {kind} and no path, which it needs")


def _complaint(parts: Parts) -> str | None:
    """What is wrong with a backend under v1, to follow the word "backend"; None where nothing is."""
    if parts.right or parts.templated:
        return None
    if parts.resource:
        return "names both a Service and a resource"
    if not parts.services:
        return "names no Service"
    if not parts.ports:
        return "names no port"
    odd = [path for path, _ in parts.known + parts.others if path[0] != "service" or path[1:] in _ODD]
    if parts.complete and odd:
        return f"is complete, and has `{spelled(odd[0])}` beside it, which networking.k8s.io/v1 doesn't know"
    if any(path[0] in ("serviceName", "servicePort") for path in odd):
        return "has the shape of v1beta1 (serviceName, servicePort), which networking.k8s.io/v1 doesn't know"
    if len(parts.ports) > 1:
        return "has both a port name and a port number, and only one may stand"
    path, value = parts.ports[0]
    if spelled(path) in ("service.port.number", "service.port.name"):
        kind = "a name" if wants_name(value) else "text" if isinstance(value, str) else "a number"
        return f"gives the port as `{path[-1]}: {value}`, but {value} is {kind}"
    where = parts.services[0][0] if len(parts.services[0][0]) == 1 else path
    return f"says `{spelled(where)}`; networking.k8s.io/v1 wants service.name and service.port.number or .name"


_ODD = ((), ("serviceName",), ("servicePort",), ("namespace",))


def _under_v1beta1(ingress: Resource, version: str) -> Iterator[Finding]:
    """The shape of v1 under the old version: the version is what is wrong."""
    places = [(("spec", key), backend) for key, backend in defaults(ingress)]
    places += [((*path, "backend"), item.get("backend")) for path, item in path_items(ingress)]
    for path, backend in places:
        if path[-1] == "defaultBackend" or (isinstance(backend, dict) and "service" in backend):
            note = Note("this is the shape of networking.k8s.io/v1", ingress.at(*path))
            message = f"Ingress {ingress.name} says {version}, and its backends have the shape of {V1}"
            yield _finding(ingress.at("apiVersion"), message, note)
            return


def _finding(at: Ref, message: str, *notes: Note) -> Finding:
    return Finding(NAME, Category.BROKEN, message[0].upper() + message[1:], at, notes)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    at, graph = finding.at, decisions.graph
    item = at.value
    if isinstance(at.path[-1], int) and isinstance(item, dict) and item.get("pathType"):
        return _with_path(finding, item)
    if at.path == ("apiVersion",):
        changes = moved_to_v1(graph, at.resource)
    elif isinstance(at.path[-1], int):
        changes = mended_path(at)
    else:
        changes = mended_backend(graph, at)
    if isinstance(changes, str):
        return Declined(finding, changes)
    return Fix(f"{at.resource.label}: {_title(at)} in the shape of {V1}", (finding,), changes)


def _title(at: Ref) -> str:
    return "all of it" if at.path == ("apiVersion",) else "pathType" if at.path[-1] != "backend" else "backend"


def _with_path(finding: Finding, item: dict[str, object]) -> Fix | Declined:
    if item["pathType"] != "Prefix" or "path" in item:
        return Declined(finding, "which path is meant can't be told; add one that begins with /")
    change = AddKey(finding.at, "path", "/", before="pathType")
    title = f"{finding.at.resource.label}: path / (a Prefix without a path can only mean all)"
    return Fix(title, (finding,), (change,), Safety.UNSAFE)


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True)
