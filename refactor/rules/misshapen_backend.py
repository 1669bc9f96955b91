"""The backend of an Ingress hasn't the shape that its apiVersion wants.

What it does
    Compares every backend with the shape of its apiVersion, by the fields that stand there: v1 wants
    `service.name` and one of `service.port.number` and `service.port.name`, a `pathType` with every
    path, and calls the default backend `spec.defaultBackend`. A path has to begin with `/`, and its
    pathType has to be Prefix, Exact or ImplementationSpecific.

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
    other, the one that the Service has is kept. Unsafe: `path: /` where a Prefix has no path, the slash
    before a path that has none, and another key above a port that the Service doesn't have, or that a
    chart's setting may fill in.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/#ingress-v122
"""

from collections.abc import Iterator

from refactor.candidates.backend_faults import Complaint, complaint
from refactor.candidates.backend_shapes import OLD, V1, is_plain_v1, parts_of
from refactor.candidates.ingress_paths import PATH_TYPES, refused_scalars, right_path, right_type
from refactor.candidates.ingress_places import mended_backend, mended_path, moved_to_v1
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.edges import default_backends, path_items, written_backends
from refactor.findings import Category, Finding, Note, Safety
from refactor.kubernetes.fields import BACKEND, INGRESS_PATH
from refactor.kubernetes.misspelling import as_spelt, misspelt_fields
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.world import AddKey, Ref, Resource, SetScalar

NAME = "misshapen-backend"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for ingress in graph.world.of("Ingress", "networking.k8s.io"):
        version = ingress.object.api_version
        if version == V1:
            yield from _under_v1(ingress)
        elif version in OLD:
            yield from _under_v1beta1(ingress, version)
        for path, item, _ in path_items(ingress):
            yield from _refused_scalars(ingress.at(*path), item)


def _under_v1(ingress: Resource) -> Iterator[Finding]:
    for key, backend in default_backends(ingress):
        at = ingress.at("spec", key)
        wrong = _complaint(backend)
        if key == "backend":
            wrong = "is called spec.defaultBackend in networking.k8s.io/v1, and is lost as spec.backend", ()
        if wrong:
            yield _finding(at, f"the default backend of Ingress {ingress.name}", wrong)
    for path, item, _ in path_items(ingress):
        yield from _path(ingress.at(*path), item)


def _path(at: Ref, item: dict[str, object]) -> Iterator[Finding]:
    where = f"path {item.get('path') or '/'} of Ingress {at.resource.name}"
    # What stands there in other capitals isn't missing: it is misspelt, which is another fault.
    wrong = None if as_spelt(item, "backend", INGRESS_PATH) else _complaint(item.get("backend"))
    kind = item.get("pathType")
    if wrong:
        yield _finding(at.to("backend"), f"the backend of {where}", wrong)
    elif kind in (None, ""):
        if as_spelt(item, "pathType", INGRESS_PATH):
            return
        below = ("pathType",) if "pathType" in item else ()
        yield _finding(at, where, (f"has no pathType, which {V1} requires", below))
    elif kind in ("Prefix", "Exact") and not item.get("path") and not as_spelt(item, "path", INGRESS_PATH):
        yield _finding(at, where, (f"has the pathType {kind} and no path, which it needs", ()))


def _complaint(backend: object) -> Complaint | None:
    wrong = None if is_plain_v1(backend) else complaint(parts_of(backend))
    return None if wrong and misspelt_fields(backend, BACKEND) else wrong


def _refused_scalars(at: Ref, item: dict[str, object]) -> Iterator[Finding]:
    for key, text in refused_scalars(item).items():
        where = f"path {item.get('path') or '/'} of Ingress {at.resource.name}"
        yield _finding(at, where, (text, (key,)))


def _under_v1beta1(ingress: Resource, version: str) -> Iterator[Finding]:
    """The shape of v1 under the old version: the version is what is wrong."""
    for path, backend, _, _ in written_backends(ingress):
        if path[-1] == "defaultBackend" or (isinstance(backend, dict) and "service" in backend):
            note = Note(f"this is the shape of {V1}", ingress.at(*path))
            wrong = f"says {version}, and has backends in the shape of {V1}"
            yield _finding(ingress.at("apiVersion"), f"Ingress {ingress.name}", (wrong, ()), note)
            return


def _finding(at: Ref, what: str, wrong: Complaint, *notes: Note) -> Finding:
    text, below = wrong
    message = f"{what[0].upper()}{what[1:]} {text}"
    return Finding(NAME, Category.BROKEN, message, at.to(*below), notes, at)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    at, graph = finding.subject, decisions.graph
    assert isinstance(at, Ref)
    label, item = at.resource.label, at.value
    if finding.at.path[-1] in ("path", "pathType") and finding.at.value not in (None, ""):
        return _absolute(finding) if finding.at.path[-1] == "path" else _typed(finding)
    if at.path == ("apiVersion",):
        title, changes = f"apiVersion {item} → {V1}", moved_to_v1(graph, at.resource)
    elif isinstance(item, dict) and isinstance(at.path[-1], int):
        if item.get("pathType"):
            return _with_path(finding, at, item)
        title = f"pathType ImplementationSpecific for path {item.get('path') or '/'}, as v1beta1 read it"
        changes = mended_path(at)
    else:
        title, changes = f"{_title(at)} in the shape of {V1}", mended_backend(graph, at)
    if isinstance(changes, str):
        return Declined(finding, changes)
    said = finding.at.path[-2:] in _TYPED and finding.at.value not in (None, "", 0)
    guess = said and not _is_served(graph, at)
    return Fix(f"{label}: {title}", (finding,), changes, Safety.UNSAFE if guess else Safety.SAFE)


_TYPED = (("port", "number"), ("port", "name"))


def _is_served(graph: TrafficGraph, at: Ref) -> bool:
    """Whether the Service has the port that is said: else the key may be right and the value wrong.

    So it may in a chart, where a setting is printed below the key.
    """
    backends = graph.backends_of.get(at.resource, ())
    known = any(backend.at.path == at.path and backend.index is not None for backend in backends)
    return known and not at.resource.values


def _title(at: Ref) -> str:
    default = len(at.path) == 2
    return "the default backend" if default else f"the backend of path {at.parent.to('path').value or '/'}"


def _absolute(finding: Finding) -> Fix | Declined:
    new, why = right_path(str(finding.at.value))
    if new is None:
        return Declined(finding, why)
    title = f"{finding.at.resource.label}: path {finding.at.value} → {new} ({why})"
    return Fix(title, (finding,), (SetScalar(finding.at, new),), Safety.UNSAFE)


def _typed(finding: Finding) -> Fix | Declined:
    new = right_type(str(finding.at.value))
    if new is None:
        return Declined(finding, f"which pathType is meant can't be told; {PATH_TYPES[0]} is the usual one")
    title = f"{finding.at.resource.label}: pathType {finding.at.value} → {new}"
    return Fix(title, (finding,), (SetScalar(finding.at, new),))


def _with_path(finding: Finding, at: Ref, item: dict[str, object]) -> Fix | Declined:
    if item["pathType"] != "Prefix" or "path" in item:
        return Declined(finding, "which path is meant can't be told; add one that begins with /")
    change = AddKey(at, "path", "/", before="pathType")
    title = f"{at.resource.label}: path / (a Prefix without a path can only mean all)"
    return Fix(title, (finding,), (change,), Safety.UNSAFE)


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True)
