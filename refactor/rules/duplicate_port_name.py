"""Two ports of one container, or of one Service, have the same name.

What it does
    Looks for a name that occurs twice among the ports of a container, or among the ports of a Service.
    The same name in two containers of a pod is legal, and so left alone.

Why it matters
    The API server refuses the whole object ("Duplicate value"): nothing of it is rolled out.

Example
    A container with `http` at 8080 and again `http` at 9090, which Prometheus scrapes by the pod's
    annotation: the second becomes `metrics`.

Fix safety
    One port keeps the name: the one whose number goes with it, or the first, which is what references
    find. The other gets a name by what is spoken there, or by its number. Safe where nothing refers to
    the name, or where something in the files says which port it belongs to; otherwise unsafe, because a
    reference may have meant the other port. Declined where a reference would end at the other port, and
    where the two have one number, for two protocols (kubectl and Helm would drop one of them silently)
    or for the same one (one entry is too many).

https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services
"""

from collections.abc import Iterator

from refactor.candidates.twins import (
    Twin,
    shares_number,
    shares_service_number,
    twin_container_ports,
    twin_service_ports,
)
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.placeholders import is_placeholder
from refactor.pods import PodPort
from refactor.references import References, references_to_container_port, references_to_service_port
from refactor.routes import Target, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import container_text, number_text, pod_port_text, service_port_text
from refactor.world import Ref, SetScalar

NAME = "duplicate-port-name"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for ports in graph.ports.values():
        for twin in twin_container_ports(graph, ports):
            port, keeper = twin.port, twin.keeper
            text = f"{container_text(port)} has two ports called {port.port.name}"
            note = Note(f"port {pod_port_text(keeper)} has the name too", keeper.at.to("name"))
            yield Finding(NAME, Category.BROKEN, text, port.at.to("name"), (note,), twin)
    for targets in graph.targets.values():
        for pair in twin_service_ports(targets):
            text = f"{pair.port.service.label} has two ports called {pair.port.port.name}"
            note = Note(
                f"port {service_port_text(pair.keeper.port)} has the name too", pair.keeper.item.to("name")
            )
            yield Finding(NAME, Category.BROKEN, text, pair.port.item.to("name"), (note,), pair)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    twin, graph = finding.subject, decisions.graph
    assert isinstance(twin, Twin)
    if isinstance(twin.port, PodPort):
        return _rename(finding, decisions, twin, twin.port.at, _container_obstacle(graph, twin))
    return _rename(finding, decisions, twin, twin.port.item, _service_obstacle(graph, twin))


def _rename(
    finding: Finding, decisions: Decisions, twin: Twin[PodPort] | Twin[Target], at: Ref, obstacle: str | None
) -> Fix | Declined:
    old, new = twin.port.port.name, decisions.name_of(at)
    if obstacle or not new or is_placeholder(old or ""):
        return Declined(finding, obstacle or f"{old} will be filled in by another tool")
    safe = twin.certain or not _is_referred_to(decisions.graph, twin)
    title = f"{at.resource.label}: port {_number(twin.port)} gets the name {new} instead of {old}"
    return Fix(title, (finding,), (SetScalar(at.to("name"), new),), Safety.SAFE if safe else Safety.UNSAFE)


def _number(port: PodPort | Target) -> str:
    if isinstance(port, PodPort):
        return number_text(port)
    return str(port.port.port) if port.port.port is not None else "without a number"


def _is_referred_to(graph: TrafficGraph, twin: Twin[PodPort] | Twin[Target]) -> bool:
    """Whether anything refers to the name that both have; references find the first of the two."""
    for port in (twin.port, twin.keeper):
        found = (
            references_to_container_port(graph, port)
            if isinstance(port, PodPort)
            else references_to_service_port(graph, port.service, port.index)
        )
        if found.places or found.blocked:
            return True
    return False


def _container_obstacle(graph: TrafficGraph, twin: Twin[PodPort]) -> str | None:
    port, keeper = twin.port, twin.keeper
    if shares_number(port, graph.ports[port.workload]):
        return _pair(number_text(port))
    if port.port.container_port == keeper.port.container_port:
        return f"both entries are port {number_text(port)}: remove the one that is too many"
    return _moved(references_to_container_port(graph, port), number_text(keeper))


def _service_obstacle(graph: TrafficGraph, twin: Twin[Target]) -> str | None:
    port, keeper = twin.port, twin.keeper
    if shares_service_number(port, graph.targets[port.service]):
        return _pair(_number(port))
    if port.port.port == keeper.port.port:
        return f"both entries are port {_number(port)}: remove or renumber the one that is wrong"
    return _moved(references_to_service_port(graph, port.service, port.index), _number(keeper))


def _moved(references: References, keeper: str) -> str | None:
    """References that find the port which is to give up the name would end at the other one."""
    if not references.places:
        return None
    holder = references.places[0].at.resource.label
    return f"the name goes with port {keeper}, but {holder} finds the other one by it: rename it by hand"


def _pair(number: str) -> str:
    return (
        f"{number} is there for two protocols: kubectl and Helm merge such entries by number and would drop "
        "one; give them two names by hand, and apply with --server-side"
    )


RULE = Rule(NAME, Category.BROKEN, check, fix)
