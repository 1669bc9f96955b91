"""A Service port and the container port that it leads to have different protocols.

What it does
    Compares the `protocol` of a Service port (TCP where it is absent) with that of the container port
    that its targetPort names or numbers. A Service that has one number for TCP and for UDP is left alone
    as long as it asks by number: containers often declare only one of the two.

Why it matters
    A targetPort by name is looked up by name and protocol: with another protocol nothing is found, and
    the Service has no endpoint. By number the packets arrive, but very probably nobody listens there for
    them.

Example
    A Service port without `protocol` whose targetPort is `syslog`, which the container declares for UDP,
    gets `protocol: UDP`.

Fix safety
    The Service follows the container. Safe where two things agree, such as a protocol that the container
    states and a Service port that doesn't say, or a probe and an Ingress, which both speak TCP; otherwise
    unsafe. Declined where the pods disagree among themselves, where they have the number for both
    protocols, and where the Service would have one number twice.

https://kubernetes.io/docs/concepts/services-networking/service/#protocol-support
"""

from collections.abc import Iterator

from refactor.candidates.twins import shares_number, shares_service_number
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.pods import PodPort
from refactor.routes import Reason, Target, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import pod_port_text, service_port_text
from refactor.world import AddKey, Change, SetScalar

NAME = "protocol-mismatch"
_PROTOCOLS = ("TCP", "UDP", "SCTP")


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for target in graph.failing:
        ports = _mismatched(target)
        named = isinstance(target.wanted, str)
        if ports and (named or not shares_service_number(target, graph.targets[target.service])):
            yield _finding(target, ports)


def _mismatched(target: Target) -> list[PodPort]:
    """The container ports of another protocol; a protocol that doesn't exist is another rule's."""
    if target.port.transport not in _PROTOCOLS:
        return []
    ports = [hit.port for hit in target.failing if hit.reason is Reason.WRONG_PROTOCOL and hit.port]
    return [port for port in ports if port.port.transport in _PROTOCOLS]


def _finding(target: Target, ports: list[PodPort]) -> Finding:
    named = isinstance(target.wanted, str) and not target.far
    theirs = " and ".join(sorted({port.port.transport for port in ports}))
    text = (
        f"{target.service.label} sends {target.port.transport} to the pods' port {target.wanted}, "
        f"which is {theirs} in {', '.join(port.workload.label for port in ports)}"
    )
    at = target.item.to("protocol") if target.port.protocol else target.at
    notes = tuple(Note(f"{port.workload.label} has port {pod_port_text(port)}", port.at) for port in ports)
    return Finding(NAME, Category.BROKEN if named else Category.SUSPECT, text, at, notes, target)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    target, graph = finding.subject, decisions.graph
    assert isinstance(target, Target)
    ports = _mismatched(target)
    protocols = {port.port.transport for port in ports}
    obstacle = _obstacle(graph, target, ports, protocols)
    if obstacle:
        return Declined(finding, obstacle)
    protocol = protocols.pop()
    evidence = _evidence(graph, target, ports, protocol)
    safe = len(evidence) > 1 and not target.far
    why = f" ({' and '.join(evidence)})" if evidence else ""
    title = f"{target.service.label}: port {service_port_text(target.port)} becomes {protocol}{why}"
    return Fix(title, (finding,), (_change(target, protocol),), Safety.SAFE if safe else Safety.UNSAFE)


def _change(target: Target, protocol: str) -> Change:
    if target.port.protocol:
        return SetScalar(target.item.to("protocol"), protocol)
    return AddKey(target.item, "protocol", protocol, after=str(target.at.path[-1]))


def _obstacle(graph: TrafficGraph, target: Target, ports: list[PodPort], protocols: set[str]) -> str | None:
    service = target.service.label
    if len(protocols) > 1 or len(ports) < len(target.hits):
        return f"the pods behind {service} don't agree on the protocol of {target.wanted}"
    if shares_service_number(target, graph.targets[target.service]):
        return (
            f"{service} has {target.port.port} for two protocols, which kubectl and Helm can't change apart"
        )
    if any(shares_number(port, graph.ports[port.workload]) for port in ports):
        return f"the container has the number for two protocols: choose its name for {target.port.transport}"
    return None


def _evidence(graph: TrafficGraph, target: Target, ports: list[PodPort], protocol: str) -> list[str]:
    """Half a sentence for each thing that says that the container is right and the Service isn't."""
    evidence = []
    if all(port.port.protocol for port in ports):
        evidence.append(f"the container states {protocol}")
    if not target.port.protocol:
        evidence.append("the Service doesn't say")
    if protocol == "TCP":
        if any(backend.index == target.index for backend in graph.callers.get(target.service, ())):
            evidence.append("a route over TCP leads here")
        if any(probe.port in ports for probe in graph.probes):
            evidence.append("a probe calls it over TCP")
    return evidence


RULE = Rule(NAME, Category.BROKEN, check, fix, of_links=True)
