"""What is surely meant by an apiVersion and a kind that Kubernetes doesn't have together.

https://kubernetes.io/docs/reference/using-api/#api-groups
"""

from collections.abc import Mapping
from functools import lru_cache

from refactor.kubernetes.catalogue import KINDS
from refactor.kubernetes.meta import group_of
from refactor.kubernetes.removed import REMOVED
from refactor.slips import is_slip

# Kubernetes' own kinds, of those that we read, with the version that all its releases of today serve.
_SERVED: Mapping[str, str] = {
    **dict.fromkeys(("Service", "Pod", "ReplicationController", "Endpoints"), "v1"),
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"), "apps/v1"),
    **dict.fromkeys(("Job", "CronJob"), "batch/v1"),
    **dict.fromkeys(("Ingress", "NetworkPolicy"), "networking.k8s.io/v1"),
    "EndpointSlice": "discovery.k8s.io/v1",
}
# Its own groups; `core` is what its documentation calls the one without a name.
_OWN = frozenset({"", "core", "apps", "batch", "extensions", "networking.k8s.io", "discovery.k8s.io"}) | {
    "autoscaling",
    "policy",
}
# Kinds in groups of those we read that are no slips for one of them.
_OTHERS = frozenset(
    {"PodTemplate", "Node", "Event", "Binding", "Secret", "ConfigMap", "Namespace", "ServiceAccount"}
    | {"IngressClass", "IPAddress", "ServiceCIDR", "ControllerRevision", "PodMetrics", "NodeMetrics"}
    | {"PodSecurityPolicy", "Prometheus", "PrometheusRule", "PrometheusAgent", "Alertmanager", "Probe"}
    | {"Gateway", "GatewayClass", "ReferenceGrant", "ListenerSet", "Application", "ApplicationSet"}
    | {"AppProject", "Workflow", "WorkflowTemplate", "CronWorkflow", "AnalysisTemplate", "AnalysisRun"}
    | {"Middleware", "MiddlewareTCP", "TraefikService", "ServersTransport", "ServersTransportTCP"}
    | {"TLSOption", "TLSStore", "ScrapeConfig", "ThanosRuler", "AlertmanagerConfig", "Experiment"}
)
_BY_LETTERS = {(group, kind.lower()): kind for group, kind in KINDS}


@lru_cache(maxsize=4096)
def meant(api_version: str, kind: str) -> tuple[str, str] | None:
    """The apiVersion and kind that stand for two which Kubernetes doesn't have together.

    That is: a kind in other capitals or a slip away, one of Kubernetes' own under another of its groups,
    a group that is a slip away. None where there is nothing to put right, or nothing near enough.
    """
    group = group_of(api_version)
    if (group, kind) in KINDS or (api_version, kind) in REMOVED or kind in _OTHERS:
        return None
    letters = _BY_LETTERS.get((group, kind.lower()))
    if letters is not None and (group or api_version == "v1"):
        return api_version, letters
    if group in _OWN and kind in _SERVED:
        return _SERVED[kind], kind
    return _near_group(api_version, kind) or _near_kind(api_version, kind)


def _near_group(api_version: str, kind: str) -> tuple[str, str] | None:
    group, _, version = api_version.rpartition("/")
    near = [known for known, its in KINDS if its == kind and is_slip(group, known)]
    return (f"{near[0]}/{version}", kind) if len(near) == 1 else None


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
