"""The calls that a connection test makes: Service ports that routes reach, in the chart's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from refactor.candidates.protocols import spoken_at_service_port
from refactor.guards.trial import Trial
from refactor.guards.wording import Every, Wording, all_of, any_of
from refactor.links import Backend, Target
from refactor.routes import TrafficGraph
from refactor.world import Resource

_NOT_HTTP = frozenset({"TCPRoute", "TLSRoute", "UDPRoute", "GRPCRoute", "IngressRouteTCP", "IngressRouteUDP"})


@dataclass(frozen=True, slots=True)
class Call:
    """A Service port to call. Texts of a template: `host`, `port`, `path` (None: only whether it is open).

    `namespace` is the Service's, `labels` the helper that prints its labels, None where there is none, and
    `withheld` one whose labels would make the test a pod of a Service. `when`: the pipeline of the
    condition, "" for always. `met`: by the number of a set of values, the rendered host and port.
    """

    host: str
    port: str
    path: str | None
    namespace: str | None
    labels: str | None
    withheld: str | None
    when: str
    met: Mapping[int, tuple[str, int]]


@dataclass(slots=True)
class _Reached:
    """What is known of one Service port; `routes`: what has to hold for each route to it."""

    said: tuple[str, str, str | None, str | None, str | None, str | None]
    own: Every
    routes: list[Every] = field(default_factory=list)
    met: dict[int, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls to make, and what is to be said about Services that can't be called."""

    calls: tuple[Call, ...]
    notes: tuple[str, ...]


def calls_of(trial: Trial, wording: Wording) -> Calls:
    """The calls to what routes reach, or to every Service where the chart has no route."""
    routed = any(True for graph in trial.graphs for _ in _routed(graph))
    collected = _Collected(wording)
    for number, graph in enumerate(trial.graphs):
        for target, backend in _routed(graph) if routed else _every(graph):
            reason = _unfit(target) or collected.add(number, graph, target, backend)
            if reason:
                told = f"no test calls {target.service.label}, port {target.port.port}: {reason}"
                collected.notes[told] = None
    return Calls(tuple(map(_call, collected.reached.values())), tuple(collected.notes))


def _call(one: _Reached) -> Call:
    further = [tuple(term for term in route.terms if term not in one.own.terms) for route in one.routes]
    if len(set(further)) == 1:
        when = Every((*one.own.terms, *dict.fromkeys(further[0]))).text()
    else:
        when = all_of(one.own.text(), any_of([Every(terms) for terms in further]))
    return Call(*one.said, when, one.met)


def _routed(graph: TrafficGraph) -> Iterator[tuple[Target, Backend | None]]:
    for backend in graph.backends:
        target = graph.target(backend)
        if target is not None and target.service.reported and backend.edge.resource.reported:
            yield target, backend


def _every(graph: TrafficGraph) -> Iterator[tuple[Target, Backend | None]]:
    for service, targets in graph.targets.items():
        # Clients of a headless Service get the pods' own addresses.
        if service.reported and not service.body.headless:
            yield from ((target, None) for target in targets if target.hits)


def _unfit(target: Target) -> str:
    """Why a Service port can't be called by a test; "" where it can."""
    if target.service.body.external:
        return "it leads out of the cluster"
    if target.port.transport != "TCP":
        return f"the test speaks TCP, not {target.port.transport}"
    return "" if target.port.port is not None else "it has no number"


class _Collected:
    """The Service ports that are reached, each once however many routes and sets of values show it."""

    def __init__(self, wording: Wording) -> None:
        self.reached: dict[tuple[object, ...], _Reached] = {}
        self.notes: dict[str, None] = {}
        self._wording = wording

    def add(self, number: int, graph: TrafficGraph, target: Target, backend: Backend | None) -> str:
        """Takes a target in; gives why that can't be, or ""."""
        service, wording = target.service, self._wording
        host = wording.expression(service.at("metadata", "name"))
        port = wording.expression(target.item.to("port"), number=True)
        held = wording.conditions(target.item.to("port"))
        own = tuple(one for one in held if one is not None)
        if host is None or port is None or len(own) < len(held):
            return "another template can't say its name, its port or when it is there"
        one = self.reached.get((host, port, own))
        if one is None:
            namespace = wording.expression(service.at("metadata", "namespace"))
            path = _path(graph, target, backend, wording)
            said = host, port, path, namespace, *self._labels(graph, service)
            one = self.reached[host, port, own] = _Reached(said, Every(own))
        one.met[number] = (service.name, target.port.port or 0)
        if backend is not None:
            terms = wording.conditions(backend.edge.resource.at("metadata", "name"))
            one.routes.append(Every(tuple(term for term in terms if term is not None)))
        return ""

    def _labels(self, graph: TrafficGraph, service: Resource) -> tuple[str | None, str | None]:
        """The helper of the Service's labels, first or, where they would make the test its pod, second."""
        helper = self._wording.labels(service.at("metadata", "labels"))
        printed = service.body.metadata.labels
        selectors = (other.body.spec.selector for other in graph.world.services)
        taken = any(one and one.items() <= printed.items() for one in selectors)
        return (None, helper) if taken else (helper, None)


def _path(graph: TrafficGraph, target: Target, backend: Backend | None, wording: Wording) -> str | None:
    """The URL path that a probe says is answered over HTTP; None where nothing says so."""
    spoken = spoken_at_service_port(graph, target)
    if spoken in ("grpc", "https") or (backend is not None and backend.edge.resource.kind in _NOT_HTTP):
        return None
    for hit in target.hits:
        for probe in graph.probes_of.get(hit.workload, ()):
            same = probe.port is not None and probe.port is hit.port
            if not same or probe.use.action != "httpGet" or probe.use.kind.startswith("lifecycle"):
                continue
            action = probe.use.at.parent
            if action.to("scheme").value not in (None, "HTTP") or action.to("httpHeaders").value:
                continue
            path = action.to("path")
            if path.value in (None, "", "/"):
                return ""
            said = wording.expression(path)
            if said is not None and re.match(r"/|\{\{", said):
                return said
    return None
