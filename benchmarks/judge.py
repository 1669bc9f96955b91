"""An independent re-resolver: from {path: text} to where every route lands.

It shares nothing with the code under test and holds only what the API promises, not what some
controllers accept beyond it. https://kubernetes.io/docs/concepts/services-networking/ingress/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from benchmarks.cluster import (
    INGRESS_VERSIONS,
    Backend,
    Cluster,
    Container,
    ContainerPort,
    Probe,
    Service,
    ServicePort,
    Workload,
    build,
)
from benchmarks.documents import Manifest, Table, Value, at, items_at, table_at, text_at, value_at


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """One thing that looks for a port: `kind` is `ingress`, `service` or `probe`.

    Named by its place in the files, so that it's the same route before and after a repair.
    """

    kind: str
    path: str
    ordinal: int
    place: str
    label: str = field(compare=False)


@dataclass(frozen=True, slots=True, order=True)
class Landing:
    """The container port that a route reaches; `path` tells variants of one workload apart."""

    path: str
    kind: str
    name: str
    container: str
    number: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a route lands, or why it doesn't; `outside`: its end isn't in the files, which is no fault.

    `objects` are the resources it passes through, as (path, kind, name).
    """

    landings: frozenset[Landing] = frozenset()
    reason: str = ""
    outside: bool = False
    objects: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def resolved(self) -> bool:
        return bool(self.landings)

    @property
    def pods(self) -> frozenset[tuple[str, str, str]]:
        return frozenset((landing.path, landing.kind, landing.name) for landing in self.landings)


class _Standing(Protocol):
    @property
    def manifest(self) -> Manifest: ...


_T = TypeVar("_T", bound=_Standing)


def distance(origin: str, other: str) -> tuple[int, int]:
    """How far a reference in file `origin` has to look for `other`: file, folder, parents, elsewhere."""
    if origin == other:
        return (0, 0)
    here = [part for part in posixpath.dirname(origin).split("/") if part]
    there = [part for part in posixpath.dirname(other).split("/") if part]
    common = len(posixpath.commonprefix([here, there]))
    if here == there:
        return (1, 0)
    if common == len(there):
        return (2, len(here) - common)
    return (3, len(here) + len(there) - 2 * common)


def nearest(origin: str, candidates: Iterable[_T]) -> list[_T]:
    """Of the same thing in several files only the nearest; different things all stay."""
    best: dict[tuple[str, str], list[_T]] = {}
    for candidate in candidates:
        rivals = best.setdefault((candidate.manifest.kind, candidate.manifest.name), [])
        lead = distance(origin, rivals[0].manifest.path) if rivals else None
        mine = distance(origin, candidate.manifest.path)
        if lead is None or mine < lead:
            rivals[:] = [candidate]
        elif mine == lead:
            rivals.append(candidate)
    return [one for group in best.values() for one in group]


def together(first: str, first_given: str, second: str, second_given: str) -> bool:
    """Whether two namespaces can be one: as written, or with an absent one taken from its folder."""
    return first == second or (not first_given and not second_given)


def selected(cluster: Cluster, service: Service) -> list[Workload]:
    """The workloads whose pod labels hold the whole selector; Jobs only where nothing else is meant."""
    wanted = (service.selector or {}).items()
    given = service.manifest.namespace
    fitting = [
        workload
        for workload in cluster.workloads
        if together(service.namespace, given, workload.namespace, workload.manifest.namespace)
        and wanted <= workload.labels.items()
    ]
    lasting = [one for one in fitting if one.manifest.kind not in ("Job", "CronJob")]
    return nearest(service.manifest.path, lasting or fitting)


def services_for(cluster: Cluster, backend: Backend, name: str) -> list[Service]:
    """The Services that an Ingress means by `name`."""
    given = backend.ingress.namespace
    named = [
        service
        for service in cluster.services
        if service.manifest.name == name
        and together(backend.namespace, given, service.namespace, service.manifest.namespace)
    ]
    return nearest(backend.ingress.path, named)


def _named(workload: Workload, name: str, protocol: str) -> list[tuple[Container, ContainerPort]]:
    for container in workload.containers:
        for port in container.ports:
            if (port.name, port.protocol) == (name, protocol):
                return [(container, port)]
    return []


def _landing(workload: Workload, container: str, number: int) -> Landing:
    return Landing(workload.manifest.path, *workload.identity, container, number)


def _by_name(workloads: list[Workload], port: ServicePort) -> Iterator[Landing]:
    for workload in workloads:
        for container, found in _named(workload, str(port.target), port.protocol):
            yield _landing(workload, container.name, found.number)


def _by_number(workloads: list[Workload], number: int) -> Iterator[Landing]:
    """A number is reachable without a declaration, but one that others contradict counts as a fault."""
    silent = [workload for workload in workloads if not workload.ports]
    for workload in workloads:
        for container in workload.containers:
            if number in (port.number for port in container.ports):
                yield _landing(workload, container.name, number)
    if len(silent) == len(workloads):
        for workload in silent:
            yield _landing(workload, "*", number)


def _known(*manifests: Manifest) -> frozenset[tuple[str, str, str]]:
    return frozenset((manifest.path, manifest.kind, manifest.name) for manifest in manifests)


def follow_port(cluster: Cluster, service: Service, port: ServicePort) -> Verdict:
    """From a Service port to container ports."""
    known = _known(service.manifest)
    if service.outside:
        return Verdict(reason="no selector that the files could answer", outside=True, objects=known)
    workloads = selected(cluster, service)
    known |= _known(*(workload.manifest for workload in workloads))
    if not workloads:
        return Verdict(reason="the selector matches no workload", objects=known)
    if _wrong_port(port):
        return Verdict(reason="a port field holds what the API refuses", objects=known)
    found = _by_number(workloads, port.target) if type(port.target) is int else _by_name(workloads, port)
    landings = frozenset(found)
    reason = "" if landings else f"no container declares the port {port.target}"
    return Verdict(landings, reason, objects=known)


def _wrong_port(port: ServicePort) -> bool:
    target = value_at(port.tree, "targetPort")
    numeric_text = isinstance(target, str) and target != "" and not any(c.isalpha() for c in target)
    return not 0 < port.number < 65536 or numeric_text or isinstance(target, (bool, float))


def backend_reference(backend: Backend) -> tuple[str, int | str] | str:
    """(Service name, port) of a backend in the shape of its apiVersion, else why there is none."""
    path = value_at(backend.rule, "path") if backend.rule is not None else None
    # What begins otherwise may be filled in later: ${PATH}.
    if isinstance(path, str) and path[:1].isalnum():
        return "a path has to begin with /"
    hosts = (text_at(rule, "host") or "" for rule in items_at(backend.ingress.root, "spec", "rules"))
    if any(sign in host for host in hosts for sign in ":[/"):
        return "a host is a name and nothing more"
    if INGRESS_VERSIONS[backend.ingress.api_version] == "v1":
        service = table_at(backend.tree, "service")
        number, name = value_at(service, "port", "number"), value_at(service, "port", "name")
        whole = service is not None and (number is None) != (name is None)
        right = type(number) is int or isinstance(name, str)
        stray = table_at(backend.tree)
        old = backend.place == "backend"
        if old or not whole or not right or (stray and stray.entries.keys() != {"service"}):
            return "the backend isn't in the v1 shape"
        if backend.rule is not None and at(backend.rule, "pathType") is None:
            return "v1 requires a pathType"
        return _reference(text_at(service, "name"), name if number is None else number)
    return _reference(text_at(backend.tree, "serviceName"), value_at(backend.tree, "servicePort"))


def _reference(name: str | None, port: Value) -> tuple[str, int | str] | str:
    if not name or not isinstance(port, (int, str)) or isinstance(port, bool) or not port:
        return "the backend names no Service and port"
    return (name, port)


def ports_meant(service: Service, port: int | str) -> list[ServicePort]:
    """The ports of `service` that the API finds by this number or name."""
    return [one for one in service.ports if port == (one.number if isinstance(port, int) else one.name)]


def follow_backend(cluster: Cluster, backend: Backend) -> Verdict:
    """From an Ingress backend to container ports."""
    known = _known(backend.ingress)
    tree = backend.tree
    if isinstance(tree, Table) and "resource" in tree.entries and "service" not in tree.entries:
        return Verdict(reason="a resource backend", outside=True, objects=known)
    reference = backend_reference(backend)
    if isinstance(reference, str):
        return Verdict(reason=reference, objects=known)
    name, port = reference
    if port == "use-annotation":
        return Verdict(reason="an action of the AWS controller", outside=True, objects=known)
    services = services_for(cluster, backend, name)
    if not services:
        return Verdict(reason=f"no Service is called {name}", objects=known)
    known |= _known(*(service.manifest for service in services))
    if services[0].outside:
        return Verdict(reason="the Service's endpoints are kept elsewhere", outside=True, objects=known)
    ends = [follow_port(cluster, service, one) for service in services for one in ports_meant(service, port)]
    if not ends:
        return Verdict(reason=f"the Service has no port {port}", objects=known)
    landings = frozenset(landing for end in ends for landing in end.landings)
    return Verdict(landings, ends[0].reason, objects=known.union(*(end.objects for end in ends)))


def follow_probe(workload: Workload, container: Container, probe: Probe) -> Verdict:
    """From a probe or hook to a port of its own container."""
    known, sought = _known(workload.manifest), probe.port.value
    if type(sought) is int:
        numbers = [port.number for port in container.ports] or [sought]
        found = [sought] if sought in numbers else []
    else:
        found = [port.number for port in container.ports if port.name and port.name == sought]
    landings = frozenset(_landing(workload, container.name, number) for number in found)
    return Verdict(landings, "" if found else f"its container has no port {sought}", objects=known)


def _route(kind: str, manifest: Manifest, place: str) -> Route:
    return Route(kind, manifest.path, manifest.ordinal, place, f"{manifest.kind} {manifest.name} {place}")


def _routes(cluster: Cluster) -> Iterator[tuple[Route, Verdict]]:
    for backend in cluster.backends:
        yield _route("ingress", backend.ingress, backend.place), follow_backend(cluster, backend)
    for service in cluster.services:
        for number, port in enumerate(service.ports):
            yield _route("service", service.manifest, f"ports[{number}]"), follow_port(cluster, service, port)
    for workload in cluster.workloads:
        for container in workload.containers:
            for probe in container.probes:
                route = _route("probe", workload.manifest, f"{container.name}.{probe.kind}")
                yield route, follow_probe(workload, container, probe)


def resolve_cluster(cluster: Cluster) -> dict[Route, Verdict]:
    """Every route of a cluster and where it lands."""
    return dict(_routes(cluster))


def resolve(files: Mapping[str, str]) -> dict[Route, Verdict]:
    """Every route in `files` ({path: text}) and where it lands. Raises nothing on text that isn't YAML."""
    return resolve_cluster(build(files))
