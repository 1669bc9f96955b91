"""The Ingress asks its Service for a port that the Service doesn't have.

What it does
    Looks up the port of every Ingress backend in the `spec.ports` of the Service that it names: a
    number among `port`, a name among `name`.

Why it matters
    The API server accepts the Ingress, because it doesn't look at the Service. The controller finds no
    endpoint and answers every request with 502, 503 or 404. (ingress-nginx, HAProxy Ingress and Kong
    may find the port by its targetPort all the same: there the route lives by accident.)

Example
    An Ingress with `port: {number: 80}` for a Service whose only port is 8080 becomes
    `port: {number: 8080}`. A Service port is never renumbered: others call it by its number.

Fix safety
    Safe where the reference names the targetPort or the container port behind a Service port, its
    nodePort, or where the Service has one port only. Otherwise unsafe: the port of a near name or
    number, or the Service's one HTTP port. With several that fit equally, the choices are shown.

https://kubernetes.io/docs/concepts/services-networking/ingress/#resource-backend
"""

from collections.abc import Iterator

from refactor.candidates import Choice, backend_port
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.kubernetes.meta import PortRef
from refactor.kubernetes.service import ServicePort
from refactor.routes import Backend, Reason, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import service_port_text, service_ports_text
from refactor.world import Change, Ref, RenameKey, SetScalar

NAME = "missing-backend-port"
_LONGEST = 15  # what an Ingress can hold as a port's name; a Service's own may be longer


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for backend in graph.backends:
        edge, service = backend.edge, backend.service
        if backend.reason is not Reason.NO_PORT or not edge.from_ingress or service is None:
            continue
        if not service.body.spec.ports:
            continue  # a Service without ports is the fault, not the Ingress
        has = service_ports_text(service.body)
        yield Finding(
            NAME,
            Category.SUSPECT if backend.far else Category.BROKEN,
            f"Ingress {edge.resource.name} asks {service.label} for port {edge.port}, which it doesn't have",
            edge.port_at or edge.at,
            (Note(f"{service.label} has {has}", service.at("spec", "ports")),),
            backend,
        )


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    backend = finding.subject
    assert isinstance(backend, Backend)
    edge, service = backend.edge, backend.service
    if service is None or edge.port_at is None:
        return Declined(finding, "no port stands in the Ingress that could be changed")
    choice = backend_port(decisions.graph, backend)
    if choice.chosen is None:
        return Declined(finding, _undecided(choice))
    port = service.body.spec.ports[choice.chosen.value]
    value = _same_kind(edge.port, port)
    if value is None:
        return Declined(finding, f"an Ingress can't name port {service_port_text(port)} of {service.label}")
    return Fix(
        f"Ingress {edge.resource.name}: port {edge.port} → {value} of {service.label} ({choice.why})",
        (finding,),
        tuple(_point_to(edge.port_at, value, service.at("spec", "ports", choice.chosen.value))),
        Safety.UNSAFE if backend.far else choice.safety,
    )


def _undecided(choice: Choice[int]) -> str:
    if not choice.options:
        return "none of the Service's ports is TCP, and an Ingress needs one"
    if choice.tied:
        return f"several ports may be meant: {choice.shown}"
    return f"nothing in these files tells which port is meant: {choice.shown}"


def _same_kind(wanted: PortRef | None, port: ServicePort) -> PortRef | None:
    """What to write: a number stays a number, a name a name where the port has one that can be used."""
    if isinstance(wanted, str) and port.name and len(port.name) <= _LONGEST:
        return port.name
    return port.port


def _point_to(at: Ref, value: PortRef, port: Ref) -> Iterator[Change]:
    if isinstance(value, int) and at.path[-1] == "name":
        yield RenameKey(at, "number")
    yield SetScalar(at, value, port.to("port" if isinstance(value, int) else "name"))


RULE = Rule(NAME, Category.BROKEN, check, fix, of_links=True)
