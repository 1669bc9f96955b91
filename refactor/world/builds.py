"""What kustomizations add: which labels to which files, where in their objects, and which namespace.

A build starts at a kustomization that no other one reaches. What is done in it is done from the inside
out: the labels of an outer kustomization replace those of an inner one.
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/labels/
"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from refactor.world.kustomizations import FILES
from refactor.world.labelling import Labels


@dataclass(frozen=True, slots=True)
class Added:
    """Labels that every object of a file gets: on itself, in its selectors, in its pod template.

    `taught`: kustomize is told more than it knows by itself (`configurations`), as of Argo's Rollouts.
    `namespace`: where all of them come out, None where that is left to the files.
    """

    everywhere: Labels = field(default_factory=dict)
    selectors: Labels = field(default_factory=dict)
    templates: Labels = field(default_factory=dict)
    taught: bool = False
    namespace: str | None = None

    def over(self, inner: "Added") -> "Added":
        """Both, where this one is added later: it replaces what the inner one has set."""
        if inner is _NOTHING or self is _NOTHING:
            return self if inner is _NOTHING else inner
        return Added(
            {**inner.everywhere, **self.everywhere},
            {**inner.selectors, **self.selectors},
            {**inner.templates, **self.templates},
            inner.taught or self.taught,
            self.namespace or inner.namespace,
        )


_NOTHING = Added()
_ADDING = ("commonLabels", "labels", "namespace")
Build = Mapping[str, Added]


def builds_of(kustomizations: Iterable[tuple[str, Mapping[str, Any]]], files: Iterable[str]) -> list[Build]:
    """What each build adds to each file that it reaches; only builds that add something."""
    known = [(path, data) for path, data in kustomizations if posixpath.basename(path) in FILES]
    if not any(data.get(key) for _, data in known for key in _ADDING):
        return []
    tree = _Tree(known, files)
    builds = (tree.build(root) for root in tree.roots())
    return [build for build in builds if any(a.everywhere or a.namespace for a in build.values())]


def _own(data: Mapping[str, Any]) -> Added:
    """The labels that a kustomization itself adds."""
    everywhere, selectors, templates = {}, {}, {}
    entries = data.get("labels")
    for entry in entries if isinstance(entries, list) else ():
        pairs = _pairs(entry.get("pairs")) if isinstance(entry, dict) else {}
        everywhere.update(pairs)
        if pairs and entry.get("includeSelectors") is True:
            selectors.update(pairs)
        if pairs and (entry.get("includeSelectors") is True or entry.get("includeTemplates") is True):
            templates.update(pairs)
    common = _pairs(data.get("commonLabels"))
    taught = bool(data.get("configurations"))
    namespace = data.get("namespace")
    namespace = namespace if isinstance(namespace, str) and namespace else None
    if not (everywhere or common or taught or namespace):
        return _NOTHING
    return Added(
        {**everywhere, **common}, {**selectors, **common}, {**templates, **common}, taught, namespace
    )


def _pairs(data: Any) -> dict[str, str]:
    pairs = data.items() if isinstance(data, dict) else ()
    return {key: value for key, value in pairs if isinstance(key, str) and isinstance(value, str)}


class _Tree:
    """Kustomizations by their folders, and what each one names."""

    def __init__(self, known: Iterable[tuple[str, Mapping[str, Any]]], files: Iterable[str]) -> None:
        paths = {posixpath.normpath(path): path for path in files}
        self._data = {posixpath.normpath(posixpath.dirname(path)): data for path, data in known}
        self._own = {folder: _own(data) for folder, data in self._data.items()}
        self._named: dict[str, list[str]] = {}
        self._files: dict[str, list[str]] = {}
        self._components: dict[str, list[str]] = {}
        for folder in self._data:
            named = list(self._entries(folder, "resources", "bases"))
            self._named[folder] = [name for name in named if name in self._data]
            self._files[folder] = [paths[name] for name in named if name in paths]
            components = self._entries(folder, "components")
            self._components[folder] = [name for name in components if name in self._data]

    def _entries(self, folder: str, *keys: str) -> Iterator[str]:
        for key in keys:
            entries = self._data[folder].get(key)
            for entry in entries if isinstance(entries, list) else ():
                if isinstance(entry, str):
                    yield posixpath.normpath(posixpath.join(folder, entry))

    def roots(self) -> list[str]:
        """The kustomizations that no other one reaches."""
        reached = {name for folder in self._data for name in self._below(folder) if name != folder}
        return [folder for folder in self._data if folder not in reached]

    def _below(self, folder: str) -> list[str]:
        return [*self._named[folder], *self._components[folder]]

    def build(self, root: str) -> Build:
        """What is added to each file that a kustomization reaches."""
        order = self._from_the_inside(root)
        alike: dict[str, Added] = {}
        for folder in order:
            alike[folder] = self._own[folder]
            for component in reversed(self._components[folder]):
                alike[folder] = alike[folder].over(alike.get(component, _NOTHING))
        outer: dict[str, Added] = {root: _NOTHING}
        build: dict[str, Added] = {}
        for folder in reversed(order):
            added = outer[folder].over(self._own[folder])
            # A component works on what stands before it, so the last one is the outermost.
            for component in reversed(self._components[folder]):
                _add(outer, component, added)
                added = added.over(alike.get(component, _NOTHING))
            for name in self._named[folder]:
                _add(outer, name, added)
            for name in self._files[folder]:
                _add(build, name, added)
        return build

    def _from_the_inside(self, root: str) -> Sequence[str]:
        """All that a kustomization reaches, each after what it names itself; a cycle ends where it closes."""
        order: list[str] = []
        seen = {root}
        waiting = [(root, iter(self._below(root)))]
        while waiting:
            folder, below = waiting[-1]
            name = next((one for one in below if one not in seen), None)
            if name is None:
                order.append(folder)
                waiting.pop()
            else:
                seen.add(name)
                waiting.append((name, iter(self._below(name))))
        return order


def _add(where: dict[str, Added], name: str, added: Added) -> None:
    """What is reached twice gets both: each comes out once with the one and once with the other."""
    known = where.get(name)
    where[name] = added if known is None or known is added else known.over(added)
