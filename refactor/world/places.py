"""Nearness in the tree of files: which of several resources a reference means.

One application in five keeps variants (environments, examples) with the same identities side by side.
A reference means the one in its own file, then in its folder, then under the nearest parent.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from refactor.world.resources import Resource

Folder = tuple[str, ...]

# Folders that belong together although they stand apart: kustomize's usual names.
_LAYERS = frozenset({"base", "bases", "overlays", "overlay", "components", "environments", "envs"})

# Charts put an object or two there, beside a release that goes elsewhere.
_OF_THE_CLUSTER = frozenset({"kube-system", "kube-public", "kube-node-lease"})

_BESIDE = 1  # how many folders up a relation is still taken for granted
_LAYERED = 3


@lru_cache(maxsize=65536)
def folder_of(path: str) -> Folder:
    """The folder of a file, in parts."""
    return tuple(path.split("/")[:-1])


@lru_cache(maxsize=65536)
def common(one: Folder, other: Folder) -> Folder:
    """The nearest folder above both."""
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return one[:length]


def distance(source: Resource, other: Resource) -> tuple[int, int]:
    """Folders up from the source's file and down to the other's; (-1, 0) in the same file."""
    path, target = source.home.file.path, other.home.file.path
    if path == target:
        return -1, 0
    here, there = folder_of(path), folder_of(target)
    if here == there:
        return 0, 0
    above = len(common(here, there))
    return len(here) - above, len(there) - above


def is_far(source: Resource, other: Resource) -> bool:
    """Whether the two may as well belong to different applications."""
    return is_folder_far(folder_of(source.home.file.path), folder_of(other.home.file.path))


@lru_cache(maxsize=65536)
def is_folder_far(here: Folder, there: Folder) -> bool:
    """The same of two folders: more than one up, or three between kustomize's layers."""
    above = len(common(here, there))
    up = len(here) - above
    if up <= _BESIDE:
        return False
    layered = _LAYERS & {*here[above : above + 1], *there[above : above + 1]}
    return not (layered and up <= _LAYERED)


def by_folder(resources: Iterable[Resource]) -> dict[Folder, list[Resource]]:
    """The resources of each folder."""
    folders: dict[Folder, list[Resource]] = {}
    for resource in resources:
        folders.setdefault(folder_of(resource.home.file.path), []).append(resource)
    return folders


def nearest(source: Resource, candidates: Iterable[Resource]) -> list[Resource]:
    """The candidates at the least distance; several where they tie."""
    options = list(candidates)
    if len(options) < 2:
        return options
    distances = [distance(source, option) for option in options]
    least = min(distances)
    return [option for option, far in zip(options, distances, strict=True) if far == least]


class Namespaces:
    """Which namespaces are named where, for the objects that don't say theirs.

    An absent namespace is the release's or kubectl's. It is taken for the sole namespace that is named
    in the same place, apart from the cluster's own; two different names never match, unless a kustomization
    replaces them by one: `placed` holds, of a file, the namespaces that builds give to its objects.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        placed: Mapping[str, frozenset[tuple[int, str]]] = MappingProxyType({}),
    ) -> None:
        self._placed = placed
        self._in_file: dict[str, set[str]] = {}
        self._in_folder: dict[Folder, set[str]] = {}
        self._below: dict[Folder, set[str]] = {}
        # A file with many objects names few namespaces.
        for path, namespace in {(one.home.file.path, one.id.namespace) for one in resources}:
            if namespace is not None:
                self._note(path, namespace)

    def _note(self, path: str, namespace: str) -> None:
        folder = folder_of(path)
        self._in_file.setdefault(path, set()).add(namespace)
        self._in_folder.setdefault(folder, set()).add(namespace)
        for depth in range(len(folder) + 1):
            self._below.setdefault(folder[:depth], set()).add(namespace)

    def match(self, one: Resource, other: Resource, namespace: str | None = None) -> bool:
        """Whether the two are in one namespace; `namespace` is what a reference says explicitly."""
        left = namespace or one.id.namespace
        right = other.id.namespace
        if left == right or (self._placed and namespace is None and self._built(one, other)):
            return True
        if left is not None and right is not None:
            return False
        named = self._named_around(one, other)
        return named <= {left or right} or named - _OF_THE_CLUSTER <= {left or right}

    def _built(self, one: Resource, other: Resource) -> bool:
        """Whether some build puts both into one namespace, whatever they say."""
        there = self._placed.get(other.home.file.path, frozenset())
        return not there.isdisjoint(self._placed.get(one.home.file.path, ()))

    def _named_around(self, one: Resource, other: Resource) -> set[str]:
        path, target = one.home.file.path, other.home.file.path
        if path == target:
            return self._in_file.get(path, set())
        here, there = folder_of(path), folder_of(target)
        if here == there:
            return self._in_folder.get(here, set())
        return self._below.get(common(here, there), set())
