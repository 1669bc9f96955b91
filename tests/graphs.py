"""Graphs and places from texts, for tests that look below the doors."""

from __future__ import annotations

from textwrap import dedent

from refactor.kubernetes import is_interesting
from refactor.pods import PodPort
from refactor.routes import TrafficGraph
from refactor.source import SourceFile, read_stream
from refactor.world import Change, RenameKey, Resource, SetScalar, World
from refactor.world.manifests import resources_of


def graph_of(*texts: str, **named: str) -> TrafficGraph:
    """The graph of some manifests; a name says in which folder the text stands."""
    files = {f"app/{index}.yaml": text for index, text in enumerate(texts)}
    files |= {f"{folder}/all.yaml": text for folder, text in named.items()}
    resources: list[Resource] = []
    for path, text in files.items():
        stream = read_stream(SourceFile(path, dedent(text).encode()), is_interesting)
        assert not stream.malformed
        resources += [found for document in stream.documents for found in resources_of(document)]
    return TrafficGraph(World(resources))


def find(graph: TrafficGraph, kind: str, name: str) -> Resource:
    return next(r for r in graph.world.resources if (r.kind, r.name) == (kind, name))


def pod_port(graph: TrafficGraph, workload: str, index: int = 0) -> PodPort:
    return next(ports for owner, ports in graph.ports.items() if owner.name == workload)[index]


def told(changes: tuple[Change, ...]) -> set[str]:
    """Changes as `Kind name: last.steps.of.path = value`."""
    return {_told(change) for change in changes}


def _told(change: Change) -> str:
    assert isinstance(change, SetScalar | RenameKey)
    new = change.value if isinstance(change, SetScalar) else f"key {change.key}"
    steps = ".".join(str(step) for step in change.at.path[-2:])
    return f"{change.at.resource.label}: {steps} = {new}"
