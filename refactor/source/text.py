"""A file's text, places in it, and splicing edits into it.

Offsets are counted in code points of :attr:`SourceFile.text`, spans are half open, lines and
columns are 1-based. A line ends at a line feed and nowhere else, as it does for git and for diffs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

BOM = "\ufeff"
_CONTINUATION = bytes(range(0x80, 0xC0))
_BLOCK = 4096
_LINE_BLOCK = 1024
_UNUSUAL_BREAKS = tuple(mark.encode() for mark in "\x85\u2028\u2029")


class Span(NamedTuple):
    """A half open range of code points: ``text[start:end]``."""

    start: int
    end: int


class Position(NamedTuple):
    """A place for a reader: 1-based line and column, the column in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Malformed:
    """A problem in a text, as a value: what is wrong and where (1-based line and column).

    ``template`` says that the text around it holds ``{{ … }}`` actions of a template engine. ``start`` and
    ``end``: the part of the file that couldn't be read for it, in bytes, half open.
    """

    path: str
    line: int
    column: int
    message: str
    template: bool = False
    start: int = 0
    end: int = 0


class TextMoved(Exception):
    """An edit doesn't fit the text it is spliced into: nothing was changed."""


class SourceFile:
    """The bytes of one file under the name the caller gave it; to be treated as frozen."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data

    def __repr__(self) -> str:
        return f"SourceFile({self.path!r}, {len(self.data)} bytes)"

    @cached_property
    def text(self) -> str:
        """The decoded text, with byte order mark, CR LF and a missing final newline kept.

        Raises UnicodeDecodeError when the bytes aren't UTF-8.
        """
        return self.data.decode("utf-8")

    def position(self, offset: int) -> Position:
        """Line and column of the code point at ``offset``; past the end counts as the end."""
        offset = max(0, min(offset, len(self.text)))
        line, start = self._lines.at(offset)
        column = offset - start + 1
        # A byte order mark takes no column: editors don't show it.
        return Position(line, column - 1 if line == 1 and column > 1 and self._marked else column)

    def line_text(self, line: int) -> str:
        """The text of a 1-based line without its terminator; empty when there is no such line."""
        return self.text[slice(*self.line_span(line))]

    def line_span(self, line: int) -> Span:
        """Where that text stands: without a byte order mark; the empty end when there is no such line."""
        start = self._lines.start(line)
        if start is None:
            return Span(len(self.text), len(self.text))
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        if end > start and self.text[end - 1] == "\r":
            end -= 1
        return Span(start + 1 if line == 1 and self._marked else start, end)

    def code_point(self, byte: int) -> int:
        """The offset in code points of a byte offset on a character boundary."""
        if self.ascii:
            return byte
        block = byte // _BLOCK
        return self._code_points[block] + _count_code_points(self.data[block * _BLOCK : byte])

    @cached_property
    def unusual_breaks(self) -> bool:
        """Whether YAML ends lines where editors don't: at a lone CR, NEL, U+2028 or U+2029."""
        data = self.data
        if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
            return True
        return not self.ascii and any(mark in data for mark in _UNUSUAL_BREAKS)

    @cached_property
    def ascii(self) -> bool:
        """Whether every character is a single byte."""
        return self.data.isascii()

    @cached_property
    def _marked(self) -> bool:
        return self.text.startswith(BOM)

    @cached_property
    def _lines(self) -> _Lines:
        return _Lines(self.text)

    @cached_property
    def _code_points(self) -> list[int]:
        blocks = (self.data[i : i + _BLOCK] for i in range(0, len(self.data), _BLOCK))
        return [0, *accumulate(_count_code_points(block) for block in blocks)]


class _Lines:
    """The lines of a text, whose line feeds are counted in blocks, and only as far as somebody asks."""

    def __init__(self, text: str) -> None:
        self.text = text
        # How many stand before each block of those counted, and behind the last.
        self.before = [0]
        # Who asks where an offset is asks for the text of its line next.
        self.starts: dict[int, int] = {}

    def at(self, offset: int) -> tuple[int, int]:
        """The 1-based number of the line that an offset stands on, and the offset of that line."""
        block = offset // _LINE_BLOCK
        while len(self.before) <= block:
            self._count()
        line = self.before[block] + self.text.count("\n", block * _LINE_BLOCK, offset) + 1
        start = self.starts[line] = self.text.rfind("\n", 0, offset) + 1
        return line, start

    def start(self, line: int) -> int | None:
        """The offset of a 1-based line; None when there is no such line."""
        if line in self.starts:
            return self.starts[line]
        feeds = line - 1
        while self.before[-1] < feeds and len(self.before) <= len(self.text) // _LINE_BLOCK + 1:
            self._count()
        if not 0 <= feeds <= self.before[-1]:
            return None
        block = max(0, bisect_left(self.before, feeds) - 1)
        start = block * _LINE_BLOCK
        for _ in range(feeds - self.before[block]):
            start = self.text.find("\n", start) + 1
        return start

    def _count(self) -> None:
        start = (len(self.before) - 1) * _LINE_BLOCK
        self.before.append(self.before[-1] + self.text.count("\n", start, start + _LINE_BLOCK))


def _count_code_points(data: bytes) -> int:
    return len(data.translate(None, _CONTINUATION))


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``span`` of ``file``, which now reads ``old``, by ``new``."""

    file: SourceFile
    span: Span
    old: str
    new: str


def splice(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits applied.

    Edits are sorted; identical ones count once, except that nothing tells two wanted insertions
    from one given twice, so they count once too. Different insertions at one place keep the order
    in which they are given and stand before what replaces the text at that place.
    Raises TextMoved when edits overlap or the text isn't what an edit quotes.
    """
    unique = dict.fromkeys((edit.span.start, edit.span.end, edit.old, edit.new) for edit in edits)
    pieces: list[str] = []
    done = 0
    for start, end, old, new in sorted(unique, key=lambda edit: edit[:2]):
        if start < done:
            raise TextMoved(f"two edits overlap at offset {start}")
        if end < start or text[start:end] != old or end > len(text):
            raise TextMoved(f"the text at offset {start} is {text[start:end]!r}, not {old!r}")
        pieces += (text[done:start], new)
        done = end
    return "".join((*pieces, text[done:]))
