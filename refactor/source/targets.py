"""What a verb may touch: the place it is asked to edit, or the reason why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from .documents import Document
from .layout import end_before
from .places import Place
from .text import Edit, Span
from .tree import Kind, Node, Path, is_merge

_Arguments = ParamSpec("_Arguments")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A verb that doesn't edit, and why, in words for the owner of the file."""

    reason: str


class Refused(Exception):
    """Unwinds a verb that finds that it can't edit; :func:`refusable` turns it into a Refusal."""


Edits = tuple[Edit, ...]


def refusable(
    verb: Callable[_Arguments, Edits],
) -> Callable[_Arguments, Edits | Refusal]:
    """Make a verb return a Refusal where it raises Refused."""

    @wraps(verb)
    def refusing(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> Edits | Refusal:
        try:
            return verb(*args, **kwargs)
        except Refused as refused:
            return Refusal(str(refused))

    return refusing


def spelled(path: Path) -> str:
    """A path as people write it: ``spec.ports[0].name``; "the document" for the root."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return steps.removeprefix(".") or "the document"


def editable(document: Document, path: Path) -> Place:
    """The place at a path, when editing it changes nothing else. Raises Refused."""
    if document.root is None:
        raise Refused("this document is read as JSON and isn't valid YAML, so its places aren't known")
    place = document.place(path)
    if place is None:
        raise Refused(f"there is nothing at {spelled(path)}")
    if place.shared:
        raise Refused(
            f"{spelled(path)} is shared through a YAML anchor, alias or merge: other places would change too"
        )
    twice = next((one for one in document.duplicates if one[:-1] == path[: len(one) - 1]), None)
    if twice is not None:
        raise Refused(f"{spelled(twice)} stands more than once: remove one of them first")
    for node in (place.node, place.key):
        if node is not None and (node.tag is not None or node.anchor is not None):
            raise Refused(f"{spelled(path)} has a YAML tag or anchor")
    if place.key is not None and is_explicit(document.file.text, place.key):
        raise Refused(f"{spelled(path)} is written with YAML's `?` for a key")
    return place


def editable_layout(document: Document, path: Path) -> Place:
    """As :func:`editable`, for verbs that add or take lines."""
    place = editable(document, path)
    if document.file.unusual_breaks:
        raise Refused("the file holds unusual line breaks (a lone CR, NEL, U+2028 or U+2029)")
    return place


def refuse_merges(parent: Node, path: Path) -> None:
    """Raise Refused when the mapping merges others: what goes from it may come back from them."""
    if any(is_merge(key) for key, _ in parent.pairs()):
        raise Refused(f"{spelled(path[:-1])} merges other keys with `<<`")


def is_explicit(text: str, key: Node) -> bool:
    """Whether a key may be introduced by ``? ``, or isn't a scalar at all."""
    if key.kind is not Kind.SCALAR:
        return True
    end = end_before(text, key.start, " \t\r\n")
    before = text[max(0, end - 2) : end]
    return before.endswith("?") and (len(before) == 1 or before[0] in " \t\r\n-,[{\ufeff")


def replace(document: Document, start: int, end: int, new: str) -> Edit:
    """An edit that quotes the document's present text."""
    return Edit(document.file, Span(start, end), document.file.text[start:end], new)
