"""Verbs that replace one scalar: a value or a key."""

from __future__ import annotations

from .documents import Document
from .fragments import scalar
from .layout import colon_after, end_before, is_block_scalar, rest_of_line
from .scalars import Scalar
from .targets import Edits, Refused, editable, refusable, refuse_merges, replace, spelled
from .tree import Kind, Node, Path

_LONGEST_KEY = 1000
"""YAML looks ahead 1,024 characters for the colon of a key."""


@refusable
def set_scalar(document: Document, path: Path, value: Scalar) -> Edits:
    """Give the scalar at ``path`` another value; a missing value is filled in after its colon.

    The quotes that stand there are kept where the new value allows; a string that Kubernetes or
    another YAML reader would take for a number, a boolean, a date or null is quoted.
    Refused for collections, block scalars (``|``, ``>``) and whatever is shared or tagged.
    """
    place = editable(document, path)
    node, text = place.node, document.file.text
    if node.kind is not Kind.SCALAR:
        raise Refused(f"{spelled(path)} is a {node.kind.name.lower()}, not a single value")
    if is_block_scalar(node):
        raise Refused(f"{spelled(path)} is written as a block of text (`{node.style}`)")
    new = written(value, node.style or quotes_around(document, path), in_flow(document, path))
    if node.start == node.end:
        _expect_room(text, node, path)
        behind = text[node.end : node.end + 1]
        new = new if text[node.start - 1] in " \t" else f" {new}"
        new = new if behind == "" or behind in " \t\r\n,]}" else f"{new} "
    return (replace(document, node.start, _blank_end(text, node), new),)


def _blank_end(text: str, node: Node) -> int:
    """The end of a scalar; of a missing one, that of the blanks after which the line ends."""
    if node.start < node.end:
        return node.end
    rest = rest_of_line(text, node.end)
    return node.end if rest is None or rest.strip() else node.end + len(rest)


def _expect_room(text: str, node: Node, path: Path) -> None:
    end = end_before(text, node.start, " \t")
    if not path or not end or text[end - 1] not in ":-":
        raise Refused(f"{spelled(path)} has no value and no colon to write one after")


@refusable
def rename_key(document: Document, path: Path, new_key: str) -> Edits:
    """Give the key that ``path`` ends with another name, in the quotes that it has."""
    place = editable(document, path)
    key = place.key
    parent = document.node(path[:-1]) if path else None
    if key is None or parent is None:
        raise Refused(f"{spelled(path)} isn't the value of a key")
    refuse_merges(parent, path)
    if document.place((*path[:-1], new_key)) is not None:
        raise Refused(f"{spelled((*path[:-1], new_key))} is already there")
    if is_block_scalar(key) or key.start == key.end or colon_after(document.file.text, key) is None:
        raise Refused(f"the key of {spelled(path)} isn't written as `key:`")
    new = key_written(new_key, key.style, in_flow(document, path))
    return (replace(document, key.start, key.end, new),)


def written(value: Scalar, style: str, flow: bool) -> str:
    """The text of a scalar value. Raises Refused when YAML has none for it."""
    text = scalar(value, style, flow)
    if text is None:
        raise Refused(f"{value!r} can't be written in YAML so that Kubernetes reads it back")
    return text


def key_written(key: str, style: str, flow: bool) -> str:
    """The text of a key. Raises Refused when it is too long to be one."""
    text = written(key, style, flow)
    if len(text) > _LONGEST_KEY:
        raise Refused("the key is too long for a line of YAML")
    return text


def in_flow(document: Document, path: Path) -> bool:
    """Whether the value at a path stands inside brackets or braces."""
    parents = (document.node(path[:length]) for length in range(len(path)))
    return any(node is not None and node.flow for node in parents)


def quotes_around(document: Document, path: Path) -> str:
    """Double quotes for JSON (a flow mapping with quoted keys around the path), else nothing."""
    for length in range(len(path) - 1, -1, -1):
        node = document.node(path[:length])
        if node is None or not node.flow:
            return ""
        if node.kind is Kind.MAPPING and node.children:
            return '"' if node.children[0].style == '"' else ""
    return ""
