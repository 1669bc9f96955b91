"""The object has an apiVersion that current clusters no longer serve.

What it does
    Looks up apiVersion and kind among those that the deprecation guide lists as removed since 1.16, of
    whatever kind. With `--kube-version` of an older cluster, what that still serves is left alone. In a
    chart, so is what `.Capabilities.APIVersions.Has` prints only where the version is served, unless
    requests go through it (Ingress, workloads and the like).

Why it matters
    The API server answers `no matches for kind "Ingress" in version "networking.k8s.io/v1beta1"`, and
    nothing of the object is applied.

Example
    An Ingress of networking.k8s.io/v1beta1 becomes one of v1 in place: apiVersion, `serviceName` and
    `servicePort` moved under `service`, `spec.backend` renamed `spec.defaultBackend`, and
    `pathType: ImplementationSpecific` where it was absent, which is what v1beta1 meant. The annotation
    kubernetes.io/ingress.class stays: moving it to `ingressClassName` needs an IngressClass of that
    name, and on GKE the Ingress would be dropped by its controller.

Fix safety
    Safe for Ingress, and where the new version reads the same fields in the same way: NetworkPolicy, CronJob,
    apps/v1beta2, roles and their bindings, PodDisruptionBudget, HorizontalPodAutoscaler of v2beta2,
    IngressClass, StorageClass, PriorityClass and the like. Unsafe from extensions/v1beta1 and apps/v1beta1,
    because some defaults of apps/v1 differ (a DaemonSet's updates roll out by themselves, for example).
    Declined where apps/v1 wants a `spec.selector` that isn't there: it can't be changed later, so it is
    yours to choose; where a PodDisruptionBudget has an empty selector, which is every pod now and was none;
    and where fields are called otherwise or more are required: CustomResourceDefinitions, webhooks, Events,
    HorizontalPodAutoscalers of v2beta1. Nothing replaces a PodSecurityPolicy.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

from collections.abc import Iterator
from itertools import chain

from refactor.candidates.ingress_places import moved_to_v1
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.kubernetes.removed import REMOVED, Removal
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.world import Resource, SetScalar

NAME = "removed-api-version"


_CLASS = "kubernetes.io/ingress.class"
# Fields that the versions before apps/v1 had and it refuses.
_GONE = ("rollbackTo", "templateGeneration")


def check(graph: TrafficGraph) -> Iterator[Finding]:
    target = graph.world.kube_version
    for resource in chain(graph.world.resources, graph.world.retired):
        version = resource.object.api_version
        removal = REMOVED.get((version, resource.kind))
        if removal is None or (target and removal.since and target < removal.since):
            continue
        gone = f"Kubernetes {removal.since[0]}.{removal.since[1]}" if removal.since else "Gateway API"
        now = f"it is {removal.now} now" if removal.now else "nothing of its kind is left"
        yield Finding(
            NAME,
            Category.DEPRECATED,
            f"{resource.label} says {version}, which {gone} no longer serves; {now}",
            resource.at("apiVersion"),
            tuple(_advice(resource)),
            removal,
        )


def _advice(resource: Resource) -> Iterator[Note]:
    if resource.kind == "Ingress" and _CLASS in resource.object.metadata.annotations:
        text = f"the annotation {_CLASS} still works and stays; ingressClassName needs an IngressClass"
        yield Note(text, resource.at("metadata", "annotations", _CLASS))


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    resource, removal = finding.at.resource, finding.subject
    assert isinstance(removal, Removal)
    if removal.now is None:
        return Declined(finding, "Pod Security Admission took its place: labels of the namespace, no object")
    title = f"{resource.label}: {resource.object.api_version} → {removal.now}"
    if resource.kind == "Ingress":
        changes = moved_to_v1(decisions.graph, resource)
        return Declined(finding, changes) if isinstance(changes, str) else Fix(title, (finding,), changes)
    reason = _refused(resource, removal, decisions.graph)
    if reason:
        return Declined(finding, reason)
    change = SetScalar(finding.at, removal.now)
    return Fix(title, (finding,), (change,), Safety.UNSAFE if removal.differs else Safety.SAFE)


def _refused(resource: Resource, removal: Removal, graph: TrafficGraph) -> str | None:
    """Why another apiVersion alone wouldn't do, or None."""
    if removal.now == "apps/v1":
        return _not_apps_v1(resource, graph)
    if removal.differs:
        return f"{removal.now} {removal.differs}; see its migration guide"
    match resource.kind:
        case "PodDisruptionBudget":
            return _selects_all(resource)
        case "HorizontalPodAutoscaler":
            return _without_target(resource)
    return None


def _selects_all(budget: Resource) -> str | None:
    selector = budget.at("spec", "selector").value
    if not isinstance(selector, dict) or selector.get("matchLabels") or selector.get("matchExpressions"):
        return None
    return "to policy/v1 an empty spec.selector is every pod of the namespace, where it was none before"


def _without_target(autoscaler: Resource) -> str | None:
    """What stands in the form of v2beta1 was lost already, or refused."""
    metrics = autoscaler.at("spec", "metrics").value
    for metric in metrics if isinstance(metrics, list) else ():
        sources = metric.values() if isinstance(metric, dict) else ()
        if any("target" not in source for source in sources if isinstance(source, dict)):
            return "autoscaling/v2 requires a `target` of each metric; one of spec.metrics has none"
    return None


def _not_apps_v1(resource: Resource, graph: TrafficGraph) -> str | None:
    """Why apps/v1 would refuse the object as it stands, or None."""
    spec = resource.data.get("spec")
    gone = [key for key in _GONE if isinstance(spec, dict) and key in spec]
    if gone:
        return f"apps/v1 doesn't know spec.{gone[0]}: take it out first"
    written = resource.at("spec", "selector", "matchLabels").value
    written = written if isinstance(written, dict) else {}
    wanted, labels, _ = graph.world.labelling.pair(resource, written, resource)
    if resource.at("spec", "selector", "matchExpressions").value:
        return "apps/v1 requires that spec.selector matches the pod template; check its matchExpressions"
    if not wanted:
        shown = ", ".join(f"{key}: {value}" for key, value in labels.items()) or "none yet"
        return f"apps/v1 requires spec.selector.matchLabels; take labels of its pod template ({shown})"
    if not wanted.items() <= labels.items():
        return "apps/v1 requires that spec.selector matches the labels of its pod template, and it doesn't"
    return None


RULE = Rule(NAME, Category.DEPRECATED, check, fix)
