"""How a rendered scalar is written in the chart: its origin, without the quotes around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from refactor.charts.rendered_home import RenderedHome
from refactor.source import Edit, SourceFile, Span
from refactor.world.resources import Path
from templates_analysis.origin import Origin, Piece
from templates_analysis.trace import Frame, Part


def inner_span(home: RenderedHome, path: Path) -> Span | None:
    """The rendered span of a scalar's content, without quotes; None where nothing stands."""
    span = home.document.span(path)
    if span is None or span.start == span.end:
        return None
    text = home.file.text[span.start : span.end]
    if len(text) >= 2 and text[0] in "\"'" and text[-1] == text[0]:
        return Span(span.start + 1, span.end - 1)
    return span


def origin_at(home: RenderedHome, path: Path) -> Origin:
    """Where the scalar at a path of the document comes from."""
    span = inner_span(home, path)
    return home.rendering.origin(home.name, span, path) if span else Origin("", "unknown", "unknown")


def parts_of(home: RenderedHome, path: Path) -> tuple[Part, ...]:
    """What wrote a scalar; nothing where that isn't known for all of it."""
    return origin_at(home, path).parts


def replaced(file: SourceFile, start: int, end: int, new: str) -> Edit:
    """The edit of a piece of a file."""
    return Edit(file, Span(start, end), file.text[start:end], new)


def shares(origin: Origin, value: str) -> Iterator[tuple[Piece, str]]:
    """Each piece with what it would have to print for the scalar to be `value`, the others as they are."""
    texts = [piece.text for piece in origin.pieces]
    for index, piece in enumerate(origin.pieces):
        before, after = "".join(texts[:index]), "".join(texts[index + 1 :])
        fits = len(value) > len(before) + len(after) and value.startswith(before) and value.endswith(after)
        if fits or len(texts) == 1:
            yield piece, value[len(before) : len(value) - len(after)]


def outermost(home: RenderedHome, path: Path, parts: Sequence[Part]) -> tuple[str, Span] | None:
    """Inside-path and span of the source of a whole scalar, where it is called for rather than in helpers.

    None where that isn't one piece of one file.
    """
    span = inner_span(home, path)
    if span is None or not parts:
        return None
    depth = _enclosing(home, span, [part.stack for part in parts])
    templates = home.rendering.chart.templates
    pieces: dict[tuple[str, int, int], None] = {}
    for part in parts:
        if len(part.stack) > depth:
            frame = part.stack[depth]
            segment = templates[frame.file].segments[frame.segment]
            pieces[frame.file, segment.start, segment.end] = None
        else:
            pieces[part.file, part.start, part.end] = None
    found = list(pieces)
    if any(one[0] != two[0] or one[2] != two[1] for one, two in pairwise(found)):
        return None
    return found[0][0], Span(found[0][1], found[-1][2])


def _enclosing(home: RenderedHome, span: Span, stacks: Sequence[tuple[Frame, ...]]) -> int:
    """How many actions print the scalar together with what stands beside it."""
    beside = [home.rendering.parts(home.name, max(span.start - 1, 0), span.start)]
    beside.append(home.rendering.parts(home.name, span.end, span.end + 1))
    around = [part.stack for parts in beside for part in parts]
    depth = 0
    while all(len(stack) > depth and stack[: depth + 1] == stacks[0][: depth + 1] for stack in stacks):
        if not any(stack[: depth + 1] == stacks[0][: depth + 1] for stack in around):
            break
        depth += 1
    return depth
