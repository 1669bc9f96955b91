"""Adding and removing entries between braces."""

from __future__ import annotations

import re

from .documents import Document
from .fragments import Tree, flow_text
from .layout import comments, entry_end, lead, line_break, next_line, rest_of_line
from .places import content_start
from .targets import Edits, Refused, is_explicit, replace
from .tree import Node

_GAP_COMMA = re.compile(r"\s*,")


def add_to_flow(document: Document, node: Node, tree: Tree, number: int, behind: bool) -> Edits:
    """Add the entries of ``tree`` to a flow mapping, next to entry ``number`` (-1: it is empty)."""
    text = document.file.text
    opening = _opening(text, node)
    item = flow_text(tree)[1:-1]
    if number < 0:
        return _fill(document, opening, node, item)
    entries = list(node.pairs())
    key, value = entries[number]
    if is_explicit(text, key):
        raise Refused("the neighbouring key is written with YAML's `?`")
    own_line = not lead(text, key.start).strip(" \t")
    between = line_break(text, key.start) + lead(text, key.start) if own_line else " "
    if not behind:
        return (replace(document, key.start, key.start, f"{item},{between}"),)
    following = entries[number + 1][0].start if number + 1 < len(entries) else node.end - 1
    return _add_behind(document, node, entry_end(text, key, value), following, (item, between), own_line)


def _opening(text: str, node: Node) -> int:
    opening = content_start(text, node)
    if text[opening : opening + 1] != "{":
        raise Refused("the mapping is a single `key: value` between brackets, without braces")
    return opening


def _fill(document: Document, opening: int, node: Node, item: str) -> Edits:
    if document.file.text[opening + 1 : node.end - 1].strip():
        raise Refused("the empty braces hold a comment")
    return (replace(document, opening + 1, node.end - 1, item),)


def _add_behind(
    document: Document, node: Node, end: int, following: int, new: tuple[str, str], own_line: bool
) -> Edits:
    text = document.file.text
    item, between = new
    comma = _GAP_COMMA.match(text, end)
    place = comma.end() if comma else end
    comma_after = "," if comma else ""
    comma_now = "" if comma else " ," if text[end - 1] == ":" else ","
    if not comments(text, end, following, node):
        return (replace(document, place, place, f"{comma_now}{between}{item}{comma_after}"),)
    rest = rest_of_line(text, place)
    if not own_line or rest is None:
        raise Refused("a comment stands where the new key would go")
    line_end = place + len(rest)
    added = replace(document, line_end, line_end, f"{between}{item}{comma_after}")
    return (added,) if comma else (replace(document, place, place, comma_now), added)


def remove_from_flow(document: Document, node: Node, entries: list[tuple[Node, Node]], number: int) -> Edits:
    """Take entry ``number`` out of a flow mapping, with one of the commas around it."""
    text = document.file.text
    opening = _opening(text, node)
    key, value = entries[number]
    if len(entries) == 1:
        start, end = opening + 1, node.end - 1
    elif number + 1 < len(entries):
        start, end = key.start, entries[number + 1][0].start
    else:
        before = entry_end(text, *entries[number - 1])
        comma = _GAP_COMMA.match(text, before)
        start, end = comma.end() - 1 if comma else key.start, entry_end(text, key, value)
        if comma is None:
            raise Refused("a comment stands before the comma")
    lost = comments(text, start, end, node) or _behind_on_line(text, end, node)
    if lost or any(is_explicit(text, one) for one, _ in entries):
        raise Refused(
            "a comment at the key would be lost" if lost else "a key here is written with YAML's `?`"
        )
    return (replace(document, start, end, ""),)


def _behind_on_line(text: str, end: int, node: Node) -> bool:
    """Whether a comment follows on the line, which is about what goes."""
    return bool(comments(text, end, min(next_line(text, end), node.end - 1), node))
