"""The versions of kinds that Kubernetes has removed since 1.16, with what replaces them.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Removal:
    """The (major, minor) of Kubernetes without the version (None: a CRD's), and what replaces it.

    `now`: None where nothing does. `differs`: what is otherwise in the new version; "" where it reads the
    same fields in the same way.
    """

    since: tuple[int, int] | None
    now: str | None
    differs: str = ""


_FIELDS = "may differ in more than its name"
_DEFAULTS = "has other defaults"
_HOOKS = "requires sideEffects and admissionReviewVersions, and its failurePolicy is Fail where none is said"
_SUBJECTS = "knows a subject by apiGroup, not by apiVersion"
_REVIEWS = "calls spec.group spec.groups"
_SHARES = "calls assuredConcurrencyShares nominalConcurrencyShares, and takes 0 for none"

_RBAC = "rbac.authorization.k8s.io"
_FLOWS = "flowcontrol.apiserver.k8s.io"
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")

_Row = tuple[str, Iterable[str], Removal]
_ROWS: tuple[_Row, ...] = (
    ("extensions/v1beta1", ("Deployment", "DaemonSet", "ReplicaSet"), Removal((1, 16), "apps/v1", _DEFAULTS)),
    ("apps/v1beta1", ("Deployment", "StatefulSet", "ReplicaSet"), Removal((1, 16), "apps/v1", _DEFAULTS)),
    ("apps/v1beta2", _WORKLOADS, Removal((1, 16), "apps/v1")),
    ("extensions/v1beta1", ("NetworkPolicy",), Removal((1, 16), "networking.k8s.io/v1")),
    ("extensions/v1beta1", ("Ingress",), Removal((1, 22), "networking.k8s.io/v1", _FIELDS)),
    ("networking.k8s.io/v1beta1", ("Ingress",), Removal((1, 22), "networking.k8s.io/v1", _FIELDS)),
    ("networking.k8s.io/v1beta1", ("IngressClass",), Removal((1, 22), "networking.k8s.io/v1")),
    ("batch/v2alpha1", ("CronJob",), Removal((1, 21), "batch/v1")),
    ("batch/v1beta1", ("CronJob",), Removal((1, 25), "batch/v1")),
    ("discovery.k8s.io/v1beta1", ("EndpointSlice",), Removal((1, 25), "discovery.k8s.io/v1", _FIELDS)),
    (
        "gateway.networking.k8s.io/v1alpha2",
        ("HTTPRoute", "GRPCRoute"),
        Removal(None, "gateway.networking.k8s.io/v1", _FIELDS),
    ),
    ("extensions/v1beta1", ("PodSecurityPolicy",), Removal((1, 16), None)),
    ("policy/v1beta1", ("PodSecurityPolicy",), Removal((1, 25), None)),
    ("policy/v1beta1", ("PodDisruptionBudget",), Removal((1, 25), "policy/v1")),
    (
        "autoscaling/v2beta1",
        ("HorizontalPodAutoscaler",),
        Removal((1, 25), "autoscaling/v2", "tells what a metric aims at under `target`"),
    ),
    ("autoscaling/v2beta2", ("HorizontalPodAutoscaler",), Removal((1, 26), "autoscaling/v2")),
    (f"{_RBAC}/v1alpha1", ("Role", "ClusterRole"), Removal((1, 22), f"{_RBAC}/v1")),
    (f"{_RBAC}/v1alpha1", ("RoleBinding", "ClusterRoleBinding"), Removal((1, 22), f"{_RBAC}/v1", _SUBJECTS)),
    (
        f"{_RBAC}/v1beta1",
        ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"),
        Removal((1, 22), f"{_RBAC}/v1"),
    ),
    (
        "admissionregistration.k8s.io/v1beta1",
        ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
        Removal((1, 22), "admissionregistration.k8s.io/v1", _HOOKS),
    ),
    (
        "apiextensions.k8s.io/v1beta1",
        ("CustomResourceDefinition",),
        Removal((1, 22), "apiextensions.k8s.io/v1", "requires spec.versions, each with a structural schema"),
    ),
    ("apiregistration.k8s.io/v1beta1", ("APIService",), Removal((1, 22), "apiregistration.k8s.io/v1")),
    ("authentication.k8s.io/v1beta1", ("TokenReview",), Removal((1, 22), "authentication.k8s.io/v1")),
    (
        "authorization.k8s.io/v1beta1",
        ("SubjectAccessReview", "LocalSubjectAccessReview"),
        Removal((1, 22), "authorization.k8s.io/v1", _REVIEWS),
    ),
    (
        "authorization.k8s.io/v1beta1",
        ("SelfSubjectAccessReview", "SelfSubjectRulesReview"),
        Removal((1, 22), "authorization.k8s.io/v1", _FIELDS),
    ),
    (
        "certificates.k8s.io/v1beta1",
        ("CertificateSigningRequest",),
        Removal((1, 22), "certificates.k8s.io/v1", "requires spec.signerName and spec.usages"),
    ),
    ("coordination.k8s.io/v1beta1", ("Lease",), Removal((1, 22), "coordination.k8s.io/v1")),
    ("scheduling.k8s.io/v1beta1", ("PriorityClass",), Removal((1, 22), "scheduling.k8s.io/v1")),
    (
        "storage.k8s.io/v1beta1",
        ("StorageClass", "CSIDriver", "CSINode", "VolumeAttachment"),
        Removal((1, 22), "storage.k8s.io/v1"),
    ),
    ("storage.k8s.io/v1beta1", ("CSIStorageCapacity",), Removal((1, 27), "storage.k8s.io/v1")),
    ("node.k8s.io/v1beta1", ("RuntimeClass",), Removal((1, 25), "node.k8s.io/v1")),
    (
        "events.k8s.io/v1beta1",
        ("Event",),
        Removal((1, 25), "events.k8s.io/v1", "renames several fields and requires others"),
    ),
    (
        f"{_FLOWS}/v1beta1",
        ("FlowSchema",),
        Removal((1, 26), f"{_FLOWS}/v1", "is served from 1.29 on; before, it is v1beta3"),
    ),
    (f"{_FLOWS}/v1beta2", ("FlowSchema",), Removal((1, 29), f"{_FLOWS}/v1")),
    (f"{_FLOWS}/v1beta3", ("FlowSchema",), Removal((1, 32), f"{_FLOWS}/v1")),
    (f"{_FLOWS}/v1beta1", ("PriorityLevelConfiguration",), Removal((1, 26), f"{_FLOWS}/v1", _SHARES)),
    (f"{_FLOWS}/v1beta2", ("PriorityLevelConfiguration",), Removal((1, 29), f"{_FLOWS}/v1", _SHARES)),
    (
        f"{_FLOWS}/v1beta3",
        ("PriorityLevelConfiguration",),
        Removal((1, 32), f"{_FLOWS}/v1", "takes nominalConcurrencyShares: 0 for none, where v1beta3 took 30"),
    ),
)

# By (apiVersion, kind).
REMOVED: Mapping[tuple[str, str], Removal] = {
    (version, kind): removal for version, kinds, removal in _ROWS for kind in kinds
}
