"""A field, a kind or an apiVersion is misspelt, so that Kubernetes doesn't know it.

What it does
    Looks at the keys of Services, Ingresses and workloads on the way of a request (rules, paths, backends,
    ports, selectors, pod templates, containers, probes) for such as Kubernetes doesn't know there, while
    they differ from a known field only in upper and lower case (`targetport`, `pathtype`, `matchlabels`) or
    by a slip, two from eight letters on (`rule`, `contanerPort`), or by the signs that join its words
    (`target-port`); not where that field stands beside it. So does a kind (`deployment`, `Ingres`);
    and Kubernetes' own kinds under another of its groups (`apps/v1` for a Service) or under a group that is
    a slip away (`app/v1`). The object is read as what is meant.

Why it matters
    The API server refuses the object ("unknown field") or, where a client asks it to be lenient (Helm 3,
    `--validate=warn`), drops the field: a Service without its targetPort sends traffic to `port`. Kinds
    aren't found: `no matches for kind "deployment" in version "apps/v1"`.

Example
    `targetport: http` becomes `targetPort: http`.

Fix safety
    Safe where only capitals differ: the value stays, and nothing else can be meant. Unsafe for a slip, and
    for hostPort, hostIP and nodePort, which take something of the node. Declined where the field stands
    there in another spelling too, and where the value can't be one of that field.

https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

from collections.abc import Iterator
from typing import Any

from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Safety
from refactor.kubernetes.fields import fields_at, fields_of
from refactor.kubernetes.kinds import said_by
from refactor.kubernetes.meant import instead_of
from refactor.kubernetes.misspelling import spellings
from refactor.kubernetes.reading import read
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.world import Path, Ref, RenameKey, Resource, SetScalar

NAME = "misspelt-field"

_ON_THE_NODE = frozenset({"hostPort", "hostIP", "nodePort"})
_STRUCTURES = ("a mapping", "a list")


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for resource in graph.world.resources:
        said = said_by(resource.data)
        instead = instead_of(*said) if said else None
        if said and instead:
            yield _misnamed(resource, said, instead)
        for path, right in graph.world.misspelt.of(resource):
            cased = str(path[-1]).lower() == right.lower()
            text = f"spells `{right}`" if cased else f"doesn't know there: `{right}` is near"
            text = f"{resource.label} has a field `{path[-1]}`, which Kubernetes {text}"
            yield Finding(NAME, Category.BROKEN, text, Ref(resource, path, key=True), (), right)


def _misnamed(resource: Resource, said: tuple[str, str], right: tuple[str, str]) -> Finding:
    """What is wrong with the apiVersion and the kind themselves."""
    (version, kind), (right_version, right_kind) = said, right
    text = f"{resource.label} says `kind: {kind}`, which Kubernetes spells `{right_kind}`"
    at, instead = resource.at("kind"), right_kind
    if version != right_version:
        text = f"{resource.label} says `apiVersion: {version}`, which has no {kind}: it is `{right_version}`"
        at, instead = resource.at("apiVersion"), right_version
    elif kind.lower() != right_kind.lower():
        text = f"{resource.label} says `kind: {kind}`, which {version} doesn't have: `{right_kind}` is near"
    return Finding(NAME, Category.BROKEN, text, at, (), instead)


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    at, right = finding.at, str(finding.subject)
    if at.path in (("kind",), ("apiVersion",)) and not at.key:
        title = f"{at.resource.label}: {at.path[0]} {at.value} → {right}"
        return Fix(title, (finding,), (SetScalar(at, right),), _safety(at, str(at.value), right))
    key, holder = str(at.path[-1]), at.parent
    fields = fields_at(fields_of(at.resource.body), holder.path)
    beside = [other for other in spellings(holder.value, right, fields) if other != key]
    if holder.to(right).value is not None:
        beside.append(right)
    if beside:
        told = ", ".join(f"`{other}`" for other in beside)
        return Declined(finding, f"{told} stands beside it: take out the one that isn't meant")
    wanted = _misfit(at, right)
    if wanted:
        return Declined(finding, f"`{right}` has to be {wanted}, and what stands there isn't")
    title = f"{at.resource.label}: {key} → {right}"
    return Fix(title, (finding,), (RenameKey(at, right),), _safety(at, key, right))


def _misfit(at: Ref, right: str) -> str | None:
    """What a field has to be, where what stands under its misspelt name is of another structure."""
    _, faults = read(_with_key(at.resource.data, at.path, right))
    found = (fault for fault in faults if fault.path == (*at.path[:-1], right))
    structured = isinstance(at.value, dict | list)
    return next((one.expected for one in found if structured or one.expected in _STRUCTURES), None)


def _with_key(data: Any, path: Path, key: str) -> Any:
    """The data with another key in place of the one that the path ends with."""
    changed = data.copy()
    if len(path) > 1:
        changed[path[0]] = _with_key(data[path[0]], path[1:], key)
    else:
        changed[key] = changed.pop(path[0])
    return changed


def _safety(at: Ref, written: str, right: str) -> Safety:
    """A slip is a guess; and of a chart, what is printed may be a setting that is printed elsewhere too."""
    if written.lower() != right.lower() or right in _ON_THE_NODE:
        return Safety.UNSAFE
    return Safety.UNSAFE if at.resource.values and not at.key else Safety.SAFE


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True)
