"""A port has a name that the API server refuses.

What it does
    Checks the names of container ports (at most 15 characters, lower-case letters, digits and single
    hyphens, at least one letter), of Service ports (a DNS label of at most 63 characters), and of the
    ports that an Ingress names: there a port's name obeys the shorter limit, although the Service may
    call it longer. Names with placeholders of other tools (`${PORT}`) are left alone.

Why it matters
    The API server refuses the whole object: nothing of it is rolled out, and what ran before goes on
    running as it was.

Example
    `name: HTTP_API` of a container port becomes `name: http-api`, and so do the targetPort, the probes,
    the NetworkPolicy and the monitor that refer to it. An Ingress that asks for the Service port
    `http-management-api` (19 characters) asks for its number instead.

Fix safety
    Safe: nothing that runs can refer to a name that was never accepted, and everything in the files
    that holds it is carried along. It is declined where a reference can't be rewritten exactly, and
    where one container or Service has the same number for TCP and UDP: kubectl and Helm merge such
    entries by number alone, so that one of them would be lost without a word.

https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services
"""

from collections.abc import Iterator

from refactor.candidates.portnames import why_not_container, why_not_service
from refactor.candidates.renaming import rename_container_port, rename_service_port
from refactor.candidates.twins import shares_number, shares_service_number
from refactor.candidates.wrong_names import why_container_name_is_wrong, why_service_name_is_wrong
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note
from refactor.placeholders import is_placeholder
from refactor.pods import PodPort
from refactor.routes import Backend, Target, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import container_text, service_port_text
from refactor.world import Change, RenameKey, SetScalar

NAME = "invalid-port-name"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for ports in graph.ports.values():
        for port in ports:
            if wrong := why_container_name_is_wrong(port):
                text = f"{container_text(port)}: a port can't be called {port.port.name}: {wrong}"
                yield Finding(NAME, Category.BROKEN, text, port.at.to("name"), (), port)
    for targets in graph.targets.values():
        for target in targets:
            if wrong := why_service_name_is_wrong(target):
                text = f"{target.service.label}: a port can't be called {target.port.name}: {wrong}"
                yield Finding(NAME, Category.BROKEN, text, target.item.to("name"), (), target)
    for backend in graph.backends:
        yield from _in_ingress(graph, backend)


def _in_ingress(graph: TrafficGraph, backend: Backend) -> Iterator[Finding]:
    """A good name of a Service port that an Ingress can't say; a bad one is the Service's fault."""
    edge, target = backend.edge, graph.target(backend)
    if target is None or not isinstance(edge.port, str) or not edge.from_ingress or edge.port_at is None:
        return
    wrong = why_not_container(edge.port)
    if wrong and not why_not_service(edge.port) and not is_placeholder(edge.port):
        text = f"{edge.resource.label} can't ask for a port by the name {edge.port}: {wrong}"
        note = Note(f"it is port {service_port_text(target.port)} of {target.service.label}", target.item)
        yield Finding(NAME, Category.BROKEN, text, edge.port_at, (note,), backend)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    match finding.subject:
        case PodPort() as port:
            return _rename_container_port(finding, decisions, port)
        case Target() as target:
            return _rename_service_port(finding, decisions, target)
        case Backend() as backend:
            return _ask_by_number(finding, decisions.graph, backend)
    return Declined(finding, "there is no port here that could be renamed")


def _rename_container_port(finding: Finding, decisions: Decisions, port: PodPort) -> Fix | Declined:
    new, graph = decisions.name_of(port.at), decisions.graph
    if shares_number(port, graph.ports[port.workload]):
        return Declined(finding, _pair(port.port.container_port, "container"))
    changes = rename_container_port(graph, port, new) if new else "no name for it could be found"
    return _outcome(finding, f"{container_text(port)}: port {port.port.name} → {new}", changes)


def _rename_service_port(finding: Finding, decisions: Decisions, target: Target) -> Fix | Declined:
    new, graph = decisions.name_of(target.item), decisions.graph
    if shares_service_number(target, graph.targets[target.service]):
        return Declined(finding, _pair(target.port.port, "Service"))
    changes = rename_service_port(graph, target, new) if new else "no name for it could be found"
    return _outcome(finding, f"{target.service.label}: port {target.port.name} → {new}", changes)


def _outcome(finding: Finding, title: str, changes: tuple[Change, ...] | str) -> Fix | Declined:
    if isinstance(changes, str):
        return Declined(finding, f"a new name can't be carried everywhere: {changes}")
    return Fix(title, (finding,), changes)


def _pair(number: int | None, owner: str) -> str:
    return (
        f"the {owner} has {number} for two protocols: kubectl and Helm merge such entries by number and "
        "would drop one; rename it by hand, and apply with --server-side"
    )


def _ask_by_number(finding: Finding, graph: TrafficGraph, backend: Backend) -> Fix | Declined:
    at, target = backend.edge.port_at, graph.target(backend)
    if at is None or target is None or target.port.port is None:
        return Declined(finding, "the Service port has no number that the Ingress could ask for")
    number = SetScalar(at, target.port.port, target.item.to("port"))
    changes: tuple[Change, ...] = (RenameKey(at, "number"), number) if at.path[-1] == "name" else (number,)
    return Fix(f"{at.resource.label}: port {backend.edge.port} → {target.port.port}", (finding,), changes)


RULE = Rule(NAME, Category.BROKEN, check, fix)
