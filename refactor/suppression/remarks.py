"""The comments `# refactor: ignore[rule, …]` of a document, and the lines that count for a resource."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refactor.source import Document, Edit, SourceFile, Span
from refactor.source.layout import comments
from refactor.world import Resource

_REMARK = re.compile(r"#\s*refactor:\s*ignore(?![\w-])(?:[ \t]*\[([^\]\n]*)\])?")
_AMID_WORDS = re.compile(r"#[^#\n]*[^#\s][ \t]+(refactor:[ \t]*ignore[ \t]*\[)")


@dataclass(frozen=True, slots=True)
class Remark:
    """One such comment. `names` is None where it has no brackets, or where it isn't one.

    `end`: the code point of the file before its closing bracket, or after it where it has none.
    `alone`: nothing else stands on its line. `amid`: it stands amid the words of a comment, where it doesn't
    count.
    """

    line: int
    column: int
    end: int
    names: tuple[str, ...] | None
    alone: bool
    amid: bool = False


def remarks(document: Document) -> Iterator[Remark]:
    """The remarks of a document in the order of the text; none where its places aren't known."""
    if document.root is None:
        return
    file = document.file
    start, end = file.code_point(document.start), file.code_point(document.end)
    for offset, text in comments(file.text, start, end, document.root):
        yield from _found(file, offset, text)


def remarks_on(file: SourceFile, line: int) -> Iterator[Remark]:
    """The remarks on a line (1-based) of a text that is no YAML, such as a template."""
    span = file.line_span(line)
    yield from _found(file, span.start, file.text[slice(*span)])


def _found(file: SourceFile, offset: int, text: str) -> Iterator[Remark]:
    for match in _REMARK.finditer(text):
        place = file.position(offset + match.start())
        alone = not file.line_text(place.line)[: place.column - 1].strip()
        bracketed = match[1] is not None
        names = tuple(split_names(match[1])) if bracketed else None
        yield Remark(place.line, place.column, offset + match.end() - bracketed, names, alone)
    for match in _AMID_WORDS.finditer(text):
        place = file.position(offset + match.start(1))
        yield Remark(place.line, place.column, offset + match.end(), None, alone=False, amid=True)


def remark_behind(file: SourceFile, line: int, names: Sequence[str], there: Remark | None) -> Edit:
    """The edit that puts a remark at the end of a line, or more names into the one that stands `there`."""
    listed = ", ".join(names)
    if there is None:
        end = file.line_span(line).end
        blank = file.text[end - 1 : end] in (" ", "\t")
        return Edit(file, Span(end, end), "", f"{'' if blank else '  '}# refactor: ignore[{listed}]")
    place = Span(there.end, there.end)
    if there.names is None:
        return Edit(file, place, "", f"[{listed}]")
    return Edit(file, place, "", f", {listed}" if there.names else listed)


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
