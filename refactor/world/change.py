"""What can be changed: on paths in resources, never on text. Types only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from refactor.world.resources import Ref

Scalar = str | int | bool


@dataclass(frozen=True, slots=True)
class SetScalar:
    """The scalar at `at` becomes `value`.

    `like`: the place whose value it takes; where both are written by templates, so may be the expression.
    """

    at: Ref
    value: Scalar
    like: Ref | None = None


@dataclass(frozen=True, slots=True)
class AddKey:
    """The mapping at `at` gets `key: value`, after or before a sibling where one is named.

    `like`: the place whose value it takes, as in SetScalar.
    """

    at: Ref
    key: str
    value: Scalar | Mapping[str, Any] | list[Any]
    after: str | None = None
    before: str | None = None
    like: Ref | None = None


@dataclass(frozen=True, slots=True)
class RenameKey:
    """The key at `at` is called `key`; its value stays."""

    at: Ref
    key: str


@dataclass(frozen=True, slots=True)
class RemoveKey:
    """The key at `at` goes, with its value."""

    at: Ref


@dataclass(frozen=True, slots=True)
class Replace:
    """What stands at `at` takes another shape; `Kept(path)` leaves move with their text and comment.

    The paths of `Kept` count from the resource, as `at.path` does.
    """

    at: Ref
    shape: Any


Change = SetScalar | AddKey | RenameKey | RemoveKey | Replace
