"""Which model reads which (API group, kind).

Objects are matched by group and kind, never by kind alone: Knative has a `Service`, Calico a
`NetworkPolicy`. https://kubernetes.io/docs/reference/using-api/#api-groups
"""

from collections.abc import Mapping

from refactor.kubernetes import ingress, reference, service, workload
from refactor.kubernetes.meta import Object, group_of
from refactor.kubernetes.removed import REMOVED

KINDS: Mapping[tuple[str, str], type[Object]] = {
    ("networking.k8s.io", "Ingress"): ingress.Ingress,
    ("extensions", "Ingress"): ingress.Ingress,
    ("", "Service"): service.Service,
    ("", "Endpoints"): service.Endpoints,
    ("discovery.k8s.io", "EndpointSlice"): service.EndpointSlice,
    ("", "Pod"): workload.Pod,
    ("", "ReplicationController"): workload.Workload,
    ("apps", "Deployment"): workload.Workload,
    ("apps", "StatefulSet"): workload.Workload,
    ("apps", "DaemonSet"): workload.Workload,
    ("apps", "ReplicaSet"): workload.Workload,
    ("extensions", "Deployment"): workload.Workload,
    ("extensions", "DaemonSet"): workload.Workload,
    ("extensions", "ReplicaSet"): workload.Workload,
    ("batch", "Job"): workload.Workload,
    ("batch", "CronJob"): workload.CronJob,
    ("argoproj.io", "Rollout"): workload.Workload,
    ("networking.k8s.io", "NetworkPolicy"): reference.NetworkPolicy,
    ("extensions", "NetworkPolicy"): reference.NetworkPolicy,
    ("monitoring.coreos.com", "ServiceMonitor"): reference.ServiceMonitor,
    ("monitoring.coreos.com", "PodMonitor"): reference.PodMonitor,
    ("gateway.networking.k8s.io", "HTTPRoute"): reference.GatewayRoute,
    ("gateway.networking.k8s.io", "GRPCRoute"): reference.GatewayRoute,
    ("gateway.networking.k8s.io", "TCPRoute"): reference.GatewayRoute,
    ("gateway.networking.k8s.io", "TLSRoute"): reference.GatewayRoute,
    ("gateway.networking.k8s.io", "UDPRoute"): reference.GatewayRoute,
    ("gateway.networking.k8s.io", "BackendTLSPolicy"): reference.BackendTLSPolicy,
    ("route.openshift.io", "Route"): reference.OpenShiftRoute,
    ("traefik.io", "IngressRoute"): reference.IngressRoute,
    ("traefik.io", "IngressRouteTCP"): reference.IngressRoute,
    ("traefik.io", "IngressRouteUDP"): reference.IngressRoute,
    ("traefik.containo.us", "IngressRoute"): reference.IngressRoute,
    ("traefik.containo.us", "IngressRouteTCP"): reference.IngressRoute,
    ("traefik.containo.us", "IngressRouteUDP"): reference.IngressRoute,
}

# Kinds by name alone: what the text layer may not skip, whatever its version. Lists hold others, and
# kustomizations say which files are patches.
INTERESTING = frozenset(kind for _, kind in KINDS) | {"List", "Kustomization", "Component"}

# (apiVersion, kind) of the objects that are read for nothing but their version, and their API group.
RETIRED: Mapping[tuple[str, str], str] = {
    (version, kind): group_of(removal.now) if removal.now else "policy"
    for (version, kind), removal in REMOVED.items()
    if (group_of(version), kind) not in KINDS
}
RETIRED_KINDS = frozenset(kind for _, kind in RETIRED)
