"""Resources: what an input holds, each with its identity, its model and the home of its text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from refactor.kubernetes.kinds import Fault
from refactor.kubernetes.meta import Object
from refactor.source import Edit, Position, Refusal, SourceFile, Span

if TYPE_CHECKING:
    from refactor.world.change import Change

Path = tuple[str | int, ...]


class Home(Protocol):
    """Where a resource's text lives: a manifest today, a chart's source too."""

    @property
    def file(self) -> SourceFile:
        """The file that a user would open."""
        ...

    def edit(self, change: "Change") -> tuple[Edit, ...] | Refusal:
        """The edits of the text that make this change, or why it can't be made exactly."""
        ...

    def span(self, path: Path) -> Span | None:
        """Where the value at `path` stands in `file.text`; None where nothing stands there."""
        ...

    def position(self, path: Path) -> Position:
        """Line and column of `path`, or of the nearest thing above it that stands in the file."""
        ...


@dataclass(frozen=True, slots=True)
class ResourceId:
    """Group and kind as of today's API, the namespace as declared (None: absent), and the name."""

    group: str
    kind: str
    namespace: str | None
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One object of the input. Two resources are equal only if they are the same one.

    `key` tells it apart in every reading of the same files: file path and place in the stream.
    `reported` is False for what is read only to resolve references.
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


@dataclass(frozen=True, slots=True)
class Ref:
    """A place: a resource and a path in it."""

    resource: Resource
    path: Path

    @property
    def value(self) -> object:
        """The plain data at this place; None where nothing is."""
        data: Any = self.resource.data
        for step in self.path:
            try:
                data = data[step]
            except (KeyError, IndexError, TypeError):
                return None
        found: object = data
        return found

    def to(self, *steps: str | int) -> "Ref":
        """The place below this one."""
        return Ref(self.resource, self.path + steps)

    @property
    def parent(self) -> "Ref":
        return Ref(self.resource, self.path[:-1])
