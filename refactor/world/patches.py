"""What the patches of kustomizations say of ports. They aren't applied.

But whoever gives a field another shape has to know that a patch may speak of it, and what a patch
declares isn't missing. https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from refactor.kubernetes.workload import ContainerPort
from refactor.source import Document, SourceFile, read_stream
from refactor.world.kustomizations import PatchEntry
from refactor.world.labelling import template_of
from refactor.world.manifests import resources_of
from refactor.world.resources import Resource

_PORT = re.compile(r"[Pp]orts?(?![a-z])|PORT")
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


def inline(where: str, text: str) -> Sequence[Document] | None:
    """The documents of a patch that stands in a kustomization itself; None where it can't be read."""
    stream = read_stream(SourceFile(where, text.encode()), lambda kind: True)
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
