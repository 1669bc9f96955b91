"""What a chart comes to in each world: the rendered objects, and where every route lands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from benchmarks.applications import Application
from benchmarks.chart_folders import World
from benchmarks.chart_render import NAMESPACE, Rendered, RenderError, render
from benchmarks.cluster import Cluster, build
from benchmarks.faults.fault import Scene
from benchmarks.judge import Route, Verdict, resolve_cluster

# A route of one world.
Way: TypeAlias = tuple[str, Route]
Views: TypeAlias = Mapping[str, Scene]


def cluster_of(rendered: Rendered) -> Cluster:
    """The cluster after an installation: what names no namespace stands in the release's."""
    made = build(rendered)
    return Cluster(
        tuple(replace(one, namespace=one.manifest.namespace or NAMESPACE) for one in made.services),
        tuple(replace(one, namespace=one.manifest.namespace or NAMESPACE) for one in made.workloads),
        tuple(replace(one, namespace=one.ingress.namespace or NAMESPACE) for one in made.backends),
    )


def scene_of(rendered: Rendered) -> Scene:
    """A rendered chart, resolved."""
    cluster = cluster_of(rendered)
    return Scene(Application("", rendered), cluster, resolve_cluster(cluster))


def views(folder: Path, worlds: Iterable[World]) -> dict[str, Scene]:
    """The chart in every world in which it renders, by the world's name."""
    found: dict[str, Scene] = {}
    for world in worlds:
        try:
            found[world.name] = scene_of(render(folder, world))
        except RenderError:
            continue
    return found


def ways(seen: Views) -> dict[Way, Verdict]:
    """Every route of every world and where it lands."""
    return {
        (name, route): verdict for name, scene in seen.items() for route, verdict in scene.verdicts.items()
    }


def lost(healthy: Views, broken: Views) -> tuple[Way, ...]:
    """The routes that landed in some pods and reach them no more.

    None where a world no longer renders or has other routes than before: a document that is gone is
    another chart, not a broken route.
    """
    before, after = ways(healthy), ways(broken)
    if before.keys() != after.keys():
        return ()
    return tuple(
        way for way, verdict in before.items() if verdict.resolved and verdict.pods - after[way].pods
    )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that a healthy chart's routes are made of: only these are worth mistaking."""

    numbers: frozenset[int]
    port_names: frozenset[str]
    services: frozenset[str]
    labels: frozenset[str]
    label_keys: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        return self.port_names | self.services | self.labels


def _ports(scene: Scene) -> Iterator[tuple[str, int]]:
    for service in scene.cluster.services:
        for port in service.ports:
            yield port.name, port.number
            yield (port.target, 0) if isinstance(port.target, str) else ("", port.target or 0)
    for workload in scene.cluster.workloads:
        for container in workload.containers:
            for declared in container.ports:
                yield declared.name, declared.number


def vocabulary(seen: Views) -> Vocabulary:
    """What stands in the routes of all worlds."""
    scenes = list(seen.values())
    ports = [port for scene in scenes for port in _ports(scene)]
    services = [service for scene in scenes for service in scene.cluster.services]
    selectors = [item for service in services for item in (service.selector or {}).items()]
    return Vocabulary(
        frozenset(number for _, number in ports if number),
        frozenset(name for name, _ in ports if name),
        frozenset(service.manifest.name for service in services),
        frozenset(value for _, value in selectors),
        frozenset(key for key, _ in selectors),
    )
