"""A Service has no ports.

What it does
    Finds Services without `spec.ports` that need some: all but headless ones and ExternalName.

Why it matters
    The API server refuses the Service: `spec.ports: Required value`. Every Ingress and every client
    that names it finds nothing.

Example
    A Service whose pods declare port 8080 alone, and that an Ingress asks for port 80, gets
    `ports: [{port: 80, targetPort: 8080}]` in the style of the file.

Fix safety
    Unsafe: which port clients other than the Ingress use can't be seen in the files. Declined where the
    pods declare several ports or none, or where nobody asks the Service for a port. A Service without
    selector too is suspect only, because what looks like one is often the patch of a kustomization.

https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.kubernetes.fields import SERVICE
from refactor.kubernetes.meta import PortRef
from refactor.kubernetes.misspelling import as_spelt
from refactor.kubernetes.service import Service
from refactor.pods import PodPort
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.source import SourceFile
from refactor.wording import pod_port_text, pod_ports_text
from refactor.world import AddKey, Resource

NAME = "service-without-ports"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    bare = [service for service in graph.world.services if not service.body.spec.ports]
    if not bare:
        return
    whole = {service.name for service in graph.world.services if service.body.spec.ports}
    is_filled_in = cache(_is_filled_in)
    for service in bare:
        body: Service = service.body
        if body.headless or body.external or _set_aside(service, whole, is_filled_in):
            continue
        selecting = bool(body.spec.selector)
        yield Finding(
            NAME,
            Category.BROKEN if selecting else Category.SUSPECT,
            f"{service.label} has no ports"
            + ("" if selecting else " and no selector: the API server refuses it, unless it is a patch"),
            service.at("spec", "ports"),
            tuple(_callers(graph, service)),
            service,
        )


def _set_aside(service: Resource, whole: set[str], is_filled_in: Callable[[SourceFile], bool]) -> bool:
    """A patch of a Service that has ports, ports that can't be read, text that another tool fills in."""
    return (
        service.name in whole
        or as_spelt(service.data, "spec", SERVICE) is not None
        or as_spelt(service.data.get("spec"), "ports", SERVICE.below["spec"]) is not None
        or bool(service.at("spec", "ports").value)
        or is_filled_in(service.home.file)
    )


def _is_filled_in(file: SourceFile) -> bool:
    return any(mark in file.text for mark in ("${", "$(", "{{"))


def _callers(graph: TrafficGraph, service: Resource) -> Iterator[Note]:
    for backend in graph.callers.get(service, ()):
        if backend.edge.port is not None:
            yield Note(f"{backend.edge.resource.label} asks it for port {backend.edge.port}", backend.at)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    graph, service = decisions.graph, finding.at.resource
    chosen = graph.selections[service].workloads
    open_ports = [port for workload in chosen for port in graph.ports[workload]]
    asked = {edge.port for edge in (backend.edge for backend in graph.callers.get(service, ())) if edge.port}
    has = f"its pods declare {pod_ports_text(open_ports)}" if chosen else "it selects no pods in these files"
    if len(open_ports) != 1 or open_ports[0].port.container_port is None:
        return Declined(finding, f"which port it should have can't be told: {has}")
    if len(asked) != 1:
        return Declined(finding, f"{_demand(asked)}, and {has}")
    port = open_ports[0]
    entry = _entry(asked.pop(), port)
    spec = service.at("spec")
    if not isinstance(spec.value, dict) or "ports" in spec.value:
        return Declined(finding, f"an empty `ports` or `spec` stands there already: fill it in; {has}")
    title = f"{service.label}: port {entry['port']}, to {pod_port_text(port)}, the only one of its pods"
    return Fix(title, (finding,), (AddKey(spec, "ports", [entry]),), Safety.UNSAFE)


def _demand(asked: set[PortRef]) -> str:
    if not asked:
        return "nobody in the files asks it for a port"
    return f"it is asked for ports {', '.join(sorted(map(str, asked)))}"


def _entry(asked: PortRef, port: PodPort) -> dict[str, Any]:
    """The port as it is asked for, by number or by name, leading to the one that is declared."""
    number = port.port.container_port
    entry: dict[str, Any] = {"port": asked} if isinstance(asked, int) else {"name": asked, "port": number}
    entry["targetPort"] = number
    return entry | ({} if port.port.transport == "TCP" else {"protocol": port.port.transport})


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True)
