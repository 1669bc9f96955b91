"""A file's bytes → its YAML documents, each read on its own.

A document marker in the first column always ends a document, so the stream can be cut before it is
parsed: one malformed document leaves the others readable, and a document whose kind is plainly of
no interest is never parsed at all. Where the text holds anything that could make the cut or the
kind doubtful, the parser decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .documents import Document, Piece
from .jsontext import load_json
from .nodes import Loaded, YamlProblem, load_all
from .problems import explain, undecodable
from .quick import quick_load
from .text import Malformed, SourceFile

_BOM = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n"
_BREAKS_OF_YAML_ONLY = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
# Everything in the first column that ends a document, could be a `kind` (in any spelling, or
# through a merge), or is a directive. One pass over the file, led by a literal: that is the quick way.
_FIRST_COLUMN = re.compile(rb"""\n(?:(?:---|\.\.\.)(?=[ \t\r\n]|\Z)|["'?!&*%]|<<|kind)""")
# Nothing may come before the kind that could hold it inside: a quoted text, a mapping, a merge.
_KIND = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:---[ \t]*(?:\#[^\n]*)?\r?\n)?
    (?:(?:[ \t]*(?:\#[^\n]*)?|apiVersion:[ ]+["']?[\w./-]+["']?[ \t]*(?:[ \t]\#[^\n]*)?)\r?\n)*
    kind:[ ]+(["']?)([A-Za-z]+)\1[ \t]*(?:[ \t]\#[^\n]*)?\r?(?:\n|\Z)""",
    re.VERBOSE,
)
_MARKERS = (b"\n---", b"\n...")
_END = re.compile(rb"\.\.\.(?=[ \t\r\n]|\Z)")
_AFTER_END = re.compile(rb"\.\.\.[^\n]*(?:\n[ \t]*(?:\#[^\n]*)?\r?)*(?=\n|\Z)")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A document that wasn't parsed because of its kind; byte offsets, half open."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stream:
    """What one file holds. Documents without content (comments only) aren't listed."""

    documents: tuple[Document, ...]
    malformed: tuple[Malformed, ...]
    skipped: tuple[Skipped, ...]


def read_stream(file: SourceFile, interesting: Callable[[str], bool]) -> Stream:
    """Read the documents of a file whose ``kind`` is interesting or can't be known without parsing.

    Never raises for what the file holds: problems are values with their place in the file.
    """
    data = file.data
    if not data.isascii():
        try:
            file.text  # noqa: B018  (decoded once, kept for later)
        except UnicodeDecodeError as error:
            return Stream((), (_not_text(file, error),), ())
    parts = _cut(data)
    reading = _Reading(file, single=parts is not None)
    for start, end, keys in parts or [(0, len(data), 0)]:
        kind = _plain_kind(data, start, end) if keys == 1 else None
        if kind is not None and not interesting(kind):
            reading.skipped.append(Skipped(kind, start, end))
            reading.index += 1
        else:
            reading.piece(start, end)
    return Stream(tuple(reading.documents), tuple(reading.malformed), tuple(reading.skipped))


class _Reading:
    """One pass over the pieces of a file."""

    def __init__(self, file: SourceFile, *, single: bool) -> None:
        self.file = file
        # Where the stream couldn't be cut, the whole may hold several documents.
        self.single = single
        self.index = 0
        self.documents: list[Document] = []
        self.malformed: list[Malformed] = []
        self.skipped: list[Skipped] = []

    def piece(self, start: int, end: int) -> None:
        data = self.file.data[start:end]
        if _END.match(data):
            self.after_end(data, start)
            return
        try:
            loaded = _load(data, self.single)
        except YamlProblem as problem:
            self.malformed.append(_malformed(self.file, start, data, problem))
            self.index += 1
            return
        piece = Piece(self.file, start, end)
        for ordinal, one in enumerate(loaded):
            if one.value is not None:
                self.documents.append(Document(piece, self.index, ordinal, one))
                self.index += 1

    def after_end(self, data: bytes, start: int) -> None:
        """Report text after an end marker: Kubernetes ignores it without a word."""
        match = _AFTER_END.match(data)
        if match and match.end() < len(data.rstrip()):
            line = data.count(b"\n", 0, match.end()) + 2
            problem = YamlProblem(line, 1, "<document start>", parser=True)
            self.malformed.append(_malformed(self.file, start, data, problem))


def _load(data: bytes, single: bool) -> list[Loaded]:
    """The documents of a part of a stream, by the quickest way that is sure to read them right."""
    if single and data.lstrip().startswith(b"{"):
        value = load_json(data)
        if value is not None:
            return [Loaded(value, (), False)]
    elif single:
        value = quick_load(data)
        if value is not None:
            return [Loaded(value or None, (), False)]
    return load_all(data)


def _cut(data: bytes) -> list[tuple[int, int, int]] | None:
    """The parts of a stream, with the number of lines in each that could be a ``kind``.

    A number other than 1 leaves the kind to the parser. None when the cuts aren't certain: lines may
    end otherwise than they seem to, or a directive stands before a document.
    """
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    if not data.isascii() and any(line_break in data for line_break in _BREAKS_OF_YAML_ONLY):
        return None
    parts: list[tuple[int, int, int]] = []
    start = 0
    keys = 1 if data.startswith((b"kind", _BOM + b"kind")) else 0
    for match in _FIRST_COLUMN.finditer(data):
        if match[0] == b"\nkind":
            keys += 1
        elif match[0] in _MARKERS:
            parts.append((start, match.start() + 1, keys))
            start, keys = match.start() + 1, 0
        elif match[0] == b"\n%":
            return None
        else:
            keys += 2
    return None if data.startswith((b"%", _BOM + b"%")) else [*parts, (start, len(data), keys)]


def _plain_kind(data: bytes, start: int, end: int) -> str | None:
    """The kind of a document with a single line that could be one, when it is certain; else None."""
    match = _KIND.match(data, start, end)
    if match is None:
        return None
    after = match.end()
    # An indented or blank next line may carry the scalar on.
    return None if after < end and data[after] in _BLANKS else match[2].decode()


def _malformed(file: SourceFile, start: int, data: bytes, problem: YamlProblem) -> Malformed:
    base = file.position(file.code_point(start)).line - 1
    line = file.line_text(base + problem.line)
    template = b"{{" in data and b"}}" in data
    message = explain(problem, line)
    return Malformed(file.path, base + problem.line, problem.column, message, template)


def _not_text(file: SourceFile, error: UnicodeDecodeError) -> Malformed:
    before = file.data[: error.start]
    line_start = before.rfind(b"\n") + 1
    column = len(before[line_start:].decode(errors="replace")) + 1
    template = b"{{" in file.data and b"}}" in file.data
    return Malformed(file.path, before.count(b"\n") + 1, column, undecodable(file.data, error), template)
