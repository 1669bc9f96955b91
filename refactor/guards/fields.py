"""The fields of a rendered chart that say which port: of Services, of what they reach, of routes to them."""

from collections.abc import Iterator
from dataclasses import dataclass

from refactor.guards.shapes import EITHER, NAME, NUMBER, SERVICE_PORT_NAME, Shape
from refactor.links import Target
from refactor.routes import TrafficGraph
from refactor.world import Ref


@dataclass(frozen=True, slots=True)
class PortField:
    """A field, and what Kubernetes takes there."""

    at: Ref
    shape: Shape


def port_fields(graph: TrafficGraph) -> Iterator[PortField]:
    """Every such field of the resources that are reported on, where something stands in it."""
    for found in _fields(graph):
        if found.at.resource.reported and found.at.value is not None:
            yield found


def _fields(graph: TrafficGraph) -> Iterator[PortField]:
    for targets in graph.targets.values():
        for target in targets:
            yield from _of_service_port(graph, target)
    for backend in graph.backends:
        at = backend.edge.port_at
        if at is not None and at.path[-1] in _BACKENDS and not backend.edge.by_annotation:
            yield PortField(at, _BACKENDS[at.path[-1]])


_BACKENDS = {"number": NUMBER, "name": NAME, "servicePort": EITHER, "port": EITHER}


def _of_service_port(graph: TrafficGraph, target: Target) -> Iterator[PortField]:
    yield PortField(target.item.to("port"), NUMBER)
    yield PortField(target.item.to("targetPort"), EITHER)
    yield PortField(target.item.to("name"), SERVICE_PORT_NAME)
    for hit in target.hits:
        if hit.port is not None:
            yield PortField(hit.port.at.to("containerPort"), NUMBER)
            yield PortField(hit.port.at.to("name"), NAME)
        for probe in graph.probes_of.get(hit.workload, ()):
            # A grpc probe takes a number only.
            yield PortField(probe.use.at, NUMBER if probe.use.action == "grpc" else EITHER)
