"""The Service sends traffic to a port name that its pods don't have.

What it does
    Looks up every named `targetPort` among the ports of the pods that the Service selects: over all
    containers, then native sidecars; name and protocol must agree. What a kustomization's patch declares
    isn't missing.

Why it matters
    Pods without that name get no traffic at all, and nothing reports it: the Service exists, the pods
    are ready, the endpoints are empty. (Clients of a headless Service reach the pods all the same, by
    DNS.) The name of a native sidecar's port counts from Kubernetes 1.33 on: say `--kube-version`. It is
    only a suspicion there, where a patch may speak of the ports, where the pods stand in another
    application's folder, and where nothing calls the headless Service.

Example
    `targetPort: htpp` for pods whose one port is called `http` becomes `targetPort: http`. Where the
    one port has no name, the name is added to it.

Fix safety
    Safe where a nameless sole port gets the name, or where two pieces of evidence agree on the port
    (a near name, the only port, the same number, a probe that calls it). Unsafe with one, and where a
    container port changes its name. Where one number stands for TCP and UDP, nothing is touched.

https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from collections.abc import Iterator

from refactor.candidates import Choice, target_port
from refactor.candidates.renaming import give_name
from refactor.candidates.twins import shares_service_number
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.pods import PodPort
from refactor.routes import Hit, Reason, Target, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import joined, pod_port_text, pod_ports_text, twins_text
from refactor.world import Change, Resource, SetScalar

NAME = "missing-target-port"
_REASONS = (Reason.NO_TARGET, Reason.SIDECAR_ONLY)


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for target in graph.failing:
        failing = [hit for hit in target.failing if hit.reason in _REASONS]
        if failing:
            yield _finding(graph, target, failing)


def _finding(graph: TrafficGraph, target: Target, failing: list[Hit]) -> Finding:
    names, verb = joined([hit.workload.label for hit in failing]), "doesn't" if len(failing) == 1 else "don't"
    if failing[0].reason is Reason.SIDECAR_ONLY:
        message = (
            f"{target.service.label} sends port {target.port.port} to {target.wanted}, a port of a native "
            f"sidecar of {names}: that works from Kubernetes 1.33 on only"
        )
    else:
        message = (
            f"{target.service.label} sends port {target.port.port} to the pods' port {target.wanted}, "
            f"which {names} {verb} have"
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
    """What only a sidecar has, far or patched pods, a headless Service nobody routes to: not sure enough."""
    stated = graph.world.kube_version is not None
    sidecar = failing[0].reason is Reason.SIDECAR_ONLY and not stated
    idle = target.service.body.headless and not graph.callers.get(target.service)
    vague = sidecar or target.far or idle or graph.is_patched(target)
    return Category.SUSPECT if vague else Category.BROKEN


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    target = finding.subject
    assert isinstance(target, Target)
    failing = [hit for hit in target.failing if hit.reason in _REASONS]
    if any(hit.reason is Reason.SIDECAR_ONLY for hit in failing):
        return Declined(finding, _told_sidecar(decisions.graph))
    choices = [target_port(decisions.graph, target, hit.workload) for hit in failing]
    for hit, choice in zip(failing, choices, strict=True):
        if choice.chosen is None:
            return Declined(finding, _undecided(decisions.graph, target, hit.workload, choice))
    ports = [choice.chosen.value for choice in choices if choice.chosen]
    odd = len(failing) < sum(not hit.portless for hit in target.hits)
    changes = _named(decisions.graph, target, ports) if odd else _moved(decisions.graph, target, ports)
    if isinstance(changes, str):
        return Declined(finding, changes)
    return Fix(
        f"{target.service.label}: {_told(target, changes)} ({choices[0].why})",
        (finding,),
        changes,
        _safety(decisions.graph, target, choices, changes),
    )


def _safety(
    graph: TrafficGraph, target: Target, choices: list[Choice[PodPort]], changes: tuple[Change, ...]
) -> Safety:
    """A sole port that gets its first name is no guess; one that loses its name may be missed elsewhere."""
    chosen = [choice.chosen.value for choice in choices if choice.chosen]
    on_pods = changes[0].at.resource is not target.service
    renaming = on_pods and any(port.port.name for port in chosen)
    sole = on_pods and all(len(graph.ports[port.workload]) == 1 for port in chosen)
    sure = sole or all(choice.safety is Safety.SAFE for choice in choices)
    vague = renaming or target.far or graph.is_patched(target)
    return Safety.SAFE if sure and not vague else Safety.UNSAFE


def _told_sidecar(graph: TrafficGraph) -> str:
    version = graph.world.kube_version
    if version is None:
        return "say --kube-version 1.33 (or later) if that is what the cluster runs"
    return f"Kubernetes {version[0]}.{version[1]} doesn't find it; targetPort by its number works everywhere"


def _undecided(graph: TrafficGraph, target: Target, workload: Resource, choice: Choice[PodPort]) -> str:
    ports, wanted = graph.ports[workload], target.port.transport
    if ports and all(port.port.transport != wanted for port in ports):
        return f"the Service port says {wanted}, and all of {workload.label} is {ports[0].port.transport}"
    patch = graph.world.patched_by(workload)
    if not choice.options and patch:
        return f"{workload.label} declares no port that could be meant; a patch in {patch} may declare it"
    if not choice.options:
        return f"{workload.label} declares no port that could be meant; declare it in `ports`, by that name"
    if choice.tied:
        return f"several ports of {workload.label} may be meant: {choice.shown}"
    return f"nothing in these files tells which port of {workload.label} is meant: {choice.shown}"


def _moved(graph: TrafficGraph, target: Target, ports: list[PodPort]) -> tuple[Change, ...] | str:
    """The Service follows its pods; a port without a name gets the one that is asked for."""
    names = {port.port.name for port in ports}
    if names == {None}:
        return _named(graph, target, ports)
    if len(names) > 1:
        return f"the pods' ports have different names: {', '.join(map(pod_port_text, ports))}"
    if shares_service_number(target, graph.targets[target.service]):
        return f"{target.service.label} has {twins_text(target.port.port)}"
    return (SetScalar(target.at, next(iter(names)) or "", ports[0].at.to("name")),)


def _named(graph: TrafficGraph, target: Target, ports: list[PodPort]) -> tuple[Change, ...] | str:
    """The ports get the name that is asked for."""
    changes = [give_name(graph, port, str(target.wanted)) for port in ports]
    refused = [change for change in changes if isinstance(change, str)]
    return refused[0] if refused else tuple(change for change in changes if not isinstance(change, str))


def _told(target: Target, changes: tuple[Change, ...]) -> str:
    first = changes[0]
    if isinstance(first, SetScalar) and first.at.resource is target.service:
        return f"targetPort {target.wanted} → {first.value}"
    return f"the port of {first.at.resource.label} gets the name {target.wanted}, as the targetPort asks"


RULE = Rule(NAME, Category.BROKEN, check, fix, of_links=True)
