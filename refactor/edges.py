"""Edges: every place where traffic enters and asks for a Service port.

Ingress in all shapes, and the kinds that `trace` follows too: Gateway API routes, OpenShift Routes,
Traefik IngressRoutes. https://kubernetes.io/docs/concepts/services-networking/ingress/
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from refactor.frozen import frozen
from refactor.kubernetes.ingress import Ingress
from refactor.kubernetes.meta import PortRef, meant
from refactor.kubernetes.reference import GatewayRoute, IngressRoute, OpenShiftRoute
from refactor.world import Path, Ref, Resource


@frozen
class Edge:
    """One wish for a Service port, as written.

    `at` is the backend; `service_at` and `port_at` are the scalars that name Service and port (None
    where nothing stands). `namespace` is what the reference says explicitly; `ordinal` counts the
    backends of an Ingress.
    """

    resource: Resource
    at: Ref
    service: str | None
    service_at: Ref | None
    port: PortRef | None
    port_at: Ref | None
    host: str | None = None
    path: str | None = None
    default: bool = False
    namespace: str | None = None
    ordinal: int = 0

    @property
    def by_annotation(self) -> bool:
        """The AWS controller's pseudo backend: an annotation holds the action, not a Service."""
        return self.port == "use-annotation"

    @property
    def from_ingress(self) -> bool:
        return isinstance(self.resource.body, Ingress)


def edges_of(resource: Resource) -> Iterable[Edge]:
    """The edges of a resource; none where its kind has none."""
    of_its_kind = _BY_MODEL.get(type(resource.body))
    return of_its_kind(resource) if of_its_kind else ()


def lets_in(resource: Resource) -> bool:
    """Whether traffic enters by objects of its kind."""
    return type(resource.body) in _BY_MODEL


def _ingress(ingress: Resource) -> Iterator[Edge]:
    for ordinal, (path, backend, host, url) in enumerate(written_backends(ingress)):
        if isinstance(backend, dict) and not backend.get("resource"):
            yield _edge(ingress, path, backend, host, url, ordinal)


def written_backends(ingress: Resource) -> Iterator[tuple[Path, object, object, object]]:
    """Path and data of each backend of an Ingress, with its host and URL path."""
    for key, backend in default_backends(ingress):
        yield ("spec", key), backend, None, None
    for path, item, host in path_items(ingress):
        backend = item.get("backend")
        if backend is not None:
            yield (*path, "backend"), backend, host, item.get("path")


def default_backends(ingress: Resource) -> Iterator[tuple[str, object]]:
    """Key and data of the default backend: `defaultBackend` in v1, `backend` in v1beta1."""
    spec = ingress.data.get("spec")
    for key in ("defaultBackend", "backend"):
        if isinstance(spec, dict) and spec.get(key) is not None:
            yield key, spec[key]


def path_items(ingress: Resource) -> Iterator[tuple[Path, dict[str, object], object]]:
    """Path and data of each entry in `spec.rules[].http.paths`, whatever it holds, and its host."""
    spec = ingress.data.get("spec")
    rules = spec.get("rules") if isinstance(spec, dict) else None
    for i, rule in enumerate(rules if isinstance(rules, list) else ()):
        http = rule.get("http") if isinstance(rule, dict) else None
        paths = http.get("paths") if isinstance(http, dict) else None
        for j, item in enumerate(paths if isinstance(paths, list) else ()):
            if isinstance(item, dict):
                yield ("spec", "rules", i, "http", "paths", j), item, rule.get("host")


def _edge(
    ingress: Resource, path: Path, backend: dict[str, Any], host: object, url: object, ordinal: int
) -> Edge:
    at = Ref(ingress, path)
    service_at, name = _service_place(at, backend)
    port_at, port = _port_place(at, backend)
    return Edge(
        ingress,
        at,
        name if isinstance(name, str) else None,
        service_at,
        (meant(port) or None) if isinstance(port, int | str) and not isinstance(port, bool) else None,
        port_at,
        host if isinstance(host, str) else None,
        url if isinstance(url, str) else None,
        default=len(path) == 2,
        ordinal=ordinal,
    )


def _service_place(at: Ref, backend: dict[str, Any]) -> tuple[Ref | None, object]:
    """The scalar that names the Service, and what it says."""
    service = backend.get("service")
    if isinstance(service, dict):
        for key in ("name", "serviceName"):
            if key in service:
                return at.to("service", key), service[key]
    if isinstance(service, str):
        return at.to("service"), service
    return (at.to("serviceName"), backend["serviceName"]) if "serviceName" in backend else (None, None)


def _port_place(at: Ref, backend: dict[str, Any]) -> tuple[Ref | None, object]:
    """The scalar that says which port, in whichever shape it is written, and what it says."""
    service = backend.get("service")
    holders = [(("service",), service), ((), backend)] if isinstance(service, dict) else [((), backend)]
    for steps, holder in holders:
        port = holder.get("port")
        if isinstance(port, dict):
            for key in ("number", "name", "servicePort"):
                if port.get(key) not in (None, ""):
                    return at.to(*steps, "port", key), port[key]
        elif port is not None:
            return at.to(*steps, "port"), port
        if holder.get("servicePort") is not None:
            return at.to(*steps, "servicePort"), holder["servicePort"]
    return None, None


def _gateway(resource: Resource) -> Iterator[Edge]:
    spec = resource.body.spec
    host = spec.hostnames[0] if spec.hostnames else None
    for i, rule in enumerate(spec.rules):
        for j, backend in enumerate(rule.backend_refs):
            if (backend.group or "", backend.kind or "Service") != ("", "Service"):
                continue
            at = resource.at("spec", "rules", i, "backendRefs", j)
            yield Edge(
                resource, at, backend.name, at.to("name"), backend.port, at.to("port"), host,
                namespace=backend.namespace,
            )  # fmt: skip


def _openshift(resource: Resource) -> Iterator[Edge]:
    """A Route's `targetPort` names an endpoint port, not a Service port: only names are followed."""
    spec = resource.body.spec
    if spec.to is None or (spec.to.kind or "Service") != "Service":
        return
    port = spec.port.target_port if spec.port else None
    if isinstance(port, str):
        to, at = resource.at("spec", "to"), resource.at("spec", "port", "targetPort")
        yield Edge(resource, to, spec.to.name, to.to("name"), port, at, spec.host, spec.path)


def _traefik(resource: Resource) -> Iterator[Edge]:
    for i, rule in enumerate(resource.body.spec.routes):
        for j, service in enumerate(rule.services):
            if (service.kind or "Service") != "Service":
                continue
            at = resource.at("spec", "routes", i, "services", j)
            yield Edge(
                resource, at, service.name, at.to("name"), service.port, at.to("port"), rule.match,
                namespace=service.namespace,
            )  # fmt: skip


_BY_MODEL: Mapping[type, Callable[[Resource], Iterator[Edge]]] = {
    Ingress: _ingress,
    GatewayRoute: _gateway,
    OpenShiftRoute: _openshift,
    IngressRoute: _traefik,
}
