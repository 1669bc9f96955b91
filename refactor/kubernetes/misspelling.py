"""Fields that traffic rests on, and where they are misspelt.

https://kubernetes.io/docs/reference/kubernetes-api/
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refactor.kubernetes import ingress, service, workload
from refactor.kubernetes.meta import Object
from refactor.slips import is_slip

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a mapping, or of each item of a list, and those below some of them."""

    names: frozenset[str]
    below: tuple[tuple[str, "Fields"], ...] = ()


def _fields(*names: str, **below: Fields) -> Fields:
    return Fields(frozenset({*names, *below}), tuple(below.items()))


_METADATA = _fields(
    *("name", "generateName", "namespace", "labels", "annotations", "creationTimestamp", "uid"),
    *("resourceVersion", "generation", "selfLink", "ownerReferences", "finalizers", "managedFields"),
    *("deletionTimestamp", "deletionGracePeriodSeconds", "clusterName"),
)


def _object(*names: str, **below: Fields) -> Fields:
    return _fields("apiVersion", "kind", "status", *names, metadata=_METADATA, **below)


# Of an object of which only the head is looked at.
OBJECT = _object("spec")


_SERVICE_PORT = _fields("name", "port", "targetPort", "protocol", "nodePort", "appProtocol")
_SERVICE_SPEC = _fields(
    *("selector", "type", "clusterIP", "clusterIPs", "externalName", "externalIPs", "loadBalancerIP"),
    *("sessionAffinity", "sessionAffinityConfig", "ipFamilies", "ipFamily", "ipFamilyPolicy"),
    *("internalTrafficPolicy", "externalTrafficPolicy", "publishNotReadyAddresses", "loadBalancerClass"),
    *("loadBalancerSourceRanges", "healthCheckNodePort", "allocateLoadBalancerNodePorts"),
    *("trafficDistribution", "topologyKeys"),
    ports=_SERVICE_PORT,
)
SERVICE = _object(spec=_SERVICE_SPEC)
_BACKEND_SERVICE = _fields("name", port=_fields("name", "number"))
BACKEND = _fields("resource", "serviceName", "servicePort", service=_BACKEND_SERVICE)
_RULE = _fields("host", http=_fields(paths=_fields("path", "pathType", backend=BACKEND)))
_INGRESS_SPEC = _fields("ingressClassName", "tls", defaultBackend=BACKEND, backend=BACKEND, rules=_RULE)

_CONTAINER_PORT = _fields("name", "containerPort", "hostPort", "hostIP", "protocol")
_HTTP = _fields("path", "port", "host", "scheme", "httpHeaders")
_TCP = _fields("port", "host")
_HOOK = _fields("exec", "sleep", httpGet=_HTTP, tcpSocket=_TCP)
_PROBE = _fields(
    *("exec", "initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold"),
    *("failureThreshold", "terminationGracePeriodSeconds"),
    httpGet=_HTTP,
    tcpSocket=_TCP,
    grpc=_fields("port", "service"),
)
_CONTAINER = _fields(
    *("name", "image", "command", "args", "workingDir", "env", "envFrom", "resources", "volumeMounts"),
    *("imagePullPolicy", "securityContext", "restartPolicy", "restartPolicyRules", "resizePolicy"),
    *("volumeDevices", "tty", "stdin", "stdinOnce", "terminationMessagePath", "terminationMessagePolicy"),
    ports=_CONTAINER_PORT,
    readinessProbe=_PROBE,
    livenessProbe=_PROBE,
    startupProbe=_PROBE,
    lifecycle=_fields("stopSignal", postStart=_HOOK, preStop=_HOOK),
)
_POD_SPEC = _fields(
    *("volumes", "restartPolicy", "serviceAccountName", "serviceAccount", "securityContext", "nodeSelector"),
    *("affinity", "tolerations", "imagePullSecrets", "hostNetwork", "hostPID", "hostIPC", "hostUsers"),
    *("hostname", "hostnameOverride", "subdomain", "setHostnameAsFQDN", "hostAliases", "nodeName"),
    *("dnsPolicy", "dnsConfig", "schedulerName", "schedulingGates", "priorityClassName", "priority"),
    *("preemptionPolicy", "terminationGracePeriodSeconds", "activeDeadlineSeconds", "readinessGates"),
    *("automountServiceAccountToken", "topologySpreadConstraints", "enableServiceLinks", "overhead", "os"),
    *("shareProcessNamespace", "runtimeClassName", "resourceClaims", "resources", "ephemeralContainers"),
    containers=_CONTAINER,
    initContainers=_CONTAINER,
)
_TEMPLATE = _fields(metadata=_METADATA, spec=_POD_SPEC)
_WORKLOAD_SPEC = _fields(
    *("replicas", "strategy", "updateStrategy", "minReadySeconds", "revisionHistoryLimit", "paused"),
    *("progressDeadlineSeconds", "rollbackTo", "serviceName", "podManagementPolicy", "volumeClaimTemplates"),
    *("persistentVolumeClaimRetentionPolicy", "ordinals", "templateGeneration"),  # StatefulSet, DaemonSet
    *("parallelism", "completions", "completionMode", "backoffLimit", "backoffLimitPerIndex", "suspend"),
    *("activeDeadlineSeconds", "ttlSecondsAfterFinished", "maxFailedIndexes", "manualSelector", "managedBy"),
    *("podFailurePolicy", "podReplacementPolicy", "successPolicy"),  # Job
    *("workloadRef", "analysis", "restartAt", "rollbackWindow", "progressDeadlineAbort"),  # Rollout
    selector=_fields("matchLabels", "matchExpressions"),
    template=_TEMPLATE,
)
_JOBS = _fields(
    *("schedule", "timeZone", "suspend", "concurrencyPolicy", "startingDeadlineSeconds"),
    *("successfulJobsHistoryLimit", "failedJobsHistoryLimit"),
    jobTemplate=_fields(metadata=_METADATA, spec=_WORKLOAD_SPEC),
)

FIELDS: Mapping[type[Object], Fields] = {
    ingress.Ingress: _object(spec=_INGRESS_SPEC),
    service.Service: SERVICE,
    workload.Workload: _object(spec=_WORKLOAD_SPEC),
    workload.CronJob: _object(spec=_JOBS),
    workload.Pod: _object(spec=_POD_SPEC),
}


def misspelt_fields(data: object, fields: Fields, path: Path = ()) -> Sequence[tuple[Path, str]]:
    """The places of misspelt fields, each with the right spelling; not what is below such a one.

    A field is misspelt where Kubernetes knows none of that name there, and one that differs in its capitals
    only, or that is a slip away and doesn't stand there itself.
    """
    # Nearly all are right, and no places are made for those.
    return tuple(_misspelt(data, fields, path)) if _may_be_misspelt(data, fields) else ()


def _may_be_misspelt(data: object, fields: Fields) -> bool:
    """Whether a field that isn't known stands in the data, or below."""
    waiting = [(data, fields.names, fields.below)]
    for here, names, below in waiting:
        if isinstance(here, dict):
            if not names.issuperset(here):
                return True
            for key, under in below:
                if key in here:
                    waiting.append((here[key], under.names, under.below))
        elif isinstance(here, list):
            waiting += [(item, names, below) for item in here]
    return False


def _misspelt(data: object, fields: Fields, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _misspelt(item, fields, (*path, index))
    elif isinstance(data, dict):
        yield from (((*path, key), right) for key in data if (right := _right(key, data, fields.names)))
        for key, below in fields.below:
            if key in data:
                yield from _misspelt(data[key], below, (*path, key))


def _right(key: str, holder: Collection[str], names: frozenset[str]) -> str | None:
    if key in names:
        return None
    other_capitals = next((name for name in names if name.lower() == key.lower()), None)
    # Kubernetes' names are letters only: `x-nodePort` is somebody's own.
    near = [name for name in names if is_slip(key, name)] if key.isalpha() else []
    return other_capitals or (near[0] if len(near) == 1 and near[0] not in holder else None)


def fits(value: object, path: Path, fields: Fields) -> bool:
    """Whether a value may stand at the path of a field: no scalar where more fields stand below."""
    for step in path:
        if isinstance(step, str):
            fields = dict(fields.below).get(step, Fields(frozenset()))
    return not fields.names or isinstance(value, dict | list)


def as_spelt(holder: object, field: str) -> str | None:
    """The key with which a field stands in a mapping misspelt only; None where it doesn't."""
    if not isinstance(holder, Mapping) or field in holder:
        return None
    keys = (key for key in holder if key.lower() == field.lower() or (key.isalpha() and is_slip(key, field)))
    return next(keys, None)


def written_path(data: Any, path: Path) -> Path:
    """A path in data where some of its fields may be misspelt; as far as it leads."""
    written: list[str | int] = []
    for step in path:
        key = as_spelt(data, step) if isinstance(step, str) else None
        written.append(step if key is None else key)
        try:
            data = data[written[-1]]
        except (KeyError, IndexError, TypeError):
            data = None
    return tuple(written)
