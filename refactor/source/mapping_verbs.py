"""Verbs that add a key to a mapping or take one out, in block and flow style."""

from __future__ import annotations

from typing import Any

from .documents import Document
from .flow_verbs import add_to_flow, remove_from_flow
from .fragments import Leaf, Tree, entry_lines, tree_of
from .layout import (
    after_deeper_comments,
    block_style,
    colon_after,
    column_of,
    comments,
    end_before,
    entry_end,
    is_block_scalar,
    is_plain_lead,
    last_leaf,
    line_break,
    next_line,
    rest_of_line,
)
from .scalar_verbs import key_written, quotes_around, written
from .targets import Edits, Refused, editable_layout, is_explicit, refusable, refuse_merges, replace, spelled
from .tree import Kind, Node, Path

Entry = tuple[Node, Node]


@refusable
def add_key(
    document: Document,
    path: Path,
    key: str,
    value: Any,
    *,
    before: str | None = None,
    after: str | None = None,
) -> Edits:
    """Add ``key: value`` to the mapping at ``path``, by default after its last key.

    ``value`` is a scalar or nested dicts and lists; ``before`` and ``after`` name a key to stand next
    to. Indentation, list style, quotes and line breaks follow the surrounding text. A missing value
    counts as an empty mapping. Refused when the key is there already.
    """
    node = editable_layout(document, path).node
    if document.place((*path, key)) is not None:
        raise Refused(f"{spelled((*path, key))} is already there")
    if node.kind is Kind.SCALAR and node.plain and node.start == node.end and path:
        return _add_first(document, path, tree_for(document, path, {key: value}, flow=False))
    if node.kind is not Kind.MAPPING:
        raise Refused(f"{spelled(path)} isn't a mapping")
    tree = tree_for(document, (*path, key), {key: value}, flow=node.flow)
    number, behind = _neighbour(document, path, before, after)
    if node.flow:
        return add_to_flow(document, node, tree, number, behind)
    return _add_to_block(document, path, node, tree, number, behind)


def tree_for(document: Document, path: Path, value: Any, *, flow: bool) -> Tree:
    """A value with its leaves and keys written in the style of the place. Raises Refused."""
    quotes = quotes_around(document, path)
    return tree_of(
        value,
        lambda leaf: Leaf(written(leaf, quotes, flow)),
        lambda key: key_written(key, quotes, flow),
    )


def _neighbour(document: Document, path: Path, before: str | None, after: str | None) -> tuple[int, bool]:
    """Which entry the new one stands next to (-1: none is there), and whether behind it."""
    node = document.node(path)
    entries = list(node.pairs()) if node else []
    wanted = before if before is not None else after
    if wanted is None:
        return len(entries) - 1, True
    anchor = document.key_node((*path, wanted))
    number = next((number for number, (key, _) in enumerate(entries) if key is anchor), None)
    if number is None:
        raise Refused(f"there is no key {wanted} in {spelled(path)} to stand next to")
    return number, before is None


def _add_first(document: Document, path: Path, tree: Tree) -> Edits:
    """Give a key without a value its first nested key, on the line after it."""
    text = document.file.text
    key = document.key_node(path)
    if key is None or not isinstance(tree, dict) or not is_plain_lead(text, key.start):
        raise Refused(f"{spelled(path)} has no value and no line of its own")
    end = colon_after(text, key)
    if end is None or rest_of_line(text, end) is None:
        raise Refused(f"{spelled(path)} has no value and no line of its own")
    style = block_style(document, path)
    return insert_lines(
        document,
        next_line(text, end),
        entries_of(tree, document, path),
        column_of(text, key.start) + style.step,
    )


def entries_of(tree: Tree, document: Document, path: Path) -> list[str]:
    """The lines of a mapping's entries in the block style that surrounds ``path``."""
    style = block_style(document, path)
    entries = tree.items() if isinstance(tree, dict) else ()
    return [line for key, child in entries for line in entry_lines(key, child, style)]


def _add_to_block(document: Document, path: Path, node: Node, tree: Tree, number: int, behind: bool) -> Edits:
    text = document.file.text
    key, value = list(node.pairs())[number]
    if is_explicit(text, key) or not is_plain_lead(text, key.start):
        raise Refused(f"the line of {key.text} in {spelled(path)} isn't laid out as `key: value`")
    lines = entries_of(tree, document, path)
    column = column_of(text, key.start)
    if behind:
        end = end_of_lines(text, key, value)
        return insert_lines(document, after_deeper_comments(text, end, column), lines, column)
    new_line = line_break(text, key.start) + " " * column
    return (replace(document, key.start, key.start, new_line.join([*lines, ""])),)


def end_of_lines(text: str, key: Node | None, value: Node) -> int:
    """The offset of the line after a block entry or item. Raises Refused when it shares its last line."""
    end = entry_end(text, key, value) if key else value.end
    leaf = last_leaf(value)
    if not is_block_scalar(leaf):
        if rest_of_line(text, end) is None:
            raise Refused("something else stands on the last line of the entry")
        return next_line(text, end)
    if text[end - 1] != "\n":
        raise Refused("a block of text (`|` or `>`) ends the file without a line break")
    return (
        end
        if "+" in text[leaf.start : next_line(text, leaf.start)].partition("#")[0]
        else _before_empty(text, leaf)
    )


def _before_empty(text: str, leaf: Node) -> int:
    """The end of a block scalar without the empty lines that follow it and don't count."""
    end = leaf.end
    for blank in ("\n\r\n", "\n\n"):
        while text.endswith(blank, leaf.start, end):
            end -= len(blank) - 1
    return end


def insert_lines(document: Document, offset: int, lines: list[str], column: int) -> Edits:
    """Insert whole lines at the beginning of a line, or at the end of a file without final line break."""
    text = document.file.text
    new_line = line_break(text, max(0, offset - 1))
    block = new_line.join(" " * column + line for line in lines)
    at_end = offset > 0 and text[offset - 1] != "\n"
    return (replace(document, offset, offset, new_line + block if at_end else block + new_line),)


@refusable
def remove_key(document: Document, path: Path) -> Edits:
    """Take out the key that ``path`` ends with, and its value.

    Refused when a comment would be lost: inside the value or behind it. Comment lines above stay.
    The last key of a mapping leaves ``{}``.
    """
    place = editable_layout(document, path)
    parent = document.node(path[:-1]) if path else None
    if place.key is None or parent is None:
        raise Refused(f"{spelled(path)} isn't the value of a key")
    if any(node.anchor is not None for node in place.node.walk()):
        raise Refused(f"{spelled(path)} holds a YAML anchor")
    refuse_merges(parent, path)
    entries = list(parent.pairs())
    number = next(number for number, (key, _) in enumerate(entries) if key is place.key)
    if parent.flow:
        return remove_from_flow(document, parent, entries, number)
    return _remove_from_block(document, path, parent, entries, number)


def _remove_from_block(
    document: Document, path: Path, parent: Node, entries: list[Entry], number: int
) -> Edits:
    text = document.file.text
    key, value = entries[number]
    if not is_plain_lead(text, key.start):
        raise Refused(f"the line of {spelled(path)} isn't laid out as `key: value`")
    if len(entries) == 1:
        return _empty(document, path, parent, key, value)
    end = whole_entry_end(text, key, value)
    start = key.start - column_of(text, key.start)
    if text[start : key.start].strip(" "):  # the first key of a list's item: the next one takes its place
        following = entries[number + 1][0]
        if is_explicit(text, following):
            raise Refused(f"the key after {spelled(path)} is written with YAML's `?`")
        start, end = key.start, following.start
    refuse_lost_comment(document, path, start, end, parent)
    if end == len(text) and text[end - 1] != "\n" and not is_block_scalar(last_leaf(entries[number - 1][1])):
        # The file had no final line break, and still has none.
        start = end_before(text, start, "\r\n")
    return (replace(document, start, end, ""),)


def whole_entry_end(text: str, key: Node, value: Node) -> int:
    """As :func:`end_of_lines`, with all empty lines that belong to a block of text."""
    end = end_of_lines(text, key, value)
    return max(end, value.end) if is_block_scalar(last_leaf(value)) else end


def refuse_lost_comment(document: Document, path: Path, start: int, end: int, subtree: Node) -> None:
    """Raise Refused when a range inside ``subtree`` that is to go holds a comment."""
    lost = comments(document.file.text, start, end, subtree)
    if lost:
        raise Refused(f"the comment {lost[0][1]!r} at {spelled(path)} would be lost")


def _empty(document: Document, path: Path, parent: Node, key: Node, value: Node) -> Edits:
    """Replace a block mapping of one entry by ``{}``."""
    text = document.file.text
    end = entry_end(text, key, value)
    trailing = rest_of_line(text, end) if not is_block_scalar(last_leaf(value)) else ""
    if trailing is None or is_block_scalar(last_leaf(value)):
        raise Refused(f"{spelled(path)} is the only key, with a block of text as its value")
    refuse_lost_comment(document, path, key.start, end + len(trailing), parent)
    holder = document.key_node(path[:-1])
    colon = colon_after(text, holder) if holder is not None else None
    if colon is not None and not text[colon : key.start].strip():
        return (replace(document, colon, end, " {}"),)
    return (replace(document, key.start, end, "{}"),)
