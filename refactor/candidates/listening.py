"""Evidence of what a pod really listens on, beside what its containers declare.

Strongest first: a probe that runs today, the environment and the arguments of the container, other
references that agree. https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

import re
from collections.abc import Iterator

from refactor.candidates.remembered import remembered
from refactor.kubernetes.meta import PortRef
from refactor.kubernetes.workload import Container
from refactor.pods import PodPort, containers
from refactor.routes import Target, TrafficGraph
from refactor.world import Resource

_PORT_VARIABLE = re.compile(r"(?:^|_)PORT$|^ASPNETCORE_(?:URLS|HTTP_PORTS)$|LISTEN|BIND|ADDR(?:ESS)?$", re.I)
# What is about another service, and what is about a port that stands beside the one for traffic.
_PEER = re.compile(
    r"DB|DATABASE|REDIS|POSTGRES|PG|MYSQL|MONGO|SMTP|MAIL|KAFKA|RABBIT|AMQP|REMOTE|ZIPKIN|STATSD|UPSTREAM",
    re.I,
)
_BESIDE = re.compile(r"METRIC|PROM|HEALTH|ADMIN|MANAGE|DEBUG|JMX|PEER", re.I)
_PORT_FLAG = re.compile(r"^--?(?:[pb]|[\w.-]*(?:port|address|addr|listen|bind|http|urls?))$", re.I)
# Behind the name of another host, a number is where that one listens.
_NUMBER = re.compile(
    r"(?:^|[=\s,]|//)(?:0\.0\.0\.0|127\.0\.0\.1|localhost|[*+]|\[?::1?\]?|\$\(\w+\))?:?(\d{2,5})/?$"
)

# Ports for those who run an application, not for those who use it.
ASIDE = ("metric", "prom", "health", "admin", "manage", "debug", "status", "probe", "monitor")
# What a port's name says about its number, where everybody agrees.
WELL_KNOWN = {
    "http": {80, 8080, 8000, 3000, 5000},
    "https": {443, 8443},
    "postgres": {5432},
    "postgresql": {5432},
    "mysql": {3306},
    "redis": {6379},
    "mongodb": {27017},
    "mongo": {27017},
    "amqp": {5672},
    "kafka": {9092},
    "dns": {53},
    "metrics": {9090, 9100, 9102, 9113, 9121},
}


def announced(container: Container, aside: bool = False) -> Iterator[tuple[int, str]]:
    """(port number, half a sentence) for each port that environment or arguments announce.

    `aside`: also those for metrics, health and the like.
    """
    for variable in container.env:
        name = variable.name or ""
        if _PORT_VARIABLE.search(name) and _is_own(name, aside):
            for number in _numbers(str(variable.value)):
                yield number, f"{name}={variable.value} is set"
    words = [str(word) for word in (*container.command, *container.args)]
    for index, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if not _PORT_FLAG.match(flag) or not _is_own(flag, aside):
            continue
        if not equals:
            value = words[index + 1] if index + 1 < len(words) else ""
        for number in _numbers(value):
            yield number, f"it is started with {flag} {value}"


def _is_own(name: str, aside: bool) -> bool:
    return not _PEER.search(name) and (aside or not _BESIDE.search(name))


def _numbers(text: str) -> Iterator[int]:
    match = _NUMBER.search(text.strip())
    if match and 1 <= int(match.group(1)) <= 65535:
        yield int(match.group(1))


def evidence_for(
    graph: TrafficGraph, workload: Resource, number: int, but: object = None, aside: bool = False
) -> tuple[str, ...]:
    """What speaks for a pod listening on `number`, one text for each independent kind of evidence.

    `but` is the reference in question, which is no evidence for itself; `aside`: for whatever purpose.
    """
    kinds = (
        _probed(graph, workload, number, but),
        _announced(workload, number, aside),
        _asked_for(graph, workload, number, but),
    )
    return tuple(text for text in kinds if text)


def idle_ports(graph: TrafficGraph, workload: Resource, number: int) -> list[PodPort]:
    """The declared ports that no Service and no probe comes out at: `number` may have been one of them.

    One for metrics and the like has callers outside the files: where the pod itself says that it listens on
    `number`, it is none.
    """
    services = graph.selecting.get(workload, ())
    hits = [hit for s in services for t in graph.targets[s] for hit in t.hits if hit.workload is workload]
    asked = {hit.number for hit in hits} | {
        probe.port.port.container_port for probe in graph.probes_of.get(workload, ()) if probe.port
    }
    idle = [port for port in graph.ports[workload] if port.port.container_port not in asked]
    said = bool(_announced(workload, number, aside=True))
    return [port for port in idle if not (said and is_aside(port))]


def seems_wrong(graph: TrafficGraph, target: Target, workload: Resource) -> bool:
    """Whether a number that a workload's pods don't declare seems to be a slip.

    So it does where a port of theirs may be meant, or where nothing speaks for the number.
    """
    number = int(target.wanted or 0)
    meant = idle_ports(graph, workload, number) or misnumbered(graph, target, workload)
    return bool(meant) or not evidence_for(graph, workload, number, target, aside=True)


def misnumbered(
    graph: TrafficGraph, target: Target, workload: Resource, but_for_probes: bool = False
) -> PodPort | None:
    """The declared port that may be the one a Service port means, under another number.

    It has the Service port's name or is the only one, no Service port leads to it, and nothing knows it by
    its number: a probe that calls it by name goes wherever the number leads. `but_for_probes`: also where
    only probes know it that could call it by name.
    """
    ports = graph.ports[workload]
    for port in ports:
        named = bool(port.port.name) and port.port.name == target.port.name
        number = port.port.container_port or 0
        if (
            (named or len(ports) == 1)
            and not is_aside(port)
            and not _known(graph, workload, number, not but_for_probes)
        ):
            return None if _has_traffic(graph, port) else port
    return None


def _has_traffic(graph: TrafficGraph, port: PodPort) -> bool:
    services = graph.selecting.get(port.workload, ())
    return any(hit.port is port for s in services for target in graph.targets[s] for hit in target.hits)


def _known(graph: TrafficGraph, workload: Resource, number: int, by_probes: bool) -> bool:
    """Whether anything says a number itself."""
    probes = graph.probes_of.get(workload, ())
    # gRPC knows numbers only.
    probed = any(one.use.wanted == number for one in probes if by_probes or one.use.action == "grpc")
    return probed or bool(_announced(workload, number, aside=True)) or number in _asking(graph, workload)


def is_beside(workload: Resource, number: int) -> bool:
    """Whether environment or arguments say that a number is for health, metrics and the like."""
    return bool(_announced(workload, number, aside=True)) and not _announced(workload, number, aside=False)


def is_aside(port: PodPort) -> bool:
    """Whether a port is for those who run an application, not for those who use it, by its name."""
    return any(word in (port.port.name or "").lower() for word in ASIDE)


def _probed(graph: TrafficGraph, workload: Resource, number: int, but: object) -> str | None:
    for probe in graph.probes_of.get(workload, ()):
        if probe is not but and number in (probe.use.wanted, probe.port and probe.port.port.container_port):
            return f"its {probe.use.kind} calls {number}"
    return None


def _announced(workload: Resource, number: int, aside: bool) -> str | None:
    for _, container, _ in containers(workload):
        for found, text in announced(container, aside):
            if found == number:
                return text
    return None


def _asked_for(graph: TrafficGraph, workload: Resource, number: int, but: object) -> str | None:
    """A port of another Service that comes out at the same number."""
    owner = but.service if isinstance(but, Target) else None
    for service in _asking(graph, workload).get(number, ()):
        if service is not owner:
            return f"{service.label} asks for {number} too"
    return None


@remembered
def _asking(graph: TrafficGraph, workload: Resource) -> dict[PortRef | None, list[Resource]]:
    """The Services over a workload by what they ask its pods for."""
    found: dict[PortRef | None, list[Resource]] = {}
    for service in graph.selecting.get(workload, ()):
        for wanted in dict.fromkeys(target.wanted for target in graph.targets[service]):
            found.setdefault(wanted, []).append(service)
    return found
