"""A window of a template as a YAML document, when it is one and when it prints what it seems to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from refactor.source import Document, SourceFile, read_stream

from .actions import Template
from .branches import unseen
from .masking import masked
from .pieces import Piece, Window, pieces
from .printing import printed
from .standins import spelled


@dataclass(frozen=True, slots=True)
class Sight:
    """How to look at a window: which of other blocks' branches to see (None: none), and blocks of lines."""

    pick: int | None
    with_blocks: bool


class View:
    """The lines ``start`` to ``end`` (code points) of a template, seen from the branches ``shown``."""

    def __init__(
        self, template: Template, start: int, end: int, shown: tuple[int, ...], sight: Sight
    ) -> None:
        self.template = template
        self.start = start
        self.end = end
        self.shown = shown
        self.sight = sight
        self.window = Window(start, end, tuple(unseen(template, shown, sight.pick)))
        self.pieces: tuple[Piece, ...] = pieces(template, self.window, with_blocks=sight.with_blocks)

    @cached_property
    def masked(self) -> str:
        """The window as YAML of the same length."""
        return masked(self.template, self.window, self.pieces)

    @cached_property
    def printed(self) -> Document | None:
        """What the window prints, as far as it is visible; None when that isn't one YAML document."""
        return document_of(self._print)

    @cached_property
    def _print(self) -> str:
        return printed(self.template, self.window, self.pieces)

    @cached_property
    def document(self) -> Document | None:
        """The masked window as a document with places; None when it isn't YAML, or prints something else."""
        document = document_of(self.masked)
        if document is None or document.root is None or self.printed is None:
            return None
        return document if self.said(document) == self.said(self.printed) else None

    @cached_property
    def actions(self) -> Mapping[int, str]:
        """The text of each piece that isn't text, by the index of its first segment."""
        text = self.template.text
        return {piece.index: text[piece.start : piece.end] for piece in self.pieces if piece.role != "text"}

    def lines(self) -> Counter[str]:
        """The lines that the window prints, with actions spelled out, those without content aside."""
        lines = spelled(self._print, self.actions).split("\n")
        return Counter(line.rstrip() for line in lines if line.strip())

    def scalars(self) -> Counter[str]:
        """The texts among the values that the window prints, blanks and all, with actions spelled out."""
        data = self.printed.data if self.printed is not None else None
        return Counter(spelled(text, self.actions) for text in _scalars(data))

    def seen(self, sight: Sight, shown: tuple[int, ...]) -> View:
        """The same window looked at in another way, from other branches."""
        return view_of(self.template, self.start, self.end, shown, sight)

    def said(self, document: Document) -> Any:
        """The data of a document made from this window, with actions spelled out and blanks dropped."""
        return _said(document.data, self.actions)


@lru_cache(maxsize=128)
def view_of(template: Template, start: int, end: int, shown: tuple[int, ...], sight: Sight) -> View:
    """A view, kept for edits that follow at the same place."""
    return View(template, start, end, shown, sight)


def document_of(text: str) -> Document | None:
    """The only document of a YAML text; None when it is malformed or not just one."""
    stream = read_stream(SourceFile("", text.encode()), lambda *_: True)
    return stream.documents[0] if len(stream.documents) == 1 and not stream.malformed else None


def _said(data: Any, actions: Mapping[int, str]) -> Any:
    if isinstance(data, dict):
        return {_said(key, actions): _said(value, actions) for key, value in data.items()}
    if isinstance(data, list):
        return [_said(item, actions) for item in data]
    # Trims within a scalar change its blanks, never the shape around it.
    return blankless(spelled(data, actions)) if isinstance(data, str) else data


def blankless(text: str) -> str:
    """A text without its blanks and line breaks."""
    return "".join(text.split())


def _scalars(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _scalars(value)
    elif isinstance(data, list):
        for item in data:
            yield from _scalars(item)
    elif isinstance(data, str):
        yield data
