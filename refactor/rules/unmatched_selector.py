"""The Service's selector matches no pod.

What it does
    Matches every Service's selector with the labels of the pod templates in its namespace. Labels that
    the control plane adds (`pod-template-hash`, `statefulset.kubernetes.io/pod-name` …) are known, and so
    are the control plane's own pods in kube-system. Where a value of the selector is the name of an object
    of an operator (a Prometheus, a Kafka …) in the files, its pods are made from that. What kustomizations
    add to both (`commonLabels`, `labels`) counts as if it stood in the files.

Why it matters
    A Service without pods has no endpoints: connections are refused, an Ingress answers 503. Nothing
    reports it; `kubectl describe service` shows `Endpoints: <none>`. Pods may also be made elsewhere:
    where none in the files has nearly these labels, this is only a suspicion. Where the labels stand in
    the files under a misspelt key, misspelt-field tells it, and this rule doesn't.

Example
    `selector: {app: my-ap}` beside a Deployment whose pods are labelled `app: my-api` becomes
    `selector: {app: my-api}`. The selector of a workload is never touched: it is immutable.

Fix safety
    Safe where the labels of exactly one workload are a slip away and a second piece of evidence agrees
    (its name, its ports). Unsafe with less. Without a near workload nothing is touched: the pods may be
    made elsewhere, or stand in a malformed document near by. A label that a kustomization sets is never
    changed.

https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

from refactor.candidates import Choice, Match, near_workload
from refactor.candidates.makers import maker
from refactor.candidates.nearby import workloads_sharing
from refactor.candidates.workloads import own_selector
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note
from refactor.placeholders import is_placeholder
from refactor.references.malformed import malformed_pods
from refactor.references.misspelt import misspelt_pods
from refactor.routes import Reason, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import labels_text, namespace_text, not_in_namespace
from refactor.world import Change, Ref, RenameKey, Resource, SetScalar
from refactor.world.labelling import labels_of
from refactor.world.lookup import written_labels

NAME = "unmatched-selector"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    faulty = [workload for workload in graph.world.serving if workload.faults]
    for service, selection in graph.selections.items():
        if selection.reason is not Reason.NO_WORKLOAD or _templated(service.body.spec.selector):
            continue
        if faulty and _unreadable(service, graph.world.near(service, faulty)):
            continue
        if graph.world.misspelt and misspelt_pods(graph.world, service) is not None:
            continue
        choice = near_workload(graph, service)
        if choice.options or maker(graph, service) is None:
            yield _finding(graph, service, choice)


def _templated(selector: Mapping[str, str]) -> bool:
    return any(map(is_placeholder, chain.from_iterable(selector.items())))


def _unreadable(service: Resource, faulty: Iterable[Resource]) -> bool:
    """Whether pods lack nothing of what is asked for but values that are no text yet: that comes first."""
    wanted = service.body.spec.selector
    for workload in faulty:
        place = _labels_at(workload).path
        odd = {one.path[-1] for one in workload.faults if one.path[:-1] == place}
        quoted = {key: value for key, value in wanted.items() if key in odd}
        if quoted and wanted.items() <= {**labels_of(workload), **quoted}.items():
            return True
    return False


def _finding(graph: TrafficGraph, service: Resource, choice: Choice[Match]) -> Finding:
    selector = labels_text(service.body.spec.selector)
    own = f"namespace {service.id.namespace}" if service.id.namespace else "its namespace"
    elsewhere = _elsewhere(graph, service)
    where = own if elsewhere else "these files"
    return Finding(
        NAME,
        Category.BROKEN
        if choice.chosen and choice.chosen.alike and malformed_pods(graph.world, service) is None
        else Category.SUSPECT,
        f"{service.label} selects pods with {selector}, and no pod in {where} has "
        f"{'that label' if len(service.body.spec.selector) == 1 else 'those labels'}",
        _place(service, choice.chosen.value if choice.chosen else None),
        tuple(_notes(graph, service, [option.value.workload for option in choice.options], elsewhere)),
        graph.selections[service],
    )


def _notes(
    graph: TrafficGraph, service: Resource, near: list[Resource], elsewhere: list[Resource]
) -> Iterator[Note]:
    """The pods that may be meant; where there are none, those that miss by a label or the namespace."""
    malformed = malformed_pods(graph.world, service)
    if malformed:
        yield Note(f"the document at {malformed} can't be read, and its pods may be meant")
    wanted = written_labels(service.body.spec.selector)
    for workload, labels in islice(_shown(graph, service, near, wanted), 3):
        yield Note(f"the pods of {workload.label} have {labels_text(labels)}", _labels_at(workload))
    for workload in elsewhere[:3]:
        what = "it" if len(wanted) == 1 else "them"
        text = f"the pods of {workload.label} have {what}, in {namespace_text(workload)}"
        yield Note(text, _labels_at(workload))


def _shown(
    graph: TrafficGraph, service: Resource, near: list[Resource], wanted: Mapping[str, str]
) -> Iterator[tuple[Resource, Mapping[str, str]]]:
    """Workloads with their labels: those that are near, or all that have a part of what is wanted."""
    for workload in near or workloads_sharing(graph, service, wanted):
        selector, labels, _ = graph.world.labelling.pair(service, wanted, workload)
        if near or selector.items() & labels.items():
            yield workload, labels


def _elsewhere(graph: TrafficGraph, service: Resource) -> list[Resource]:
    return graph.world.selected_elsewhere(service, service.body.spec.selector)


def _labels_at(workload: Resource) -> Ref:
    return workload.at(*workload.body.template_path, "metadata", "labels")


def _place(service: Resource, match: Match | None) -> Ref:
    """The pair that is wrong, or the whole selector where none or several are."""
    if match is not None and len(match.changes) == 1:
        return service.at("spec", "selector", next(iter(match.changes)))
    return service.at("spec", "selector")


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    service = finding.at.resource
    malformed = malformed_pods(decisions.graph.world, service)
    if malformed:
        return Declined(finding, f"the document at {malformed} may hold its pods: make it readable first")
    choice = near_workload(decisions.graph, service)
    if choice.chosen is None:
        if choice.options:
            return Declined(finding, f"the pods of several workloads may be meant: {choice.shown}")
        elsewhere = _elsewhere(decisions.graph, service)
        if elsewhere:
            return Declined(finding, not_in_namespace(service, elsewhere[0]))
        return Declined(finding, "no pods here have nearly such labels; they may be made elsewhere")
    workload = choice.chosen.value.workload
    if written_labels(service.body.spec.selector).items() <= own_selector(workload).items():
        return Declined(finding, f"{workload.label} selects the same: its pods' labels are what is wrong")
    labels = _labels_at(workload)
    changes = tuple(_changes(service, choice.chosen.value.changes, labels))
    to = ", ".join(f"{key}: {value}" for key, value in choice.chosen.value.changes.values())
    return Fix(
        f"{service.label}: selector → {to}, as the pods of {choice.chosen.label} ({choice.why})",
        (finding,),
        changes,
        choice.safety,
    )


def _changes(service: Resource, pairs: Mapping[str, tuple[str, str]], labels: Ref) -> Iterator[Change]:
    for old, (key, value) in pairs.items():
        at = service.at("spec", "selector", old)
        # In a chart the value may be an expression, which belongs to its key.
        if at.value != value or (key != old and service.values):
            yield SetScalar(at, value, labels.to(key))
        if key != old:
            yield RenameKey(at, key)


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True, of_links=True)
