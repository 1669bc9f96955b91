"""One document of a file: its data, and on demand the places of everything in it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from .nodes import Loaded, Node, YamlProblem, compose_all
from .places import Place, Places, content_span, content_start
from .text import Position, SourceFile, Span
from .tree import Path

_LEAD = re.compile(rb"(?:\xef\xbb\xbf)?(?:---(?=\s))?(?:[ \t\r]*(?:\#[^\n]*)?\n)*")


class Piece:
    """A part of a file that is parsed at once, in bytes; it nearly always holds one document."""

    def __init__(self, file: SourceFile, start: int, end: int) -> None:
        self.file = file
        self.start = start
        self.end = end

    @cached_property
    def roots(self) -> list[Node]:
        """The root nodes of its documents with places in the file; empty when YAML refuses them."""
        offset = self.file.code_point(self.start)
        line = self.file.position(offset).line
        try:
            roots = compose_all(self.file.data[self.start : self.end], offset=offset, line=line)
        except YamlProblem:  # JSON that kubectl accepts and YAML doesn't
            return []
        if self.file.unusual_breaks:
            for root in roots:
                _settle_lines(self.file, root)
        return roots


def _settle_lines(file: SourceFile, root: Node) -> None:
    """Count lines as :class:`SourceFile` does."""
    for node in root.walk():
        place = file.position(node.start)
        node.line, node.column = place.line, place.column


class Document:
    """A YAML document with its data by Kubernetes' rules.

    ``start`` and ``end`` are byte offsets in the file, ``index`` counts the documents of the stream
    from 0 (skipped and malformed ones included). Spans are code points of ``file.text``.
    """

    def __init__(self, piece: Piece, index: int, ordinal: int, loaded: Loaded) -> None:
        self.file = piece.file
        self.index = index
        self.data: Any = loaded.value
        self.duplicates = loaded.duplicates
        self.aliased = loaded.aliased
        self._piece = piece
        self._ordinal = ordinal

    def __repr__(self) -> str:
        return f"Document({self.file.path!r}, {self.index})"

    @property
    def start(self) -> int:
        """The byte at which the document's part of the file begins."""
        return self._bounds[0]

    @property
    def end(self) -> int:
        """The byte after the document's part of the file."""
        return self._bounds[1]

    @cached_property
    def _bounds(self) -> tuple[int, int]:
        roots, number = self._piece.roots, self._ordinal
        start = self._line_after(roots[number - 1]) if 0 < number <= len(roots) else self._piece.start
        end = self._line_after(roots[number]) if number + 1 < len(roots) else self._piece.end
        return start, end

    def _line_after(self, root: Node) -> int:
        """The byte at which the line after a root node begins."""
        text = self.file.text
        end = text.find("\n", root.end - 1 if root.style in ("|", ">") else root.end)
        return len(text[: end + 1 if end >= 0 else root.end].encode())

    @property
    def line(self) -> int:
        """The 1-based line on which the document's content begins, past `---` and comments."""
        lead = _LEAD.match(self.file.data, self.start, self.end)
        return self.file.position(self.file.code_point(lead.end() if lead else self.start)).line

    def mentions(self, *words: bytes) -> bool:
        """Whether one of the words stands in the document's part of the file."""
        start, end = self._piece.start, self._piece.end
        return any(self.file.data.find(word, start, end) >= 0 for word in words)

    @property
    def template(self) -> bool:
        """Whether the text holds ``{{ … }}`` actions of a template engine."""
        text = self.file.data[self.start : self.end]
        return b"{{" in text and b"}}" in text

    @property
    def root(self) -> Node | None:
        """The root node; None when the places can't be known."""
        roots = self._piece.roots
        return roots[self._ordinal] if self._ordinal < len(roots) else None

    @cached_property
    def _places(self) -> Places | None:
        root = self.root
        return Places(root, self.aliased) if root is not None else None

    def place(self, path: Path) -> Place | None:
        """Node, key and sharing of the value at a path; None when there is nothing."""
        return self._places.find(path) if self._places else None

    def node(self, path: Path) -> Node | None:
        """The node of the value at a path, aliases and merges followed."""
        place = self.place(path)
        return place.node if place else None

    def key_node(self, path: Path) -> Node | None:
        """The node of the key that the path ends with; None for items, the root and nothing."""
        place = self.place(path)
        return place.key if place else None

    def shared(self, path: Path) -> bool:
        """Whether an edit at the path (or its nearest ancestor) would change other places too."""
        return self._places.deepest(path)[0].shared if self._places else False

    def span(self, path: Path) -> Span | None:
        """The span of the value's content, without anchor and tag; None when there is nothing.

        A missing value has an empty span right after its colon or dash.
        """
        place = self.place(path)
        return content_span(self.file.text, place.node) if place else None

    def position(self, path: Path) -> Position:
        """Where the value begins; for an absent path, where its nearest ancestor's key stands."""
        if self._places is None:
            return Position(self.line, 1)
        place, found = self._places.deepest(path)
        if found < len(path) and place.key is not None:
            return self.file.position(place.key.start)
        return self.file.position(content_start(self.file.text, place.node))
