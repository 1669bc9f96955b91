"""The Service sends traffic to a port number that its pods don't declare.

What it does
    Compares every numeric `targetPort` (or `port`, where `targetPort` is absent) with the ports that
    the selected pods declare, and with what their probes, environment and arguments say they listen
    on. Pods that declare no ports at all can't be compared; what a kustomization's patch declares counts.
    Where one of these speaks for the number, and every declared port has its traffic, nothing is told;
    unless the port of that name, or the only one, is declared with a number of which nothing else speaks.

Why it matters
    Nothing has to be declared: if something listens there, it works. But where other ports are
    declared, the number is often a slip, and every connection is refused.

Example
    A Service with `port: 8080` and no targetPort, for a container that declares port 3000 and has
    `PORT=3000` set, gets `targetPort: 3000`.

Fix safety
    Safe (and the finding is `broken`) where a second piece of evidence agrees with the declared port:
    a probe that calls it, PORT in the environment, `--port`, another Service. Unsafe with one. Where
    as much speaks for the number that the Service asks for, nothing is touched, and the choices are
    shown. Pods that listen on different numbers under one name can be reached by that name, which is
    unsafe. The number of a container port that has a name, or a `hostPort`, is never changed.

https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from collections.abc import Iterator

from refactor.candidates import Choice, target_port
from refactor.candidates.listening import evidence_for, seems_wrong
from refactor.candidates.numbers import in_range
from refactor.candidates.renaming import retargeted
from refactor.candidates.twins import shares_service_number
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.pods import PodPort
from refactor.routes import Hit, Reason, Target, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import joined, pod_ports_text, twins_text
from refactor.world import Resource, SetScalar

NAME = "undeclared-target-port"

_PASSING = ("Job", "CronJob")


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for target in graph.failing:
        for hit in target.failing:
            undeclared = hit.reason is Reason.UNDECLARED and in_range(hit.number)
            if undeclared and seems_wrong(graph, target, hit.workload):
                yield _finding(graph, target, hit)
                break


def _finding(graph: TrafficGraph, target: Target, hit: Hit) -> Finding:
    ports = graph.ports[hit.workload]
    choice = _choice(graph, target, hit)
    sure = choice.chosen is not None and choice.safety is Safety.SAFE
    vague = target.far or graph.is_patched(target) or bool(_silent(target))
    quiet = vague or (target.service.body.headless and not graph.callers.get(target.service))
    notes = [Note(f"{hit.workload.label} declares {pod_ports_text(ports)}", ports[0].at.parent)]
    if choice.chosen:
        notes.append(Note(f"{choice.chosen.label} is likely: {choice.why}", choice.chosen.value.at))
        if not sure:
            notes.append(Note(f"if the pods do listen on {target.wanted}, their containerPort is wrong"))
    notes += [Note(f"{w.label} declares no ports, and may listen there", w.at()) for w in _silent(target)]
    notes += [
        Note(f"but something speaks for {target.wanted}: {text}") for text in _for_wanted(graph, target, hit)
    ]
    return Finding(
        NAME,
        Category.BROKEN if sure and not quiet else Category.SUSPECT,
        f"{target.service.label} sends port {target.port.port} to port {target.wanted} of its pods, "
        f"which {hit.workload.label} doesn't declare",
        target.at,
        tuple(notes),
        target,
    )


def _for_wanted(graph: TrafficGraph, target: Target, hit: Hit) -> tuple[str, ...]:
    return evidence_for(graph, hit.workload, int(target.wanted or 0), target, aside=True)


def _silent(target: Target) -> list[Resource]:
    """The other workloads of the Service that declare nothing: the number may be right for their pods."""
    return [hit.workload for hit in target.hits if hit.portless and hit.workload.kind not in _PASSING]


def _choice(graph: TrafficGraph, target: Target, hit: Hit) -> Choice[PodPort]:
    """The declared port that is meant; none where something speaks for the number as it stands."""
    choice = target_port(graph, target, hit.workload)
    if _for_wanted(graph, target, hit):
        return Choice(None, choice.options)
    return choice


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    target = finding.subject
    assert isinstance(target, Target)
    graph = decisions.graph
    failing = [hit for hit in target.failing if hit.reason is Reason.UNDECLARED]
    silent = _silent(target)
    if silent:
        reason = f"{silent[0].label}, which it selects too, declares no ports: it may listen there"
        return Declined(finding, reason)
    if len(failing) < sum(not hit.portless for hit in target.hits):
        return _by_name(finding, target, graph)
    if shares_service_number(target, graph.targets[target.service]):
        return Declined(finding, f"{target.service.label} has {twins_text(target.port.port)}")
    choices = [_choice(graph, target, hit) for hit in failing]
    numbers = {choice.chosen.value.port.container_port if choice.chosen else None for choice in choices}
    number = numbers.pop()
    if numbers or number is None:
        fix = _renumbered(finding, target, failing, graph)
        return fix or Declined(finding, _undecided(graph, target, failing[0], choices))
    return Fix(
        f"{target.service.label}: targetPort {target.wanted} → {number} ({choices[0].why})",
        (finding,),
        (retargeted(target, number, _chosen(choices).at.to("containerPort")),),
        Safety.UNSAFE if target.far or graph.is_patched(target) else choices[0].safety,
    )


def _by_name(finding: Finding, target: Target, graph: TrafficGraph) -> Fix | Declined:
    """Pods that listen on different numbers under one name: the name is what all of them have.

    A guess all the same: pods that run today may have got their name later than their Service its number.
    """
    names: set[str | None] = {hit.port.port.name for hit in target.hits if hit.port}
    others = [graph.ports[hit.workload] for hit in target.failing]
    name = next(iter(names), None) if len(names) == 1 else None
    called = next((hit.port.at.to("name") for hit in target.hits if hit.port), target.at)
    if name is None or not all(any(p.port.name == name for p in ports) for ports in others):
        return Declined(finding, "other pods of the same Service do declare it: moving it would cut them off")
    return Fix(
        f"{target.service.label}: targetPort {target.wanted} → {name} (its pods all have such a port)",
        (finding,),
        (retargeted(target, name, called),),
        Safety.UNSAFE,
    )


def _undecided(graph: TrafficGraph, target: Target, hit: Hit, choices: list[Choice[PodPort]]) -> str:
    ports, reasons = graph.ports[hit.workload], _for_wanted(graph, target, hit)
    if reasons and len(ports) == 1 and ports[0].port.name:
        return (
            f"if {target.wanted} is right ({joined(reasons)}), the declaration has to follow: "
            "the number of a container port that has a name isn't changed here"
        )
    shown = choices[0].shown
    if not shown:
        return "no declared port is likely to be meant; a number needs no declaration"
    return (
        f"nothing decides between {target.wanted}, which the Service asks for, and what is declared: {shown}"
    )


def _chosen(choices: list[Choice[PodPort]]) -> PodPort:
    return next(choice.chosen.value for choice in choices if choice.chosen)


def _renumbered(finding: Finding, target: Target, failing: list[Hit], graph: TrafficGraph) -> Fix | None:
    """Two references that agree on a number outweigh one nameless declaration that stands alone."""
    if len(failing) != 1:
        return None
    hit = failing[0]
    ports = graph.ports[hit.workload]
    reasons = _for_wanted(graph, target, hit)
    if len(ports) != 1 or ports[0].port.name or not reasons or not isinstance(target.wanted, int):
        return None
    if ports[0].port.host_port is not None:
        return None  # a port of the node, which others may call
    declared = ports[0].port.container_port
    if declared is None or evidence_for(graph, hit.workload, declared, target):
        return None
    return Fix(
        f"{hit.workload.label}: containerPort {declared} → {target.wanted} ({' and '.join(reasons)})",
        (finding,),
        (SetScalar(ports[0].at.to("containerPort"), target.wanted),),
        Safety.UNSAFE,
    )


RULE = Rule(NAME, Category.SUSPECT, check, fix, of_links=True)
