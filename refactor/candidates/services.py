"""Which Service a backend may have meant when the one it names doesn't exist."""

from collections.abc import Iterable

from refactor.candidates.choice import Choice, Option
from refactor.candidates.nearby import services_nearby
from refactor.candidates.portnames import why_not_service
from refactor.candidates.remembered import remembered
from refactor.candidates.spelling import is_near, same_stem, slips
from refactor.kubernetes.service import Service
from refactor.routes import Backend, TrafficGraph, port_index
from refactor.world import Resource
from refactor.world.places import nearest

SERVES = "it serves the port"
OF_CHART = "it belongs to the same chart"
_LABELLED = "its labels agree"


@remembered
def near_service(graph: TrafficGraph, backend: Backend) -> Choice[Resource]:
    """The Service of a near name that a backend may have meant; chosen only if it is alone at the top.

    An option that serves the port asked for beats all that don't.
    """
    wanted = backend.edge.service or ""
    options = [
        option
        for service in _in_question(graph, backend, wanted)
        if _related(backend, service, wanted) and not service.body.headless and not service.body.external
        if why_not_service(service.name) is None  # what the API server refuses is no way out
        if (option := _weigh(graph, backend, service, wanted))
    ]
    serving = [option for option in options if SERVES in option.evidence]
    ranked = _by_name(backend.edge.resource, sorted(serving or options, key=lambda option: -option.weight))
    clear = len(ranked) == 1 or (len(ranked) > 1 and ranked[0].weight > ranked[1].weight)
    return Choice(ranked[0] if clear else None, ranked)


def _in_question(graph: TrafficGraph, backend: Backend, wanted: str) -> Iterable[Resource]:
    """The Services near by; of thousands, those of a near name, for others are options in charts only."""
    source, namespace = backend.edge.resource, backend.edge.namespace
    if source.values:
        return graph.world.services_near(source, namespace)
    return services_nearby(graph, source, wanted, namespace)


def _by_name(source: Resource, options: list[Option[Resource]]) -> tuple[Option[Resource], ...]:
    """One option for each name: variants of one Service don't compete, the nearest stands for all."""
    groups: dict[str, list[Option[Resource]]] = {}
    for option in options:
        groups.setdefault(option.label, []).append(option)
    first = {nearest(source, [option.value for option in group])[0] for group in groups.values()}
    return tuple(next(option for option in group if option.value in first) for group in groups.values())


def _related(backend: Backend, service: Resource, wanted: str) -> bool:
    """Whether a Service may be meant at all: its name is near, or the same chart makes both."""
    same_chart = bool(backend.edge.resource.values and service.values)
    return _kinship(wanted, service.name) is not None or same_chart


def _kinship(wanted: str, name: str) -> str | None:
    """How a name is near to the one that is asked for; None where it isn't."""
    if is_near(wanted, name):
        return f"its name is {'one slip' if slips(wanted, name) < 2 else 'two slips'} away"
    return "its name has the same stem" if same_stem(wanted, name) else None


def _weigh(graph: TrafficGraph, backend: Backend, service: Resource, wanted: str) -> Option[Resource] | None:
    body: Service = service.body
    spelled = (3 - slips(wanted, service.name)) if is_near(wanted, service.name) else 0
    evidence = [_kinship(wanted, service.name) or OF_CHART]
    if port_index(body, backend.edge.port) is not None:
        evidence.append(SERVES)
    if wanted in {*body.spec.selector.values(), *body.metadata.labels.values()}:
        evidence.append(_LABELLED)
    if not spelled and len(evidence) == 1:
        return None
    if evidence[0] == OF_CHART:
        if SERVES not in evidence:
            return None
        evidence += _shared_names(backend.edge.resource, service)
    if any(not target.failing and target.hits for target in graph.targets[service]):
        evidence.append("pods stand behind it")
    settled = SERVES in evidence and (spelled > 0 or _LABELLED in evidence)
    return Option(service, service.name, tuple(evidence), spelled, settled)


def _shared_names(ingress: Resource, service: Resource) -> list[str]:
    """What charts give to all objects of one component."""
    evidence = ["the Ingress has its name"] if ingress.name == service.name else []
    labels, others = ingress.object.metadata.labels, service.object.metadata.labels
    pairs = [(labels.get(key), others.get(key)) for key in _COMPONENT]
    if any(one for one, _ in pairs) and all(one == other for one, other in pairs):
        evidence.append("the Ingress has its labels")
    return evidence


# https://helm.sh/docs/chart_best_practices/labels/#standard-labels
_COMPONENT = ("app.kubernetes.io/name", "app.kubernetes.io/component", "app")
