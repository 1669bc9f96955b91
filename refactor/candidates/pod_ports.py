"""Which container port a targetPort or a probe may have meant."""

from collections.abc import Iterator, Sequence

from refactor.candidates.choice import Choice, Option, decide
from refactor.candidates.listening import ASIDE, WELL_KNOWN, announced, evidence_for, is_beside
from refactor.candidates.remembered import remembered
from refactor.candidates.spelling import is_near
from refactor.kubernetes.meta import PortRef
from refactor.kubernetes.service import ServicePort
from refactor.pods import PodPort, containers
from refactor.routes import Probe, Target, TrafficGraph
from refactor.slips import distance
from refactor.wording import pod_port_text
from refactor.world import Resource

_SOLE = "it is the only port that is declared"
# Nobody types one of these by mistake.
_USUAL = WELL_KNOWN["http"] | WELL_KNOWN["https"] | {8081, 8082, 9090, 9443}


def target_port(graph: TrafficGraph, target: Target, workload: Resource) -> Choice[PodPort]:
    """The port of a workload's pods that a Service port may have meant."""
    ports = [p for p in graph.ports[workload] if p.port.transport == target.port.transport]
    options = [_target_option(graph, target, found, len(ports) == 1) for found in ports]
    return decide(option for option in options if option)


def _target_option(graph: TrafficGraph, target: Target, found: PodPort, sole: bool) -> Option[PodPort] | None:
    named = [*_near_name(target.wanted, found), *_same_name(target, found)]
    same = tuple(_same_number(target, found))
    alike = [*named, *_near_number(target.wanted, found)]
    real = [*_asked_by_edges(graph, target, found)]
    real += evidence_for(graph, found.workload, found.port.container_port or 0, target)
    taken = _taken_by(graph, target, found)
    elsewhere = target.service in taken or (taken and not sole) or _stands_aside(found, target.port)
    if elsewhere and not named:
        return None
    evidence = (*alike, *([_SOLE] if sole else ()), *same, *real)
    if isinstance(target.wanted, str):
        settled = bool(alike) and len(evidence) > 1
    else:
        # Of two numbers, either may be the slip: only what is seen beside the two can decide. A name that
        # both have is no evidence: it may be one that we gave.
        slip = target.wanted not in _USUAL and any(True for _ in _near_number(target.wanted, found))
        apart = len(real) > 1 or slip or (sole and (bool(same) or not _is_only_probed(graph, target, found)))
        aside = _asks_aside(found, target.port)
        aside = aside or is_beside(found.workload, found.port.container_port or 0)
        settled = bool(real) and apart and not (taken or aside or _has_silent_container(found.workload))
    return Option(found, pod_port_text(found), evidence, len(alike), settled)


def _is_only_probed(graph: TrafficGraph, target: Target, found: PodPort) -> bool:
    """Whether only probes by HTTP speak for a nameless port: it may be for health, and the number that is
    asked for may be where traffic goes. A number that nobody wrote, for `targetPort` is absent or empty,
    isn't that.
    """
    number = found.port.container_port
    probes = [one for one in graph.probes_of.get(found.workload, ()) if one.port == found]
    said = any(number == one for one, _ in announced(found.owner))
    return (
        bool(target.port.target_port)
        and not found.port.name
        and not said
        and bool(probes)
        and all(one.use.action == "httpGet" for one in probes)
    )


def _has_silent_container(workload: Resource) -> bool:
    """Whether a container of the pod declares nothing: it may well be the one that listens."""
    return any(not container.ports for _, container, sidecar in containers(workload) if not sidecar)


def _taken_by(graph: TrafficGraph, target: Target, found: PodPort) -> set[Resource]:
    """The Services of which another port leads to this one already: as a rule each has its own."""
    taken = set()
    for other in _answering(graph, found.workload).get(found.port.container_port, ()):
        # Two Services with one number over the same pods are one thing twice (a headless one beside it).
        twin = other.service is not target.service and other.port.port == target.port.port
        if other is not target and not twin:
            taken.add(other.service)
    return taken


@remembered
def _answering(graph: TrafficGraph, workload: Resource) -> dict[int | None, list[Target]]:
    """The Service ports over a workload that are answered everywhere, by the numbers at which they are."""
    found: dict[int | None, list[Target]] = {}
    for service in graph.selecting.get(workload, ()):
        for target in graph.targets[service]:
            if not any(hit.reason for hit in target.hits):
                for number in {hit.number for hit in target.hits}:
                    found.setdefault(number, []).append(target)
    return found


def _stands_aside(found: PodPort, asking: ServicePort) -> bool:
    """A port for metrics, health and the like, which the Service port isn't for."""
    name, wanted = (found.port.name or "").lower(), f"{asking.name} {asking.target}".lower()
    return any(word in name and word not in wanted for word in ASIDE)


def _asks_aside(found: PodPort, asking: ServicePort) -> bool:
    """A Service port for metrics, health and the like, which the pod's port isn't for."""
    name, wanted = (found.port.name or "").lower(), f"{asking.name} {asking.target}".lower()
    return any(word in wanted and word not in name for word in ASIDE)


def probe_port(graph: TrafficGraph, probe: Probe) -> Choice[PodPort]:
    """The port of its own container that a probe may have meant.

    What else runs there says nothing about a number that a probe calls: health is often served apart.
    """
    use = probe.use
    every = graph.ports[use.at.resource]
    ports = [p for p in every if p.container == use.container and p.port.transport == "TCP"]
    if isinstance(use.wanted, int):
        if evidence_for(graph, use.at.resource, use.wanted, probe, aside=True):
            return Choice(None)
        return decide(_numbered(graph, probe, found) for found in ports)
    return decide(_named(graph, probe, found, ports) for found in ports)


def _numbered(graph: TrafficGraph, probe: Probe, found: PodPort) -> Option[PodPort]:
    alike = tuple(_near_number(probe.use.wanted, found))
    probes = graph.probes_of.get(probe.use.at.resource, ())
    others = [other for other in probes if other.port == found and other.use.owner is probe.use.owner]
    beside = tuple(f"its {other.use.kind} calls it" for other in others[:1])
    return Option(found, pod_port_text(found), (*alike, *beside), len(alike))


def _named(graph: TrafficGraph, probe: Probe, found: PodPort, ports: Sequence[PodPort]) -> Option[PodPort]:
    alike = [*_near_name(probe.use.wanted, found), *_near_number(probe.use.wanted, found)]
    evidence = [*alike, *([_SOLE] if len(ports) == 1 else ())]
    evidence += evidence_for(graph, found.workload, found.port.container_port or 0, probe)
    settled = bool(alike) and len(evidence) > 1
    return Option(found, pod_port_text(found), tuple(evidence), len(alike), settled)


def _near_name(wanted: PortRef | None, found: PodPort) -> Iterator[str]:
    if isinstance(wanted, str) and found.port.name and is_near(wanted, found.port.name):
        yield "its name is one slip away"


def _near_number(wanted: PortRef | None, found: PodPort) -> Iterator[str]:
    number = found.port.container_port
    if isinstance(wanted, str):
        if number in WELL_KNOWN.get(wanted.lower(), ()):
            yield f"{number} is the usual port of {wanted}"
    elif wanted is not None and number is not None and one_digit(wanted, number):
        yield "its number is one digit away"


def one_digit(one: int, other: int) -> bool:
    """Whether two numbers of three digits or more are one typing slip apart."""
    return one != other and min(one, other) > 99 and distance(str(one), str(other)) == 1


def _same_name(target: Target, found: PodPort) -> Iterator[str]:
    if found.port.name and found.port.name == target.port.name:
        yield f"the Service port has the same name, {found.port.name}"


def _same_number(target: Target, found: PodPort) -> Iterator[str]:
    if found.port.container_port == target.port.port and target.wanted != target.port.port:
        yield f"the Service port is {target.port.port} too"


def _asked_by_edges(graph: TrafficGraph, target: Target, found: PodPort) -> Iterator[str]:
    """An edge that asks the Service for just this number, which no Service port has (any more)."""
    for backend in graph.callers.get(target.service, ()):
        if backend.index is None and backend.edge.port == found.port.container_port:
            yield f"{backend.edge.resource.label} asks for {backend.edge.port}"
            return
