"""A probe calls its container by a port number.

What it does
    Moves the number of an HTTP or TCP probe (or HTTP hook) to the name of the port in its own container.

Why it matters
    The number stands twice in one container: changed in one place only, the pod never gets ready.

Example
    `httpGet: {port: 8080}` in a container whose port 8080 is called `http` becomes `port: http`.

Fix safety
    Safe: name and probe are in one pod template, which is rolled out as a whole. A gRPC probe knows
    numbers only.

https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
"""

from collections.abc import Iterator

from refactor.candidates.renaming import call_by_name
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions, port_key
from refactor.findings import Category, Finding
from refactor.routes import Probe, TrafficGraph
from refactor.rules.base import Rule

NAME = "numeric-probe-port"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for probe in graph.probes:
        use = probe.use
        if probe.port is not None and isinstance(use.wanted, int) and use.action != "grpc":
            message = f"the {use.kind} of container {use.owner.name} calls port {use.wanted} by number"
            yield Finding(NAME, Category.FRAGILE, message, use.at, (), probe)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    probe = finding.subject
    assert isinstance(probe, Probe)
    name = decisions.naming.moves.get(port_key(finding.at))
    if name is None:
        return Declined(finding, decisions.why_not(finding.at))
    return Fix(
        f"{finding.at.resource.label}: port {probe.use.wanted} of the {probe.use.kind} → {name}",
        (finding,),
        (call_by_name(probe, name),),
    )


RULE = Rule(NAME, Category.FRAGILE, check, fix)
