"""Ingress in all its shapes: v1, and the v1beta1 shape wherever it stands.

A backend is read by its shape, not by apiVersion: the old shape under the new version is a common
fault, and what it means is plain.
https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/
"""

from typing import Annotated, Any

from refactor.kubernetes.meta import Lenient, Model, Object, PortRef


class BackendPort(Model):
    number: int | None = None
    name: str | None = None


class ServiceBackend(Model):
    name: str | None = None
    port: BackendPort | None = None


class IngressBackend(Model):
    """A backend: `service` or `resource` (v1), `serviceName` and `servicePort` (v1beta1)."""

    service: ServiceBackend | None = None
    resource: Any = None
    service_name: str | None = None
    service_port: PortRef | None = None


class IngressPath(Model):
    path: str | None = None
    path_type: str | None = None
    backend: IngressBackend | None = None


class IngressHTTP(Model):
    paths: Annotated[tuple[IngressPath, ...], Lenient] = ()


class IngressRule(Model):
    host: str | None = None
    http: IngressHTTP | None = None


class IngressSpec(Model):
    ingress_class_name: str | None = None
    default_backend: IngressBackend | None = None
    backend: IngressBackend | None = None
    rules: Annotated[tuple[IngressRule, ...], Lenient] = ()


class Ingress(Object):
    spec: IngressSpec = IngressSpec.model_construct()
