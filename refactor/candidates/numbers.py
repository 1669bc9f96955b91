"""Which number a declared port may have meant: a container's, or a Service's.

https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service
"""

from collections.abc import Iterator

from refactor.candidates.choice import Choice, Option, decide
from refactor.candidates.listening import announced, evidence_for
from refactor.kubernetes.meta import PortRef
from refactor.pods import PodPort
from refactor.routes import Target, TrafficGraph
from refactor.slips import distance

MOST = 65535


def in_range(number: PortRef | None) -> bool:
    """Whether a port has this number: 1 to 65535."""
    return isinstance(number, int) and 1 <= number <= MOST


def container_number(graph: TrafficGraph, pod_port: PodPort) -> Choice[int]:
    """The number that a container port may have meant: one that is asked for and not declared."""
    declared = {port.port.container_port for port in graph.ports[pod_port.workload]}
    numbers = sorted({number for number in _asked(graph, pod_port) if in_range(number)} - declared)
    return decide(_option(graph, pod_port, number) for number in numbers)


def _asked(graph: TrafficGraph, pod_port: PodPort) -> Iterator[int]:
    workload = pod_port.workload
    for probe in graph.probes:
        if probe.use.container == pod_port.container and probe.use.at.resource is workload:
            yield from _number(probe.use.wanted)
    for service in graph.selecting.get(workload, ()):
        for target in graph.targets[service]:
            yield from _number(target.wanted)
    for number, _ in announced(pod_port.owner):
        yield number


def _number(wanted: PortRef | None) -> Iterator[int]:
    if isinstance(wanted, int):
        yield wanted


def _option(graph: TrafficGraph, pod_port: PodPort, number: int) -> Option[int]:
    evidence = list(evidence_for(graph, pod_port.workload, number))
    if number > 99 and distance(str(number), str(pod_port.port.container_port)) == 1:
        evidence.append("it is one digit away")
    return Option(number, str(number), tuple(evidence))


def service_number(graph: TrafficGraph, target: Target) -> Choice[int]:
    """The number that a Service port may have meant: one that callers ask for and don't find."""
    asked: dict[int, list[str]] = {}
    for backend in graph.callers.get(target.service, ()):
        number = backend.edge.port
        if isinstance(number, int) and in_range(number) and backend.index is None:
            texts = asked.setdefault(number, [])
            text = f"{backend.edge.resource.label} asks for it"
            texts += [text] if text not in texts else []
    return decide(Option(number, str(number), tuple(texts)) for number, texts in asked.items())
