"""The Service reaches its pods by a port number.

What it does
    Moves a numeric `targetPort` (or the `port` that stands for it) to the name of the container port,
    where all pods of the Service have one name for it, or get one.

Why it matters
    The container's port can't change without the Service changing in the same moment, which no rollout
    does. By name, old pods and new ones each answer on their own number.

Example
    `targetPort: 8080` for a container port `http` becomes `targetPort: http`.

Fix safety
    Safe, in the second stage: pods that run without the name get no traffic from a Service that asks
    for it, so it must be rolled out first (`--stage 1`, roll out, `--stage 2`). Stays a number: where
    pods declare no such port or disagree about its name, where running pods may not be those of the file
    (bare Pod, ReplicaSet, OnDelete, a partition, paused), and where one number serves two protocols.

https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from collections.abc import Iterator

from refactor.candidates.renaming import ask_pods_by_name
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions, port_key
from refactor.findings import Category, Finding
from refactor.routes import Target, TrafficGraph
from refactor.rules.base import Rule

NAME = "numeric-target-port"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for targets in graph.targets.values():
        for target in targets:
            if isinstance(target.wanted, int) and any(hit.port and not hit.reason for hit in target.hits):
                message = f"{target.service.label} reaches port {target.wanted} of its pods by number"
                yield Finding(NAME, Category.FRAGILE, message, target.at, (), target)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    target = finding.subject
    assert isinstance(target, Target)
    key = port_key(target.at)
    name = decisions.naming.moves.get(key)
    if name is None:
        return Declined(finding, decisions.why_not(target.at))
    mended = (target.service.key, target.place) in decisions.mended
    return Fix(
        f"{target.service.label}: targetPort {target.wanted} → {name}",
        (finding,),
        (ask_pods_by_name(target, name),),
        stage=1 if mended else 2,
        waits=not mended and key in decisions.naming.waiting,
    )


RULE = Rule(NAME, Category.FRAGILE, check, fix)
