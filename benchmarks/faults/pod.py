"""Faults of a pod template: the names and numbers of its container ports, the port names of its probes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from benchmarks.cluster import Container, ContainerPort, Workload
from benchmarks.documents import Leaf, items_at, leaf_at, value_at
from benchmarks.evidence import (
    LONE_RENUMBERING,
    NAMED_RENUMBERING,
    Choice,
    MisleadingError,
    judge_port,
    port_choice,
    signs,
)
from benchmarks.faults.fault import Fault, Scene, rewrite
from benchmarks.judge import selected
from benchmarks.spelling import digit_slip, other_word, typo

# Environment variables that tell a program its own port; DB_PORT and the like tell it another's.
_OWN_PORT = re.compile(
    r"(?:(?:HTTP|SERVER|APP|WEB|LISTEN|CONTAINER)_)?PORT|LISTEN\w*|BIND\w*|ASPNETCORE_URLS"
)
_NAMES = ("web", "http", "backend", "grpc", "main", "public", "rest")


def _ports(scene: Scene) -> Iterator[tuple[Workload, Container, ContainerPort]]:
    for workload in scene.cluster.workloads:
        for container in workload.containers:
            for port in container.ports:
                if port.number:
                    yield workload, container, port


def probe_name(scene: Scene, rng: random.Random) -> Iterator[Fault]:
    """A probe or hook asks its container for a port name that it doesn't have."""
    for workload in scene.cluster.workloads:
        for container in workload.containers:
            for probe in container.probes:
                verdict = scene.verdict("probe", workload.manifest, f"{container.name}.{probe.kind}")
                if verdict.resolved and isinstance(probe.port.value, str):
                    yield from _probe(scene, rng, workload, container, probe.port)


def _probe(
    scene: Scene, rng: random.Random, workload: Workload, container: Container, leaf: Leaf
) -> Iterator[Fault]:
    names = {port.name for port in container.ports}
    choices = [port_choice(port, port.name == leaf.value) for port in container.ports]
    for variant, wrong in (
        ("a typo", typo(rng, str(leaf.value), names, longest=15)),
        ("another name", other_word(rng, _NAMES, names)),
    ):
        try:
            undecidable = judge_port(wrong, choices)
        except MisleadingError:
            continue
        if splice := rewrite(scene, workload.manifest, leaf, wrong):
            yield Fault("probe-port-name", variant, (splice,), undecidable)


def port_name(scene: Scene, rng: random.Random) -> Iterator[Fault]:
    """A container port is called differently from what Services and probes ask for."""
    for workload, container, port in _ports(scene):
        if not port.name:
            continue
        names = {one.name for one in workload.ports}
        for variant, wrong in (
            ("a typo", typo(rng, port.name, names, longest=15)),
            ("another name", other_word(rng, _NAMES, names)),
        ):
            splice = rewrite(scene, workload.manifest, leaf_at(port.tree, "name"), wrong)
            try:
                undecidable = _name_verdict(scene, workload, container, port, wrong)
            except MisleadingError:
                continue
            if splice:
                yield Fault("container-port-name", variant, (splice,), undecidable)


def _name_verdict(
    scene: Scene, workload: Workload, container: Container, port: ContainerPort, wrong: str
) -> str:
    """The old name against the ports as they are afterwards, for the probes and for each Service port."""

    def choices(ports: tuple[ContainerPort, ...]) -> list[Choice]:
        return [
            port_choice(one, one is port, wrong if one is port else "")
            for one in ports
            if one.protocol == port.protocol
        ]

    verdicts = [""]
    if any(probe.port.value == port.name for probe in container.probes):
        verdicts.append(judge_port(port.name, choices(container.ports)))
    for service in scene.cluster.services:
        for asked in service.ports:
            if asked.target == port.name and workload in selected(scene.cluster, service):
                hints = signs(asked.name, asked.number)
                verdicts.append(judge_port(port.name, choices(workload.ports), hints))
    return max(verdicts)


def port_number(scene: Scene, rng: random.Random) -> Iterator[Fault]:
    """A container port has another number than Services and probes ask for."""
    for workload, container, port in _ports(scene):
        taken = {one.number for one in workload.ports}
        memories = _memories(scene, workload, container, port)
        undecidable = "" if memories >= 2 else LONE_RENUMBERING
        for variant, wrong in (
            ("a digit", digit_slip(rng, port.number, taken)),
            ("another number", scene.fresh(rng)),
        ):
            if splice := rewrite(scene, workload.manifest, leaf_at(port.tree, "containerPort"), wrong):
                principle = NAMED_RENUMBERING if port.name else undecidable
                yield Fault("container-port-number", variant, (splice,), principle)


def _memories(scene: Scene, workload: Workload, container: Container, port: ContainerPort) -> int:
    """How many independent places remember the port's number: Services, probes, environment, arguments."""
    probes = any(probe.port.value == port.number for probe in container.probes)
    services = [
        service
        for service in scene.cluster.services
        if any(asked.target == port.number for asked in service.ports)
        and workload in selected(scene.cluster, service)
    ]
    return len(services) + probes + _told(container, port.number)


def _told(container: Container, number: int) -> bool:
    """Whether the environment or the arguments tell the program to listen on `number`."""
    exact = re.compile(rf"(?<!\d){number}(?!\d)")
    for item in items_at(container.tree, "env"):
        if _OWN_PORT.fullmatch(str(value_at(item, "name"))) and exact.search(str(value_at(item, "value"))):
            return True
    words = [
        str(item.value)
        for field in ("command", "args")
        for item in items_at(container.tree, field)
        if isinstance(item, Leaf)
    ]
    return bool(
        re.search(rf"(?:port|listen|bind|addr|urls|\s-p)\S*[= ]\S*(?<!\d){number}(?!\d)", " ".join(words))
    )
