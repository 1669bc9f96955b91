"""The verb that adds an item to a list."""

from __future__ import annotations

from typing import Any

from .documents import Document
from .fragments import flow_text, item_lines
from .layout import after_deeper_comments, block_style, column_of, end_before, is_plain_lead, line_break
from .mapping_verbs import end_of_lines, insert_lines, tree_for
from .places import content_start
from .targets import Edits, Refused, editable_layout, refusable, replace, spelled
from .tree import Kind, Node, Path


@refusable
def insert_item(document: Document, path: Path, index: int, value: Any) -> Edits:
    """Insert an item before ``index`` of the list at ``path``; the list's length means at the end."""
    node = editable_layout(document, path).node
    if node.kind is not Kind.SEQUENCE or not 0 <= index <= len(node.children):
        raise Refused(f"{spelled(path)} isn't a list with a place {index}")
    tree = tree_for(document, (*path, index), value, flow=node.flow)
    if node.flow:
        return _insert_in_flow(document, node, index, flow_text(tree))
    text = document.file.text
    dashes = [_dash(text, item, path) for item in node.children]
    column = column_of(text, dashes[0])
    lines = item_lines(tree, block_style(document, path))
    if index < len(dashes):
        new_line = line_break(text, dashes[index]) + " " * column
        return (replace(document, dashes[index], dashes[index], new_line.join([*lines, ""])),)
    end = end_of_lines(text, None, node.children[-1])
    return insert_lines(document, after_deeper_comments(text, end, column), lines, column)


def _dash(text: str, item: Node, path: Path) -> int:
    """The offset of an item's dash. Raises Refused when it isn't on the item's line."""
    dash = end_before(text, item.start, " ") - 1
    if text[dash : dash + 1] != "-" or not is_plain_lead(text, dash):
        raise Refused(f"the dashes of {spelled(path)} stand on lines of their own")
    return dash


def _insert_in_flow(document: Document, node: Node, index: int, item: str) -> Edits:
    text = document.file.text
    opening = content_start(text, node)
    if not node.children:
        if text[opening + 1 : node.end - 1].strip():
            raise Refused("the empty brackets hold a comment")
        return (replace(document, opening + 1, node.end - 1, item),)
    if index < len(node.children):
        start = node.children[index].start
        return (replace(document, start, start, f"{item}, "),)
    end = node.children[-1].end
    return (replace(document, end, end, f", {item}"),)
