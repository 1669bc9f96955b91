"""The Ingress sends its requests to the metrics port of a Service that also has an HTTP port.

What it does
    Looks at the Service port (and the container port behind it) of every Ingress backend. It is reported
    if its name says metrics and another port of the Service looks like HTTP. Left alone is what says
    itself that metrics are meant: a path, a host, an Ingress or a Service with such a name.

Why it matters
    Visitors get a page of counters, or 404 for all but `/metrics`, and the inside of the application is
    open to the world.

Example
    `port: {name: metrics}` for a Service with `http` at 80 and `metrics` at 9090.

Fix safety
    Shown only: the route works as it is written, so only its owner can tell whether it is meant.

https://kubernetes.io/docs/concepts/services-networking/ingress/#resource-backend
"""

import re
from collections.abc import Iterator

from refactor.candidates.backend_ports import looks_like_http
from refactor.findings import Category, Finding, Note
from refactor.routes import Backend, Target, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import service_port_text

NAME = "backend-is-metrics-port"

_METRICS = re.compile(r"(?:^|-)metrics?(?:$|-)")
_MEANT = re.compile(r"metric|prom|monitor|export|scrape|stats|federate", re.I)


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for backend in graph.backends:
        if backend.reason is None and backend.edge.from_ingress and backend.service is not None:
            target = graph.target(backend)
            if target is not None and len(target.service.body.spec.ports) > 1:
                yield from _judged(graph, backend, target)


def _judged(graph: TrafficGraph, backend: Backend, target: Target) -> Iterator[Finding]:
    if not _serves_metrics(target) or _is_meant(backend, target):
        return
    service = target.service
    web = [other.port for other in graph.targets[service] if not _serves_metrics(other)]
    better = [service_port_text(port) for port in web if looks_like_http(port)]
    if better:
        edge, port = backend.edge, service_port_text(target.port)
        text = f"{edge.resource.label} sends requests to port {port} of {service.label}, its metrics"
        note = f"for visitors it has {' and '.join(better)}; if metrics are meant, say so in the path or host"
        notes = (Note(note, service.at("spec", "ports")),)
        yield Finding(NAME, Category.SUSPECT, text, edge.port_at or edge.at, notes, backend)


def _serves_metrics(target: Target) -> bool:
    names = [target.port.name, target.wanted, *(hit.port.port.name for hit in target.hits if hit.port)]
    return any(isinstance(name, str) and _METRICS.search(name) for name in names)


def _is_meant(backend: Backend, target: Target) -> bool:
    edge = backend.edge
    said = (edge.path, edge.host, edge.resource.name, target.service.name)
    return any(text is not None and _MEANT.search(text) for text in said)


RULE = Rule(NAME, Category.SUSPECT, check)
