"""The shape of the text around a node: lines, indentation, comments, the style of its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .documents import Document
from .fragments import BlockStyle
from .text import BOM
from .tree import Kind, Node, Path

_REST = re.compile(r"[ \t]*(?:(?<=[ \t])#[^\n]*?)?(?=\r?\n|\r?\Z)")
_TO_COLON = re.compile(r"(?:\s++(?:#[^\r\n]*+)?)*+:")
_COMMENT = re.compile(r"#[^\n]*")
_DEEPER = re.compile(r"(?:[ \t]*\r?\n)*([ \t]*)#[^\n]*(?:\n|\Z)")
_LEAD = re.compile(rf"{BOM}?(?! *---)[ -]*")


def line_start(text: str, offset: int) -> int:
    """The offset of the first character of the line (a byte order mark belongs to no line)."""
    start = text.rfind("\n", 0, offset) + 1
    return start + 1 if text.startswith(BOM, start) and start == 0 and offset > 0 else start


def column_of(text: str, offset: int) -> int:
    """The 0-based column of an offset, in code points."""
    return offset - line_start(text, offset)


def lead(text: str, offset: int) -> str:
    """What stands before an offset on its line."""
    return text[line_start(text, offset) : offset]


def is_plain_lead(text: str, offset: int) -> bool:
    """Whether only indentation and dashes stand before an offset on its line."""
    return _LEAD.fullmatch(lead(text, offset)) is not None


def line_break(text: str, offset: int) -> str:
    """The line break in use around an offset."""
    end = text.find("\n", offset)
    if end < 0:
        end = text.rfind("\n", 0, offset)
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def rest_of_line(text: str, offset: int) -> str | None:
    """Blanks and comment between an offset and its line's end; None when something else is there."""
    match = _REST.match(text, offset)
    return match[0] if match else None


def next_line(text: str, offset: int) -> int:
    """The offset after the line break that ends the line, or the end of the text."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1


def last_leaf(node: Node) -> Node:
    """The last node of a block collection that isn't itself a block collection with children."""
    while node.children and not node.flow:
        node = node.children[-1]
    return node


def is_block_scalar(node: Node) -> bool:
    """Whether a node is a scalar introduced by ``|`` or ``>``."""
    return node.kind is Kind.SCALAR and node.style in ("|", ">")


def end_before(text: str, end: int, blanks: str) -> int:
    """Where the text before an offset ends, without the blanks behind it.

    A slice to strip would be as long as the file.
    """
    while end and text[end - 1] in blanks:
        end -= 1
    return end


def colon_after(text: str, key: Node) -> int | None:
    """The offset after the colon of a key; None where a key has none, as in ``{a}``."""
    match = _TO_COLON.match(text, key.end)
    return match.end() if match else None


def entry_end(text: str, key: Node, value: Node) -> int:
    """The offset after an entry's own text, its value or else its colon."""
    return max(value.end, colon_after(text, key) or key.end)


def comments(text: str, start: int, end: int, nodes: Node) -> list[tuple[int, str]]:
    """Offsets and texts of the comments in a range that ``nodes`` (a subtree) covers."""
    found: list[tuple[int, str]] = []
    place = start
    for leaf in _leaves(nodes):
        if leaf.end <= start or leaf.start >= end:
            continue
        found += _comments_in_gap(text, place, leaf.start)
        if is_block_scalar(leaf):
            found += _comments_in_gap(text, leaf.start, min(next_line(text, leaf.start), leaf.end))
        place = max(place, leaf.end)
    return found + _comments_in_gap(text, place, end)


def _leaves(node: Node) -> Iterator[Node]:
    return (one for one in node.walk() if one.kind in (Kind.SCALAR, Kind.ALIAS) and one.end > one.start)


def _comments_in_gap(text: str, start: int, end: int) -> list[tuple[int, str]]:
    return [
        (match.start(), match[0].rstrip("\r")) for match in _COMMENT.finditer(text, start, max(start, end))
    ]


def after_deeper_comments(text: str, offset: int, column: int) -> int:
    """The offset past comment lines that are indented deeper than ``column``: they belong above."""
    while (match := _DEEPER.match(text, offset)) and len(match[1]) > column:
        offset = match.end()
    return offset


def block_style(document: Document, path: Path) -> BlockStyle:
    """The indentation that the surroundings of a path use, from the nearest on; else two spaces."""
    steps: list[int] = []
    list_steps: list[int] = []
    for length in range(len(path), -1, -1):
        node = document.node(path[:length])
        if node is not None:
            _observe(document.file.text, node, steps, list_steps)
        if steps and list_steps:
            break
    step = steps[0] if steps else 2
    return BlockStyle(step, list_steps[0] if list_steps else step)


def _observe(text: str, top: Node, steps: list[int], list_steps: list[int]) -> None:
    for node in top.walk():
        if node.kind is not Kind.MAPPING or node.flow:
            continue
        for key, value in node.pairs():
            if not value.children or value.flow or value.kind is Kind.ALIAS or value.start < key.end:
                continue
            difference = column_of(text, value.start) - column_of(text, key.start)
            (steps if value.kind is Kind.MAPPING else list_steps).append(difference)
            if steps and list_steps:
                return
