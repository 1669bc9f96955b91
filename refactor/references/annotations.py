"""Annotations that name ports, each with its exact form.

Sources: the documentation of GKE (backend-config, app-protocols), the AWS load balancer controller,
Contour, Linkerd and Consul. https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
"""

import re
from collections.abc import Callable, Iterator, Mapping

from refactor.references.forms import Rewrite, json_key, json_values, listed, whole
from refactor.references.place import Place
from refactor.world import Ref, RenameKey, Resource, SetScalar, World

Form = Callable[[str, str], Rewrite | str | None]


def _below_ports(text: str, name: str) -> Rewrite | str | None:
    return json_key(text, name, "ports")


_ON_SERVICES: Mapping[str, Form] = {
    "cloud.google.com/app-protocols": json_key,
    "service.alpha.kubernetes.io/app-protocols": json_key,
    "cloud.google.com/backend-config": _below_ports,
    "beta.cloud.google.com/backend-config": _below_ports,
    "alb.ingress.kubernetes.io/healthcheck-port": whole,
    "service.beta.kubernetes.io/aws-load-balancer-healthcheck-port": whole,
    "service.beta.kubernetes.io/aws-load-balancer-ssl-ports": listed,
    "service.beta.kubernetes.io/aws-load-balancer-quic-enabled-ports": listed,
    "projectcontour.io/upstream-protocol.h2": listed,
    "projectcontour.io/upstream-protocol.h2c": listed,
    "projectcontour.io/upstream-protocol.tls": listed,
    "config.linkerd.io/opaque-ports": listed,
    "consul.hashicorp.com/service-port": whole,
}
_ON_PODS: Mapping[str, Form] = {
    "config.linkerd.io/opaque-ports": listed,
    "consul.hashicorp.com/connect-service-port": listed,
    "consul.hashicorp.com/service-port": whole,
}
_HEALTH = "alb.ingress.kubernetes.io/healthcheck-port"
_ACTIONS = "alb.ingress.kubernetes.io/actions."
_CONTROL = "alb.ingress.kubernetes.io/target-control-port."
_A_PORT = re.compile(r"(?:^|[-./_])ports?(?:$|[-./_])")

Found = Place | str  # a place that can be carried, or why one can't


def on_service(service: Resource, name: str) -> Iterator[Found]:
    """What the annotations of a Service say about the port of this name."""
    at = service.at("metadata", "annotations")
    yield from _annotated(at, service.body.metadata.annotations, _ON_SERVICES, name)


def on_pods(workload: Resource, name: str) -> Iterator[Found]:
    """What the annotations of a pod template say about the container port of this name."""
    at = workload.at(*workload.body.template_path, "metadata", "annotations")
    annotations = workload.body.template.metadata.annotations
    yield from _annotated(at, annotations, _ON_PODS, name)
    for key, value in annotations.items():
        if f"%%port_{name}%%" in value:
            yield f"the annotation {key} of {workload.label} holds %%port_{name}%%"


def _annotated(
    at: Ref, annotations: Mapping[str, str], forms: Mapping[str, Form], name: str
) -> Iterator[Found]:
    for key, value in annotations.items():
        form = forms.get(key)
        if form is not None:
            yield from _carried(at.to(key), form(value, name))
        elif listed(value, name) and _A_PORT.search(key):
            yield f"the annotation {key} of {at.resource.label} says {value}, in a form that isn't known"


def _carried(at: Ref, found: Rewrite | str | None) -> Iterator[Found]:
    if isinstance(found, str):
        yield f"the annotation {at.path[-1]} of {at.resource.label}: {found}"
    elif found is not None:
        rewrite = found
        yield Place(at, lambda new: SetScalar(at, rewrite(new)))


def on_ingress(world: World, ingress: Resource, service: Resource, name: str) -> Iterator[Found]:
    """What the annotations of an Ingress say about a Service's port: actions and target control."""
    for key, value in ingress.body.metadata.annotations.items():
        at = ingress.at("metadata", "annotations", key)
        if key.startswith(_ACTIONS) and service in world.named(ingress, service.name):
            yield from _carried(at, json_values(value, name, "servicePort", ("serviceName", service.name)))
        elif key == f"{_CONTROL}{service.name}.{name}" and service in world.named(ingress, service.name):
            yield _renamed(at, f"{_CONTROL}{service.name}.")


def may_name_service_ports(ingress: Resource) -> bool:
    """Whether `on_ingress` could find anything here: a cheap test for many Ingresses."""
    return any(key.startswith((_ACTIONS, _CONTROL)) for key in ingress.object.metadata.annotations)


def _renamed(at: Ref, prefix: str) -> Place:
    return Place(at, lambda new: RenameKey(at, prefix + new))


def health_check(ingress: Resource, name: str) -> Place | None:
    """The health check port of an Ingress: a port of this name in every Service behind it."""
    if ingress.body.metadata.annotations.get(_HEALTH) != name:
        return None
    at = ingress.at("metadata", "annotations", _HEALTH)
    return Place(at, lambda new: SetScalar(at, new))
