"""A field or a kind is spelt with other capitals than Kubernetes spells it with.

What it does
    Looks at the keys of Services, Ingresses and workloads on the way of a request (rules, paths, backends,
    ports, selectors, pod templates, containers, probes) for such as differ only in upper and lower case from
    a field that should stand there (`targetport`, `ContainerPort`, `pathtype`, `matchlabels`). So does a
    kind (`kind: deployment`), where the apiVersion and `metadata` leave no doubt what it is.

Why it matters
    Fields are case-sensitive. The API server refuses the object ("unknown field") or, where a client asks
    it to be lenient (Helm 3, `--validate=warn`), drops the field: a Service without its targetPort sends
    traffic to `port`. Kinds are too: `no matches for kind "deployment" in version "apps/v1"`.

Example
    `targetport: http` becomes `targetPort: http`.

Fix safety
    Safe: the value stays, and nothing else can be meant. Unsafe for hostPort, hostIP and nodePort, which take
    something of the node. Declined where the field stands there in another spelling too.

https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

from collections.abc import Iterator

from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Safety
from refactor.kubernetes.capitals import FIELDS, in_other_capitals
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.world import Ref, RenameKey, SetScalar

NAME = "misspelt-field"

_ON_THE_NODE = frozenset({"hostPort", "hostIP", "nodePort"})


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for resource in graph.world.resources:
        written = resource.data.get("kind")
        if written != resource.id.kind:
            text = f"{resource.label} says `kind: {written}`, which Kubernetes spells `{resource.kind}`"
            yield Finding(NAME, Category.BROKEN, text, resource.at("kind"), (), resource.kind)
        fields = FIELDS.get(type(resource.body))
        for path, right in in_other_capitals(resource.data, fields) if fields else ():
            text = f"{resource.label} has a field `{path[-1]}`, which Kubernetes spells `{right}`"
            yield Finding(NAME, Category.BROKEN, text, Ref(resource, path, key=True), (), right)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    at, right = finding.at, str(finding.subject)
    if at.path == ("kind",):
        # A chart's setting may be printed elsewhere too.
        safety = Safety.UNSAFE if at.resource.values else Safety.SAFE
        title = f"{at.resource.label}: kind {at.value} → {right}"
        return Fix(title, (finding,), (SetScalar(at, right),), safety)
    holder = at.parent.value
    spelt = [key for key in holder if key.lower() == right.lower()] if isinstance(holder, dict) else []
    if len(spelt) > 1:
        others = ", ".join(f"`{key}`" for key in spelt if key != at.path[-1])
        return Declined(finding, f"{others} stands beside it: take out the one that isn't meant")
    title = f"{at.resource.label}: {at.path[-1]} → {right}"
    safety = Safety.UNSAFE if right in _ON_THE_NODE else Safety.SAFE
    return Fix(title, (finding,), (RenameKey(at, right),), safety)


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True)
