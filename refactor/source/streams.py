"""A file's bytes → its YAML documents, each read on its own.

A document marker in the first column always ends a document, so the stream can be cut before it is
parsed: one malformed document leaves the others readable, and a document whose kind is plainly of
no interest is never parsed at all. Where the text holds anything that could make the cut or the
kind doubtful, the parser decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, starmap
from typing import NamedTuple

from .documents import Document, Piece
from .jsontext import load_json
from .nodes import Loaded, YamlProblem, load_all
from .problems import explain, undecodable
from .quick import quick_load
from .text import Malformed, SourceFile

_BOM = b"\xef\xbb\xbf"
_REST = rb"[ \t]*+(?:\#[^\n]*+)?\r?\n"
_COMMENT = rb"[ \t]*+(?:(?<=[ \t])\#[^\n]*+)?"
_VERSION = rb""":[ ]++["']?([\w./-]++)["']?%b\r?""" % _COMMENT
# An indented or blank line after a scalar may carry it on.
_CLOSED = rb"(?=\n(?![ \t\r\n])|\Z)"
# Nothing may come before the kind that could hold it inside: a quoted text, a mapping, a merge. Groups:
# the apiVersion where it comes first, a quote, the kind.
_KIND = rb"""(?:%(rest)b)*+(?:apiVersion%(version)b\n(?:%(rest)b)*+)?
    kind:[ ]++(["']?)([A-Za-z]++)\2%(comment)b\r?%(closed)b""" % {
    b"comment": _COMMENT,
    b"rest": _REST,
    b"version": _VERSION,
    b"closed": _CLOSED,
}
_FIRST_KIND = re.compile(rb"(?:\xef\xbb\xbf)?(?:---%b)?%b" % (_REST, _KIND), re.VERBOSE)
# Everything in the first column that ends a document, could be a `kind` or an `apiVersion` (in any
# spelling, or through a merge), or is a directive. One pass over the file, led by a literal and a set, for
# each alternative more would be tried at every line. Its last group: the apiVersion where it comes after the
# kind.
_FIRST_COLUMN = re.compile(
    rb"""\n[-ka."'?!&*%%<]
    (?:(?<=-)--(?=[ \t\r\n]|\Z)(?:%b%b)?|(?<=k)ind|(?<=a)piVersion(?:%b%b)?|(?<=\.)\.\.(?=[ \t\r\n]|\Z)
    |(?<=["'?!&*%%])|(?<=<)<)"""
    % (_REST, _KIND, _VERSION, _CLOSED),
    re.VERBOSE,
)
_END = re.compile(rb"\.\.\.(?=[ \t\r\n]|\Z)")
# How many bytes of a line must be left to pass over them, and after how many that is looked at.
_LONG, _STRIDE = 2048, 4096
_AFTER_END = re.compile(rb"\.\.\.[^\n]*(?:\n[ \t]*(?:\#[^\n]*)?\r?)*(?=\n|\Z)")


class Skipped(NamedTuple):
    """A document that wasn't parsed because of its kind and apiVersion; byte offsets, half open.

    ``api_version``: "" where there is none, None where only parsing would tell.
    """

    start: int
    end: int
    kind: str
    api_version: str | None


# Whether documents of a kind and an apiVersion (as of `Skipped`) are to be parsed.
Interesting = Callable[[str, str | None], bool]
_Part = tuple[int, int, str | None, str | None]

# A large file has many documents: the classes' own way of making them takes three times as long.
_skipped = partial(tuple.__new__, Skipped)
_simple = partial(tuple.__new__, Loaded)


@dataclass(frozen=True, slots=True)
class Stream:
    """What one file holds. Documents without content (comments only) aren't listed.

    ``loaded``: the parts that were parsed, by their place in bytes, for a reading of a changed text.
    """

    file: SourceFile
    documents: tuple[Document, ...]
    malformed: tuple[Malformed, ...]
    skipped: tuple[Skipped, ...]
    loaded: tuple[tuple[int, int, list[Loaded]], ...] = ()


def read_stream(file: SourceFile, interesting: Interesting, before: Stream | None = None) -> Stream:
    """Read the documents of a file that are interesting, or whose ``kind`` can't be known without parsing.

    Never raises for what the file holds: problems are values with their place in the file. ``before``:
    the file with another text; a part that stands in both, byte for byte, has the very same data.
    """
    data = file.data
    if not file.ascii:
        try:
            file.text  # noqa: B018  (decoded once, kept for later)
        except UnicodeDecodeError as error:
            return Stream(file, (), (_not_text(file, error),), ())
    parts = _cut(file)
    reading = _Reading(file, _known(before) if before and parts else {}, single=parts is not None)
    for part in parts or [(0, len(data), None, None)]:
        start, end, kind, version = part
        if kind is not None and not interesting(kind, version):
            reading.skipped.append(_skipped(part))
            reading.index += 1
        else:
            reading.piece(start, end)
    found = (tuple(reading.documents), tuple(reading.malformed), tuple(reading.skipped))
    return Stream(file, *found, tuple(reading.loaded) if parts else ())


def _known(before: Stream) -> dict[bytes, list[Loaded]]:
    return {before.file.data[start:end]: loaded for start, end, loaded in before.loaded}


class _Reading:
    """One pass over the pieces of a file; those that are `known` by their bytes aren't parsed again."""

    def __init__(self, file: SourceFile, known: dict[bytes, list[Loaded]], *, single: bool) -> None:
        self.file = file
        self.known = known
        # Where the stream couldn't be cut, the whole may hold several documents.
        self.single = single
        self.index = 0
        self.loaded: list[tuple[int, int, list[Loaded]]] = []
        self.documents: list[Document] = []
        self.malformed: list[Malformed] = []
        self.skipped: list[Skipped] = []

    def piece(self, start: int, end: int) -> None:
        data = self.file.data[start:end]
        if data.startswith(b"...") and _END.match(data):
            self.after_end(data, start)
            return
        try:
            # Each is taken once: no two documents of a file share their data.
            known = self.known.pop(data, None) if self.known else None
            loaded = known or _load(data, self.single)
        except YamlProblem as problem:
            self.malformed.append(_malformed(self.file, start, data, problem))
            self.index += 1
            return
        self.loaded.append((start, end, loaded))
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
            return [_simple((value or None, (), False))]
    return load_all(data)


def _cut(file: SourceFile) -> list[_Part] | None:
    """The parts of a stream, each with its kind and apiVersion where they are certain without parsing.

    They are where one line alone could be the ``kind``, and it plainly is. None when the cuts aren't
    certain: lines may end otherwise than they seem to, or a directive stands before a document.
    """
    data = file.data
    if file.unusual_breaks or data.startswith((b"%", _BOM + b"%")):
        return None
    parts: list[_Part] = []
    first = _FIRST_KIND.match(data)
    start, kind, version = 0, first and first[3], (first and first[1]) or b""
    keys = 1 if kind else 0
    lines = _stretches(data, first.end() if first else 0)
    for match in chain.from_iterable(starmap(partial(_FIRST_COLUMN.finditer, data), lines)):
        end = match.start() + 1
        lead = data[end]
        if lead in b"-.":
            parts.append(_part(start, end, kind if keys == 1 else None, version))
            start, kind, version = end, match[3], match[1] or b""
            keys = 1 if kind else 0
        elif lead in b"k":
            keys += 1
        elif lead in b"a":
            # Of two, the last one counts: that is for the parser.
            version = match[4] if version == b"" else None
        elif lead in b"%":
            return None
        else:
            keys += 2
    parts.append(_part(start, len(data), kind if keys == 1 else None, version))
    return parts


def _part(start: int, end: int, kind: bytes | None, version: bytes | None) -> _Part:
    return start, end, kind.decode() if kind else None, None if version is None else version.decode()


def _stretches(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Where lines begin in the bytes from `start` on: all but the insides of long indented lines.

    Some files consist of those (a dashboard's JSON in a ConfigMap), and their ends are found at once.
    """
    at = start
    while (end := data.find(b"\n", at)) >= 0:
        if end - at > _LONG:
            line = data.rfind(b"\n", 0, at) + 1
            # Other than a key in the first column, an indented line is nothing to look at.
            if data.startswith(b" ", line):
                yield start, line + 1
                start = end
        at = end + _STRIDE
    yield start, len(data)


def _malformed(file: SourceFile, start: int, data: bytes, problem: YamlProblem) -> Malformed:
    base = file.position(file.code_point(start)).line - 1
    line = file.line_text(base + problem.line)
    template = b"{{" in data and b"}}" in data
    message = explain(problem, line, file.line_text(base + problem.line - 1))
    end = start + len(data)
    return Malformed(file.path, base + problem.line, problem.column, message, template, start, end)


def _not_text(file: SourceFile, error: UnicodeDecodeError) -> Malformed:
    before = file.data[: error.start]
    line_start = before.rfind(b"\n") + 1
    column = len(before[line_start:].decode(errors="replace")) + 1
    template = b"{{" in file.data and b"}}" in file.data
    message, end = undecodable(file.data, error), len(file.data)
    return Malformed(file.path, before.count(b"\n") + 1, column, message, template, 0, end)
