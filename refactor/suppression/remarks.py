"""The comments `# refactor: ignore[rule, …]` of a document, and the lines that count for a resource."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from refactor.source import Document
from refactor.source.layout import comments
from refactor.world import Resource

_REMARK = re.compile(r"#\s*refactor:\s*ignore(?![\w-])(?:[ \t]*\[([^\]\n]*)\])?")


@dataclass(frozen=True, slots=True)
class Remark:
    """One such comment. `names` is None where it has no brackets.

    `end`: the code point of the file before its closing bracket, or after it where it has none.
    `alone`: nothing else stands on its line.
    """

    line: int
    column: int
    end: int
    names: tuple[str, ...] | None
    alone: bool


def remarks(document: Document) -> Iterator[Remark]:
    """The remarks of a document in the order of the text; none where its places aren't known."""
    if document.root is None:
        return
    file = document.file
    start, end = file.code_point(document.start), file.code_point(document.end)
    for offset, text in comments(file.text, start, end, document.root):
        for match in _REMARK.finditer(text):
            place = file.position(offset + match.start())
            alone = not file.line_text(place.line)[: place.column - 1].strip()
            bracketed = match[1] is not None
            names = tuple(split_names(match[1])) if bracketed else None
            yield Remark(place.line, place.column, offset + match.end() - bracketed, names, alone)


def split_names(text: str) -> list[str]:
    """ "a, b" as its names."""
    return [name.strip() for name in text.split(",") if name.strip()]


def head_lines(document: Document, resource: Resource) -> frozenset[int]:
    """The lines on which a remark counts for a whole resource.

    That is its first line, those of its apiVersion and kind, and the same of its document with `---`.
    """
    home = resource.home
    own = [home.position(()), *(home.position((key,)) for key in _HEADS if key in resource.data)]
    whole = [document.position(()), *(document.position((key,)) for key in _HEADS if key in document.data)]
    file = document.file
    first = file.position(file.code_point(document.start)).line
    marker = [first] if file.line_text(first).startswith("---") else []
    return frozenset([*(place.line for place in (*own, *whole)), *marker])


_HEADS = ("apiVersion", "kind")
