"""Takes the marks out of a rendering and tells for any range of it what wrote it.

Offsets are code points, spans half open: rendered ones in the plain rendering, source ones in a template's
text. Text that a named template wrote and `indent` or `nindent` moved is followed line by line.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from .actions import Template
from .instrument import Instrumented, marked_offset
from .markers import MARK, number_of

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Frame:
    """A printing action that is being evaluated: the file's inside-path and the index of the segment."""

    file: str
    segment: int


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a rendering and the source that wrote it.

    ``start`` and ``end`` enclose, for a ``text``, exactly the characters that were rendered; for an
    ``action`` the whole innermost action that printed them. ``stack`` holds the enclosing actions, outermost
    first; for an ``action`` its own frame is the last.
    """

    kind: Literal["text", "action"]
    file: str
    start: int
    end: int
    rendered_start: int
    rendered_end: int
    stack: tuple[Frame, ...]


class _Run(NamedTuple):
    """Rendered characters between two marks; ``source`` is where a literal text has its first one."""

    start: int
    end: int
    stack: tuple[Frame, ...]
    place: tuple[str, int] | None
    source: int


class Trace:
    """A rendering without marks, ``plain``, and where it comes from; to be treated as frozen."""

    def __init__(self, plain: str, runs: list[_Run], instrumented: Instrumented) -> None:
        self.plain = plain
        self._runs = runs
        self._starts = [run.start for run in runs]
        self._templates = instrumented.templates

    def parts(self, start: int, end: int) -> tuple[Part, ...]:
        """What a range of the plain rendering was written by, in order.

        Blank characters around line feeds may be missing; everything else that the template or its named
        templates wrote is there, so that a scalar of one part whose rendered span is the scalar's is exact.
        """
        found: list[Part] = []
        first, last = bisect_right(self._starts, start) - 1, bisect_left(self._starts, end)
        for run in self._runs[max(first, 0) : last]:
            found += (cut for part in self._parts(run) if (cut := _cut(part, start, end)) is not None)
        return tuple(_joined(found))

    def _parts(self, run: _Run) -> Iterator[Part]:
        if run.place is not None:
            file, index = run.place
            segment = self._templates[file].segments[index]
            source = self._templates[file].text[run.source : segment.text_end]
            pieces = _aligned(source, self.plain[run.start : run.end])
            if pieces is not None:
                for written, rendered, length in pieces:
                    begin, place = run.source + written, run.start + rendered
                    yield Part("text", file, begin, begin + length, place, place + length, run.stack)
                return
        if run.stack:
            innermost = run.stack[-1]
            segment = self._templates[innermost.file].segments[innermost.segment]
            yield Part("action", innermost.file, segment.start, segment.end, run.start, run.end, run.stack)


def read_marks(marked: str, instrumented: Instrumented) -> Trace:
    """The plain rendering behind a marked one, and what wrote each piece of it.

    ``marked`` is what one of the instrumented files rendered to. Nothing is raised: in a text that the marks
    don't fit, the plain text differs from the plain rendering, which the caller compares.
    """
    reader = _Reader(instrumented)
    done = 0
    for mark in MARK.finditer(marked):
        reader.text(marked[done : mark.start()])
        reader.mark(number_of(mark))
        done = mark.end()
    reader.text(marked[done:])
    return Trace("".join(reader.pieces), reader.runs, instrumented)


class _Reader:
    """Follows the marks of one rendering."""

    def __init__(self, instrumented: Instrumented) -> None:
        self.places = instrumented.places
        self.templates = instrumented.templates
        self.pieces: list[str] = []
        self.runs: list[_Run] = []
        self.length = 0
        self.stack: tuple[Frame, ...] = ()
        self.place: tuple[str, int] | None = None
        self.source = 0
        self.begun: int | None = None
        self.loose = False

    def text(self, text: str) -> None:
        self.loose = bool(text) and self.place is None
        if text:
            start = self.length if self.begun is None else self.begun
            self.begun = None
            self.length += len(text)
            self.pieces.append(text)
            self.runs.append(_Run(start, self.length, self.stack, self.place, self.source))

    def mark(self, found: tuple[bool, int] | None) -> None:
        self.place = None
        if found is None:
            self.stack = self.stack[:-1]
        elif found[1] < len(self.places):
            is_action, number = found
            if is_action:
                self.stack = (*self.stack, Frame(*self.places[number]))
            else:
                self._begin(*self.places[number])

    def _begin(self, file: str, index: int) -> None:
        template = self.templates[file]
        self.place = (file, index)
        self.source = marked_offset(template, index) or 0
        self._reach_back(template, index)

    def _reach_back(self, template: Template, index: int) -> None:
        """The blanks that a text begins with stand before its mark: they are its own where all are there."""
        start = template.segments[index].text_start
        blanks = template.text[start : self.source]
        if self.loose and blanks and self.pieces[-1] == blanks:
            self.begun, self.source = self.runs.pop().start, start


def _aligned(source: str, rendered: str) -> list[tuple[int, int, int]] | None:
    """Where each line of a literal text stands in what it was rendered to: offsets in both, and a length.

    None when the rendering isn't the text: something changed it on the way, as `quote` escapes quotes.
    """
    if rendered.startswith(source):
        return None if rendered[len(source) :].strip() else [(0, 0, len(source))]
    if source.startswith(rendered):
        return None if source[len(rendered) :].strip() else [(0, 0, len(rendered))]
    written, seen = _LINE.findall(source), _LINE.findall(rendered)
    if any(line.strip() for line in [*written[len(seen) :], *seen[len(written) :]]):
        return None
    return _matched(written, seen)


def _matched(written: list[str], seen: list[str]) -> list[tuple[int, int, int]] | None:
    pieces: list[tuple[int, int, int]] = []
    source = rendered = 0
    for line, other in zip(written, seen, strict=False):
        added = _indent(other) - _indent(line) if source else 0
        if line.strip() or other.strip():
            core = line.rstrip()
            if added < 0 or other.rstrip()[added:] != core or other[:added].strip():
                return None
            whole = other[added:] == line
            pieces.append((source, rendered + added, len(line if whole else core)))
        source += len(line)
        rendered += len(other)
    return pieces


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _cut(part: Part, start: int, end: int) -> Part | None:
    """A part within a rendered range."""
    begin, stop = max(part.rendered_start, start), min(part.rendered_end, end)
    if begin >= stop:
        return None
    if part.kind == "action":
        return replace(part, rendered_start=begin, rendered_end=stop)
    source = part.start + begin - part.rendered_start
    return replace(part, start=source, end=source + stop - begin, rendered_start=begin, rendered_end=stop)


def _joined(parts: list[Part]) -> Iterator[Part]:
    """Parts with neighbours made one that were cut between lines or, in an action, between blanks."""
    last: Part | None = None
    for part in parts:
        if last is not None and last.rendered_end == part.rendered_start and _continues(last, part):
            end = part.end
            last = replace(last, end=end, rendered_end=part.rendered_end)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last


def _continues(last: Part, part: Part) -> bool:
    if (last.kind, last.file, last.stack) != (part.kind, part.file, part.stack):
        return False
    return part.kind == "action" or last.end == part.start
