"""The fields that Kubernetes knows on the way of a request, today and in versions that it has served.

https://kubernetes.io/docs/reference/kubernetes-api/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from refactor.kubernetes import ingress, service, workload
from refactor.kubernetes.meta import Object


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a mapping, or of each item of a list, and those below some of them."""

    names: frozenset[str]
    below: Mapping[str, "Fields"]


def _fields(*names: str, **below: Fields) -> Fields:
    return Fields(frozenset({*names, *below}), below)


_METADATA = _fields(
    *("name", "generateName", "namespace", "labels", "annotations", "creationTimestamp", "uid"),
    *("resourceVersion", "generation", "selfLink", "ownerReferences", "finalizers", "managedFields"),
    *("deletionTimestamp", "deletionGracePeriodSeconds", "clusterName", "initializers"),
)


def _object(*names: str, **below: Fields) -> Fields:
    return _fields("apiVersion", "kind", "status", *names, metadata=_METADATA, **below)


_SERVICE_PORT = _fields("name", "port", "targetPort", "protocol", "nodePort", "appProtocol")
_SERVICE_SPEC = _fields(
    *("selector", "type", "clusterIP", "clusterIPs", "externalName", "externalIPs", "loadBalancerIP"),
    *("sessionAffinity", "sessionAffinityConfig", "ipFamilies", "ipFamily", "ipFamilyPolicy"),
    *("internalTrafficPolicy", "externalTrafficPolicy", "publishNotReadyAddresses", "loadBalancerClass"),
    *("loadBalancerSourceRanges", "healthCheckNodePort", "allocateLoadBalancerNodePorts"),
    *("trafficDistribution", "topologyKeys", "portalIP", "deprecatedPublicIPs"),
    ports=_SERVICE_PORT,
)
SERVICE = _object(spec=_SERVICE_SPEC)
_BACKEND_SERVICE = _fields("name", port=_fields("name", "number"))
BACKEND = _fields("resource", "serviceName", "servicePort", service=_BACKEND_SERVICE)
INGRESS_PATH = _fields("path", "pathType", backend=BACKEND)
_RULE = _fields("host", http=_fields(paths=INGRESS_PATH))
_TLS = _fields("hosts", "secretName")
_INGRESS_SPEC = _fields("ingressClassName", tls=_TLS, defaultBackend=BACKEND, backend=BACKEND, rules=_RULE)

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
    *("schedulingGroup", "workloadRef"),
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
    *("podFailurePolicy", "podReplacementPolicy", "successPolicy", "autoSelector", "scheduling"),  # Job
    *("workloadRef", "analysis", "restartAt", "rollbackWindow", "progressDeadlineAbort"),  # Rollout
    selector=_fields("matchLabels", "matchExpressions"),
    template=_TEMPLATE,
)
_JOBS = _fields(
    *("schedule", "timeZone", "suspend", "concurrencyPolicy", "startingDeadlineSeconds"),
    *("successfulJobsHistoryLimit", "failedJobsHistoryLimit"),
    jobTemplate=_fields(metadata=_METADATA, spec=_WORKLOAD_SPEC),
)

_FIELDS: Mapping[type[Object], Fields] = {
    ingress.Ingress: _object(spec=_INGRESS_SPEC),
    service.Service: SERVICE,
    workload.Workload: _object(spec=_WORKLOAD_SPEC),
    workload.CronJob: _object(spec=_JOBS),
    workload.Pod: _object(spec=_POD_SPEC),
}
# Of all other objects only the head is looked at.
HEAD = _object("spec")


def fields_of(body: Object) -> Fields:
    """The fields of an object, by its model."""
    return _FIELDS.get(type(body), HEAD)


def fields_at(fields: Fields | None, path: Iterable[str | int]) -> Fields | None:
    """The fields of what stands at a path, indexes of lists included; None where they aren't known."""
    for step in path:
        if fields is not None and isinstance(step, str):
            fields = fields.below.get(step)
    return fields
