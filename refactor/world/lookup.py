"""Finding one resource from another: by name, and by the labels of its pods."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from refactor.kubernetes.kinds import is_retired
from refactor.world.labelling import BuiltPods, Labelling, labels_of, template_of
from refactor.world.misspelt import Misspelt
from refactor.world.places import (
    Folder,
    Namespaces,
    by_folder,
    distance,
    folder_of,
    is_far,
    is_folder_far,
    nearest,
)
from refactor.world.resources import Resource
from refactor.world.unread import BUILT_IN, FindUnread, Unread, nothing_unread

if TYPE_CHECKING:
    from refactor.world.patches import Declared, Patched

# Labels that the control plane puts on pods: no template holds them, so they are never missing.
_ADDED = frozenset(
    {
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "pod-template-hash",
        "controller-revision-hash",
        "job-name",
        "controller-uid",
        "rollouts-pod-template-hash",
    }
)
_ADDED_PREFIX = "batch.kubernetes.io/"
_POD_NAME = "statefulset.kubernetes.io/pod-name"
_OF_PODS = ("apps", "StatefulSet")


def written_labels(selector: Mapping[str, str]) -> Mapping[str, str]:
    """The part of a selector that pod templates can meet: without what the control plane adds."""
    for key in selector:
        if key in _ADDED or key.startswith(_ADDED_PREFIX):
            return {k: v for k, v in selector.items() if k not in _ADDED and not k.startswith(_ADDED_PREFIX)}
    return selector


def is_hook(resource: Resource) -> bool:
    """Whether Helm runs it once, at an install or a test: its pods come and go, no Service is for them.

    https://helm.sh/docs/topics/charts_hooks/
    """
    return resource.kind in ("Pod", "Job") and "helm.sh/hook" in resource.object.metadata.annotations


class World:
    """All resources of an input, and what is known beside them.

    `external` names Services that live elsewhere ("name" or "namespace/name"); `kube_version` is the
    (major, minor) of the cluster that the files are for, None where nobody said. `namespaces`: of a
    larger world of which this one is a part. `retired`: what is read for nothing but its version.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        external: frozenset[str] = frozenset(),
        kube_version: tuple[int, int] | None = None,
        meshed: frozenset[Folder] = frozenset(),
        namespaces: Namespaces | None = None,
        patched: "Iterable[Patched]" = (),
        unread: FindUnread = nothing_unread,
        labelling: Labelling = Labelling(),  # noqa: B008  (nothing in it)
    ) -> None:
        every = tuple(resources)
        self.retired = tuple([one for one in every if is_retired(one.body)])
        self.resources = tuple(one for one in every if not is_retired(one.body)) if self.retired else every
        self.external = external
        self.kube_version = kube_version
        self.meshed = meshed
        self._find_unread = unread
        self.labelling = labelling
        self._adds = bool(labelling)
        self._patched: dict[tuple[str, str | None], list[Patched]] = {}
        for one in patched:
            self._patched.setdefault((one.kind, one.name), []).append(one)
        self.namespaces = namespaces or Namespaces(self.resources, labelling.placed)
        self._by_kind: dict[tuple[str, str], list[Resource]] = {}
        self._by_name: dict[tuple[str, str, str], list[Resource]] = {}
        for resource in self.resources:
            kind = (resource.id.group, resource.id.kind)
            self._by_kind.setdefault(kind, []).append(resource)
            self._by_name.setdefault((*kind, resource.id.name), []).append(resource)

    def of(self, kind: str, group: str = "") -> Sequence[Resource]:
        """All resources of a kind, in the order of the input."""
        return self._by_kind.get((group, kind), ())

    def is_meshed(self, resource: Resource) -> bool:
        """Whether a service mesh is at work around a resource: it reads protocols out of port names."""
        here = folder_of(resource.home.file.path)
        return any(not is_folder_far(here, there) for there in self.meshed)

    def patched_by(self, resource: Resource) -> str | None:
        """The kustomization near by with a patch that may speak of a resource's ports, if there is one."""
        return next((one.path for one in self._patches(resource) if one.of_ports), None)

    def declared_by_patches(self, workload: Resource) -> "Iterator[Declared]":
        """The container ports that patches near by declare in a workload's pods."""
        for one in self._patches(workload) if self._patched else ():
            yield from one.declared

    def _patches(self, resource: Resource) -> "Iterator[Patched]":
        for name in (resource.name, None):
            for one in self._patched.get((resource.kind, name), ()):
                if not is_folder_far(folder_of(one.path), folder_of(resource.home.file.path)):
                    yield one

    @cached_property
    def unread(self) -> Sequence[Unread]:
        """The objects that aren't read: looked for only where one may matter, which is rare."""
        return tuple(self._find_unread())

    @cached_property
    def orders(self) -> Mapping[str, str]:
        """Name → label of each object from which an operator may make pods of that name."""
        found = ((one.ordered, one.kind) for one in self.unread if not one.line and one.kind not in BUILT_IN)
        return {name: f"{kind} {name}" for name, kind in found if name}

    @cached_property
    def misspelt(self) -> Misspelt:
        """The misspelt fields of all resources."""
        return Misspelt(self.resources)

    @cached_property
    def services(self) -> tuple[Resource, ...]:
        return tuple(self.of("Service"))

    @cached_property
    def workloads(self) -> tuple[Resource, ...]:
        return tuple(resource for resource in self.resources if template_of(resource) is not None)

    @cached_property
    def serving(self) -> tuple[Resource, ...]:
        """The workloads that Services are for."""
        return tuple(workload for workload in self.workloads if not is_hook(workload))

    @cached_property
    def _by_label(self) -> dict[tuple[str, str], list[Resource]]:
        index: dict[tuple[str, str], list[Resource]] = {}
        for workload in self.serving:
            for pair in labels_of(workload).items():
                index.setdefault(pair, []).append(workload)
        return index

    def services_near(self, source: Resource, namespace: str | None = None) -> list[Resource]:
        """The Services that stand near enough to be meant by `source`, in its namespace."""
        return self._near(source, self._service_folders, namespace)

    def workloads_near(self, source: Resource) -> list[Resource]:
        """The workloads that stand near enough to be meant by `source`, in its namespace."""
        return self._near(source, self._workload_folders, None)

    def near(
        self, source: Resource, others: Iterable[Resource], namespace: str | None = None
    ) -> Iterator[Resource]:
        """Those of others that stand near enough to be meant by `source`, in its namespace."""
        here = folder_of(source.home.file.path)
        for other in others:
            far = is_folder_far(here, folder_of(other.home.file.path))
            if not far and self.namespaces.match(source, other, namespace):
                yield other

    @cached_property
    def _service_folders(self) -> Mapping[Folder, list[Resource]]:
        return by_folder(self.services)

    @cached_property
    def _workload_folders(self) -> Mapping[Folder, list[Resource]]:
        return by_folder(self.serving)

    def _near(
        self, source: Resource, folders: Mapping[Folder, list[Resource]], namespace: str | None
    ) -> list[Resource]:
        here = folder_of(source.home.file.path)
        groups = (group for there, group in folders.items() if not is_folder_far(here, there))
        return [r for group in groups for r in group if self.namespaces.match(source, r, namespace)]

    def named(
        self,
        source: Resource,
        name: str,
        *,
        namespace: str | None = None,
        kind: str = "Service",
        group: str = "",
    ) -> list[Resource]:
        """The resources that a reference by name means: the nearest in its namespace, several on a tie."""
        options = self._by_name.get((group, kind, name), ())
        return nearest(source, (o for o in options if self.namespaces.match(source, o, namespace)))

    def elsewhere(self, source: Resource, name: str) -> list[Resource]:
        """Services of that name in other namespaces: what a reader of a report would look for."""
        options = self._by_name.get(("", "Service", name), ())
        return [o for o in options if not self.namespaces.match(source, o)]

    def is_external(self, source: Resource, name: str) -> bool:
        """Whether the user said that this Service lives elsewhere."""
        return name in self.external or f"{source.id.namespace or 'default'}/{name}" in self.external

    def selected(self, source: Resource, selector: Mapping[str, str]) -> list[Resource]:
        """The workloads whose pods a selector matches, from the nearest folder that has some.

        Of variants with one identity the nearest count, several on a tie.
        """
        matching = self._matching(source, selector)
        if len(matching) < 2:
            return matching
        # A Service selects all pods that match; only variants of one workload are alternatives.
        up = max(0, min(distance(source, w)[0] for w in matching))
        level = [w for w in matching if distance(source, w)[0] <= up]
        same: dict[object, list[Resource]] = {}
        for workload in level:
            same.setdefault((workload.id.group, workload.id.kind, workload.id.name), []).append(workload)
        return [nearby for variants in same.values() for nearby in nearest(source, variants)]

    def selectable(self, source: Resource, selector: Mapping[str, str]) -> list[Resource]:
        """All workloads near by whose pods a selector matches, also where nearer ones are meant."""
        return [w for w in self._matching(source, selector) if not is_far(source, w)]

    def selected_elsewhere(self, source: Resource, selector: Mapping[str, str]) -> list[Resource]:
        """The workloads whose pods a selector would match if they weren't in another namespace."""
        labels = written_labels(selector)
        holders = self._holders(source, labels) if labels else ()
        return [w for w in holders if not self.namespaces.match(source, w)]

    def _matching(self, source: Resource, selector: Mapping[str, str]) -> list[Resource]:
        labels = written_labels(selector)
        if not labels and _POD_NAME not in selector:
            return []
        owner = selector[_POD_NAME].rpartition("-")[0] if _POD_NAME in selector else None
        holders = self._holders(source, labels) if labels else self._by_name.get((*_OF_PODS, owner or ""), ())
        matching = [w for w in holders if self.namespaces.match(source, w)]
        return matching if owner is None else [w for w in matching if w.id.name == owner]

    def _holders(self, source: Resource, labels: Mapping[str, str]) -> list[Resource]:
        """The workloads whose pods have all of the labels, in the files or where both are built."""
        lists = [self._by_label.get(pair, []) for pair in labels.items()]
        found = min(lists, key=len)
        if len(lists) > 1:
            wanted = labels.items()
            found = [workload for workload in found if wanted <= labels_of(workload).items()]
        built = self._built.selected(source, labels) if self._adds else ()
        return sorted({*built, *found}, key=self._rank.__getitem__) if built else found

    @cached_property
    def _rank(self) -> Mapping[Resource, int]:
        return {workload: rank for rank, workload in enumerate(self.serving)}

    @cached_property
    def _built(self) -> BuiltPods:
        return BuiltPods(self.labelling, self.serving)

    def is_far(self, source: Resource, other: Resource) -> bool:
        """Whether the two may as well belong to different applications."""
        return is_far(source, other)
