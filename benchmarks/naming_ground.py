"""The ground that names stand on: every place of a port in some files, and what leads to what.

Shares nothing with the code under test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.cluster import Backend, Container, ContainerPort, Probe, Service, ServicePort, Workload, build
from benchmarks.documents import Leaf, read, table_at, text_at
from benchmarks.judge import backend_reference, follow_port, ports_meant, services_for

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """The place of a link, the same before and after a repair; `kind` is one of KINDS."""

    kind: str
    path: str
    ordinal: int
    place: str


KINDS = ("backend", "target", "probe", "container", "service")


@dataclass(frozen=True, slots=True)
class PodEntry:
    """A declared port of a workload's container, by position."""

    workload: Workload
    container: Container
    port: ContainerPort
    link: Link


class Ground:
    """Everything that names and numbers of ports stand for in some files ({path: text})."""

    def __init__(self, files: Files) -> None:
        self.cluster = build(files)
        self.manifests = [manifest for path in sorted(files) for manifest in read(path, files[path])]
        self.entries = {entry.link: entry for w in self.cluster.workloads for entry in _entries(w)}
        self.hits = {
            service_link("target", service, index): list(self._hits(service, port))
            for service in self.cluster.services
            for index, port in enumerate(service.ports)
        }
        self.chains = self.linked()

    def values(self) -> dict[Link, int | str]:
        """What stands at each link now: a number, a name, or '' where an entry has no name."""
        found: dict[Link, int | str] = {link: entry.port.name for link, entry in self.entries.items()}
        for service in self.cluster.services:
            for index, port in enumerate(service.ports):
                found[service_link("target", service, index)] = port.target or 0
                found[service_link("service", service, index)] = port.name
        for backend in self.cluster.backends:
            reference = backend_reference(backend)
            found[backend_link(backend)] = reference[1] if isinstance(reference, tuple) else 0
        for workload, container, probe in self.probes():
            value, link = probe.port.value, probe_link(workload, container, probe)
            found[link] = value if isinstance(value, int | str) and not isinstance(value, bool) else 0
        return found

    def evidence(self, entry: PodEntry) -> Iterator[str]:
        """What a person would look at in order to name a container port."""
        yield f"image {text_at(entry.container.tree, 'image') or '?'}"
        for service in self.cluster.services:
            for index, port in enumerate(service.ports):
                if entry in self.hits[service_link("target", service, index)]:
                    routed = any(
                        isinstance(reference := backend_reference(backend), tuple)
                        and port in ports_meant(service, reference[1])
                        for backend in self.callers(service)
                    )
                    yield f"Service {port.name or port.number}{' by Ingress' if routed else ''}"
        for workload, container, probe in self.probes():
            if self.probed(workload, container, probe) == entry:
                action = next(
                    a
                    for a in ("httpGet", "tcpSocket", "grpc")
                    if table_at(container.tree, probe.kind, a)
                    or table_at(container.tree, "lifecycle", probe.kind, a)
                )
                path = text_at(container.tree, probe.kind, action, "path") or ""
                yield f"{probe.kind} {action} {path}".strip()

    def _hits(self, service: Service, port: ServicePort) -> Iterator[PodEntry]:
        for landing in follow_port(self.cluster, service, port).landings:
            for entry in self.entries.values():
                manifest = entry.workload.manifest
                here = (manifest.path, manifest.kind, manifest.name, entry.container.name, entry.port.number)
                wanted = port.target if isinstance(port.target, str) else entry.port.name
                there = (landing.path, landing.kind, landing.name, landing.container, landing.number)
                if here == there and entry.port.name == wanted:
                    yield entry

    def linked(self) -> dict[Link, set[Link]]:
        """Container ports that one Service port reaches together must have one name."""
        groups = {link: {link} for link in self.entries}
        for hits in self.hits.values():
            together = set().union(*(groups[hit.link] for hit in hits)) if hits else set()
            groups.update((link, together) for link in together)
        return groups

    def used(self) -> set[Link]:
        """The container ports that a Service port or a probe reaches."""
        used = {hit.link for hits in self.hits.values() for hit in hits}
        for workload, container, probe in self.probes():
            entry = self.probed(workload, container, probe)
            used |= {entry.link} if entry else set()
        return used

    def probes(self) -> Iterator[tuple[Workload, Container, Probe]]:
        """Every probe and hook, with its workload and container."""
        for workload in self.cluster.workloads:
            for container in workload.containers:
                for probe in container.probes:
                    yield workload, container, probe

    def probed(self, workload: Workload, container: Container, probe: Probe) -> PodEntry | None:
        """The declared port that a probe calls in its own container."""
        for entry in self.entries.values():
            if entry.workload is workload and entry.container is container:
                sought = entry.port.number if type(probe.port.value) is int else entry.port.name
                if sought == probe.port.value:
                    return entry
        return None

    def annotations(self) -> Iterator[str]:
        """The text of every annotation."""
        for manifest in self.manifests:
            notes = table_at(manifest.root, "metadata", "annotations")
            for leaf in notes.entries.values() if notes else ():
                yield str(leaf.value) if isinstance(leaf, Leaf) else ""

    def callers(self, service: Service) -> Iterator[Backend]:
        """The Ingress backends that mean this Service."""
        for backend in self.cluster.backends:
            reference = backend_reference(backend)
            if isinstance(reference, tuple) and service in services_for(self.cluster, backend, reference[0]):
                yield backend


def _entries(workload: Workload) -> Iterator[PodEntry]:
    for position, container in enumerate(workload.containers):
        for index, port in enumerate(container.ports):
            place = f"[{position}]{container.name}.ports[{index}]"
            link = Link("container", workload.manifest.path, workload.manifest.ordinal, place)
            yield PodEntry(workload, container, port, link)


def service_link(kind: str, service: Service, index: int) -> Link:
    return Link(kind, service.manifest.path, service.manifest.ordinal, f"ports[{index}]")


def backend_link(backend: Backend) -> Link:
    return Link("backend", backend.ingress.path, backend.ingress.ordinal, backend.place)


def probe_link(workload: Workload, container: Container, probe: Probe) -> Link:
    place = f"[{workload.containers.index(container)}]{container.name}.{probe.kind}"
    return Link("probe", workload.manifest.path, workload.manifest.ordinal, place)
