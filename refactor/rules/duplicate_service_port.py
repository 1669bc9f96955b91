"""A Service has the same port number twice for one protocol.

What it does
    Looks for two entries of `spec.ports` with the same `port` and `protocol` (TCP where it is absent).
    One number for TCP and for UDP is legal, and left alone.

Why it matters
    The API server refuses the Service ("Duplicate value"), and what ran before goes on running as it was.

Example
    `http` and `https`, both with `port: 80` after a copy and paste, of which one was meant to be 443.

Fix safety
    Shown only: clients use the number, so it is never changed by a guess, and an entry is never thrown
    away with what it says. The note says how the two entries differ.

https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services
"""

from collections.abc import Iterator

from refactor.findings import Category, Finding, Note
from refactor.kubernetes.service import ServicePort
from refactor.routes import Target, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import service_port_text

NAME = "duplicate-service-port"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for targets in graph.targets.values():
        if len(targets) > 1:
            yield from _twice(targets)


def _twice(targets: tuple[Target, ...]) -> Iterator[Finding]:
    first: dict[tuple[int, str], Target] = {}
    for target in targets:
        if target.port.port is None:
            continue
        earlier = first.setdefault((target.port.port, target.port.transport), target)
        if earlier is not target:
            number = f"{target.port.port}/{target.port.transport}"
            text = f"{target.service.label} has port {number} twice, which the API server refuses"
            at = target.item.to("port")
            yield Finding(NAME, Category.BROKEN, text, at, (_note(earlier, target),), target)


def _note(earlier: Target, later: Target) -> Note:
    """What tells the two entries apart, and so what can be done."""
    place = earlier.item.to("port")
    other = service_port_text(earlier.port)
    if _meaning(earlier.port) == _meaning(later.port):
        return Note(f"port {other} stands here already and leads to {earlier.wanted} too: one can go", place)
    return Note(
        f"port {other} stands here already and leads to {earlier.wanted}: give one another number", place
    )


def _meaning(port: ServicePort) -> tuple[object, ...]:
    return port.target, port.app_protocol, port.node_port


RULE = Rule(NAME, Category.BROKEN, check)
