"""Fields that traffic rests on, and where they stand in other capitals than Kubernetes spells them with.

https://kubernetes.io/docs/reference/kubernetes-api/
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refactor.kubernetes import ingress, service, workload
from refactor.kubernetes.meta import Object

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a mapping, or of each item of a list, and those below some of them."""

    names: frozenset[str]
    below: tuple[tuple[str, "Fields"], ...] = ()


def _fields(*names: str, **below: Fields) -> Fields:
    return Fields(frozenset({*names, *below}), tuple(below.items()))


_SERVICE_PORT = _fields("name", "port", "targetPort", "protocol", "nodePort", "appProtocol")
_CONTAINER_PORT = _fields("name", "containerPort", "hostPort", "hostIP", "protocol")
_SERVICE_SPEC = _fields(
    *("selector", "type", "clusterIP", "clusterIPs", "externalName", "externalIPs", "loadBalancerIP"),
    *("sessionAffinity", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy", "externalTrafficPolicy"),
    *("publishNotReadyAddresses", "loadBalancerClass", "loadBalancerSourceRanges", "healthCheckNodePort"),
    ports=_SERVICE_PORT,
)
SERVICE = _fields("apiVersion", "kind", "metadata", "status", spec=_SERVICE_SPEC)
_BACKEND_SERVICE = _fields("name", port=_fields("name", "number"))
BACKEND = _fields("resource", "serviceName", "servicePort", service=_BACKEND_SERVICE)
_RULE = _fields("host", http=_fields(paths=_fields("path", "pathType", backend=BACKEND)))
_INGRESS_SPEC = _fields("ingressClassName", "tls", defaultBackend=BACKEND, backend=BACKEND, rules=_RULE)
_INGRESS = _fields("apiVersion", "kind", "metadata", "status", spec=_INGRESS_SPEC)

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
    *("imagePullPolicy", "securityContext", "restartPolicy", "resizePolicy", "volumeDevices", "tty", "stdin"),
    *("stdinOnce", "terminationMessagePath", "terminationMessagePolicy"),
    ports=_CONTAINER_PORT,
    readinessProbe=_PROBE,
    livenessProbe=_PROBE,
    startupProbe=_PROBE,
    lifecycle=_fields("stopSignal", postStart=_HOOK, preStop=_HOOK),
)
_POD_SPEC = _fields(
    *("volumes", "restartPolicy", "serviceAccountName", "serviceAccount", "securityContext", "nodeSelector"),
    *("affinity", "tolerations", "imagePullSecrets", "hostNetwork", "hostPID", "hostIPC", "hostname"),
    *("terminationGracePeriodSeconds", "dnsPolicy", "dnsConfig", "schedulerName", "priorityClassName"),
    *("automountServiceAccountToken", "topologySpreadConstraints", "enableServiceLinks", "subdomain"),
    *("activeDeadlineSeconds", "shareProcessNamespace", "hostAliases", "runtimeClassName", "nodeName"),
    containers=_CONTAINER,
    initContainers=_CONTAINER,
)
_METADATA = _fields("name", "generateName", "namespace", "labels", "annotations", "creationTimestamp")
_TEMPLATE = _fields(metadata=_METADATA, spec=_POD_SPEC)
_WORKLOAD_SPEC = _fields(
    *("replicas", "strategy", "updateStrategy", "minReadySeconds", "revisionHistoryLimit", "paused"),
    *("progressDeadlineSeconds", "serviceName", "podManagementPolicy", "volumeClaimTemplates", "suspend"),
    *("backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished", "parallelism", "completions"),
    selector=_fields("matchLabels", "matchExpressions"),
    template=_TEMPLATE,
)
_JOBS = _fields(
    *("schedule", "timeZone", "suspend", "concurrencyPolicy", "startingDeadlineSeconds"),
    *("successfulJobsHistoryLimit", "failedJobsHistoryLimit"),
    jobTemplate=_fields("metadata", spec=_WORKLOAD_SPEC),
)
_WORKLOAD = _fields("apiVersion", "kind", "metadata", "status", spec=_WORKLOAD_SPEC)
_CRON_JOB = _fields("apiVersion", "kind", "metadata", "status", spec=_JOBS)
_POD = _fields("apiVersion", "kind", "metadata", "status", spec=_POD_SPEC)

FIELDS: Mapping[type[Object], Fields] = {
    ingress.Ingress: _INGRESS,
    service.Service: SERVICE,
    workload.Workload: _WORKLOAD,
    workload.CronJob: _CRON_JOB,
    workload.Pod: _POD,
}


def in_other_capitals(data: object, fields: Fields, path: Path = ()) -> Sequence[tuple[Path, str]]:
    """The places of fields in other capitals, each with the right spelling; not what is below such a one."""
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
        yield from (((*path, key), right) for key in data if (right := _right(key, fields)))
        for key, below in fields.below:
            if key in data:
                yield from _misspelt(data[key], below, (*path, key))


def _right(key: str, fields: Fields) -> str | None:
    if key in fields.names:
        return None
    return next((name for name in fields.names if name.lower() == key.lower()), None)


def as_spelt(holder: object, field: str) -> str | None:
    """The key with which a field stands in a mapping in other capitals only; None where it doesn't."""
    if not isinstance(holder, Mapping) or field in holder:
        return None
    return next((key for key in holder if key.lower() == field.lower()), None)


def written_path(data: Any, path: Path) -> Path:
    """A path in data where some of its fields may stand in other capitals; as far as it leads."""
    written: list[str | int] = []
    for step in path:
        key = as_spelt(data, step) if isinstance(step, str) else None
        written.append(step if key is None else key)
        try:
            data = data[written[-1]]
        except (KeyError, IndexError, TypeError):
            data = None
    return tuple(written)
