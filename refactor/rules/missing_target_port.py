"""The Service sends traffic to a port name that its pods don't have.

What it does
    Looks up every named `targetPort` among the ports of the pods that the Service selects: over all
    containers, then native sidecars; name and protocol must agree.

Why it matters
    Pods without that name get no traffic at all, and nothing reports it: the Service exists, the pods
    are ready, the endpoints are empty. (Clients of a headless Service reach the pods all the same, by
    DNS.) The name of a native sidecar's port counts from Kubernetes 1.33 on: say `--kube-version`.

Example
    `targetPort: htpp` for pods whose one port is called `http` becomes `targetPort: http`. Where the
    one port has no name, the name is added to it.

Fix safety
    Safe where a nameless sole port gets the name, or where two pieces of evidence agree on the port
    (a near name, the only port, the same number, a probe that calls it). Unsafe with one.

https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from collections.abc import Iterator

from refactor.candidates import Choice, target_port
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.pods import PodPort
from refactor.routes import Hit, Reason, Target, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import pod_port_text, pod_ports_text
from refactor.world import AddKey, Change, Resource, SetScalar

NAME = "missing-target-port"
_REASONS = (Reason.NO_TARGET, Reason.SIDECAR_ONLY)


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for targets in graph.targets.values():
        for target in targets:
            failing = [hit for hit in target.failing if hit.reason in _REASONS]
            if failing:
                yield _finding(graph, target, failing)


def _finding(graph: TrafficGraph, target: Target, failing: list[Hit]) -> Finding:
    names = ", ".join(hit.workload.label for hit in failing)
    if failing[0].reason is Reason.SIDECAR_ONLY:
        message = (
            f"{target.service.label} sends port {target.port.port} to {target.wanted}, a port of a native "
            f"sidecar of {names}: that works from Kubernetes 1.33 on only"
        )
    else:
        message = (
            f"{target.service.label} sends port {target.port.port} to the pods' port {target.wanted}, "
            f"which {names} doesn't have"
        )
    return Finding(
        NAME,
        _category(graph, target, failing),
        message,
        target.at,
        tuple(_note(graph, hit) for hit in failing[:3]),
        target,
    )


def _note(graph: TrafficGraph, hit: Hit) -> Note:
    ports = graph.ports[hit.workload]
    at = ports[0].at.parent if ports else hit.workload.at(*hit.workload.body.template_path, "spec")
    return Note(f"{hit.workload.label} has {pod_ports_text(ports)}", at)


def _category(graph: TrafficGraph, target: Target, failing: list[Hit]) -> Category:
    """What only a sidecar has, far pods, and a headless Service nobody routes to: not sure enough."""
    stated = graph.world.kube_version is not None
    sidecar = failing[0].reason is Reason.SIDECAR_ONLY and not stated
    idle = target.service.body.headless and not graph.callers.get(target.service)
    return Category.SUSPECT if sidecar or target.far or idle else Category.BROKEN


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    target = finding.subject
    assert isinstance(target, Target)
    failing = [hit for hit in target.failing if hit.reason in _REASONS]
    if any(hit.reason is Reason.SIDECAR_ONLY for hit in failing):
        return Declined(finding, "say --kube-version 1.33 (or later) if that is what the cluster runs")
    choices = [target_port(decisions.graph, target, hit.workload) for hit in failing]
    for hit, choice in zip(failing, choices, strict=True):
        if choice.chosen is None:
            return Declined(finding, _undecided(hit.workload, choice))
    ports = [choice.chosen.value for choice in choices if choice.chosen]
    odd = len(failing) < sum(not hit.portless for hit in target.hits)
    changes = _named(decisions.graph, target, ports) if odd else _moved(decisions.graph, target, ports)
    if isinstance(changes, str):
        return Declined(finding, changes)
    why = choices[0].why
    added = isinstance(changes[0], AddKey)
    safe = not target.far and all(added or choice.safety is Safety.SAFE for choice in choices)
    return Fix(
        f"{target.service.label}: {_told(target, changes)} ({why})",
        (finding,),
        changes,
        Safety.SAFE if safe else Safety.UNSAFE,
    )


def _undecided(workload: Resource, choice: Choice[PodPort]) -> str:
    if not choice.options:
        return f"{workload.label} declares no port that could be meant"
    return f"several ports of {workload.label} may be meant: {choice.shown}"


def _moved(graph: TrafficGraph, target: Target, ports: list[PodPort]) -> tuple[Change, ...] | str:
    """The Service follows its pods; a port without a name gets the one that is asked for."""
    names = {port.port.name for port in ports}
    if names == {None}:
        return _named(graph, target, ports)
    if len(names) == 1 and target.at.path[-1] == "targetPort":
        return (SetScalar(target.at, next(iter(names)) or ""),)
    return f"the pods' ports have different names: {', '.join(map(pod_port_text, ports))}"


def _named(graph: TrafficGraph, target: Target, ports: list[PodPort]) -> tuple[Change, ...] | str:
    """The ports get the name that is asked for; one with another name only where nobody uses that."""
    name = str(target.wanted)
    changes: list[Change] = []
    for port in ports:
        if port.port.name is None:
            changes.append(AddKey(port.at, "name", name, before="containerPort"))
        elif _is_used(graph, port):
            return f"{pod_port_text(port)} has another name, which others use"
        else:
            changes.append(SetScalar(port.at.to("name"), name))
    return tuple(changes)


def _is_used(graph: TrafficGraph, port: PodPort) -> bool:
    """Whether a Service or a probe reaches the port by its name."""
    probed = any(p.port is port and p.use.wanted == port.port.name for p in graph.probes)
    services = graph.selecting.get(port.workload, ())
    return probed or any(t.wanted == port.port.name for s in services for t in graph.targets[s])


def _told(target: Target, changes: tuple[Change, ...]) -> str:
    first = changes[0]
    if isinstance(first, SetScalar) and first.at.resource is target.service:
        return f"targetPort {target.wanted} → {first.value}"
    return f"the port of {first.at.resource.label} is called {target.wanted}, as the targetPort asks"


RULE = Rule(NAME, Category.BROKEN, check, fix)
