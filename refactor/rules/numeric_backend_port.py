"""The Ingress reaches its Service by a port number.

What it does
    Moves the number of an Ingress backend to the name of the Service's port, where it has one (or gets
    one) that an Ingress can say.

Why it matters
    The number stands in two files and agrees by accident: whoever changes the Service's port breaks the
    Ingress, and nothing complains. A name stays.

Example
    `port: {number: 80}` for a Service port `http` becomes `port: {name: http}`.

Fix safety
    Safe, in the second stage: the name must stand in the running Service first. On AWS the controller
    replaces the target group when the spelling of a port changes. Stays a number: for a Service without
    selector, of type ExternalName or with endpoints made by hand, where its name is longer than an
    Ingress allows, and where an annotation is keyed by the port as it is written.

https://kubernetes.io/docs/concepts/services-networking/ingress/#resource-backend
"""

from collections.abc import Iterator

from refactor.changes import Declined, Fix
from refactor.decisions import Decisions, port_key
from refactor.findings import Category, Finding
from refactor.routes import Backend, TrafficGraph
from refactor.rules.base import Rule
from refactor.world import Change, RenameKey, SetScalar

NAME = "numeric-backend-port"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for backend in graph.backends:
        edge = backend.edge
        if backend.index is None or not edge.from_ingress or not isinstance(edge.port, int):
            continue
        if edge.port_at is not None and backend.service is not None:
            message = f"Ingress {edge.resource.name} reaches {backend.service.label} by number, {edge.port}"
            yield Finding(NAME, Category.FRAGILE, message, edge.port_at, (), backend)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    backend = finding.subject
    assert isinstance(backend, Backend)
    at, edge = finding.at, backend.edge
    name = decisions.naming.moves.get(port_key(at))
    if name is None:
        return Declined(finding, decisions.why_not(at))
    called = backend.service.at("spec", "ports", backend.index or 0, "name") if backend.service else None
    changes: tuple[Change, ...] = (SetScalar(at, name, called),)
    if at.path[-1] == "number":
        changes = (RenameKey(at, "name"), *changes)
    mended = (edge.resource.key, backend.place) in decisions.mended
    return Fix(
        f"Ingress {edge.resource.name}: port {edge.port} → {name}{decisions.doubt(at)}",
        (finding,),
        changes,
        decisions.safety_of(at),
        stage=1 if mended else 2,
        waits=not mended and port_key(at) in decisions.naming.waiting,
    )


RULE = Rule(NAME, Category.FRAGILE, check, fix)
