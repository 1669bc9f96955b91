"""Resources: what an input holds, each with its identity, its model and the home of its text."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from refactor.frozen import frozen
from refactor.kubernetes.meta import Object
from refactor.kubernetes.reading import Fault
from refactor.source import Edit, Position, Refusal, SourceFile, Span

if TYPE_CHECKING:
    from refactor.world.change import Change

Path = tuple[str | int, ...]


class Location(NamedTuple):
    """A place for a reader: the file to open, line and column, and what is written there (None: nothing)."""

    file: SourceFile
    position: Position
    span: Span | None

    @property
    def width(self) -> int:
        """How many code points of the line the value covers; 1 where nothing stands."""
        if self.span is None:
            return 1
        rest = len(self.file.line_text(self.position.line)) - self.position.column + 1
        return max(1, min(self.span.end - self.span.start, rest))


class Home(Protocol):
    """Where a resource's text lives: a manifest, or the source of a chart."""

    @property
    def file(self) -> SourceFile:
        """The text as Kubernetes gets it; its path is that of the file that a user would open."""
        ...

    @property
    def template(self) -> str | None:
        """Of a manifest that Helm printed, its name of the template; None for all others."""
        ...

    def ways(self, change: "Change", bold: bool = False) -> Sequence[tuple[Edit, ...]] | Refusal:
        """The edits that make this change, the best way first, or why it can't be made exactly.

        `bold`: also those that an owner may not want, as a fixed value in place of a setting.
        """
        ...

    def span(self, path: Path) -> Span | None:
        """Where the value at `path` stands in `file.text`; None where nothing stands there."""
        ...

    def position(self, path: Path) -> Position:
        """Line and column in `file` of `path`, or of the nearest thing above it that stands there."""
        ...

    def location(self, path: Path, key: bool = False) -> Location:
        """Where a user has to look: the source of what stands at `path`, or of the nearest thing above.

        `key`: of the key that the path ends with, rather than of its value.
        """
        ...

    def repeated(self, path: Path) -> Path | None:
        """A key above, at or below `path` that stands twice in its mapping; None where none does."""
        ...


class ResourceId(NamedTuple):
    """Group and kind as of today's API, the namespace as declared (None: absent), and the name."""

    group: str
    kind: str
    namespace: str | None
    name: str


@frozen
class Resource:
    """One object of the input. Two resources are equal only if they are the same one.

    `key` tells it apart in every reading of the same files: file path, place in the stream, and the values
    that a chart was rendered with. `reported` is False for what is read only to resolve references.
    """

    id: ResourceId
    body: Any
    data: Mapping[str, Any]
    home: Home
    key: tuple[object, ...]
    faults: tuple[Fault, ...] = ()
    reported: bool = True

    @property
    def kind(self) -> str:
        return self.id.kind

    @property
    def name(self) -> str:
        return self.id.name

    @property
    def values(self) -> str:
        """The values that its chart was rendered with; "" for a manifest."""
        return str(self.key[3]) if len(self.key) > 3 else ""

    @property
    def twin(self) -> tuple[object, ...]:
        """The key without the values: the same object as other values of a chart make it."""
        return self.key[:3]

    @property
    def label(self) -> str:
        """How messages call it: "Service my-api"."""
        return f"{self.id.kind} {self.id.name}".rstrip()

    @property
    def object(self) -> Object:
        """The body as what all bodies are: apiVersion, kind, metadata."""
        body: Object = self.body
        return body

    def at(self, *path: str | int) -> "Ref":
        """The place in this resource with this path."""
        return Ref(self, path)


def value_at(data: Any, path: Path) -> object:
    """The part of plain data at a path; None where nothing is."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    found: object = data
    return found


class Ref(NamedTuple):
    """A place: a resource and a path in it; `key`: the key at its end is meant, rather than the value."""

    resource: Resource
    path: Path
    key: bool = False

    @property
    def value(self) -> object:
        """The plain data at this place; None where nothing is."""
        return value_at(self.resource.data, self.path)

    def to(self, *steps: str | int) -> "Ref":
        """The place below this one."""
        return Ref(self.resource, self.path + steps)

    @property
    def location(self) -> Location:
        """Where a user has to look for it."""
        return self.resource.home.location(self.path, self.key)

    @property
    def parent(self) -> "Ref":
        return Ref(self.resource, self.path[:-1])
