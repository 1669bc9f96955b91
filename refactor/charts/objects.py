"""Rendered objects as data: what tells them apart, and where two renderings of a chart differ."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refactor.source import Document, SourceFile, read_stream
from refactor.world.resources import Path
from templates_analysis.paths import dotted

Identity = tuple[str, str, str, int]

_HOOK = "helm.sh/hook"
# A checksum is of something that is compared itself, or of what versions of Helm write differently.
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_DEFINITION = "CustomResourceDefinition"


@dataclass(frozen=True, slots=True)
class RenderedObject:
    """An object of a rendering; `identity` is its kind, namespace, name and how many of these came before."""

    identity: Identity
    document: Document

    @property
    def label(self) -> str:
        """How messages call it: "Service my-api"."""
        return f"{self.identity[0]} {self.identity[2]}".rstrip()

    @property
    def hook(self) -> bool:
        """Whether Helm runs it beside the release: `helm get manifest` and --no-hooks leave it out."""
        return _HOOK in metadata_of(self.document.data, "annotations")

    @property
    def definition(self) -> bool:
        """Whether it may come from the chart's crds/, which --include-crds prints as they are."""
        return self.identity[0] == _DEFINITION


Objects = Mapping[Identity, RenderedObject]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where what was given isn't what the chart renders to: at a path, or one of the two lacks the object."""

    identity: Identity
    given: RenderedObject | None
    rendered: RenderedObject | None
    path: Path = ()

    def __str__(self) -> str:
        if self.given is None:
            return f"{self.rendered.label if self.rendered else ''} is missing here"
        if self.rendered is None:
            return f"the chart makes no {self.given.label}"
        return f"{self.given.label} differs at {dotted(self.path)}"


def metadata_of(data: Any, key: str) -> Mapping[str, Any]:
    """The labels or annotations of an object; empty where it has none."""
    metadata = data.get("metadata") if isinstance(data, dict) else None
    found = metadata.get(key) if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def objects_of(files: Iterable[SourceFile]) -> Objects:
    """The objects of files, of whatever kind; malformed documents are left out."""
    found: dict[Identity, RenderedObject] = {}
    for file in files:
        for document in read_stream(file, lambda *_: True).documents:
            if isinstance(document.data, dict):
                kind, space, name = _names(document.data)
                number = 0
                while (kind, space, name, number) in found:
                    number += 1
                found[kind, space, name, number] = RenderedObject((kind, space, name, number), document)
    return found


def _names(data: dict[str, Any]) -> tuple[str, str, str]:
    metadata = data.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    return str(data.get("kind") or ""), str(named.get("namespace") or ""), str(named.get("name") or "")


def differences(given: Objects, rendered: Objects) -> list[Difference]:
    """Where they differ, in the order of `given`; hooks and definitions may be in one of them only."""
    found: list[Difference] = []
    for identity, one in given.items():
        other = rendered.get(identity)
        if other is not None:
            paths = differing(one.document.data, other.document.data)
            found += [Difference(identity, one, other, path) for path in paths]
        elif not one.definition:
            found.append(Difference(identity, one, None))
    missing = ((identity, other) for identity, other in rendered.items() if identity not in given)
    found += [Difference(identity, None, other) for identity, other in missing if not other.hook]
    return found


def differing(one: Any, other: Any, path: Path = ()) -> Iterator[Path]:
    """The paths at which two pieces of data differ, the deepest that hold each difference."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            # To Kubernetes, null is as good as nothing; versions of Helm differ in which they print.
            yield from differing(one.get(key), other.get(key), (*path, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differing(left, right, (*path, index))
    elif type(one) is not type(other) or _comparable(one) != _comparable(other):
        yield path


def _comparable(value: Any) -> Any:
    """Helm prints a document without the blanks at its end, which may belong to a block scalar."""
    return _DIGEST.sub("", value).rstrip() if isinstance(value, str) else value


def lasting(found: Sequence[Difference], pinned: Objects, fresh: Objects) -> list[Difference]:
    """The differences without those in what every rendering makes anew, as passwords and dates.

    `pinned` and `fresh`: two renderings of the same, one with constants in the place of all these.
    """
    anew = {
        identity: list(differing(one.document.data, fresh[identity].document.data))
        for identity, one in pinned.items()
        if identity in fresh
    }
    # Where the name itself is made anew, nothing but the kind tells which object is meant.
    unnamed = {identity[:2] for identity in pinned if identity not in fresh}

    def stays(one: Difference) -> bool:
        if one.given is None or one.rendered is None:
            return one.identity[:2] not in unnamed
        return not any(one.path[: len(path)] == path for path in anew.get(one.identity, ()))

    return [one for one in found if stays(one)]
