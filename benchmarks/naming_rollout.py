"""A rollout, judged: every mixture of objects as they were and as they will be.

While a stage is applied, each Ingress, each Service and the pods of each workload may be old or new
(a Deployment whose template is new still runs old pods). A route that had endpoints keeps them all.
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from benchmarks.cluster import Backend, Cluster, Service, Workload, build
from benchmarks.judge import (
    Landing,
    Route,
    Verdict,
    backend_reference,
    follow_backend,
    follow_port,
    resolve_cluster,
)

Files = Mapping[str, str]
Key = tuple[str, int]
EXHAUSTIVE = 12
_SAMPLE = 256
_WHOLE = 12


@dataclass(frozen=True, slots=True)
class Loss:
    """A route that loses endpoints in some mixture; `new` are the objects that were new there."""

    route: str
    whole: bool
    new: tuple[str, ...]


class Objects:
    """The objects of one state, by file and ordinal."""

    def __init__(self, files: Files) -> None:
        self.cluster = build(files)
        self.services: dict[Key, Service] = {_key(one): one for one in self.cluster.services}
        self.workloads: dict[Key, Workload] = {_key(one): one for one in self.cluster.workloads}
        self.backends: dict[Key, list[Backend]] = {}
        for backend in self.cluster.backends:
            self.backends.setdefault((backend.ingress.path, backend.ingress.ordinal), []).append(backend)

    @property
    def keys(self) -> set[Key]:
        return {*self.services, *self.workloads, *self.backends}

    def meaning(self, key: Key) -> object:
        """What of an object decides about routes; equal meanings are one state."""
        if key in self.services:
            service = self.services[key]
            return [
                (one.name, one.number, one.target, one.protocol) for one in service.ports
            ], service.selector
        if key in self.workloads:
            workload = self.workloads[key]
            return workload.labels, [
                (c.name, *((p.name, p.number, p.protocol) for p in c.ports)) for c in workload.containers
            ]
        return [(backend.place, backend_reference(backend)) for backend in self.backends.get(key, ())]

    def named(self, key: Key) -> str:
        if key in self.backends:
            return f"Ingress {self.backends[key][0].ingress.name}"
        manifest = (self.services.get(key) or self.workloads[key]).manifest
        return f"{manifest.kind} {manifest.name}"


def _key(one: Service | Workload) -> Key:
    return one.manifest.path, one.manifest.ordinal


class Rollout:
    """From the files `old` to the files `new`, which hold the same objects."""

    def __init__(self, old: Files, new: Files, seed: int = 1) -> None:
        self.old, self.new = Objects(old), Objects(new)
        self.rng = random.Random(f"rollout/{seed}")
        self.before = resolve_cluster(self.old.cluster)
        self.after = resolve_cluster(self.new.cluster)
        same = self.old.keys & self.new.keys
        self.changed = sorted(key for key in same if self.old.meaning(key) != self.new.meaning(key))
        self.mixtures = 0

    def losses(self) -> list[Loss]:
        """Every route that loses endpoints, with the first mixture in which it does."""
        if self.old.keys != self.new.keys:
            return [Loss("objects come or go", True, ())]
        found: dict[str, Loss] = {}
        for loss in (*self._route_by_route(), *self._as_a_whole()):
            known = found.get(loss.route)
            if known is None or (loss.whole and not known.whole):
                found[loss.route] = loss
        return list(found.values())

    def _route_by_route(self) -> Iterator[Loss]:
        """All mixtures of the objects that a route can pass through, old way and new."""
        for route, verdict in self.before.items():
            if not verdict.resolved or route.kind == "probe":
                continue
            objects = verdict.objects | self.after.get(route, Verdict()).objects
            touched = [key for key in self.old.keys if self._identity(key) in objects]
            changed = [key for key in self.changed if key in touched]
            for fresh in self._mixtures(changed):
                yield from self._compare(
                    route, verdict, self._follow(route, self._mixed(touched, fresh)), fresh
                )

    def _identity(self, key: Key) -> tuple[str, str, str]:
        kind, _, name = self.old.named(key).partition(" ")
        return key[0], kind, name

    def _mixtures(self, changed: list[Key]) -> Iterator[frozenset[Key]]:
        if len(changed) <= EXHAUSTIVE:
            for choice in product((False, True), repeat=len(changed)):
                yield frozenset(key for key, fresh in zip(changed, choice, strict=True) if fresh)
            return
        for one in changed:
            yield frozenset((one,))
            yield frozenset(changed) - {one}
            yield from (frozenset((one, other)) for other in changed if other > one)
        for _ in range(_SAMPLE):
            yield frozenset(key for key in changed if self.rng.random() < 0.5)

    def _mixed(self, keys: Iterable[Key], fresh: frozenset[Key]) -> Cluster:
        self.mixtures += 1
        listed = sorted(keys)
        states = {key: self.new if key in fresh else self.old for key in listed}
        return Cluster(
            tuple(state.services[key] for key, state in states.items() if key in state.services),
            tuple(state.workloads[key] for key, state in states.items() if key in state.workloads),
            tuple(one for key, state in states.items() for one in state.backends.get(key, ())),
        )

    @staticmethod
    def _follow(route: Route, cluster: Cluster) -> frozenset[Landing]:
        if route.kind == "service":
            index = int(route.place.partition("[")[2].rstrip("]"))
            service = next(one for one in cluster.services if _key(one) == (route.path, route.ordinal))
            return follow_port(cluster, service, service.ports[index]).landings
        for backend in cluster.backends:
            if (backend.ingress.path, backend.ingress.ordinal, backend.place) == (
                route.path,
                route.ordinal,
                route.place,
            ):
                return follow_backend(cluster, backend).landings
        return frozenset()

    def _compare(
        self, route: Route, before: Verdict, now: frozenset[Landing], fresh: frozenset[Key]
    ) -> Iterator[Loss]:
        if before.landings - now:
            new = tuple(self.old.named(key) for key in sorted(fresh))
            yield Loss(f"{route.path}: {route.label}", not now, new)

    def _as_a_whole(self) -> Iterator[Loss]:
        """Mixtures of all objects at once, sampled: what the view route by route might not see."""
        if not self.changed:
            return
        for _ in range(_WHOLE):
            fresh = frozenset(key for key in self.changed if self.rng.random() < 0.5)
            now = resolve_cluster(self._mixed(self.old.keys, fresh))
            for route, verdict in self.before.items():
                if verdict.resolved:
                    yield from self._compare(route, verdict, now.get(route, Verdict()).landings, fresh)
