"""Where an Ingress holds backends, in either version, and moving the whole of one to v1.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/#ingress-v122
"""

from refactor.candidates.backend_shapes import V1, Outcome, to_v1
from refactor.edges import default_backends, path_items
from refactor.kubernetes.fields import INGRESS_PATH
from refactor.kubernetes.misspelling import as_spelt
from refactor.routes import TrafficGraph
from refactor.world import AddKey, Change, Path, Ref, RenameKey, Resource, SetScalar

_ANY = "ImplementationSpecific"


def mended_backend(graph: TrafficGraph, at: Ref) -> Outcome:
    """The changes that put one backend of an Ingress right for v1, its key and its pathType included."""
    changes = to_v1(at, _service_of(graph, at))
    if isinstance(changes, str):
        return changes
    if at.path == ("spec", "backend"):
        if at.parent.to("defaultBackend").value is not None:
            return "spec.defaultBackend stands beside it, and only one of the two can be meant"
        return (*changes, RenameKey(at, "defaultBackend"))
    return changes + mended_path(at.parent) if len(at.path) > 2 else changes


def mended_path(item: Ref) -> tuple[Change, ...]:
    """A pathType for the entry of `paths` at `item`, where it has none.

    v1beta1 read a missing one as ImplementationSpecific, which leaves matching to the controller.
    """
    data = item.value
    if not isinstance(data, dict) or data.get("pathType") or as_spelt(data, "pathType", INGRESS_PATH):
        return ()
    if "pathType" in data:
        return (SetScalar(item.to("pathType"), _ANY),)
    return (AddKey(item, "pathType", _ANY, after="path" if "path" in data else None),)


def moved_to_v1(graph: TrafficGraph, ingress: Resource) -> Outcome:
    """The changes that make a v1 Ingress of one that says or has the shape of v1beta1."""
    changes: tuple[Change, ...] = (SetScalar(ingress.at("apiVersion"), V1),)
    places: list[Path] = [("spec", key) for key, _ in default_backends(ingress)]
    places += [(*path, "backend") for path, _, _ in path_items(ingress)]
    for place in places:
        found = mended_backend(graph, ingress.at(*place))
        if isinstance(found, str):
            return f"one of its backends can't be moved to v1: {found}"
        changes += found
    return changes


def _service_of(graph: TrafficGraph, at: Ref) -> Resource | None:
    backends = graph.backends_of.get(at.resource, ())
    return next((backend.service for backend in backends if backend.at.path == at.path), None)
