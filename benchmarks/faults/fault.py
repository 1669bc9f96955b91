"""What a fault is, and how it's put into text."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from benchmarks.applications import Application
from benchmarks.cluster import Cluster, build
from benchmarks.documents import Leaf, Manifest
from benchmarks.judge import Route, Verdict, resolve_cluster
from benchmarks.spelling import other_number


@dataclass(frozen=True, slots=True)
class Splice:
    """`text[start:end]` of the file `path`, which is `old`, becomes `new`."""

    path: str
    start: int
    end: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing gone wrong. `undecidable` holds the principle by which nobody could know the repair, or ''.

    `service` is (path, ordinal) of the Service concerned, where a decoy beside it makes sense.
    """

    kind: str
    variant: str
    splices: tuple[Splice, ...]
    undecidable: str = ""
    service: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A healthy application as the makers of faults see it."""

    application: Application
    cluster: Cluster
    verdicts: Mapping[Route, Verdict]

    def verdict(self, kind: str, manifest: Manifest, place: str) -> Verdict:
        """Where the route at this place lands; an empty verdict where there's no such route."""
        return self.verdicts.get(Route(kind, manifest.path, manifest.ordinal, place, ""), Verdict())

    def fresh(self, rng: random.Random, *taken: int) -> int:
        """A plausible port number that occurs nowhere in the application and isn't `taken`; 0 if none."""
        return other_number(rng, {*self.numbers(), *taken})

    def numbers(self) -> set[int]:
        ports = {port.number for service in self.cluster.services for port in service.ports}
        targets = {port.target for service in self.cluster.services for port in service.ports}
        declared = {port.number for workload in self.cluster.workloads for port in workload.ports}
        return ports | declared | {target for target in targets if isinstance(target, int)}


Maker = Callable[[Scene, random.Random], Iterator[Fault]]


def scene(application: Application) -> Scene:
    """`application` resolved."""
    cluster = build(application.files)
    return Scene(application, cluster, resolve_cluster(cluster))


def put(files: Mapping[str, str], fault: Fault) -> dict[str, str]:
    """`files` with the fault in them. Raises ValueError where a splice's old text isn't there."""
    broken = dict(files)
    for splice in sorted(fault.splices, key=lambda one: one.start, reverse=True):
        text = broken[splice.path]
        if text[splice.start : splice.end] != splice.old:
            raise ValueError(f"{splice.path}: {splice.old!r} isn't at {splice.start}")
        broken[splice.path] = text[: splice.start] + splice.new + text[splice.end :]
    return broken


def rewrite(scene: Scene, manifest: Manifest, leaf: Leaf | None, new: str | int) -> Splice | None:
    """The splice that gives `leaf` another value in its own quotes; None where that isn't one plain place."""
    if leaf is None or leaf.start in manifest.shared or leaf.style not in ("", '"', "'") or not new:
        return None
    old = scene.application.files[manifest.path][leaf.start : leaf.end]
    if old != f"{leaf.style}{leaf.value}{leaf.style}":
        return None
    return Splice(manifest.path, leaf.start, leaf.end, old, f"{leaf.style}{new}{leaf.style}")
