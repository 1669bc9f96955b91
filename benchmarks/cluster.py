"""What would stand in the cluster if these files were applied, as far as routes need it.

Facts: https://kubernetes.io/docs/concepts/services-networking/service/ and .../ingress/ for the shapes,
https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ for native sidecars.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.documents import (
    Leaf,
    Manifest,
    Table,
    Tree,
    at,
    items_at,
    leaf_at,
    read,
    table_at,
    text_at,
    value_at,
)

_POD_PATHS: dict[tuple[str, str], tuple[str, ...]] = {
    ("", "Pod"): (),
    ("", "ReplicationController"): ("spec", "template"),
    ("apps", "Deployment"): ("spec", "template"),
    ("apps", "StatefulSet"): ("spec", "template"),
    ("apps", "DaemonSet"): ("spec", "template"),
    ("apps", "ReplicaSet"): ("spec", "template"),
    ("extensions", "Deployment"): ("spec", "template"),
    ("extensions", "DaemonSet"): ("spec", "template"),
    ("extensions", "ReplicaSet"): ("spec", "template"),
    ("argoproj.io", "Rollout"): ("spec", "template"),
    ("batch", "Job"): ("spec", "template"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
}
INGRESS_VERSIONS = {
    "networking.k8s.io/v1": "v1",
    "networking.k8s.io/v1beta1": "v1beta1",
    "extensions/v1beta1": "v1beta1",
}
# Labels that the control plane adds when the pods exist; a selector on them can't be judged from files.
_ADDED = (
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "pod-template-hash",
    "controller-revision-hash",
    "job-name",
    "rollouts-pod-template-hash",
    "batch.kubernetes.io/",
)


@dataclass(frozen=True, slots=True)
class ContainerPort:
    """A declared port; `number` is 0 where the field holds no usable number."""

    name: str
    number: int
    protocol: str
    tree: Table


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe or lifecycle hook that asks its own container for a port."""

    kind: str
    port: Leaf


@dataclass(frozen=True, slots=True)
class Container:
    name: str
    ports: tuple[ContainerPort, ...]
    probes: tuple[Probe, ...]
    tree: Table


@dataclass(frozen=True, slots=True)
class Workload:
    """Whatever makes pods. `containers` are the regular ones first, then the native sidecars."""

    manifest: Manifest
    namespace: str
    labels: Mapping[str, str]
    containers: tuple[Container, ...]

    @property
    def identity(self) -> tuple[str, str]:
        return (self.manifest.kind, self.manifest.name)

    @property
    def ports(self) -> tuple[ContainerPort, ...]:
        return tuple(port for container in self.containers for port in container.ports)


@dataclass(frozen=True, slots=True)
class ServicePort:
    """`target` is the number or name sought in the pods; `port` where the field is absent, 0 or empty."""

    name: str
    number: int
    target: int | str | None
    protocol: str
    tree: Table


@dataclass(frozen=True, slots=True)
class Service:
    """`selector` is None where there is none: its endpoints are kept by somebody else."""

    manifest: Manifest
    namespace: str
    selector: Mapping[str, str] | None
    external: bool
    ports: tuple[ServicePort, ...]

    @property
    def outside(self) -> bool:
        return self.external or not self.selector or any(key.startswith(_ADDED) for key in self.selector)

    @property
    def headless(self) -> bool:
        return value_at(self.manifest.root, "spec", "clusterIP") == "None"


@dataclass(frozen=True, slots=True)
class Backend:
    """One place of an Ingress that names a Service; `place` says which, `tree` is what stands there."""

    ingress: Manifest
    namespace: str
    place: str
    rule: Tree | None
    tree: Tree | None


@dataclass(frozen=True, slots=True)
class Cluster:
    services: tuple[Service, ...]
    workloads: tuple[Workload, ...]
    backends: tuple[Backend, ...]


def _container_port(tree: Table) -> ContainerPort:
    number = value_at(tree, "containerPort")
    usable = number if isinstance(number, int) and not isinstance(number, bool) else 0
    return ContainerPort(text_at(tree, "name") or "", usable, _protocol(tree), tree)


def _protocol(tree: Table) -> str:
    return text_at(tree, "protocol") or "TCP"


def _probes(container: Table) -> Iterator[Probe]:
    for kind in ("readinessProbe", "livenessProbe", "startupProbe"):
        for action in ("httpGet", "tcpSocket", "grpc"):
            if port := leaf_at(container, kind, action, "port"):
                yield Probe(kind, port)
    for hook in ("postStart", "preStop"):
        if port := leaf_at(container, "lifecycle", hook, "httpGet", "port"):
            yield Probe(hook, port)


def _container(tree: Table) -> Container:
    ports = tuple(_container_port(item) for item in items_at(tree, "ports") if isinstance(item, Table))
    return Container(text_at(tree, "name") or "", ports, tuple(_probes(tree)), tree)


def _containers(pod: Tree | None) -> Iterator[Container]:
    for item in items_at(pod, "spec", "containers"):
        if isinstance(item, Table):
            yield _container(item)
    for item in items_at(pod, "spec", "initContainers"):
        if isinstance(item, Table) and text_at(item, "restartPolicy") == "Always":
            yield _container(item)


def _labels(tree: Table | None) -> dict[str, str]:
    leaves = tree.entries.items() if tree else ()
    return {key: leaf.value for key, leaf in leaves if isinstance(leaf, Leaf) and isinstance(leaf.value, str)}


def _workload(manifest: Manifest, namespace: str) -> Workload | None:
    steps = _POD_PATHS.get((manifest.group, manifest.kind))
    if steps is None:
        return None
    pod = at(manifest.root, *steps)
    labels = _labels(table_at(pod, "metadata", "labels"))
    return Workload(manifest, namespace, labels, tuple(_containers(pod)))


def _service_port(tree: Table) -> ServicePort:
    port, target = value_at(tree, "port"), value_at(tree, "targetPort")
    number = port if isinstance(port, int) and not isinstance(port, bool) else 0
    usable = target if isinstance(target, (int, str)) and not isinstance(target, bool) else None
    return ServicePort(text_at(tree, "name") or "", number, usable or number, _protocol(tree), tree)


def _service(manifest: Manifest, namespace: str) -> Service | None:
    if (manifest.api_version, manifest.kind) != ("v1", "Service"):
        return None
    spec = table_at(manifest.root, "spec")
    selector = table_at(spec, "selector")
    whole = selector is not None and all(isinstance(leaf, Leaf) for leaf in selector.entries.values())
    ports = tuple(_service_port(item) for item in items_at(spec, "ports") if isinstance(item, Table))
    external = text_at(spec, "type") == "ExternalName"
    return Service(manifest, namespace, _labels(selector) if whole else None, external, ports)


def _backends(manifest: Manifest, namespace: str) -> Iterator[Backend]:
    version = INGRESS_VERSIONS.get(manifest.api_version)
    if manifest.kind != "Ingress" or version is None:
        return
    spec = table_at(manifest.root, "spec")
    # One name for the default backend of both versions: it stays the same route when an Ingress moves to v1.
    places = {
        "defaultBackend": "defaultBackend",
        "backend": "backend" if version == "v1" else "defaultBackend",
    }
    for key, place in places.items():
        if (version == "v1" or key == "backend") and (default := at(spec, key)):
            yield Backend(manifest, namespace, place, None, default)
    for number, rule in enumerate(items_at(spec, "rules")):
        for position, path in enumerate(items_at(rule, "http", "paths")):
            place = f"rules[{number}].paths[{position}]"
            yield Backend(manifest, namespace, place, path, at(path, "backend"))


def _patches(manifests: list[Manifest]) -> set[str]:
    """Files that a kustomization merges into others: they are no resources of their own."""
    found: set[str] = set()
    for manifest in manifests:
        if posixpath.basename(manifest.path) in ("kustomization.yaml", "kustomization.yml"):
            folder = posixpath.dirname(manifest.path)
            entries = items_at(manifest.root, "patches") + items_at(manifest.root, "patchesStrategicMerge")
            for entry in entries:
                name = entry.value if isinstance(entry, Leaf) else value_at(entry, "path")
                if isinstance(name, str) and "\n" not in name:
                    found.add(posixpath.normpath(posixpath.join(folder, name)))
    return found


def _sole_namespaces(manifests: list[Manifest]) -> dict[str, str]:
    """The one namespace that the objects of a folder name, by folder; '' where there are several or none."""
    named: dict[str, set[str]] = {}
    for manifest in manifests:
        named.setdefault(posixpath.dirname(manifest.path), set()).add(manifest.namespace)
    sole = {folder: names - {""} for folder, names in named.items()}
    return {folder: names.pop() if len(names) == 1 else "" for folder, names in sole.items()}


def build(files: Mapping[str, str]) -> Cluster:
    """The cluster of `files` ({path: text}); files that can't be parsed contribute nothing."""
    manifests = [manifest for path in sorted(files) for manifest in read(path, files[path])]
    patches, sole = _patches(manifests), _sole_namespaces(manifests)
    services: list[Service] = []
    workloads: list[Workload] = []
    backends: list[Backend] = []
    for manifest in manifests:
        if posixpath.normpath(manifest.path) in patches:
            continue
        namespace = manifest.namespace or sole.get(posixpath.dirname(manifest.path), "")
        backends.extend(_backends(manifest, namespace))
        if service := _service(manifest, namespace):
            services.append(service)
        elif workload := _workload(manifest, namespace):
            workloads.append(workload)
    return Cluster(tuple(services), tuple(workloads), tuple(backends))


def refuses(files: Mapping[str, str]) -> bool:
    """Whether the API server refuses an object for what it says of itself, wherever its routes lead.

    An Ingress in a group of Kubernetes' own in which there is none, a workload of apps/v1 without selector.
    """
    every = [one for path, text in files.items() for one in read(path, text)]
    return any(_is_misplaced(one) or _lacks_selector(one) for one in every)


def _is_misplaced(one: Manifest) -> bool:
    ours = {"", "apps", "batch", *(version.rpartition("/")[0] for version in INGRESS_VERSIONS)}
    return one.kind == "Ingress" and one.group in ours and one.api_version not in INGRESS_VERSIONS


def _lacks_selector(one: Manifest) -> bool:
    kinds = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
    wanted = one.kind in kinds and one.api_version in ("apps/v1", "apps/v1beta2")
    return wanted and table_at(one.root, "spec", "selector") is None
