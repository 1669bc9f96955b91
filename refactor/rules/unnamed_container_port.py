"""A container port that Services or probes use has no name.

What it does
    Gives a name to every container port that a Service or a probe can then ask for by name: the one that
    a Service of its has for it, else by what is spoken there (`http`, `https`, `grpc`, `metrics`), else
    by its well-known number (`postgres`, `redis` …), else `port-<number>`. What one selector matches gets
    one name, also in other folders.

Why it matters
    Only a port with a name can be reached by name. Everything else has to repeat its number.

Example
    `- containerPort: 8080` behind an Ingress becomes `- name: http` with `containerPort: 8080`.

Fix safety
    Safe: nothing refers to a name that isn't there. It changes the pod template, so the pods are rolled
    out anew; with one replica, or the strategy Recreate, that is a moment of downtime. Left alone:
    ports that nothing could ask for by name, because what leads to them has to stay a number; pods that
    don't roll, a number for two protocols, a port that only others could tell apart, and a name that
    would switch on a liveness probe which has never run.

https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from collections.abc import Iterator

from refactor.candidates.meeting import met
from refactor.candidates.renaming import name_key
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions, port_key
from refactor.findings import Category, Finding
from refactor.pods import PodPort
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import number_text
from refactor.world import Ref

NAME = "unnamed-container-port"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for port in _used(graph).values():
        if not port.port.name:
            owner = port.owner.name
            message = f"port {number_text(port)} of container {owner} of {port.workload.label} has no name"
            yield Finding(NAME, Category.FRAGILE, message, _place(port), (), port)


def _used(graph: TrafficGraph) -> dict[object, PodPort]:
    """The container ports that Services and probes reach, or could."""
    used: dict[object, PodPort] = {}
    for targets in graph.targets.values():
        for target in targets:
            reached = (hit.port for hit in target.hits if hit.port)
            used.update((port_key(port.at), port) for port in (*reached, *met(graph, target)))
    used.update((port_key(probe.port.at), probe.port) for probe in graph.probes if probe.port)
    return used


def _place(port: PodPort) -> Ref:
    return port.at.to("containerPort")


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    port = finding.subject
    assert isinstance(port, PodPort)
    name = decisions.naming.names.get(port_key(port.at))
    if name is None:
        return Declined(finding, decisions.why_not(port.at))
    title = f"{port.workload.label}: port {number_text(port)} gets the name {name}"
    return Fix(title, (finding,), (name_key(port.at, name),))


RULE = Rule(NAME, Category.FRAGILE, check, fix)
