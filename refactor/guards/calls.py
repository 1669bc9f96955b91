"""The calls that a connection test makes: each Service port that a route reaches, said by the chart's own words."""

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
from refactor.world.lookup import labels_of

_NOT_HTTP = frozenset({"TCPRoute", "TLSRoute", "UDPRoute", "GRPCRoute", "IngressRouteTCP", "IngressRouteUDP"})


@dataclass(frozen=True, slots=True)
class Call:
    """A Service port to call. Texts of a template: `host`, `port`, `path` (None: only whether it is open).

    `namespace` and `labels` are what the Service has, None where nothing; `when`: the pipeline of the
    condition, "" for always. `met`: by the number of a set of values, the rendered host and port.
    """

    host: str
    port: str
    path: str | None
    namespace: str | None
    labels: str | None
    when: str
    met: Mapping[int, tuple[str, int]]


@dataclass(slots=True)
class _Reached:
    """What is known of one Service port; `routes`: what has to hold for each route to it."""

    said: tuple[str, str, str | None, str | None, str | None]
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
    reached: dict[tuple[object, ...], _Reached] = {}
    notes: dict[str, None] = {}
    for number, graph in enumerate(trial.graphs):
        found = _routed(graph) if routed else _every(graph)
        for target, backend in found:
            reason = _note(reached, wording, number, graph, target, backend)
            if reason:
                notes[f"no test calls {target.service.label}, port {target.port.port}: {reason}"] = None
    return Calls(tuple(_call(one) for one in reached.values()), tuple(notes))


def _call(one: _Reached) -> Call:
    host, port, path, namespace, labels = one.said
    when = all_of(one.own.text(), any_of(one.routes) if one.routes else "")
    return Call(host, port, path, namespace, labels, when, one.met)


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


def _note(
    reached: dict[tuple[object, ...], _Reached],
    wording: Wording,
    number: int,
    graph: TrafficGraph,
    target: Target,
    backend: Backend | None,
) -> str:
    """Takes a target in; why that can't be, or ""."""
    service = target.service
    if target.port.transport != "TCP":
        return f"the test speaks TCP, not {target.port.transport}"
    if service.body.external or target.port.port is None:
        return "it leads out of the cluster" if service.body.external else "it has no number"
    host = wording.expression(service.at("metadata", "name"))
    port = wording.expression(target.item.to("port"), number=True)
    own = wording.conditions(target.item.to("port"))
    if host is None or port is None or None in own:
        return "a template of its own can't say its name, its port or when it is there"
    path = _path(graph, target, backend, wording)
    namespace = wording.expression(service.at("metadata", "namespace"))
    said = (host, port, path, namespace, _labels(graph, service, wording))
    terms = Every(tuple(one for one in own if one is not None))
    one = reached.setdefault((host, port, terms), _Reached(said, terms))
    one.met[number] = (service.name, target.port.port)
    if backend is not None:
        held = wording.conditions(backend.edge.resource.at("metadata", "name"))
        one.routes.append(Every(tuple(term for term in held if term is not None)))
    return ""


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


def _labels(graph: TrafficGraph, service: Resource, wording: Wording) -> str | None:
    """The helper of the Service's labels, unless they would make the test one of its pods, or another's."""
    printed = service.body.metadata.labels
    for other, selection in graph.selections.items():
        selector = other.body.spec.selector
        if selector and selector.items() <= printed.items():
            return None
        # Helpers print more than a Service shows only where they are given more: its pods tell.
        if any(labels_of(workload).items() <= printed.items() for workload in selection.workloads):
            return None
    return wording.labels(service.at("metadata", "labels"))
