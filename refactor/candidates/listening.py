"""Evidence of what a pod really listens on, beside what its containers declare.

Strongest first: a probe that runs today, the environment and the arguments of the container, other
references that agree. https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

import re
from collections.abc import Iterator

from refactor.kubernetes.workload import Container
from refactor.pods import containers
from refactor.routes import Target, TrafficGraph
from refactor.world import Resource

_PORT_VARIABLE = re.compile(r"(?:^|_)PORT$|^ASPNETCORE_(?:URLS|HTTP_PORTS)$|LISTEN|BIND|ADDR(?:ESS)?$", re.I)
# Variables about another service, or about a port that stands beside the one for traffic.
_PEER = re.compile(
    r"DB|DATABASE|REDIS|POSTGRES|PG|MYSQL|MONGO|SMTP|MAIL|KAFKA|RABBIT|AMQP|REMOTE"
    r"|METRIC|PROM|HEALTH|ADMIN|MANAGE|DEBUG|JMX|ZIPKIN|STATSD",
    re.I,
)
_PORT_FLAG = re.compile(r"^--?(?:p|[\w.-]*(?:port|address|addr|listen|bind|http|url))$", re.I)
_NUMBER = re.compile(r"(?:^|[:=\s])(\d{2,5})/?$")

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


def announced(container: Container) -> Iterator[tuple[int, str]]:
    """(port number, half a sentence) for each port that environment or arguments announce."""
    for variable in container.env:
        name = variable.name or ""
        if _PORT_VARIABLE.search(name) and not _PEER.search(name):
            for number in _numbers(str(variable.value)):
                yield number, f"{name}={variable.value} is set"
    words = [str(word) for word in (*container.command, *container.args)]
    for index, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if not _PORT_FLAG.match(flag) or _PEER.search(flag):
            continue
        if not equals:
            value = words[index + 1] if index + 1 < len(words) else ""
        for number in _numbers(value):
            yield number, f"it is started with {flag} {value}"


def _numbers(text: str) -> Iterator[int]:
    match = _NUMBER.search(text.strip())
    if match and 1 <= int(match.group(1)) <= 65535:
        yield int(match.group(1))


def evidence_for(graph: TrafficGraph, workload: Resource, number: int, but: object = None) -> tuple[str, ...]:
    """What speaks for a pod listening on `number`, one text for each independent kind of evidence.

    `but` is the reference in question, which is no evidence for itself.
    """
    kinds = (
        _probed(graph, workload, number, but),
        _announced(workload, number),
        _asked_for(graph, workload, number, but),
    )
    return tuple(text for text in kinds if text)


def _probed(graph: TrafficGraph, workload: Resource, number: int, but: object) -> str | None:
    for probe in graph.probes:
        if probe.use.at.resource is not workload or probe is but:
            continue
        if number in (probe.use.wanted, probe.port.port.container_port if probe.port else None):
            return f"its {probe.use.kind} calls {number}"
    return None


def _announced(workload: Resource, number: int) -> str | None:
    for _, container, _ in containers(workload):
        for found, text in announced(container):
            if found == number:
                return text
    return None


def _asked_for(graph: TrafficGraph, workload: Resource, number: int, but: object) -> str | None:
    """A port of another Service that comes out at the same number."""
    owner = but.service if isinstance(but, Target) else None
    for service in graph.selecting.get(workload, ()):
        for target in graph.targets[service]:
            if service is not owner and target.wanted == number:
                return f"{service.label} asks for {number} too"
    return None
