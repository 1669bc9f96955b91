"""A port number isn't one: it lies outside 1 to 65535, or a Service's or container's port has none.

What it does
    Checks every port number of Services, containers, probes, Ingresses, other routes and network
    policies, and that every port of a Service and of a container has one. Where 0 or an empty value is
    the same as nothing (`targetPort`, `nodePort`, `hostPort`, an Ingress backend), it is left alone.

Why it matters
    The API server refuses the whole object: `must be between 1 and 65535, inclusive`.

Example
    `targetPort: 80800`, for pods whose only container port is 8080, becomes `targetPort: 8080`.

Fix safety
    A reference becomes the port that it can only mean: safe where two things speak for it (the only
    declared port, a digit too many, a probe), unsafe where one does. A container's or a Service's own
    number becomes the one that others ask for: always unsafe, because running objects may differ.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec
"""

from collections.abc import Iterator

from refactor.candidates import Choice, backend_port, probe_port, target_port
from refactor.candidates.numbers import MOST, container_number, in_range, service_number
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Safety
from refactor.kubernetes.fields import fields_at, fields_of
from refactor.kubernetes.misspelling import spellings
from refactor.pods import PodPort
from refactor.routes import Backend, Probe, Target, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import path_text, service_ports_text
from refactor.world import AddKey, Change, Ref, SetScalar

NAME = "port-out-of-range"

Number = tuple[int, str, Safety]
"""A number that fits, the reason for it, and how sure it is."""


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for targets in graph.targets.values():
        for target in targets:
            yield from _service_port(target)
    yield from _pods(graph)
    for backend in graph.backends:
        edge = backend.edge
        if edge.port_at is not None and _outside(edge.port or None if edge.from_ingress else edge.port):
            yield _finding(edge.port_at, backend)
    yield from _policies(graph)


def _service_port(target: Target) -> Iterator[Finding]:
    port = target.port
    if port.port is None and not _is_told(target.item, "port"):
        yield _missing(target.item.to("port"), target)
    if _outside(port.port):
        yield _finding(target.item.to("port"), target)
    if _outside(port.target_port or None):
        yield _finding(target.item.to("targetPort"), target)
    if _outside(port.node_port or None):
        yield _finding(target.item.to("nodePort"))


def _is_told(item: Ref, key: str) -> bool:
    """Whether something of a port has a wrong type or a wrong spelling: so may its number."""
    path = item.path
    misspelt = spellings(item.value, key, fields_at(fields_of(item.resource.body), path))
    return bool(misspelt) or any(fault.path[: len(path)] == path for fault in item.resource.faults)


def _missing(at: Ref, subject: object) -> Finding:
    place, key = f"{at.resource.label}: {path_text(at.parent.path)}", at.path[-1]
    message = f"{place} has no {key}, a number that the API server requires"
    return Finding(NAME, Category.BROKEN, message, at, (), subject)


def _pods(graph: TrafficGraph) -> Iterator[Finding]:
    for ports in graph.ports.values():
        for port in ports:
            if port.port.container_port is None and not _is_told(port.at, "containerPort"):
                yield _missing(port.at.to("containerPort"), port)
            if _outside(port.port.container_port):
                yield _finding(port.at.to("containerPort"), port)
            if _outside(port.port.host_port or None):
                yield _finding(port.at.to("hostPort"))
    for probe in graph.probes:
        if _outside(probe.use.wanted):
            yield _finding(probe.use.at, probe)


def _policies(graph: TrafficGraph) -> Iterator[Finding]:
    for policy in graph.world.of("NetworkPolicy", "networking.k8s.io"):
        for direction in ("ingress", "egress"):
            for i, rule in enumerate(getattr(policy.body.spec, direction)):
                for j, port in enumerate(rule.ports):
                    if _outside(port.port):
                        yield _finding(policy.at("spec", direction, i, "ports", j, "port"))


def _outside(number: int | str | None) -> bool:
    return isinstance(number, int) and not in_range(number)


def _finding(at: Ref, subject: object = None) -> Finding:
    place = f"{at.resource.label}: {path_text(at.path)}"
    message = f"{place} is {at.value}, but a port is a number from 1 to {MOST}"
    return Finding(NAME, Category.BROKEN, message, at, (), subject)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    outcome = _number(decisions.graph, finding)
    if isinstance(outcome, str):
        return Declined(finding, outcome)
    number, why, safety = outcome
    old = "" if finding.at.value is None else f" {finding.at.value}"
    title = f"{finding.at.resource.label}: port{old} → {number} ({why})"
    return Fix(title, (finding,), (_set(finding.at, number),), safety)


def _set(at: Ref, number: int) -> Change:
    holder = at.parent.value
    if isinstance(holder, dict) and at.path[-1] not in holder:
        return AddKey(at.parent, str(at.path[-1]), number, after="name" if "name" in holder else None)
    return SetScalar(at, number)


def _number(graph: TrafficGraph, finding: Finding) -> Number | str:
    """The number that is meant, or why it can't be told."""
    match finding.subject:
        case Backend() as backend:
            return _of_backend(graph, backend)
        case Target() as target if finding.at.path[-1] == "targetPort":
            if len(target.hits) != 1:
                return (
                    "which port is meant can't be told: the Service doesn't select the pods of one workload"
                )
            return _of_pod(target_port(graph, target, target.hits[0].workload), "the pods that it selects")
        case Target() as target:
            return _asked_for(service_number(graph, target))
        case Probe() as probe:
            return _of_pod(probe_port(graph, probe), "its container")
        case PodPort() as port:
            return _asked_for(container_number(graph, port))
    if finding.at.path[-1] == "nodePort":
        return "take the nodePort out to let the cluster choose one, or choose one of its range"
    return "nothing in the files tells which number is meant"


def _of_backend(graph: TrafficGraph, backend: Backend) -> Number | str:
    if backend.service is None:
        return "its Service isn't in the input, so the right number can't be told"
    choice = backend_port(graph, backend)
    number = backend.service.body.spec.ports[choice.chosen.value].port if choice.chosen else None
    if number is None or not in_range(number):
        return f"{backend.service.label} has {service_ports_text(backend.service.body)}"
    return number, choice.why, Safety.UNSAFE if backend.far else choice.safety


def _of_pod(choice: Choice[PodPort], where: str) -> Number | str:
    number = choice.chosen.value.port.container_port if choice.chosen else None
    if number is None or not in_range(number):
        return f"{where}: {choice.shown or 'no port is declared'}; which one is meant can't be told"
    return number, choice.why, choice.safety


def _asked_for(choice: Choice[int]) -> Number | str:
    if choice.chosen is None:
        asked = choice.shown or "none that it could be"
        return f"which number is meant can't be told; others ask for {asked}"
    return choice.chosen.value, choice.why, Safety.UNSAFE


RULE = Rule(NAME, Category.BROKEN, check, fix)
