"""Plain manifests: the home of a resource in a YAML document, and reading resources out of one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from refactor.kubernetes.kinds import kind_of
from refactor.kubernetes.reading import read
from refactor.source import (
    Document,
    Edit,
    Kept,
    Position,
    Refusal,
    SourceFile,
    Span,
    add_key,
    remove_key,
    rename_key,
    reshape,
    set_scalar,
)
from refactor.world.change import AddKey, Change, RemoveKey, RenameKey, Replace, SetScalar
from refactor.world.rendered import template_of
from refactor.world.resources import Home, Location, Path, Resource, ResourceId


@dataclass(frozen=True, slots=True)
class ManifestHome:
    """A resource that stands in a YAML document, at `prefix` (not empty inside a List)."""

    document: Document
    prefix: Path = ()

    @property
    def file(self) -> SourceFile:
        return self.document.file

    @property
    def template(self) -> str | None:
        return template_of(self.document)

    def span(self, path: Path) -> Span | None:
        return self.document.span(self.prefix + path)

    def position(self, path: Path) -> Position:
        return self.document.position(self.prefix + path)

    def location(self, path: Path, key: bool = False) -> Location:
        span = key_span(self.document, self.prefix + path) if key else None
        if span is not None:
            return Location(self.file, self.file.position(span.start), span)
        return Location(self.file, self.position(path), self.span(path))

    def repeated(self, path: Path) -> Path | None:
        start = len(self.prefix)
        sought = self.prefix + path
        every = self.document.duplicates
        twice = (one[start:] for one in every if one[: len(sought)] == sought[: len(one)])
        return next(twice, None)

    def ways(self, change: Change, bold: bool = False) -> Sequence[tuple[Edit, ...]] | Refusal:
        """The one way there is in a text of its own."""
        edits = self.edit(change)
        return edits if isinstance(edits, Refusal) else (edits,)

    def edit(self, change: Change) -> tuple[Edit, ...] | Refusal:
        """The splice that makes this change; a refusal where the text can't be changed exactly."""
        path = self.prefix + change.at.path
        match change:
            case SetScalar(value=value):
                return set_scalar(self.document, path, value)
            case AddKey(key=key, value=value, after=after, before=before):
                return add_key(self.document, path, key, value, before=before, after=after)
            case RenameKey(key=key):
                return rename_key(self.document, path, key)
            case RemoveKey():
                return remove_key(self.document, path)
            case Replace(shape=shape):
                return reshape(self.document, path, _below(self.prefix, shape))


def _below(prefix: Path, shape: Any) -> Any:
    """The shape with its `Kept` paths counted from the document instead of the resource."""
    match shape:
        case Kept(path=path):
            return Kept(prefix + path)
        case dict():
            return {key: _below(prefix, value) for key, value in shape.items()}
        case list():
            return [_below(prefix, value) for value in shape]
        case _:
            return shape


def key_span(document: Document, path: Path) -> Span | None:
    """Where the key stands that a path ends with; None for items and where nothing stands."""
    node = document.key_node(path)
    return Span(node.start, node.end) if node else None


# Made for every object: its own way of being made takes three times as long.
_id = partial(tuple.__new__, ResourceId)
MakeHome = Callable[[Document, Path], Home]


def resources_of(
    document: Document, reported: bool = True, home: MakeHome = ManifestHome, values: str = ""
) -> Iterator[Resource]:
    """The resources of a document that we model: one, none, or the items of a `List`.

    `values` names those that a chart was rendered with.
    """
    for prefix, data in _objects(document.data, ()):
        kind = kind_of(data)
        if kind is None:
            continue
        body, faults = read(data)
        metadata = body.metadata
        yield Resource(
            _id((*kind, metadata.namespace, metadata.name or metadata.generate_name or "")),
            body,
            data,
            home(document, prefix),
            (document.file.path, document.index, prefix, *((values,) if values else ())),
            faults,
            reported,
        )


def _objects(data: Any, prefix: Path) -> Sequence[tuple[Path, dict[str, Any]]]:
    """The object itself or, of a `List` (also ServiceList and the like), its items, Lists in Lists too."""
    if not isinstance(data, dict):
        return ()
    kind, items = data.get("kind"), data.get("items")
    if isinstance(kind, str) and kind.endswith("List") and isinstance(items, list):
        return [found for i, item in enumerate(items) for found in _objects(item, (*prefix, "items", i))]
    return ((prefix, data),)
