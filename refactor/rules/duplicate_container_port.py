"""A container declares the same port number twice for one protocol.

What it does
    Looks for two entries of a container's `ports` with the same `containerPort` and `protocol` (TCP where
    it is absent). One number for TCP and for UDP is legal, and so is one number in two containers.

Why it matters
    Server-side apply, which Helm 4, Flux and Argo CD use, refuses the object ("duplicate entries for key").
    A client-side `kubectl apply` takes it with a warning; with the next change of one of the two entries it
    may lose the other.

Example
    `http` and `https`, both with `containerPort: 80`, because TLS ends before the pod.

Fix safety
    Shown only: both names may be asked for, and an entry is never thrown away with what it says. Give the
    entry one name, and let what asks for the other name ask for this one.

https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
"""

from collections.abc import Iterator

from refactor.findings import Category, Finding, Note
from refactor.pods import PodPort
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import pod_port_text

NAME = "duplicate-container-port"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for ports in graph.ports.values():
        if len(ports) > 1:
            yield from _twice(ports)


def _twice(ports: tuple[PodPort, ...]) -> Iterator[Finding]:
    first: dict[tuple[object, ...], PodPort] = {}
    for port in ports:
        number, protocol = port.port.container_port, port.port.transport
        if number is None:
            continue
        earlier = first.setdefault((port.container, number, protocol), port)
        if earlier is not port:
            text = (
                f"container {port.owner.name} in {port.workload.label} declares port {number}/{protocol} "
                "twice, which server-side apply (Helm 4, Flux, Argo CD) refuses"
            )
            note = Note(f"{pod_port_text(earlier)} stands here already", earlier.at.to("containerPort"))
            yield Finding(NAME, Category.SUSPECT, text, port.at.to("containerPort"), (note,), port)


RULE = Rule(NAME, Category.SUSPECT, check)
