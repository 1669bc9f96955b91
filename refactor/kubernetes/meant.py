"""What is surely meant by an apiVersion and a kind that Kubernetes doesn't have together.

https://kubernetes.io/docs/reference/using-api/#api-groups
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from refactor.kubernetes.catalogue import KINDS
from refactor.kubernetes.meta import group_of
from refactor.kubernetes.removed import REMOVED
from refactor.slips import distance, is_slip

# Kubernetes' own kinds, of those that we read, in small letters, with the version that all its releases of
# today serve.
_SERVED: Mapping[str, tuple[str, str]] = {
    kind.lower(): (version, kind)
    for version, kinds in (
        ("v1", ("Service", "Pod", "ReplicationController", "Endpoints")),
        ("apps/v1", ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")),
        ("batch/v1", ("Job", "CronJob")),
        ("networking.k8s.io/v1", ("Ingress", "NetworkPolicy")),
        ("discovery.k8s.io/v1", ("EndpointSlice",)),
    )
    for kind in kinds
}
# Its own groups, in which nobody else has a kind; `core` is what people call the one without a name.
_OWN = frozenset(
    "core apps autoscaling batch extensions policy admissionregistration.k8s.io apiextensions.k8s.io"
    " apiregistration.k8s.io authentication.k8s.io authorization.k8s.io certificates.k8s.io"
    " coordination.k8s.io discovery.k8s.io events.k8s.io flowcontrol.apiserver.k8s.io networking.k8s.io"
    " node.k8s.io rbac.authorization.k8s.io resource.k8s.io scheduling.k8s.io storage.k8s.io".split()
)
# Kinds in groups of those we read that are no slips for one of them.
_OTHERS = frozenset(
    "Binding ComponentStatus ConfigMap Event Eviction LimitRange Namespace Node PersistentVolume"
    " PersistentVolumeClaim PodStatusResult PodTemplate RangeAllocation ResourceQuota Scale Secret"
    " SerializedReference ServiceAccount Status NodeMetrics PodMetrics ControllerRevision"
    " DeploymentRollback JobTemplate ScheduledJob PodSecurityPolicy ThirdPartyResource ClusterCIDR"
    " IPAddress IngressClass ServiceCIDR BackendLBPolicy BackendTrafficPolicy Gateway GatewayClass"
    " ListenerSet Mesh ReferenceGrant ReferencePolicy Alertmanager AlertmanagerConfig Probe Prometheus"
    " PrometheusAgent PrometheusRule ScrapeConfig ThanosRuler AnalysisRun AnalysisTemplate AppProject"
    " Application ApplicationSet ArgoCD ClusterAnalysisTemplate ClusterWorkflowTemplate CronWorkflow"
    " EventBus EventSource Experiment RolloutManager Sensor Workflow WorkflowEventBinding"
    " WorkflowTaskResult WorkflowTaskSet WorkflowTemplate Middleware MiddlewareTCP ServersTransport"
    " ServersTransportTCP TLSOption TLSStore TraefikService".split()
)
# What the group `extensions` had long ago, and kinds that we read in other groups have today.
_ONCE = frozenset({("extensions/v1beta1", "Job")})
_BY_LETTERS = {(group, kind.lower()): kind for group, kind in KINDS}
_VERSION = re.compile(r"v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
# The slash may be missing.
_VERSIONED = re.compile(rf"([A-Za-z][\w.-]*?)(/?)({_VERSION.pattern})")


@lru_cache(maxsize=4096)
def instead_of(api_version: str, kind: str) -> tuple[str, str] | None:
    """The apiVersion and kind that stand for two which Kubernetes doesn't have together.

    That is: a kind in other capitals or a slip away, one of Kubernetes' own under another of its groups,
    a group that is a slip away. None where there is nothing to put right, or nothing near enough.
    """
    group, small = group_of(api_version), api_version.lower()
    if kind in _OTHERS or (api_version, kind) in REMOVED or (api_version, kind) in _ONCE:
        return None
    if (group, kind) in KINDS and api_version == small:
        return _of_today(api_version, kind)
    letters = _BY_LETTERS.get((group_of(small), kind.lower()))
    # In the group without a name there is one version only.
    if letters is not None and (group or small == "v1"):
        return small, letters
    if api_version == "v1" or group in _OWN:
        return _SERVED.get(kind.lower()) or _near_kind(api_version, kind)
    return _near_group(api_version, kind) or _near_kind(api_version, kind)


def _of_today(api_version: str, kind: str) -> tuple[str, str] | None:
    """The version of today in place of one that there never was; None where it may be one."""
    never = _VERSION.fullmatch(api_version.rpartition("/")[2]) and not _may_be(api_version, kind)
    return _SERVED.get(kind.lower()) if never else None


def _near_group(api_version: str, kind: str) -> tuple[str, str] | None:
    written = _VERSIONED.fullmatch(api_version)
    # The groups of experiments differ from those that they are for by these very letters.
    if written is None or ".x-k8s.io" in api_version:
        return None
    group, slash, version = written.groups()
    groups = [known for known, its in KINDS if its == kind and known]
    near = [f"{one}/{version}" for one in groups if _is_group(group, one, bool(slash))]
    return (near[0], kind) if len(near) == 1 and _may_be(near[0], kind) else None


def _is_group(written: str, group: str, whole: bool) -> bool:
    """Whether a group is meant: by a slip, by its first word alone, or by itself without the slash."""
    # Two letters more or other ones may be somebody's own group: azmonitoring.coreos.com.
    near = is_slip(written, group) and distance(written, group) == 1
    return near or written == group.partition(".")[0] if whole else written == group


def _may_be(api_version: str, kind: str) -> bool:
    """Whether there is, or was, such a version: of Kubernetes' own groups all are known."""
    known = (api_version, kind) in REMOVED or _SERVED.get(kind.lower()) == (api_version, kind)
    return known or (group_of(api_version) or "core") not in _OWN


def _near_kind(api_version: str, kind: str) -> tuple[str, str] | None:
    group = group_of(api_version)
    if kind.endswith("List") or not (group or api_version == "v1"):
        return None
    near = [its for known, its in KINDS if known == group and is_slip(kind, its)]
    others = any(is_slip(kind, other) for other in _OTHERS)
    return (api_version, near[0]) if len(near) == 1 and not others else None


@lru_cache(maxsize=4096)
def may_mean_one(kind: str) -> bool:
    """Whether a kind, under an apiVersion that isn't known, may stand for one that we read."""
    if kind in _OTHERS or kind.endswith("List"):
        return False
    return any(kind.lower() == its.lower() or is_slip(kind, its) for _, its in KINDS)
