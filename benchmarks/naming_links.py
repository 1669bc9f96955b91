"""The links of an application that a name could carry, and what forbids it: the judge's own survey.

A link is a number where a name could stand (Ingress backend, targetPort, probe), or an entry without a
name (container port, sole Service port). Shares nothing with the code under test.
https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.cluster import Backend, Container, Probe, Service, ServicePort, Workload
from benchmarks.documents import Leaf, Manifest, leaf_at, text_at, value_at
from benchmarks.judge import (
    backend_reference,
    follow_backend,
    follow_port,
    ports_meant,
    selected,
    services_for,
)
from benchmarks.naming_barriers import (
    BY_HAND,
    annotation_barrier,
    roll_barrier,
    service_barrier,
    valid_container_name,
)
from benchmarks.naming_ground import Ground, Link, PodEntry, backend_link, probe_link, service_link

LEANING = "an Ingress asks the Service for a port that only some controllers would find"
SWITCHES = "unsafe: the name https would switch some edges to TLS"
IDLE = "nothing could ask for it by name"
_ANCHOR = "one text stands for several places (a YAML anchor)"


class Survey(Ground):
    """The links of some files, each with what forbids it a name."""

    def barriers(self) -> dict[Link, str]:
        """Each link that works without a name: '' where it can have one, else what forbids it."""
        found: dict[Link, str] = {}
        used = self.used()
        for link, entry in self.entries.items():
            if link in used and not entry.port.name:
                found[link] = self._container_barrier(entry)
        for service in self.cluster.services:
            for index, port in enumerate(service.ports):
                self._judge_service(service, index, port, found)
        for backend in self.cluster.backends:
            self._judge_backend(backend, found)
        for workload, container, probe in self.probes():
            self._judge_probe(workload, container, probe, found)
        self._bar_idle(found)
        return found

    def _bar_idle(self, found: dict[Link, str]) -> None:
        """Container ports where all references stay numbers: a name would restart the pods for nothing."""
        asked: set[Link] = set()
        for link, hits in self.hits.items():
            # A wish of an Ingress that is broken before it may be repaired: then it can ask by name.
            if found.get(link, "") in ("", LEANING):
                asked |= {hit.link for hit in hits}
        for workload, container, probe in self.probes():
            entry = self.probed(workload, container, probe)
            if entry is not None and not found.get(probe_link(workload, container, probe), IDLE):
                asked.add(entry.link)
        for link in [link for link, barrier in found.items() if link.kind == "container" and not barrier]:
            if link not in asked:
                found[link] = IDLE

    def leans(self, link: Link) -> bool:
        """Whether the Service of this link is still asked for a port that it doesn't have."""
        return any(
            self._leaning(service)
            for service in self.cluster.services
            if (service.manifest.path, service.manifest.ordinal) == (link.path, link.ordinal)
        )

    def _container_barrier(self, entry: PodEntry) -> str:
        same = [port for port in entry.container.ports if port.number == entry.port.number]
        if len({port.protocol for port in same}) > 1:
            return "one number for two protocols"
        same = [port for port in entry.workload.ports if port.number == entry.port.number]
        same = [port for port in same if port.protocol == entry.port.protocol]
        if len(same) > 1:
            return "one number twice in a pod"
        if _anchored(entry.workload.manifest, leaf_at(entry.port.tree, "containerPort")):
            return _ANCHOR
        return "" if entry.port.name else roll_barrier(entry.workload.manifest)

    def _chain_barrier(self, hits: list[PodEntry]) -> str:
        chain = [self.entries[link] for link in self.chains[hits[0].link]]
        standing = {entry.port.name for entry in chain} - {""}
        if len(standing) > 1:
            return "its pods have different names for it already"
        if any(not valid_container_name(name) for name in standing):
            return "the name that stands isn't allowed"
        if len({id(entry.workload) for entry in chain}) < len(chain):
            return "one reference leads to several ports of a pod"
        for entry in chain:
            others = {port.name for port in entry.workload.ports if port is not entry.port}
            if standing & others:
                return "another port of a pod has the name"
        barriers = [self._container_barrier(entry) for entry in chain]
        return next((found for found in (*map(_stale, hits), *barriers) if found), "")

    def _judge_service(self, service: Service, index: int, port: ServicePort, found: dict[Link, str]) -> None:
        verdict, hits = (
            follow_port(self.cluster, service, port),
            self.hits[service_link("target", service, index)],
        )
        if not verdict.resolved:
            return
        leaning = self._leaning(service)
        common = service_barrier(service, self.manifests, port)
        anchored = _ANCHOR if _anchored(service.manifest, leaf_at(port.tree, "port")) else ""
        if type(port.target) is int and hits:
            link = service_link("target", service, index)
            # The last of all: an Ingress can be repaired, and then nothing else forbids it.
            found[link] = common or anchored or self._target_barrier(service, port, hits) or leaning
        if len(service.ports) == 1 and not port.name:
            named = "unsafe: its targetPort is a name already" if isinstance(port.target, str) else ""
            link = service_link("service", service, index)
            tls = self._tls_barrier(service, port, hits)
            keyed = annotation_barrier(service.manifest)
            found[link] = leaning or common or anchored or named or keyed or tls

    def _tls_barrier(self, service: Service, port: ServicePort, hits: list[PodEntry]) -> str:
        """Traefik takes a Service port called https… for TLS; 443 it takes for TLS anyway."""
        told = {hit.port.name for hit in hits}
        for other in self.cluster.services:
            for index, one in enumerate(other.ports):
                if one is port or any(hit in hits for hit in self.hits[service_link("target", other, index)]):
                    told.add(str(value_at(one.tree, "appProtocol")))
        for workload, container, probe in self.probes():
            if self.probed(workload, container, probe) in hits:
                told.add(str(value_at(container.tree, probe.kind, "httpGet", "scheme")).lower())
        secured = any(word.startswith("https") or word == "kubernetes.io/wss" for word in told)
        if secured and port.number != 443 and any(self.callers(service)):
            return SWITCHES
        return ""

    def _target_barrier(self, service: Service, port: ServicePort, hits: list[PodEntry]) -> str:
        pods = selected(self.cluster, service)
        if {id(pod) for pod in pods} - {id(hit.workload) for hit in hits}:
            return "some of its pods don't declare the number"
        if any(hit.port.protocol != port.protocol for hit in hits):
            return "the container's protocol is another one"
        ingresses = [backend.ingress for backend in self.callers(service)]
        for manifest in (service.manifest, *ingresses):
            check = text_at(
                manifest.root, "metadata", "annotations", "alb.ingress.kubernetes.io/healthcheck-port"
            )
            if check and check != "traffic-port" and not check.isdigit():
                return "the AWS controller's health check is named"
        return self._chain_barrier(hits)

    def _leaning(self, service: Service) -> str:
        for backend in self.callers(service):
            reference = backend_reference(backend)
            if isinstance(reference, tuple) and not ports_meant(service, reference[1]):
                return LEANING
        return ""

    def _judge_backend(self, backend: Backend, found: dict[Link, str]) -> None:
        reference = backend_reference(backend)
        if not isinstance(reference, tuple) or type(reference[1]) is not int:
            return
        verdict = follow_backend(self.cluster, backend)
        if not verdict.resolved:
            return
        name, number = reference
        reasons = [
            self._port_barrier(service, port, found)
            for service in services_for(self.cluster, backend, name)
            for port in ports_meant(service, number)
        ]
        place = leaf_at(backend.tree, "service", "port", "number") or leaf_at(backend.tree, "servicePort")
        anchored = _ANCHOR if _anchored(backend.ingress, place) else ""
        found[backend_link(backend)] = anchored or next((reason for reason in reasons if reason), "")

    def _port_barrier(self, service: Service, port: ServicePort, found: Mapping[Link, str]) -> str:
        by_hand = service_barrier(service, self.manifests, port)
        if by_hand == BY_HAND:
            return BY_HAND
        if port.name:
            return "" if valid_container_name(port.name) else "an Ingress can't say the Service port's name"
        return found.get(service_link("service", service, service.ports.index(port)), "")

    def _judge_probe(
        self, workload: Workload, container: Container, probe: Probe, found: dict[Link, str]
    ) -> None:
        entry = self.probed(workload, container, probe)
        if type(probe.port.value) is not int or entry is None or _is_grpc(container, probe):
            return
        reason = _ANCHOR if _anchored(workload.manifest, probe.port) else ""
        reason = reason or roll_barrier(workload.manifest)
        if not entry.port.name:
            reason = reason or self._container_barrier(entry)
        found[probe_link(workload, container, probe)] = reason


def _stale(hit: PodEntry) -> str:
    """Why its running pods may lack what the file says; a bare Pod or a Job is as its file says."""
    as_written = hit.port.name and hit.workload.manifest.kind in ("Pod", "Job")
    return "" if as_written else roll_barrier(hit.workload.manifest)


def _is_grpc(container: Container, probe: Probe) -> bool:
    return leaf_at(container.tree, probe.kind, "grpc", "port") == probe.port


def _anchored(manifest: Manifest, leaf: Leaf | None) -> bool:
    return leaf is not None and leaf.start in manifest.shared
