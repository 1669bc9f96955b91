"""Structural edits in templates: the verbs of the text layer at work on text whose actions are masked.

A region is a window of a template that reads as one YAML document once its actions are replaced by what
stands for them. A verb's edits in it are carried back to the real file, where the actions are themselves
again. An edit is refused that would cut or drop an action, that would stand in another branch, and whenever
the edited template wouldn't print what the verb meant: the trims of ``{{-`` and ``-}}`` count
(https://pkg.go.dev/text/template#hdr-Text_and_spaces).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from refactor.source import Document, Edit, Refusal, SourceFile
from refactor.source.scalars import key_text
from refactor.source.tree import Kind, Node, Path
from refactor.source.values import scalar_value

from .actions import Template
from .branches import Head, chain, close_of, head_at
from .carrying import carried, doubt, in_between
from .standins import ANY, WORD, index_of
from .textblocks import in_block_of_text
from .views import Sight, View, view_of

# What is seen beside the branches around the place: first much, which tells most about keys that are there
# already, then ever less, which reads as YAML more often.
_SIGHTS = (Sight(0, True), Sight(None, True), Sight(None, False))
_MARKER = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)

Verb = Callable[[Document], tuple[Edit, ...] | Refusal]


class Region:
    """A window of a template that reads as one YAML document; to be treated as frozen."""

    def __init__(self, file: SourceFile, view: View, document: Document) -> None:
        self.file = file
        self._view = view
        self._document = document

    def __repr__(self) -> str:
        return f"Region({self.file.path!r}, {self._view.start}:{self._view.end})"

    def path_at(self, offset: int) -> Path | None:
        """The path in this region's document of the key, or of the scalar value, that begins at ``offset``.

        ``offset`` counts code points of the real file; a quoted scalar begins at its quote and, as well,
        behind it. None if nothing begins there or a duplicate key makes the path ambiguous.
        """
        path = _begins_of(self._document).get(offset - self._view.start)
        if path is None or any(one[:-1] == path[: len(one) - 1] for one in self._document.duplicates):
            return None
        return path

    def edits(self, verb: Verb) -> tuple[Edit, ...] | Refusal:
        """What a verb does to this region's document, as edits of the real file, or why it can't be done."""
        found = verb(self._document)
        if isinstance(found, Refusal):
            return self._told(found)
        real: list[Edit] = []
        for edit in found:
            one = carried(self._view, self.file, edit)
            if isinstance(one, Refusal):
                return one
            real.append(one)
        return doubt(self._view, found, real) or tuple(real)

    def _told(self, refusal: Refusal) -> Refusal:
        """A refusal in words for who knows the real text only."""
        found = WORD.search(refusal.reason)
        if found is None:
            return Refusal(ANY.sub("", refusal.reason))
        return in_between(self._view.template, index_of(found))


@lru_cache(maxsize=128)
def _begins_of(document: Document) -> dict[int, Path]:
    return dict(_begins(document.root, ())) if document.root is not None else {}


def _begins(node: Node, path: Path) -> Iterator[tuple[int, Path]]:
    """Where keys and scalars begin, with their paths."""
    if node.kind is Kind.MAPPING:
        for key, value in node.pairs():
            if key.kind is Kind.SCALAR and (text := key_text(scalar_value(key))) is not None:
                yield from ((start, (*path, text)) for start in _starts(key))
                yield from _begins(value, (*path, text))
    elif node.kind is Kind.SEQUENCE:
        for number, item in enumerate(node.children):
            yield from _begins(item, (*path, number))
    elif node.kind is Kind.SCALAR and node.start < node.end:
        yield from ((start, path) for start in _starts(node))


def _starts(node: Node) -> tuple[int, ...]:
    if node.anchor is not None or node.tag is not None or node.style in ("|", ">"):
        return ()
    return (node.start, node.start + 1) if node.style else (node.start,)


def regions(file: SourceFile, template: Template, offset: int) -> Iterator[Region]:
    """The regions of a template's file in which a key or scalar begins at ``offset``, from small to large.

    The windows are the body of the innermost block of actions (if, else, range, with, define) around the
    offset, then those around it, and the YAML document in the file. A window isn't a region unless it reads
    as YAML, prints what it seems to say, and has a path for the offset.
    """
    heads = chain(template, head_at(template, offset))
    for start, end in _windows(template, offset, heads):
        for sight in _SIGHTS:
            view = view_of(template, start, end, heads, sight)
            region = Region(file, view, view.document) if view.document is not None else None
            if region is not None and region.path_at(offset) is not None:
                yield region
                break


def _windows(template: Template, offset: int, heads: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    if ANY.search(template.text) or in_block_of_text(template.text, offset):
        return
    last: tuple[int, int] | None = None
    for head in (*heads, None):
        body = _body(template, head)
        if body is None or not body[0] <= offset < body[1]:
            continue
        window = _document_within(template.text, *body, offset)
        if window != last:
            yield window
        last = window


def _body(template: Template, head: Head) -> tuple[int, int] | None:
    """The whole lines between a branch's head and its close; None when text stands on their lines."""
    text = template.text
    if head is None:
        return 0, len(text)
    close = template.segments[close_of(template, head)]
    feed = text.find("\n", template.segments[head].end, close.start)
    start, end = feed + 1, text.rfind("\n", 0, close.start) + 1
    if feed < 0 or start >= end:
        return None
    return start, end


def _document_within(text: str, start: int, end: int, offset: int) -> tuple[int, int]:
    """The part of a window between the document markers around an offset, the one above included."""
    for found in _MARKER.finditer(text, start, end):
        if found.start() > offset:
            return start, found.start()
        start = found.start()
    return start, end
