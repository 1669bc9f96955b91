"""The Ingress names a Service that isn't there.

What it does
    Looks up the Service of every Ingress backend in the Ingress's own namespace.

Why it matters
    The API server accepts the Ingress; every request to the path is answered with 503 or 404. The
    Service may also live elsewhere (made by an operator, by another chart, by hand): without a near
    name in the files this is only a suspicion.

Example
    `service: {name: my-ap}` beside a Service `my-api` that serves the port becomes `name: my-api`.

Fix safety
    Safe where exactly one Service of a near name (one slip, or two from eight letters on) serves the
    port that is asked for and pods stand behind it or its labels agree. Unsafe otherwise. A tie is left
    to you, with the choices; without a near name nothing is touched. Say `--external NAME` for a
    Service that lives elsewhere.

https://kubernetes.io/docs/concepts/services-networking/ingress/#resource-backend
"""

from collections.abc import Iterator

from refactor.candidates import near_service
from refactor.candidates.services import SERVES
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.routes import Backend, Reason, TrafficGraph
from refactor.rules.base import Rule
from refactor.world import Change, RenameKey, SetScalar

NAME = "missing-backend-service"
_KEYED = tuple(f"alb.ingress.kubernetes.io/{kind}" for kind in ("conditions", "transforms"))


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for backend in graph.backends:
        if backend.reason is Reason.NO_SERVICE and backend.edge.from_ingress:
            yield _finding(graph, backend)


def _finding(graph: TrafficGraph, backend: Backend) -> Finding:
    edge = backend.edge
    chosen = near_service(graph, backend).chosen
    sure = chosen is not None and SERVES in chosen.evidence
    return Finding(
        NAME,
        Category.BROKEN if sure else Category.SUSPECT,
        f"Ingress {edge.resource.name} sends requests to Service {edge.service}, which isn't in these files",
        edge.service_at or edge.at,
        tuple(_notes(graph, backend)),
        backend,
    )


def _notes(graph: TrafficGraph, backend: Backend) -> Iterator[Note]:
    edge = backend.edge
    for option in near_service(graph, backend).options[:3]:
        evidence = " and ".join(option.evidence)
        yield Note(f"there is a Service {option.label}: {evidence}", option.value.at("metadata", "name"))
    for other in graph.world.elsewhere(edge.resource, edge.service or "")[:3]:
        place = f"namespace {other.id.namespace}" if other.id.namespace else "no namespace"
        yield Note(
            f"a Service of that name has {place}; an Ingress reaches only its own", other.at("metadata")
        )


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    backend = finding.subject
    assert isinstance(backend, Backend)
    edge = backend.edge
    choice = near_service(decisions.graph, backend)
    if choice.chosen is None:
        if choice.options:
            return Declined(finding, f"several Services may be meant: {choice.shown}")
        return Declined(
            finding, f"no Service of a near name; if it lives elsewhere, say --external {edge.service}"
        )
    if edge.service_at is None:
        return Declined(finding, "the backend names no Service that could be changed")
    new = choice.chosen.value.name
    safe = choice.chosen.weight > 2 and finding.category is Category.BROKEN and len(choice.options) == 1
    return Fix(
        f"Ingress {edge.resource.name}: Service {edge.service} → {new} ({choice.why})",
        (finding,),
        (SetScalar(edge.service_at, new), *_carried(backend, new)),
        Safety.SAFE if safe else Safety.UNSAFE,
    )


def _carried(backend: Backend, new: str) -> Iterator[Change]:
    """The AWS controller keys some annotations of an Ingress by the backend's Service name."""
    edge = backend.edge
    for key in edge.resource.object.metadata.annotations:
        prefix, dot, name = key.rpartition(".")
        if dot and name == edge.service and prefix in _KEYED:
            yield RenameKey(edge.resource.at("metadata", "annotations", key), f"{prefix}.{new}")


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True)
