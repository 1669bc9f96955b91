"""The Ingress names a Service that isn't there.

What it does
    Looks up the Service of every Ingress backend in the Ingress's own namespace.

Why it matters
    The API server accepts the Ingress; every request to the path is answered with 503 or 404. The
    Service may also live elsewhere (made by an operator, by another chart, by hand): without a near
    name in the files this is only a suspicion. Where its name stands in the files under a misspelt key,
    misspelt-field tells it, and this rule doesn't.

Example
    `service: {name: my-ap}` beside a Service `my-api` that serves the port becomes `name: my-api`.

Fix safety
    Safe where exactly one Service serves the port that is asked for and has a near name: one slip away,
    or two from eight letters on, or the same stem (`api-svc` for `api`) while its labels hold the name.
    Unsafe otherwise. A tie is left to you, with the choices; without a near name nothing is touched, nor
    while a malformed document near by may be the Service.
    Say `--external NAME` for a Service that lives elsewhere. Annotations that are keyed by the Service's
    name (`alb.ingress.kubernetes.io/conditions.NAME` …) follow.

https://kubernetes.io/docs/concepts/services-networking/ingress/#resource-backend
"""

from collections.abc import Iterator

from refactor.candidates import Choice, near_service
from refactor.candidates.services import OF_CHART, SERVES
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.edges import Edge
from refactor.findings import Category, Finding, Note, Safety
from refactor.references import annotations_keyed_by_service
from refactor.references.malformed import malformed_service
from refactor.references.misspelt import misspelt_service
from refactor.routes import Backend, Reason, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import joined, namespace_text, not_in_namespace
from refactor.world import Change, Resource, SetScalar

NAME = "missing-backend-service"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for backend in graph.backends:
        missing = backend.reason is Reason.NO_SERVICE and backend.edge.from_ingress
        if missing and misspelt_service(graph.world, backend.edge) is None:
            yield _finding(graph, backend)


def _finding(graph: TrafficGraph, backend: Backend) -> Finding:
    edge = backend.edge
    chosen = near_service(graph, backend).chosen
    near = chosen is not None and SERVES in chosen.evidence and OF_CHART not in chosen.evidence
    sure = near and not _may_be_meant(graph, edge) and malformed_service(graph.world, edge) is None
    namespace = edge.resource.id.namespace
    own = f"namespace {namespace}" if namespace else "its namespace"
    where = own if _elsewhere(graph, edge) else "these files"
    return Finding(
        NAME,
        Category.BROKEN if sure else Category.SUSPECT,
        f"Ingress {edge.resource.name} sends requests to Service {edge.service}, which isn't in {where}",
        edge.service_at or edge.at,
        tuple(_notes(graph, backend)),
        backend,
    )


def _notes(graph: TrafficGraph, backend: Backend) -> Iterator[Note]:
    edge, malformed = backend.edge, malformed_service(graph.world, backend.edge)
    if malformed:
        yield Note(f"the document at {malformed} can't be read, and may be this Service")
    for option in near_service(graph, backend).options[:3]:
        name = option.value.at("metadata", "name")
        yield Note(f"there is a Service {option.label}: {joined(option.evidence)}", name)
    for other in _elsewhere(graph, edge)[:3]:
        yield Note(f"{other.label} stands in {namespace_text(other)}", other.at("metadata"))


def _may_be_meant(graph: TrafficGraph, edge: Edge) -> bool:
    """Whether a Service of just that name doesn't say its namespace: it may well be the one."""
    return any(other.id.namespace is None for other in _elsewhere(graph, edge))


def _elsewhere(graph: TrafficGraph, edge: Edge) -> list[Resource]:
    return graph.world.elsewhere(edge.resource, edge.service or "")


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    backend = finding.subject
    assert isinstance(backend, Backend)
    edge = backend.edge
    malformed = malformed_service(decisions.graph.world, edge)
    if malformed:
        return Declined(finding, f"the document at {malformed} may be this Service: make it readable first")
    choice = near_service(decisions.graph, backend)
    if choice.chosen is None or _may_be_meant(decisions.graph, edge):
        reason = _undecided(choice, edge, _elsewhere(decisions.graph, edge))
        return Declined(finding, reason)
    if edge.service_at is None:
        return Declined(finding, "the backend names no Service that could be changed")
    name = choice.chosen.value.at("metadata", "name")
    new = choice.chosen.value.name
    safe = choice.safety is Safety.SAFE and len(choice.options) == 1
    return Fix(
        f"Ingress {edge.resource.name}: Service {edge.service} → {new} ({choice.why})",
        (finding,),
        (SetScalar(edge.service_at, new, name), *_carried(edge, new)),
        Safety.SAFE if safe else Safety.UNSAFE,
    )


def _undecided(choice: Choice[Resource], edge: Edge, elsewhere: list[Resource]) -> str:
    if choice.options and not any(other.id.namespace is None for other in elsewhere):
        return f"several Services may be meant: {choice.shown}"
    if elsewhere:
        return not_in_namespace(edge.resource, elsewhere[0])
    return f"no Service here has nearly that name; if it lives elsewhere, say --external {edge.service}"


def _carried(edge: Edge, new: str) -> Iterator[Change]:
    """Some annotations of an Ingress are keyed by the Service's name: they follow."""
    keyed = annotations_keyed_by_service(edge.resource, edge.service or "")
    yield from (place.change(new) for place in keyed.places)


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True, of_links=True)
