"""The nodes of one YAML document and the problem that a reader of YAML reports."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Final

Path = tuple[str | int, ...]

DEEPEST: Final = 200
"""How many collections may be open at once; Kubernetes' own objects stay below thirty."""


class Kind(IntEnum):
    """What a node is."""

    SCALAR = 0
    MAPPING = 1
    SEQUENCE = 2
    ALIAS = 3


class YamlProblem(Exception):
    """The text can't be read as YAML, or not as Kubernetes reads it (1-based line and column).

    ``parser`` says that the message is the parser's own, to be explained.
    """

    def __init__(self, line: int, column: int, message: str, *, parser: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message
        self.parser = parser


class Node:
    """A node with its place in the text.

    ``start`` and ``end`` are code points, half open. The start includes ``&anchor`` and ``!tag``; a
    block collection ends where its last descendant ends; a block scalar ends where the next less
    indented line begins. ``value`` is the text of a scalar, the anchor's name for an alias, the
    items of a sequence, and ``[key, value, key, value, …]`` for a mapping. ``style`` is one of
    "", '"', "'", "|" and ">" for a scalar, "flow" or "block" for a collection.
    """

    __slots__ = ("anchor", "children", "column", "end", "kind", "line", "start", "style", "tag", "text")

    def __init__(
        self,
        kind: Kind,
        start: int,
        end: int,
        text: str,
        children: list[Node],
        tag: str | None,
        anchor: str | None,
        style: str,
        line: int,
        column: int,
    ) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.text = text
        self.children = children
        self.tag = tag
        self.anchor = anchor
        self.style = style
        self.line = line
        self.column = column

    def __repr__(self) -> str:
        content = repr(self.text) if not self.children else f"{len(self.children)} children"
        return f"Node({self.kind.name}, {self.start}:{self.end}, {content})"

    @property
    def value(self) -> str | list[Node]:
        """The text of a scalar or alias, else the children."""
        return self.text if self.kind in (Kind.SCALAR, Kind.ALIAS) else self.children

    @property
    def flow(self) -> bool:
        """Whether the node is a collection written with brackets or braces."""
        return self.style == "flow"

    @property
    def plain(self) -> bool:
        """Whether the node is a scalar without quotes, tag or block header."""
        return self.kind is Kind.SCALAR and not self.style and self.tag is None

    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """Key and value nodes of a mapping in the order of the text."""
        items = iter(self.children)
        return zip(items, items, strict=True)

    def walk(self) -> Iterator[Node]:
        """The node and all its descendants, keys included, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


MERGE_TAG = "tag:yaml.org,2002:merge"


def is_merge(key: Node) -> bool:
    """Whether a key is YAML's merge key ``<<``, which only counts unquoted."""
    return key.kind is Kind.SCALAR and key.text == "<<" and (key.plain or key.tag == MERGE_TAG)
