"""The object has an apiVersion that current clusters no longer serve.

What it does
    Looks up apiVersion and kind among the versions that Kubernetes has removed since 1.16. With
    `--kube-version` of an older cluster, what that still serves is left alone.

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
    Safe for Ingress, NetworkPolicy and CronJob, and from apps/v1beta2: the new version reads the same
    fields in the same way. Unsafe from extensions/v1beta1 and apps/v1beta1, because some defaults of
    apps/v1 differ (a DaemonSet's updates roll out by themselves, for example). Declined where apps/v1
    wants a `spec.selector` that isn't there: it can't be changed later, so it is yours to choose.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from refactor.candidates.ingress_places import moved_to_v1
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.world import Resource, SetScalar

NAME = "removed-api-version"


@dataclass(frozen=True, slots=True)
class Removal:
    """The (major, minor) of Kubernetes without the version (None: a CRD), and what replaces it."""

    since: tuple[int, int] | None
    now: str


_APPS = Removal((1, 16), "apps/v1")
_INGRESS = Removal((1, 22), "networking.k8s.io/v1")
_REMOVED: Mapping[tuple[str, str], Removal] = {
    ("extensions/v1beta1", "Ingress"): _INGRESS,
    ("networking.k8s.io/v1beta1", "Ingress"): _INGRESS,
    ("extensions/v1beta1", "NetworkPolicy"): Removal((1, 16), "networking.k8s.io/v1"),
    ("batch/v1beta1", "CronJob"): Removal((1, 25), "batch/v1"),
    ("batch/v2alpha1", "CronJob"): Removal((1, 21), "batch/v1"),
    ("discovery.k8s.io/v1beta1", "EndpointSlice"): Removal((1, 25), "discovery.k8s.io/v1"),
    ("gateway.networking.k8s.io/v1alpha2", "HTTPRoute"): Removal(None, "gateway.networking.k8s.io/v1"),
    ("gateway.networking.k8s.io/v1alpha2", "GRPCRoute"): Removal(None, "gateway.networking.k8s.io/v1"),
    **{("extensions/v1beta1", kind): _APPS for kind in ("Deployment", "DaemonSet", "ReplicaSet")},
    **{("apps/v1beta1", kind): _APPS for kind in ("Deployment", "StatefulSet")},
    **{("apps/v1beta2", kind): _APPS for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")},
}
_SAME_FIELDS = ("NetworkPolicy", "CronJob")
_CLASS = "kubernetes.io/ingress.class"
# Fields that the versions before apps/v1 had and it refuses.
_GONE = ("rollbackTo", "templateGeneration")


def check(graph: TrafficGraph) -> Iterator[Finding]:
    target = graph.world.kube_version
    for resource in graph.world.resources:
        version = resource.object.api_version
        removal = _REMOVED.get((version, resource.kind))
        if removal is None or (target and removal.since and target < removal.since):
            continue
        gone = f"Kubernetes {removal.since[0]}.{removal.since[1]}" if removal.since else "Gateway API"
        yield Finding(
            NAME,
            Category.DEPRECATED,
            f"{resource.label} says {version}, which {gone} no longer serves; it is {removal.now} now",
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
    title = f"{resource.label}: {resource.object.api_version} → {removal.now}"
    if resource.kind == "Ingress":
        changes = moved_to_v1(decisions.graph, resource)
        return Declined(finding, changes) if isinstance(changes, str) else Fix(title, (finding,), changes)
    reason = _not_apps_v1(resource, decisions.graph) if removal is _APPS else None
    if removal is not _APPS and resource.kind not in _SAME_FIELDS:
        reason = f"{removal.now} may differ in more than its name; see its migration guide"
    if reason:
        return Declined(finding, reason)
    alike = resource.kind in _SAME_FIELDS or resource.object.api_version == "apps/v1beta2"
    change = SetScalar(finding.at, removal.now)
    return Fix(title, (finding,), (change,), Safety.SAFE if alike else Safety.UNSAFE)


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
