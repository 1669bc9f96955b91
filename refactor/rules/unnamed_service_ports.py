"""A Service with several ports has one without a name.

What it does
    Looks at every Service with more than one port for entries of `spec.ports` without `name`.

Why it matters
    With several ports each must have a name: the API server refuses the Service ("spec.ports[1].name:
    Required value"), and what ran before goes on running as it was. A lone port needs none.

Example
    A Service with `port: 80` and `port: 9090, name: metrics`, whose port 80 an Ingress asks for: the first
    gets `name: http`.

Fix safety
    Safe: a port without a name gets one, and nothing can have referred to it by name. The name is the one
    that the container port has, or that a route or monitor asks for in vain, or says what is spoken there,
    or holds the number. Declined for Services without a selector (their endpoints join by the name of the
    port), and where one number stands for two protocols: kubectl and Helm would drop one of them silently.

https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services
"""

from collections.abc import Iterator

from refactor.candidates.renaming import name_key
from refactor.candidates.twins import shares_service_number
from refactor.candidates.wrong_names import nameless_service_ports
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note
from refactor.routes import Reason, Target, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import service_ports_text
from refactor.world import Change, Ref

NAME = "unnamed-service-ports"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for targets in graph.targets.values():
        for target in nameless_service_ports(targets):
            service = target.service
            text = (
                f"port {target.port.port} of {service.label} has no name, which each of several ports needs"
            )
            note = Note(
                f"{service.label} has {service_ports_text(service.body)}", service.at("spec", "ports")
            )
            yield Finding(NAME, Category.BROKEN, text, _place(target), (note,), target)


def _place(target: Target) -> Ref:
    for key in ("name", "port"):
        if isinstance(target.item.value, dict) and key in target.item.value:
            return target.item.to(key)
    return target.item


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    """Names all nameless ports of the Service at once: it is refused until the last one has a name."""
    subject = finding.subject
    assert isinstance(subject, Target)
    service, targets = subject.service, decisions.graph.targets[subject.service]
    if decisions.graph.selections[service].reason in (Reason.NO_SELECTOR, Reason.EXTERNAL):
        return Declined(
            finding, f"{service.label} has no selector: name its ports as its endpoints are named"
        )
    nameless = nameless_service_ports(targets)
    for target in nameless:
        if shares_service_number(target, targets):
            return Declined(finding, _pair(target))
    names = {target.index: decisions.name_of(target.item) for target in nameless}
    changes: list[Change] = [name_key(t.item, name) for t in nameless if (name := names[t.index])]
    told = ", ".join(f"{target.port.port} → {names[target.index]}" for target in nameless)
    return Fix(f"{service.label}: names for ports {told}", (finding,), tuple(changes))


def _pair(target: Target) -> str:
    return (
        f"{target.port.port} is there for two protocols: kubectl and Helm merge such entries by number and "
        "would drop one; name them by hand, and apply with --server-side"
    )


RULE = Rule(NAME, Category.BROKEN, check, fix)
