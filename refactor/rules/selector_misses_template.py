"""A workload's selector doesn't match the labels of its own pod template.

What it does
    Compares `spec.selector.matchLabels` of Deployments, StatefulSets, DaemonSets, ReplicaSets and Rollouts
    with the labels of their pod templates. What kustomizations add to both counts as if it stood there.

Why it matters
    The API server refuses the object: `selector does not match template labels`. What ran before goes on
    running as it was, and a new release never arrives.

Example
    `matchLabels: {app: orders}` over a template with `labels: {app: order}`, while the Service selects
    `app: orders`: the template's label becomes `app: orders`.

Fix safety
    The selector of a workload is immutable, so it is never touched. Safe where a Service selects by the
    very label that the template misses; unsafe where no Service says anything. Declined where a Service
    selects by what the template has: then the selector is what is wrong, and it is yours to change.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector
"""

from collections.abc import Iterator, Mapping

from refactor.candidates.workloads import own_selector
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.routes import TrafficGraph, is_placeholder
from refactor.rules.base import Rule
from refactor.wording import labels_text
from refactor.world import AddKey, Change, Ref, Resource, SetScalar
from refactor.world.labelling import labels_of

NAME = "selector-misses-template"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for workload in graph.world.workloads:
        missed = _missed(graph, workload)
        if missed:
            yield _finding(graph, workload, missed)


def _missed(graph: TrafficGraph, workload: Resource) -> dict[str, str]:
    """The pairs of the selector that the template hasn't; none where something there can't be read."""
    labels, wanted = labels_of(workload), own_selector(workload)
    if not wanted.items() <= labels.items():
        wanted, labels, _ = graph.world.labelling.pair(workload, wanted, workload)
    missed = {key: value for key, value in wanted.items() if labels.get(key) != value}
    texts = [*missed, *missed.values(), *labels, *labels.values()] if missed else []
    unreadable = any("labels" in fault.path or "metadata" in fault.path for fault in workload.faults)
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
    agrees = any(missed.items() <= s.body.spec.selector.items() for s in graph.world.services_near(workload))
    if not isinstance(_labels_at(workload).value, dict):
        return Declined(finding, f"its pod template has no labels: give it {labels_text(missed)}")
    patched = graph.world.patched_by(workload)
    return Fix(
        f"{workload.label}: its pods get {labels_text(missed)}, as its selector says",
        (finding,),
        tuple(_changes(workload, missed)),
        Safety.SAFE if agrees and not patched else Safety.UNSAFE,
    )


def _changes(workload: Resource, missed: Mapping[str, str]) -> Iterator[Change]:
    labels = _labels_at(workload)
    for key, value in missed.items():
        like = workload.at("spec", "selector", "matchLabels", key)
        if key in labels_of(workload):
            yield SetScalar(labels.to(key), value, like)
        else:
            yield AddKey(labels, key, value, like=like)


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True)
