"""What is wrong, and where. Types only."""

from dataclasses import dataclass, field
from enum import StrEnum

from refactor.world import Ref


class Category(StrEnum):
    """How sure it is that something is wrong."""

    BROKEN = "broken"
    SUSPECT = "suspect"
    FRAGILE = "fragile"
    DEPRECATED = "deprecated"


class Safety(StrEnum):
    """What applying a fix takes: nothing, or `--unsafe-fixes`."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Note:
    """What a finding was compared with: a text and, where there is one, its place."""

    message: str
    at: Ref | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault: the rule that found it, its place, what is wrong, and what it was compared with.

    `subject` is the link of the graph that fails; the rule's own fix reads it.
    """

    rule: str
    category: Category
    message: str
    at: Ref
    notes: tuple[Note, ...] = ()
    subject: object = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same finding in another reading of the same files.

        A repair may move the path; a subject with an `identity` of its own keeps that.
        """
        return self.rule, self.at.resource.key, getattr(self.subject, "identity", self.at.path)

    @property
    def twin(self) -> tuple[object, ...]:
        """The key without the values that a chart was rendered with."""
        return self.rule, self.at.resource.twin, self.key[2]

    @property
    def link(self) -> tuple[object, tuple[object, ...]]:
        """The place in its resource that the finding is about, whatever rule found it."""
        return self.at.resource.key, getattr(self.subject, "place", self.at.path)
