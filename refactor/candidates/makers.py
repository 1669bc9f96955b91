"""Who makes pods that stand in no manifest: the control plane itself, and operators from what they are asked.

https://kubernetes.io/docs/concepts/overview/components/
"""

from refactor.routes import TrafficGraph
from refactor.world import Resource

_KEYS = ("component", "k8s-app")
_COMPONENTS = frozenset(
    {"etcd", "kube-apiserver", "kube-controller-manager", "kube-dns", "kube-proxy", "kube-scheduler"}
)


def maker(graph: TrafficGraph, service: Resource) -> str | None:
    """What makes the pods of a Service that selects none in the files, for messages; None if unknown."""
    selector = service.body.spec.selector
    if service.id.namespace == "kube-system" and any(selector.get(key) in _COMPONENTS for key in _KEYS):
        return "the control plane"
    orders = graph.world.orders
    return next((f"the operator of {orders[value]}" for value in selector.values() if value in orders), None)
