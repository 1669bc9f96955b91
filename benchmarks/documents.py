"""Manifests read with PyYAML alone: plain values that remember where their text stands.

Nothing here knows the code under test; the harness has to be able to disagree with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import yaml

Value = str | int | float | bool | None

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9.]+[eE][-+]?[0-9]+)\Z")
_TRUE = frozenset(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"))
_FALSE = frozenset(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"))
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_SEPARATOR = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar and its place; `start` and `end` are code points of the file, half open, quotes included."""

    value: Value
    start: int
    end: int
    style: str


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; of a key that stands twice the last one counts."""

    entries: dict[str, Tree]
    keys: dict[str, Leaf]
    start: int
    end: int
    flow: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A sequence."""

    items: tuple[Tree, ...]


Tree = Leaf | Table | Row


@dataclass(frozen=True, slots=True)
class Manifest:
    """One resource: the file it stands in, its ordinal there (`List` items counted singly), its tree.

    `shared` holds the offsets of scalars that are reached over more than one path (anchors).
    """

    path: str
    ordinal: int
    root: Table
    shared: frozenset[int]

    @property
    def kind(self) -> str:
        return text_at(self.root, "kind") or ""

    @property
    def api_version(self) -> str:
        return text_at(self.root, "apiVersion") or ""

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]

    @property
    def name(self) -> str:
        return text_at(self.root, "metadata", "name") or ""

    @property
    def namespace(self) -> str:
        return text_at(self.root, "metadata", "namespace") or ""


def at(tree: Tree | None, *steps: str | int) -> Tree | None:
    """What stands below `tree` at these keys and indexes, or None."""
    for step in steps:
        if isinstance(tree, Table) and isinstance(step, str):
            tree = tree.entries.get(step)
        elif isinstance(tree, Row) and isinstance(step, int) and step < len(tree.items):
            tree = tree.items[step]
        else:
            return None
    return tree


def leaf_at(tree: Tree | None, *steps: str | int) -> Leaf | None:
    found = at(tree, *steps)
    return found if isinstance(found, Leaf) else None


def value_at(tree: Tree | None, *steps: str | int) -> Value:
    found = leaf_at(tree, *steps)
    return found.value if found else None


def text_at(tree: Tree | None, *steps: str | int) -> str | None:
    value = value_at(tree, *steps)
    return value if isinstance(value, str) else None


def table_at(tree: Tree | None, *steps: str | int) -> Table | None:
    found = at(tree, *steps)
    return found if isinstance(found, Table) else None


def items_at(tree: Tree | None, *steps: str | int) -> tuple[Tree, ...]:
    found = at(tree, *steps)
    return found.items if isinstance(found, Row) else ()


def plain_value(text: str) -> Value:
    """What an unquoted scalar means to Kubernetes (YAML 1.1 words, decimal numbers)."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) and text.count(".") < 2 else text


class _Reader:
    """Turns PyYAML's nodes into trees, counting how often each scalar is reached."""

    def __init__(self, shift: int) -> None:
        self.shift = shift
        self.visits: Counter[int] = Counter()

    def tree(self, node: yaml.Node, depth: int = 0) -> Tree:
        if depth > 100:
            raise yaml.YAMLError("nested too deeply")
        if isinstance(node, yaml.ScalarNode):
            return self.leaf(node)
        if isinstance(node, yaml.SequenceNode):
            return Row(tuple(self.tree(item, depth + 1) for item in node.value))
        return self.table(node, depth)

    def leaf(self, node: yaml.ScalarNode) -> Leaf:
        start, end = node.start_mark.index + self.shift, node.end_mark.index + self.shift
        self.visits[start] += 1
        style = node.style or ""
        return Leaf(node.value if style else plain_value(node.value), start, end, style)

    def table(self, node: yaml.Node, depth: int) -> Table:
        entries: dict[str, Tree] = {}
        keys: dict[str, Leaf] = {}
        for key, value in node.value:
            content = self.tree(value, depth + 1)
            if key.value == "<<":
                for merged in content.items if isinstance(content, Row) else (content,):
                    self.merge(entries, keys, merged)
            elif isinstance(key, yaml.ScalarNode):
                keys[key.value] = self.leaf(key)
                entries[key.value] = content
        start, end = node.start_mark.index + self.shift, node.end_mark.index + self.shift
        return Table(entries, keys, start, end, bool(getattr(node, "flow_style", False)))

    @staticmethod
    def merge(entries: dict[str, Tree], keys: dict[str, Leaf], merged: Tree) -> None:
        if isinstance(merged, Table):
            for key, content in merged.entries.items():
                entries.setdefault(key, content)
                keys.setdefault(key, merged.keys[key])


def _compose(text: str, shift: int) -> Iterator[tuple[Table, frozenset[int]]]:
    for node in yaml.compose_all(text, Loader=yaml.CBaseLoader):
        reader = _Reader(shift)
        tree = reader.tree(node)
        if isinstance(tree, Table):
            yield tree, frozenset(start for start, count in reader.visits.items() if count > 1)


def _documents(text: str) -> Iterator[tuple[Table, frozenset[int]]]:
    """Every document that can be read; a broken one doesn't take its neighbours with it."""
    bom = 1 if text.startswith("\ufeff") else 0
    try:
        yield from list(_compose(text[bom:], bom))
    except yaml.YAMLError:
        cuts = [0, *(m.start() for m in _SEPARATOR.finditer(text)), len(text)]
        for start, end in pairwise(cuts):
            try:
                yield from list(_compose(text[start:end], start))
            except yaml.YAMLError:
                continue


@lru_cache(maxsize=4096)
def read(path: str, text: str) -> tuple[Manifest, ...]:
    """The resources of one file, `List` wrappers opened."""
    found: list[Manifest] = []
    for root, shared in _documents(text):
        wrapped = (text_at(root, "kind") or "").endswith("List") and items_at(root, "items")
        for tree in wrapped or (root,):
            if isinstance(tree, Table):
                found.append(Manifest(path, len(found), tree, shared))
    return tuple(found)
