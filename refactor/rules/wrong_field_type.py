"""A field has a type or a form that the API server refuses.

What it does
    Compares the fields that routes, probes and labels rest on with the types of the API: numbers in
    quotes where a number is wanted (`port: "80"`, `targetPort: "8080"`), words that YAML reads as
    booleans or numbers where text is wanted (`name: on`, `version: 1.10` in labels and selectors,
    `value: 8080` in `env`), `protocol: tcp`, and a Service's selector that is wrapped in `matchLabels`.

Why it matters
    The API server refuses the whole object: `cannot unmarshal string into Go struct field …`, or
    `must contain at least one letter` for a port name that is all digits.

Example
    `targetPort: "8080"` becomes `targetPort: 8080`; `name: on` becomes `name: "on"`.

Fix safety
    Safe: the value stays, its form becomes the one that is wanted; nothing live depends on an object
    that is refused as it stands. Unsafe where `protocol: http` becomes TCP. What could mean several
    things is only shown.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec
"""

from collections.abc import Iterator

from refactor.candidates.field_types import (
    NUMBER_OR_NAME,
    PROTOCOL,
    PROTOCOLS,
    TEXT,
    is_digits,
    is_wrapped,
    right_form,
    shown,
)
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.kubernetes.reading import Fault
from refactor.kubernetes.reference import PolicyPort
from refactor.kubernetes.workload import Container
from refactor.placeholders import is_placeholder
from refactor.pods import containers
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import path_text
from refactor.world import Change, Path, Ref, Resource, SetScalar

NAME = "wrong-field-type"

_NO_TEXT = (bool, int, float)


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for resource in graph.world.resources:
        if resource.faults:
            yield from _faults(resource)
    yield from _services(graph)
    yield from _pods(graph)
    yield from _policies(graph)


def _faults(resource: Resource) -> Iterator[Finding]:
    for fault in resource.faults:
        templated = isinstance(fault.value, str) and is_placeholder(fault.value)
        if not templated and not (resource.kind == "Ingress" and _told_as_another(fault)):
            yield _finding(resource.at(*fault.path), fault.expected)


def _told_as_another(fault: Fault) -> bool:
    """Whether a place in an Ingress belongs to the shape of a backend, or to a path type that there isn't."""
    path = fault.path
    named = path[-2:] == ("service", "name") or path[-1:] == ("serviceName",)
    shape = not named and ("backend" in path or "defaultBackend" in path)
    return shape or (path[-1:] == ("pathType",) and isinstance(fault.value, _NO_TEXT))


def _services(graph: TrafficGraph) -> Iterator[Finding]:
    for targets in graph.targets.values():
        for target in targets:
            if is_digits(target.port.target_port):
                yield _finding(target.item.to("targetPort"), NUMBER_OR_NAME)
            if _unknown(target.port.protocol):
                yield _finding(target.item.to("protocol"), PROTOCOL)


def _pods(graph: TrafficGraph) -> Iterator[Finding]:
    for ports in graph.ports.values():
        for port in ports:
            if _unknown(port.port.protocol):
                yield _finding(port.at.to("protocol"), PROTOCOL)
    for probe in graph.probes:
        # The graph takes quoted digits for the number that they mean.
        if isinstance(probe.use.wanted, int) and is_digits(probe.use.at.value):
            yield _finding(probe.use.at, NUMBER_OR_NAME)
    for workload in graph.ports:
        for path, container, _ in containers(workload):
            for steps in _unquoted(container):
                yield _finding(Ref(workload, path + steps), TEXT)


def _unquoted(container: Container) -> Iterator[Path]:
    """Where environment and arguments, which are text, hold a number or a boolean."""
    for i, env in enumerate(container.env):
        if isinstance(env.value, _NO_TEXT):
            yield "env", i, "value"
    for key, words in (("command", container.command), ("args", container.args)):
        for i, word in enumerate(words):
            if isinstance(word, _NO_TEXT):
                yield key, i


def _policies(graph: TrafficGraph) -> Iterator[Finding]:
    for policy in graph.world.of("NetworkPolicy", "networking.k8s.io"):
        for direction in ("ingress", "egress"):
            for i, rule in enumerate(getattr(policy.body.spec, direction)):
                for j, port in enumerate(rule.ports):
                    yield from _policy_port(policy.at("spec", direction, i, "ports", j), port)


def _policy_port(at: Ref, port: PolicyPort) -> Iterator[Finding]:
    if is_digits(port.port):
        yield _finding(at.to("port"), NUMBER_OR_NAME)
    if _unknown(port.protocol):
        yield _finding(at.to("protocol"), PROTOCOL)


def _unknown(protocol: str | None) -> bool:
    return bool(protocol) and protocol not in PROTOCOLS and not is_placeholder(protocol or "")


def _finding(at: Ref, expected: str) -> Finding:
    place = f"{at.resource.label.strip()}: {path_text(at.path)}"
    message = f"{place} must be {expected}, but {shown(at, expected)}: the API server refuses it"
    notes: tuple[Note, ...] = ()
    if is_wrapped(at):
        message = f"{at.resource.label}: the selector of a Service holds labels directly, without matchLabels"
    elif isinstance(at.value, bool) and expected in (TEXT, NUMBER_OR_NAME):
        notes = (Note("unquoted on, off, y, n, yes, no, true and false are booleans for Kubernetes"),)
    return Finding(NAME, Category.BROKEN, message, at, notes, expected)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    outcome = right_form(finding.at, str(finding.subject))
    if isinstance(outcome, str):
        return Declined(finding, outcome)
    changes, certain = outcome
    place = f"{finding.at.resource.label.strip()}: {path_text(finding.at.path)}"
    title = f"{place} {_becomes(changes[0], finding.subject)}"
    return Fix(title, (finding,), changes, Safety.SAFE if certain else Safety.UNSAFE)


def _becomes(change: Change, expected: object) -> str:
    if not isinstance(change, SetScalar):
        return "in the form that the API wants"
    return (
        f'→ "{change.value}"'
        if isinstance(change.value, str) and expected != PROTOCOL
        else f"→ {change.value}"
    )


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True)
