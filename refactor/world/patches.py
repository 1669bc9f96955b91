"""What the patches of kustomizations say of ports. They aren't applied.

But whoever gives a field another shape has to know that a patch may speak of it, and what a patch
declares isn't missing. https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from refactor.kubernetes.workload import ContainerPort
from refactor.source import Document, SourceFile, read_stream
from refactor.world.labelling import template_of
from refactor.world.manifests import resources_of
from refactor.world.resources import Resource

_PORT = re.compile(r"[Pp]orts?(?![a-z])|PORT")
_KEYS = ("patches", "patchesStrategicMerge", "patchesJson6902")
# What a JSON patch may replace or remove as a whole, ports and all.
_ABOVE = frozenset({"", "spec", "template", "containers", "initContainers"})


@dataclass(frozen=True, slots=True)
class Declared:
    """A container port that a patch declares, and the file in which it does."""

    path: str
    container: str | None
    port: ContainerPort


@dataclass(frozen=True, slots=True)
class Patched:
    """An object that is patched: its kind, its name (None: any of the kind), and by which kustomization.

    `of_ports`: the patch speaks of ports, or can't be read. `declared`: those that it declares.
    """

    kind: str
    name: str | None
    path: str
    of_ports: bool = True
    declared: tuple[Declared, ...] = ()


@dataclass(frozen=True, slots=True)
class PatchEntry:
    """A patch that a kustomization names: a file, or a text; and the kind and name it is for, if it says so.

    The name is None where objects of any name may be meant.
    """

    path: str | None
    text: str
    target: tuple[str, str | None] | None


class Patches:
    """The patches that kustomizations name: their files, and what they patch.

    `documents`: what each file of the input holds, None where it can't all be read.
    """

    def __init__(
        self,
        kustomizations: Iterable[tuple[str, Mapping[str, Any]]],
        documents: Mapping[str, Sequence[Document] | None],
    ) -> None:
        paths = {posixpath.normpath(path): path for path in documents}
        self._entries = [
            (where, replace(entry, path=paths.get(entry.path or "", entry.path)))
            for where, data in kustomizations
            for entry in patch_entries(where, data)
        ]
        self._documents = documents

    @cached_property
    def files(self) -> frozenset[str]:
        """The paths of the files that are used as patches."""
        return frozenset(entry.path for _, entry in self._entries if entry.path)

    @cached_property
    def patched(self) -> tuple[Patched, ...]:
        """The objects that are patched."""
        return tuple(one for where, entry in self._entries for one in self._patched(where, entry))

    def _patched(self, where: str, entry: PatchEntry) -> Iterator[Patched]:
        inline = _inline(where, entry.text) if entry.path is None else None
        return patched_by(where, entry, inline if entry.path is None else self._documents.get(entry.path))


def patched_by(where: str, entry: PatchEntry, documents: Sequence[Document] | None) -> Iterator[Patched]:
    """What one patch of a kustomization patches; `documents`: what it holds, None where that isn't known."""
    if documents is None:
        if entry.target:
            yield Patched(*entry.target, where)
        return
    for document in documents:
        data = document.data
        kind, name = entry.target or _named(data)
        if kind:
            wipes = kind == "Rollout"  # lists of a kind that kustomize doesn't know are replaced
            directed = "$patch" in str(data)
            declared = () if directed or wipes else tuple(_declared(entry.path or where, document))
            yield Patched(kind, name, where, wipes or speaks_of_ports(data), declared)


def _inline(where: str, text: str) -> Sequence[Document] | None:
    """The documents of a patch that stands in a kustomization itself; None where it can't be read."""
    stream = read_stream(SourceFile(where, text.encode()), lambda *_: True)
    return None if stream.malformed else stream.documents


def _named(data: Any) -> tuple[str | None, str | None]:
    metadata = data.get("metadata") if isinstance(data, dict) else None
    kind, name = (data.get("kind"), metadata.get("name")) if isinstance(metadata, dict) else (None, None)
    return (kind, name) if isinstance(kind, str) and isinstance(name, str) else (None, None)


def _declared(path: str, document: Document) -> Iterator[Declared]:
    for resource in resources_of(document):
        yield from _of_pods(path, resource)


def _of_pods(path: str, resource: Resource) -> Iterable[Declared]:
    template = template_of(resource)
    containers = [*template.spec.containers] if template else []
    containers += [one for one in template.spec.init_containers if one.sidecar] if template else []
    return [Declared(path, one.name, port) for one in containers for port in one.ports]


def patch_entries(path: str, data: Mapping[str, Any]) -> Iterator[PatchEntry]:
    """The patches of a kustomization; the paths of files as from where it stands."""
    folder = posixpath.dirname(path)
    for entry in _entries(data):
        said = entry if isinstance(entry, dict) else {"patch": entry} if _is_text(entry) else {"path": entry}
        name, text = said.get("path"), said.get("patch")
        if _is_text(name) or not isinstance(name, str):
            name = None
        file = posixpath.normpath(posixpath.join(folder, name)) if name else None
        yield PatchEntry(file, text if isinstance(text, str) else "", _target(said.get("target")))


def _is_text(entry: Any) -> bool:
    """Whether what may be a file's name is a patch itself."""
    return isinstance(entry, str) and "\n" in entry


def _target(target: Any) -> tuple[str, str | None] | None:
    if not isinstance(target, dict) or not isinstance(target.get("kind"), str):
        return None
    name = target.get("name")
    # A target's name is a regular expression; one that is more than a name may mean any.
    plain = isinstance(name, str) and re.fullmatch(r"[\w-]+", name)
    return target["kind"], name if plain else None


def _entries(data: Mapping[str, Any]) -> Iterator[Any]:
    for key in _KEYS:
        entries = data.get(key)
        yield from entries if isinstance(entries, list) else ()


def speaks_of_ports(data: Any, key: str = "") -> bool:
    """Whether a patch may change a port or take one away."""
    if isinstance(data, dict):
        if "op" in data and "path" in data and _above(str(data["path"])):
            return True
        return any(str(k).startswith("$") or _PORT.search(str(k)) for k in data) or any(
            speaks_of_ports(value, str(k)) for k, value in data.items()
        )
    if isinstance(data, list):
        return any(speaks_of_ports(one) for one in data)
    # A type of Service may be called NodePort.
    return data is None or (isinstance(data, str) and key != "type" and bool(_PORT.search(data)))


def _above(pointer: str) -> bool:
    steps = pointer.split("/")
    while steps[-1].isdigit():
        steps.pop()
    return steps[-1] in _ABOVE
