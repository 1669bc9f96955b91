"""Faults of a Service: its selector, its targetPort, its port."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from benchmarks.cluster import Service, ServicePort, Workload
from benchmarks.documents import Leaf, leaf_at, table_at
from benchmarks.evidence import (
    FOREIGN_LABEL,
    SILENT_PODS,
    TIE,
    Choice,
    MisleadingError,
    judge_port,
    port_choice,
    signs,
)
from benchmarks.faults.fault import Fault, Scene, rewrite
from benchmarks.faults.ingress import port_choices
from benchmarks.judge import backend_reference, ports_meant, selected, services_for, together
from benchmarks.spelling import digit_slip, distance, near, other_word, two_typos, typo

_NAMES = ("web", "http", "backend", "grpc", "main", "public", "rest")
_WORDS = ("falcon", "juniper", "quartz", "maple")
_KEYS = ("app", "name", "component", "app.kubernetes.io/name", "k8s-app", "service")


def _sound(scene: Scene) -> Iterator[tuple[Service, ServicePort]]:
    """The Service ports that land on a container."""
    for service in scene.cluster.services:
        for position, port in enumerate(service.ports):
            if scene.verdict("service", service.manifest, f"ports[{position}]").resolved:
                yield service, port


def _selecting(scene: Scene) -> Iterator[Service]:
    last = None
    for service, _ in _sound(scene):
        if service is not last:
            yield service
        last = service


def _here(service: Service) -> tuple[str, int]:
    return (service.manifest.path, service.manifest.ordinal)


def _misfit(selector: Mapping[str, str], workload: Workload) -> tuple[int, int]:
    """(labels that differ, how far): what is to be mended before `selector` matches `workload`."""
    far = 0
    wrong = [key for key, value in selector.items() if workload.labels.get(key) != value]
    for key in wrong:
        value = selector[key]
        at_key = [distance(value, workload.labels[key])] if key in workload.labels else []
        moved = [distance(key, name) for name, other in workload.labels.items() if other == value]
        far += min(at_key + moved, default=len(value) + 99)
    return (len(wrong), far)


def _plausible(selector: Mapping[str, str], workload: Workload) -> bool:
    """Whether a slip explains the misfit, or the rest of the selector speaks for `workload`."""
    wrong = [key for key, value in selector.items() if workload.labels.get(key) != value]
    if len(wrong) < len(selector):
        return True
    value = selector[wrong[0]]
    return value in workload.labels.values() or near(value, workload.labels.get(wrong[0], ""))


def _selector_verdict(scene: Scene, service: Service, selector: Mapping[str, str]) -> str:
    """'' where the selected workloads are the nearest to the broken selector, else TIE."""
    right = selected(scene.cluster, service)
    given = service.manifest.namespace
    rivals = [
        workload
        for workload in scene.cluster.workloads
        if together(service.namespace, given, workload.namespace, workload.manifest.namespace)
        and workload.manifest.kind not in ("Job", "CronJob")
        and all(workload.identity != one.identity for one in right)
        and _plausible(selector, workload)
    ]
    worst = max(_misfit(selector, workload) for workload in right)
    return TIE if any(_misfit(selector, rival) <= worst for rival in rivals) else ""


def selector_value(scene: Scene, rng: random.Random) -> Iterator[Fault]:
    """The selector asks for a label value that no pod carries."""
    for service in _selecting(scene):
        selector = dict(service.selector or {})
        for key, value in selector.items():
            variants = [("a typo", typo(rng, value, ())), ("two typos", two_typos(rng, value, ()))]
            if len(selector) > 1:
                variants.append(("another value", other_word(rng, _WORDS, (value,))))
            leaf = leaf_at(service.manifest.root, "spec", "selector", key)
            for variant, wrong in variants:
                if splice := rewrite(scene, service.manifest, leaf, wrong):
                    foreign = FOREIGN_LABEL if variant == "another value" else ""
                    undecidable = foreign or _selector_verdict(scene, service, selector | {key: wrong})
                    yield Fault("selector-value", variant, (splice,), undecidable, _here(service))


def selector_key(scene: Scene, rng: random.Random) -> Iterator[Fault]:
    """The selector asks for a label that no pod carries, with a value that one does."""
    for service in _selecting(scene):
        selector = dict(service.selector or {})
        table = table_at(service.manifest.root, "spec", "selector")
        for key in selector:
            leaf = table.keys.get(key) if table else None
            named = Leaf(key, leaf.start, leaf.end, leaf.style) if leaf else None
            spare = [name for name in _KEYS if name not in selector and not near(name, key)]
            for variant, wrong in (("a typo", typo(rng, key, selector)), ("another key", rng.choice(spare))):
                if splice := rewrite(scene, service.manifest, named, wrong):
                    asked = {wrong if name == key else name: value for name, value in selector.items()}
                    undecidable = _selector_verdict(scene, service, asked)
                    yield Fault("selector-key", variant, (splice,), undecidable, _here(service))


def pod_choices(scene: Scene, service: Service, port: ServicePort) -> Iterator[list[Choice]]:
    """For each workload behind `service`: the container ports that `port` could mean."""
    position = service.ports.index(port)
    landings = scene.verdict("service", service.manifest, f"ports[{position}]").landings
    for workload in selected(scene.cluster, service):
        numbers = {one.number for one in landings if one.name == workload.manifest.name}
        if workload.ports:
            yield [
                port_choice(one, one.number in numbers)
                for one in workload.ports
                if one.protocol == port.protocol or one.number in numbers
            ]


def _target_verdict(scene: Scene, service: Service, port: ServicePort, wrong: str) -> str:
    hints = signs(port.name, port.number)
    verdicts = [judge_port(wrong, choices, hints) for choices in pod_choices(scene, service, port)]
    return max(verdicts, default="")


def _targets(scene: Scene, rng: random.Random, *, by_number: bool) -> Iterator[tuple[Service, Fault]]:
    for service, port in _sound(scene):
        leaf = leaf_at(port.tree, "targetPort")
        if leaf is None or (type(leaf.value) is int) != by_number:
            continue
        declared = [one for workload in selected(scene.cluster, service) for one in workload.ports]
        numbers, names = {one.number for one in declared}, {one.name for one in declared}
        variants: list[tuple[str, int | str]] = []
        if by_number:
            variants.append(("a digit", digit_slip(rng, int(str(leaf.value)), numbers)))
            variants.append(("another number", scene.fresh(rng)))
            variants.append(("the Service's number", port.number if port.number not in numbers else 0))
        else:
            variants.append(("a typo", typo(rng, str(leaf.value), names, longest=15)))
            variants.append(("another name", other_word(rng, _NAMES, names)))
        for variant, wrong in variants:
            kind = "target-port-number" if by_number else "target-port-name"
            try:
                undecidable = _target_verdict(scene, service, port, str(wrong))
            except MisleadingError:
                continue
            if declared and (splice := rewrite(scene, service.manifest, leaf, wrong)):
                yield service, Fault(kind, variant, (splice,), undecidable, _here(service))


def target_number(scene: Scene, rng: random.Random) -> Iterator[Fault]:
    """The Service sends to a number that no container declares, though others are declared."""
    for _, fault in _targets(scene, rng, by_number=True):
        yield fault


def target_name(scene: Scene, rng: random.Random) -> Iterator[Fault]:
    """The Service sends to a port name that no container has."""
    for _, fault in _targets(scene, rng, by_number=False):
        yield fault


def _asked_by_number(scene: Scene) -> set[tuple[str, int, int]]:
    """(path, ordinal, number) of the Service ports that an Ingress asks for by number."""
    asked = set()
    for backend in scene.cluster.backends:
        reference = backend_reference(backend)
        if isinstance(reference, tuple) and isinstance(reference[1], int):
            for service in services_for(scene.cluster, backend, reference[0]):
                for port in ports_meant(service, reference[1]):
                    asked.add((*_here(service), port.number))
    return asked


def _silence(scene: Scene, service: Service, port: ServicePort) -> str:
    """SILENT_PODS where nothing in the files remembers the number that was both port and target."""
    declared = any(workload.ports for workload in selected(scene.cluster, service))
    return "" if declared or leaf_at(port.tree, "targetPort") else SILENT_PODS


def port_number(scene: Scene, rng: random.Random) -> Iterator[Fault]:
    """The Service has another number than the Ingress asks for."""
    asked = _asked_by_number(scene)
    for service, port in _sound(scene):
        if (*_here(service), port.number) not in asked:
            continue
        taken = {one.number for one in service.ports}
        for variant, wrong in (
            ("a digit", digit_slip(rng, port.number, taken)),
            ("another number", scene.fresh(rng)),
        ):
            splice = rewrite(scene, service.manifest, leaf_at(port.tree, "port"), wrong)
            choices = port_choices(scene, service, port, wrong)
            try:
                undecidable = judge_port(str(port.number), choices)
            except MisleadingError:
                continue
            if splice:
                undecidable = undecidable or _silence(scene, service, port)
                yield Fault("service-port-number", variant, (splice,), undecidable, _here(service))
