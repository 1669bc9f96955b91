"""Values → YAML text, written by hand: an emitter would bring its own taste.

A string is only left without quotes where every YAML reader, of 1.1 or 1.2, takes it for that string.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .scalars import Scalar, resolve

_PLAIN = re.compile(r"[A-Za-z0-9_/](?:[\w./@%+=:, ()-]*[\w./@%+=()-])?", re.ASCII)
# Dates, times in base 60, octals and exponents: numbers to some readers of YAML and texts to others.
_NUMBER_TO_SOME = re.compile(r"\d{4}-\d|\d[\d_]*:|0o|[\d._]*[eE][-+\d]|[\d._]+$|0[xXbB]")
_NOT_IN_FLOW = re.compile(r"[,:\[\]{}]")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def is_plain(text: str, flow: bool) -> bool:
    """Whether a string can stand without quotes in any YAML reader's eyes."""
    if not _PLAIN.fullmatch(text) or ": " in text or text.endswith(":"):
        return False
    if flow and _NOT_IN_FLOW.search(text):
        return False
    return resolve(text) == text and not _NUMBER_TO_SOME.match(text)


def double_quoted(text: str) -> str:
    """A string in double quotes, as JSON and YAML both read it."""
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def scalar(value: Scalar, style: str = "", flow: bool = False) -> str | None:
    """The text of a scalar, in the quotes ``style`` where the value allows; None if YAML has no text.

    That is: infinity, NaN, numbers that Kubernetes would read back changed, lone surrogates.
    """
    if isinstance(value, str):
        return _string(value, style, flow)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    text = repr(value)
    return text if resolve(text) == value else None


def _string(value: str, style: str, flow: bool) -> str | None:
    if any(0xD800 <= ord(char) <= 0xDFFF for char in value):
        return None
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return value if style != '"' and is_plain(value, flow) else double_quoted(value)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar's finished text, the comment lines to stand before it and what follows on its line."""

    text: str
    before: tuple[str, ...] = ()
    after: str = ""


Tree = Leaf | dict[str, "Tree"] | list["Tree"]
"""A value whose leaves are finished texts; the keys are finished texts too."""


def tree_of(value: Any, write: Callable[[Any], Leaf], key: Callable[[str], str]) -> Tree:
    """A nested dict/list with its leaves and keys written by the given functions."""
    if isinstance(value, Mapping):
        return {key(name): tree_of(child, write, key) for name, child in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [tree_of(child, write, key) for child in value]
    return write(value)


def flow_text(tree: Tree) -> str:
    """A tree on one line, with braces and brackets. Comments aren't written."""
    if isinstance(tree, Leaf):
        return tree.text
    if isinstance(tree, list):
        return "[" + ", ".join(flow_text(child) for child in tree) + "]"
    return "{" + ", ".join(f"{key}: {flow_text(child)}" for key, child in tree.items()) + "}"


def spread_lines(tree: Tree, step: int) -> list[str]:
    """A tree with braces and brackets on many lines, as JSON is printed; the first at column 0."""
    if isinstance(tree, Leaf) or not tree:
        return [flow_text(tree)]
    opening, closing = "[]" if isinstance(tree, list) else "{}"
    entries = (
        [("", child) for child in tree]
        if isinstance(tree, list)
        else [(f"{key}: ", child) for key, child in tree.items()]
    )
    lines = [opening]
    for number, (lead, child) in enumerate(entries):
        inner = spread_lines(child, step)
        inner[0] = lead + inner[0]
        inner[-1] += "," if number + 1 < len(entries) else ""
        lines += [" " * step + line for line in inner]
    return [*lines, closing]


@dataclass(frozen=True, slots=True)
class BlockStyle:
    """How nested lines are indented: by ``step``, list items under a key by ``list_step`` more."""

    step: int
    list_step: int


def entry_lines(key: str, tree: Tree, style: BlockStyle) -> list[str]:
    """The lines of ``key: value`` in block style, the first at column 0."""
    if isinstance(tree, Leaf):
        return [*tree.before, f"{key}: {tree.text}{tree.after}"]
    if not tree:
        return [f"{key}: {flow_text(tree)}"]
    indent = style.list_step if isinstance(tree, list) else style.step
    return [f"{key}:", *(" " * indent + line for line in block_lines(tree, style))]


def block_lines(tree: Tree, style: BlockStyle) -> list[str]:
    """The lines of a value in block style, the first at column 0."""
    if isinstance(tree, dict) and tree:
        return [line for key, child in tree.items() for line in entry_lines(key, child, style)]
    if isinstance(tree, list) and tree:
        return [line for child in tree for line in item_lines(child, style)]
    if isinstance(tree, Leaf):
        return [*tree.before, tree.text + tree.after]
    return [flow_text(tree)]


def item_lines(tree: Tree, style: BlockStyle) -> list[str]:
    """The lines of a list's item in block style, its dash at column 0."""
    before = tree.before if isinstance(tree, Leaf) else ()
    bare = Leaf(tree.text, (), tree.after) if isinstance(tree, Leaf) else tree
    first, *rest = block_lines(bare, style)
    return [*before, f"- {first}", *(f"  {line}" for line in rest)]
