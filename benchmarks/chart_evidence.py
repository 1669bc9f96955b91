"""Which links a fault broke in the rendered chart, and whether a person could know what was meant.

The principles are those for plain manifests (`evidence.py`), asked of what the broken chart renders:
what is written at the broken link, against the candidates as they stand now. The right one is known
because the healthy chart has its objects in the same places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.cluster import Backend, Container, ContainerPort, Service, ServicePort, Workload
from benchmarks.documents import Leaf, table_at
from benchmarks.evidence import (
    FOREIGN_LABEL,
    LONE_RENUMBERING,
    NAMED_RENUMBERING,
    TIE,
    Choice,
    judge_port,
    port_choice,
    signs,
)
from benchmarks.faults.fault import Scene
from benchmarks.faults.ingress import port_choices
from benchmarks.judge import backend_reference, ports_meant, selected, services_for
from benchmarks.spelling import distance, near

# Stands for a word that says nothing about what it means.
_STRANGE = 1000


@dataclass(frozen=True, slots=True)
class Effect:
    """A broken link of the rendered chart, and the principle by which nobody could know its end, or ''."""

    link: str
    undecidable: str = ""


def effects(healthy: Scene, broken: Scene) -> Iterator[Effect]:
    """The links that the broken chart lost. Raises MisleadingError where the evidence speaks for another end.

    Both scenes must hold the same objects in the same places.
    """
    for before, after in zip(healthy.cluster.backends, broken.cluster.backends, strict=True):
        if healthy.verdict("ingress", before.ingress, before.place).resolved:
            yield from _of_backend(healthy, broken, before, after)
    for service, now in zip(healthy.cluster.services, broken.cluster.services, strict=True):
        if not service.outside:
            yield from _of_service(healthy, broken, service, now)
    for workload, new in zip(healthy.cluster.workloads, broken.cluster.workloads, strict=True):
        for container, changed in zip(workload.containers, new.containers, strict=True):
            yield from _of_probes(healthy, workload, container, changed)


def _now(healthy: Scene, broken: Scene, service: Service) -> Service:
    return broken.cluster.services[healthy.cluster.services.index(service)]


def _of_backend(healthy: Scene, broken: Scene, before: Backend, after: Backend) -> Iterator[Effect]:
    old, new = backend_reference(before), backend_reference(after)
    if isinstance(old, str) or isinstance(new, str):
        yield Effect("backend shape")
        return
    meant = services_for(healthy.cluster, before, old[0])[0]
    right = _now(healthy, broken, meant)
    found = services_for(broken.cluster, after, new[0])
    if right not in found:
        rivals = [one.manifest.name for one in broken.cluster.services if one != right]
        serving = [
            one.manifest.name for one in broken.cluster.services if one != right and ports_meant(one, new[1])
        ]
        contenders = serving if ports_meant(right, new[1]) else rivals
        yield Effect("backend name", _name_verdict(new[0], right.manifest.name, contenders))
    if not ports_meant(right, new[1]):
        port = right.ports[meant.ports.index(ports_meant(meant, old[1])[0])]
        yield Effect("backend port", judge_port(str(new[1]), port_choices(broken, right, port)))


def _strangeness(written: str, name: str) -> int:
    """How far `written` is from meaning `name`: a part of it, as people drop the release, or a slip."""
    if written in name or name in written:
        return abs(len(name) - len(written))
    return distance(written, name) if near(written, name) else _STRANGE


def _name_verdict(written: str, right: str, rivals: Sequence[str]) -> str:
    limit = _strangeness(written, right)
    return TIE if any(_strangeness(written, rival) <= limit for rival in rivals) else ""


def _of_service(healthy: Scene, broken: Scene, service: Service, now: Service) -> Iterator[Effect]:
    meant = [healthy.cluster.workloads.index(one) for one in selected(healthy.cluster, service)]
    right = [broken.cluster.workloads[index] for index in meant]
    still = selected(broken.cluster, now)
    if any(one not in still for one in right):
        yield Effect("selector", _selector_verdict(broken, now, right))
    for position, (before, after) in enumerate(zip(service.ports, now.ports, strict=True)):
        for index, workload in zip(meant, right, strict=True):
            old = healthy.cluster.workloads[index]
            if _lands(healthy, service, position, old) and not _declares(workload, after):
                yield Effect("target port", _target_verdict(broken, old, workload, before, after))


def _lands(scene: Scene, service: Service, position: int, workload: Workload) -> bool:
    landings = scene.verdict("service", service.manifest, f"ports[{position}]").landings
    declared = any(_fits(container_port, service.ports[position]) for container_port in workload.ports)
    return declared and any((one.kind, one.name) == workload.identity for one in landings)


def _fits(declared: ContainerPort, port: ServicePort) -> bool:
    return port.target == (declared.number if isinstance(port.target, int) else declared.name)


def _declares(workload: Workload, port: ServicePort) -> bool:
    return any(_fits(declared, port) for declared in workload.ports)


def _target_verdict(
    scene: Scene, old: Workload, new: Workload, before: ServicePort, after: ServicePort
) -> str:
    """The target as it's written now against the ports as they're declared now."""
    place = next(index for index, one in enumerate(old.ports) if _fits(one, before))
    if len(new.ports) != len(old.ports):
        return ""
    if old.ports[place].number != new.ports[place].number:
        return _renumbered(scene, new, place, old.ports[place].number)
    choices = [
        port_choice(one, index == place)
        for index, one in enumerate(new.ports)
        if one.protocol == after.protocol or index == place
    ]
    return judge_port(str(after.target), choices, signs(after.name, after.number))


def _renumbered(scene: Scene, workload: Workload, place: int, number: int) -> str:
    """Who is right, the container or those who remember its old number."""
    if workload.ports[place].name:
        return NAMED_RENUMBERING
    services = [
        service
        for service in scene.cluster.services
        if any(port.target == number for port in service.ports)
        and workload in selected(scene.cluster, service)
    ]
    probes = any(probe.port.value == number for one in workload.containers for probe in one.probes)
    return "" if len(services) + probes >= 2 else LONE_RENUMBERING


def _misfit(selector: Mapping[str, str], workload: Workload) -> tuple[int, int]:
    """(labels that differ, how far in all)."""
    wrong = [key for key, value in selector.items() if workload.labels.get(key) != value]
    far = 0
    for key in wrong:
        at_key = [_strangeness(selector[key], workload.labels[key])] if key in workload.labels else []
        moved = [distance(key, name) for name, value in workload.labels.items() if value == selector[key]]
        far += min(at_key + moved, default=_STRANGE)
    return (len(wrong), far)


def _selector_verdict(scene: Scene, service: Service, right: Sequence[Workload]) -> str:
    """'' where their workload says itself that the right pods are meant, or slips alone say it."""
    selector = service.selector or {}
    if all(selector.items() <= _match_labels(workload).items() for workload in right):
        return ""
    worst = max(_misfit(selector, workload) for workload in right)
    rivals = [
        workload
        for workload in scene.cluster.workloads
        if workload.namespace == service.namespace
        and workload.manifest.kind not in ("Job", "CronJob")
        and workload not in right
        and not _beside(workload)
    ]
    if worst[1] >= _STRANGE:
        return FOREIGN_LABEL
    return TIE if any(_misfit(selector, rival) <= worst for rival in rivals) else ""


def _match_labels(workload: Workload) -> dict[str, object]:
    """What the workload itself knows its pods by, which a fault in the pods' labels leaves as it was."""
    asked = table_at(workload.manifest.root, "spec", "selector", "matchLabels")
    entries = asked.entries if asked else {}
    return {key: leaf.value for key, leaf in entries.items() if isinstance(leaf, Leaf)}


def _beside(workload: Workload) -> bool:
    """A bare Pod without ports, as Helm's tests are."""
    return workload.manifest.kind == "Pod" and not workload.ports


def _of_probes(
    healthy: Scene, workload: Workload, container: Container, changed: Container
) -> Iterator[Effect]:
    for before, after in zip(container.probes, changed.probes, strict=True):
        verdict = healthy.verdict("probe", workload.manifest, f"{container.name}.{before.kind}")
        places = [
            index
            for index, port in enumerate(container.ports)
            if before.port.value in (port.name, port.number)
        ]
        answered = any(after.port.value in (port.name, port.number) for port in changed.ports)
        if not verdict.resolved or not places or answered or len(container.ports) != len(changed.ports):
            continue
        yield Effect("probe", _probe_verdict(container, changed, places[0], after.port.value))


def _probe_verdict(container: Container, changed: Container, place: int, written: object) -> str:
    if container.ports[place].number != changed.ports[place].number:
        return NAMED_RENUMBERING if changed.ports[place].name else LONE_RENUMBERING
    choices: list[Choice] = [port_choice(one, index == place) for index, one in enumerate(changed.ports)]
    return judge_port(str(written), choices)
