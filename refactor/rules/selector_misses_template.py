"""A workload's selector doesn't match the labels of its own pod template, or is missing.

What it does
    Compares `spec.selector.matchLabels` of Deployments, StatefulSets, DaemonSets, ReplicaSets and Rollouts
    with the labels of their pod templates. What kustomizations add to both counts as if it stood there.
    Under apps/v1 and apps/v1beta2 there must be a selector; fragments (patches) without an image are left
    alone.

Why it matters
    The API server refuses the object: `selector does not match template labels`, or `spec.selector: Required
    value`. What ran before goes on running as it was, and a new release never arrives.

Example
    `matchLabels: {app: orders}` over a template with `labels: {app: order}`, while the Service selects
    `app: orders`: the template's label becomes `app: orders`.

Fix safety
    The selector of a workload is immutable, so it is never touched. Safe where a Service that finds no pods
    selects by the very label that the template misses, and no network policy by what the template has;
    unsafe otherwise. Declined where a Service
    selects by what the template has: then the selector is what is wrong, and it is yours to change; and where
    there is no selector, for it can't be changed later.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector
"""

from collections.abc import Iterator, Mapping, Sequence

from refactor.candidates.workloads import own_selector
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.placeholders import is_placeholder
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import labels_text
from refactor.world import AddKey, Change, Ref, RenameKey, Resource, SetScalar
from refactor.world.labelling import labels_of

NAME = "selector-misses-template"

_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"})
_WANTED_BY = ("apps/v1", "apps/v1beta2")
_WAY = frozenset({"spec", "selector", "matchLabels", "matchExpressions", "template", "containers"})


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for workload in graph.world.workloads:
        missed = _missed(graph, workload) if workload.kind in _KINDS else {}
        if missed:
            yield _finding(graph, workload, missed)
        elif _lacks_one(graph, workload):
            yield _lacking(workload)


def _lacks_one(graph: TrafficGraph, workload: Resource) -> bool:
    """Whether a whole object has no selector where its version wants one."""
    if workload.object.api_version not in _WANTED_BY or workload.kind not in _KINDS:
        return False
    selector = workload.at("spec", "selector").value
    if isinstance(selector, dict) and (selector.get("matchLabels") or selector.get("matchExpressions")):
        return False
    elsewhere = any(fault.path[:1] == ("spec",) for fault in workload.faults)
    elsewhere = elsewhere or graph.world.misspelt.on_the_way(workload, _WAY)
    built, _, _ = graph.world.labelling.pair(workload, {}, workload)
    images = [container.get("image") for container in _containers(workload)]
    return not (elsewhere or built or graph.world.patched_by(workload)) and bool(images) and all(images)


def _containers(workload: Resource) -> Sequence[Mapping[str, object]]:
    written = workload.at("spec", "template", "spec", "containers").value
    return [one for one in written if isinstance(one, dict)] if isinstance(written, list) else ()


def _lacking(workload: Resource) -> Finding:
    at = workload.at("spec", "selector")
    lacks = "no spec.selector" if at.value is None else "an empty spec.selector"
    message = (
        f"{workload.label} has {lacks}, and {workload.object.api_version} requires one: "
        "the API server refuses it"
    )
    labels = labels_of(workload)
    notes = (Note("these are the labels of its pods", _labels_at(workload)),) if labels else ()
    return Finding(NAME, Category.BROKEN, message, at, notes)


def _missed(graph: TrafficGraph, workload: Resource) -> dict[str, str]:
    """The pairs of the selector that the template hasn't; none where something there can't be read."""
    labels, wanted = labels_of(workload), own_selector(workload)
    if wanted.items() <= labels.items():
        return {}
    wanted, labels, _ = graph.world.labelling.pair(workload, wanted, workload)
    missed = {key: value for key, value in wanted.items() if labels.get(key) != value}
    texts = [*missed, *missed.values(), *labels, *labels.values()] if missed else []
    unreadable = any("labels" in fault.path or "metadata" in fault.path for fault in workload.faults)
    unreadable = unreadable or (bool(missed) and workload in graph.world.misspelt.workloads(missed))
    return {} if unreadable or any(map(is_placeholder, texts)) else missed


def _finding(graph: TrafficGraph, workload: Resource, missed: Mapping[str, str]) -> Finding:
    has = labels_text(labels_of(workload))
    key = next(iter(missed))
    return Finding(
        NAME,
        Category.SUSPECT if graph.world.patched_by(workload) else Category.BROKEN,
        f"{workload.label} selects pods with {labels_text(missed)}, and its own pod template has {has}: "
        "the API server refuses it",
        workload.at("spec", "selector", "matchLabels", key),
        (Note("these are the labels of its pods", _labels_at(workload)),),
    )


def _labels_at(workload: Resource) -> Ref:
    return workload.at(*workload.body.template_path, "metadata", "labels")


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    graph, workload = decisions.graph, finding.at.resource
    missed = _missed(graph, workload)
    if not missed:
        has = labels_text(labels_of(workload)) if labels_of(workload) else "it has none yet"
        return Declined(
            finding,
            f"give it spec.selector.matchLabels with labels of its pod template ({has}): it can't be "
            "changed later, so it is yours to choose",
        )
    _, labels, fixed = graph.world.labelling.pair(workload, own_selector(workload), workload)
    if not fixed.isdisjoint(missed):
        return Declined(finding, "a kustomization sets that label: what the files say is replaced")
    services = graph.selecting.get(workload, ())
    against = [s for s in services if not missed.keys().isdisjoint(s.body.spec.selector)]
    if against:
        said = labels_text({key: labels[key] for key in missed if key in labels})
        return Declined(
            finding,
            f"{against[0].label} selects {said}, so the selector is what is wrong; it can't be changed in a "
            "workload that runs: correct it by hand, and delete the old one where there is one",
        )
    asking = graph.unmatched.get(next(iter(missed.items())), ())
    agrees = any(
        missed.items() <= service.body.spec.selector.items() for service in graph.world.near(workload, asking)
    )
    if not isinstance(_labels_at(workload).value, dict):
        return Declined(finding, f"its pod template has no labels: give it {labels_text(missed)}")
    patched = graph.world.patched_by(workload)
    return Fix(
        f"{workload.label}: its pods get {labels_text(missed)}, as its selector says",
        (finding,),
        tuple(_changes(workload, missed)),
        Safety.SAFE if agrees and not patched and not _chosen_otherwise(graph, workload) else Safety.UNSAFE,
    )


def _chosen_otherwise(graph: TrafficGraph, workload: Resource) -> bool:
    """Whether a network policy chooses the pods by labels that they have today."""
    labels = labels_of(workload).items()
    policies = graph.world.of("NetworkPolicy", "networking.k8s.io")
    return any(not labels.isdisjoint(p.body.spec.pod_selector.match_labels.items()) for p in policies)


def _changes(workload: Resource, missed: Mapping[str, str]) -> Iterator[Change]:
    labels, has, wanted = _labels_at(workload), labels_of(workload), own_selector(workload)
    for key, value in missed.items():
        like = workload.at("spec", "selector", "matchLabels", key)
        called = [other for other, one in has.items() if one == value and other not in wanted]
        if key in has:
            yield SetScalar(labels.to(key), value, like)
        elif len(called) == 1:
            yield RenameKey(labels.to(called[0]), key)
        else:
            yield AddKey(labels, key, value, like=like)


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True)
