"""From graphs to journeys: one for each backend, and for Services, with the repairs on their way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from refactor.edges import Edge, lets_in
from refactor.findings import Category, Finding
from refactor.kubernetes.reference import IngressRoute
from refactor.report.hops import walk_backend, walk_target
from refactor.report.journey import End, Journey, Remedy, Verdict
from refactor.report.outcomes import outcome
from refactor.report.walk import Walk, related
from refactor.results import ResourceName
from refactor.routes import Backend, Target, TrafficGraph
from refactor.rules import RULES
from refactor.world import Path, Resource

Key = tuple[object, object]


class Atlas:
    """All walks on a graph, by what stays the same when the texts are repaired."""

    def __init__(self, graph: TrafficGraph, findings: Sequence[Finding]) -> None:
        self.graph = graph
        self._findings: dict[object, list[Finding]] = {}
        for finding in findings:
            self._findings.setdefault(finding.at.resource.key, []).append(finding)

    def routes(self) -> Iterator[tuple[Key, Backend, Walk]]:
        """A walk for each backend of the resources that are reported on."""
        counts: dict[Resource, int] = {}
        for backend in self.graph.backends:
            resource = backend.edge.resource
            counts[resource] = counts.get(resource, -1) + 1
            if resource.reported:
                walk = Walk(self._findings)
                walk_backend(self.graph, backend, walk)
                yield (resource.key, counts[resource]), backend, walk

    def closed(self) -> Iterator[tuple[Resource, Walk]]:
        """A walk that ends at once for each way in without a backend that the API server refuses."""
        for resource in self.graph.world.resources:
            if resource.reported and lets_in(resource) and resource not in self.graph.backends_of:
                walk = Walk(self._findings)
                walk.touch(resource.at())
                walk.visit(resource)
                if walk.failure is not None:
                    yield resource, walk

    def services(self) -> Iterator[tuple[Key, Target, Walk]]:
        """A walk for each port of the Services that are reported on."""
        for service, targets in self.graph.targets.items():
            for target in targets if service.reported else ():
                walk = Walk(self._findings)
                walk_target(self.graph, target, walk)
                yield (service.key, target.index), target, walk


class Remedies:
    """What is known of each finding's repair, for the walks that come by its place."""

    def __init__(self, known: Iterable[tuple[Finding, Remedy]]) -> None:
        self._known: dict[object, list[tuple[Path, Remedy]]] = {}
        self._of_objects: dict[object, list[Remedy]] = {}
        for finding, remedy in known:
            if finding.category is not Category.FRAGILE and not RULES[finding.rule].of_links:
                self._of_objects.setdefault(finding.at.resource.key, []).append(remedy)
            self._known.setdefault(finding.at.resource.key, []).append((finding.at.path, remedy))

    def on_the_way(self, *walks: Walk | None) -> tuple[Remedy, ...]:
        """The remedies of the places and objects that the walks came by, each once, applied ones first."""
        found: dict[Remedy, None] = {}
        for walk in walks:
            for key, path in sorted(walk.touched, key=repr) if walk else ():
                for place, remedy in self._known.get(key, ()):
                    if related(place, path):
                        found[remedy] = None
            for key in sorted(walk.visited, key=repr) if walk else ():
                found |= dict.fromkeys(self._of_objects.get(key, ()))
        return tuple(sorted(found, key=lambda remedy: (not remedy.applied, remedy.fix is None)))


def journeys(before: Atlas, after: Atlas | None, remedies: Remedies) -> Iterator[Journey]:
    """The journeys of all backends. `after`: the repaired state; None where nothing is repaired."""
    later = {key: walk for key, _, walk in after.routes()} if after else {}
    for key, backend, walk in before.routes():
        edge = backend.edge
        yield _journey(edge.resource, request_of(edge), walk, later.get(key), remedies)
    for resource, walk in before.closed():
        yield _journey(resource, "all of its requests", walk, later.get((resource.key, 0)), remedies)


def service_journeys(before: Atlas, after: Atlas | None, remedies: Remedies) -> Iterator[Journey]:
    """The journeys that begin at a Service, one for each of its ports."""
    later = {key: walk for key, _, walk in after.services()} if after else {}
    for key, target, walk in before.services():
        resource = target.service
        space = f".{resource.id.namespace}" if resource.id.namespace else ""
        request = f"{resource.name}{space}:{target.port.port}, from inside the cluster"
        yield _journey(resource, request, walk, later.get(key), remedies)


def unreached(graph: TrafficGraph) -> frozenset[str]:
    """The routes (`service/NAME`) of the Services that no backend names."""
    return frozenset(route_of(service) for service in graph.targets if service not in graph.callers)


def route_of(resource: Resource) -> str:
    """How `--route` calls a resource: `ingress/web`."""
    return f"{resource.kind.lower()}/{resource.name}"


def request_of(edge: Edge) -> str:
    """What a client asks for, as far as the edge says: a URL, a host, or Traefik's own match."""
    if edge.default:
        return "every request that no rule takes"
    if isinstance(edge.resource.body, IngressRoute):
        return edge.host or "any request"
    host, path = edge.host or "*", edge.path or "/"
    if not path.startswith("/"):
        path = f"/{path}"
    return f"{_scheme(edge)}://{host}{path}"


def _scheme(edge: Edge) -> str:
    """`https` where the edge has TLS for the host: `spec.tls` of an Ingress or a Route."""
    tls = edge.resource.at("spec", "tls").value
    if isinstance(tls, dict):
        return "https"
    hosts = (
        [host for entry in tls if isinstance(entry, dict) for host in entry.get("hosts") or ()]
        if isinstance(tls, list)
        else []
    )
    return "https" if edge.host in hosts else "http"


def _journey(start: Resource, request: str, walk: Walk, then: Walk | None, remedies: Remedies) -> Journey:
    name = ResourceName(start.kind, start.id.namespace, start.name)
    steps = tuple(dict.fromkeys(walk.steps))
    told = Journey(route_of(start), name, request, walk.end, steps, outcome(walk, start))
    if walk.end is End.REACHES and all(step.verdict is Verdict.HOLDS for step in steps):
        return told
    found = remedies.on_the_way(walk, then)
    applied = any(remedy.applied for remedy in found) and not any(remedy.withheld for remedy in found)
    repaired = outcome(then, start) if then is not None and applied else None
    return replace(told, remedies=found, repaired=repaired)
