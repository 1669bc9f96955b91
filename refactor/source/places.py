"""Finding the node at a path, and what else hangs on it."""

from __future__ import annotations

import re
from typing import NamedTuple

from .scalars import key_text
from .text import Span
from .tree import Kind, Node, Path, is_merge
from .values import scalar_value

_PROPERTIES = re.compile(r"(?:(?:!<[^>]*>|[&!][^\s,\[\]{}]*)(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*[ \t]*)*")


class Place(NamedTuple):
    """A value in a document: its node, the node of its key (None in a list or at the root).

    ``shared``: reached through an alias or a merge, or inside an anchor that is used elsewhere.
    """

    node: Node
    key: Node | None
    shared: bool


class Places:
    """Lookup of paths below a root node; ``aliased`` says whether there may be aliases below it."""

    def __init__(self, root: Node, aliased: bool) -> None:
        self.root = root
        self._targets: dict[int, Node] = {}
        self._entries: dict[int, dict[str, Place]] = {}
        anchors: dict[str, Node] = {}
        for node in root.walk() if aliased else ():
            if node.anchor is not None:
                anchors[node.anchor] = node
            elif node.kind is Kind.ALIAS and node.text in anchors:
                self._targets[id(node)] = anchors[node.text]
        self._used = {id(node) for node in self._targets.values()}
        # Verbs ask for the same paths and their parents time and again.
        self._found: dict[Path, Place | None] = {(): self._follow(Place(root, None, False))}

    def find(self, path: Path) -> Place | None:
        """The place at a path, aliases and merges followed; None when there is nothing."""
        if path not in self._found:
            parent = self.find(path[:-1])
            self._found[path] = parent and self._step(parent, path[-1])
        return self._found[path]

    def deepest(self, path: Path) -> tuple[Place, int]:
        """The place of the longest part of a path that exists, and that part's length."""
        while (place := self.find(path)) is None:
            path = path[:-1]
        return place, len(path)

    def _step(self, place: Place, step: str | int) -> Place | None:
        node = place.node
        if isinstance(step, int):
            if node.kind is not Kind.SEQUENCE or not 0 <= step < len(node.children):
                return None
            found = Place(node.children[step], None, place.shared)
        else:
            entry = self._mapping(node).get(step) if node.kind is Kind.MAPPING else None
            if entry is None:
                return None
            found = entry if entry.shared or not place.shared else Place(entry.node, entry.key, True)
        return self._follow(found)

    def _follow(self, place: Place) -> Place:
        target = self._targets.get(id(place.node))
        if target is not None:
            return Place(target, place.key, True)
        return Place(place.node, place.key, True) if id(place.node) in self._used else place

    def _mapping(self, mapping: Node) -> dict[str, Place]:
        entries = self._entries.get(id(mapping))
        if entries is None:
            entries = self._entries[id(mapping)] = {}
            for key, value in mapping.pairs():
                if is_merge(key):
                    entries.update(self._merged(value))
                else:
                    entries[self._key_text(key)] = Place(value, key, False)
        return entries

    def _merged(self, value: Node) -> dict[str, Place]:
        source = self._targets.get(id(value), value)
        sources = source.children if source.kind is Kind.SEQUENCE else [source]
        entries: dict[str, Place] = {}
        for part in reversed(sources):
            found = self._mapping(self._targets.get(id(part), part))
            entries.update((name, Place(place.node, place.key, True)) for name, place in found.items())
        return entries

    def _key_text(self, key: Node) -> str:
        key = self._targets.get(id(key), key)
        return key_text(scalar_value(key)) or ""


def content_start(text: str, node: Node, offset: int = 0) -> int:
    """Where a node's own content begins, past its ``&anchor`` and ``!tag`` (code points)."""
    if node.anchor is None and node.tag is None:
        return node.start
    match = _PROPERTIES.match(text, node.start - offset)
    end = match.end() + offset if match else node.start
    return min(end, node.end) if node.kind is Kind.SCALAR else end


def content_span(text: str, node: Node) -> Span:
    """The span of a node without its properties."""
    return Span(content_start(text, node), node.end)
