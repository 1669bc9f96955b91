"""The one port of a Service has no name.

What it does
    Gives the sole, nameless port of a Service the name of the container port behind it (several ports
    without a name are a fault of their own: `unnamed-service-ports`).

Why it matters
    An Ingress, a monitor or a policy can only reach it by number, and a second port can't be added
    without naming this one first.

Example
    `- port: 80` in front of a container port `http` becomes `- name: http` with `port: 80`.

Fix safety
    Safe while `targetPort` is a number. Unsafe where it is a name already: some controllers lose the
    endpoints for a moment; and where the name begins with https, which makes Traefik speak TLS. In a
    service mesh the name is neutral (`port-80`), so that the protocol is detected as before. Left alone:
    Services whose endpoints are made by hand, and names that an annotation would begin to apply to.

https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services
"""

from collections.abc import Iterator

from refactor.candidates.renaming import name_key
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions, port_key
from refactor.findings import Category, Finding
from refactor.routes import Target, TrafficGraph
from refactor.rules.base import Rule

NAME = "unnamed-service-port"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for service, targets in graph.targets.items():
        readable = len(targets) == 1 and not service.faults
        if readable and not targets[0].port.name and targets[0].hits:
            target = targets[0]
            message = f"port {target.port.port} of {service.label} has no name"
            yield Finding(NAME, Category.FRAGILE, message, target.item.to("port"), (), target)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    target = finding.subject
    assert isinstance(target, Target)
    name = decisions.naming.names.get(port_key(target.item))
    if name is None:
        return Declined(finding, decisions.why_not(target.item))
    title = (
        f"{target.service.label}: port {target.port.port} gets the name {name}{decisions.doubt(target.item)}"
    )
    return Fix(title, (finding,), (name_key(target.item, name),), decisions.safety_of(target.item))


RULE = Rule(NAME, Category.FRAGILE, check, fix)
