"""All faults of an application: single ones, two at once, and with a decoy Service beside them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.applications import Application
from benchmarks.evidence import STEM_ALONE
from benchmarks.faults import ingress, pod, service
from benchmarks.faults.decoys import decoyed
from benchmarks.faults.fault import Fault, Maker, Scene, put, scene
from benchmarks.judge import Route, resolve

MAKERS: dict[str, Maker] = {
    "ingress-port-number": ingress.port_number,
    "ingress-port-name": ingress.port_name,
    "backend-service-name": ingress.service_name,
    "backend-shape": ingress.shape,
    "selector-value": service.selector_value,
    "selector-key": service.selector_key,
    "target-port-number": service.target_number,
    "target-port-name": service.target_name,
    "service-port-number": service.port_number,
    "container-port-name": pod.port_name,
    "container-port-number": pod.port_number,
    "probe-port-name": pod.probe_name,
}
# Faults that a Service of a near name could lead astray.
_LURED = ("ingress-port-number", "ingress-port-name", "backend-service-name", "selector-value")
_PORTS = ("ingress-port-number", "ingress-port-name", "service-port-number")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A healthy application, what was broken in it, and the routes that broke."""

    kind: str
    application: Application
    faults: tuple[Fault, ...]
    files: Mapping[str, str]
    broken: tuple[Route, ...]

    @property
    def undecidable(self) -> str:
        """The principle by which nobody could know the repair, or ''."""
        single = next((fault.undecidable for fault in self.faults if fault.undecidable), "")
        stems = any(fault.variant.startswith("suffix") for fault in self.faults)
        ports = any(fault.kind in _PORTS for fault in self.faults)
        return single or (STEM_ALONE if stems and ports else "")


def lost(healthy: Scene, files: Mapping[str, str]) -> tuple[Route, ...]:
    """The routes that landed in some pods and reach them no more."""
    after = resolve(files)
    return tuple(
        route
        for route, verdict in healthy.verdicts.items()
        if verdict.resolved and (route not in after or verdict.pods - after[route].pods)
    )


def _mutant(kind: str, healthy: Scene, *faults: Fault) -> Mutant | None:
    """The mutant, unless every route still reaches its pods: then nothing was broken."""
    splices = tuple(splice for fault in faults for splice in fault.splices)
    files = put(healthy.application.files, Fault(kind, "", splices))
    broken = lost(healthy, files)
    return Mutant(kind, healthy.application, faults, files, broken) if broken else None


def _sample(groups: Mapping[str, list[Fault]], rng: random.Random, limit: int) -> list[Fault]:
    """At most `limit` faults, every kind in turn, so that the many don't crowd out the few."""
    queues = [rng.sample(group, len(group)) for _, group in sorted(groups.items()) if group]
    chosen: list[Fault] = []
    while queues and len(chosen) < limit:
        chosen.extend(queue.pop() for queue in queues)
        queues = [queue for queue in queues if queue]
    return chosen[:limit]


def _singles(healthy: Scene, rng: random.Random) -> dict[str, list[Fault]]:
    return {kind: list(make(healthy, rng)) for kind, make in MAKERS.items()}


def _apart(first: Fault, second: Fault) -> bool:
    """Whether two faults stand in different places and in different hops of a route."""
    hop = {"ingress": 0, "service": 0, "backend": 1, "selector": 2, "target": 3, "container": 3, "probe": 3}
    levels = [hop[fault.kind.partition("-")[0]] for fault in (first, second)]
    spans = [(s.path, s.start, s.end) for fault in (first, second) for s in fault.splices]
    overlap = any(a is not b and a[0] == b[0] and a[1] < b[2] and b[1] < a[2] for a in spans for b in spans)
    return not overlap and levels[0] != levels[1]


def _pairs(healthy: Scene, singles: list[Fault], rng: random.Random, limit: int) -> Iterator[Mutant]:
    made = 0
    for _ in range(limit * 8):
        if made >= limit or len(singles) < 2:
            return
        first, second = rng.sample(singles, 2)
        if _apart(first, second) and (mutant := _mutant("two at once", healthy, first, second)):
            made += 1
            yield mutant


def _with_decoys(healthy: Scene, rng: random.Random, limit: int) -> Iterator[Mutant]:
    """Faults of an application to which a Service of a near name was added before."""
    services = [one for one in healthy.cluster.services if one.selector and one.ports and not one.outside]
    for real in rng.sample(services, min(len(services), limit)):
        lured = decoyed(healthy, real, rng)
        if lured is None:
            continue
        here = (real.manifest.path, real.manifest.ordinal)
        beside = scene(lured)
        faults = [fault for kind in _LURED for fault in MAKERS[kind](beside, rng) if fault.service == here]
        for fault in rng.sample(faults, min(len(faults), 2)):
            if mutant := _mutant("with a decoy", beside, fault):
                yield mutant


def mutants(application: Application, seed: int, limit: int) -> Iterator[Mutant]:
    """About `limit` mutants of `application`, the same for the same seed."""
    rng = random.Random(f"{seed}:{application.name}")
    healthy = scene(application)
    singles = _singles(healthy, rng)
    chosen = _sample(singles, rng, limit)
    for fault in chosen:
        if mutant := _mutant(fault.kind, healthy, fault):
            yield mutant
    flat = [fault for group in singles.values() for fault in group if not fault.undecidable]
    yield from _pairs(healthy, flat, rng, max(1, limit // 6))
    yield from _with_decoys(healthy, rng, max(1, limit // 8))
