"""How a rendered scalar is written in the chart: its origin, without the quotes around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from refactor.source import Edit, SourceFile, Span
from refactor.world.resources import Path
from templates_analysis.origin import Origin, Piece
from templates_analysis.trace import Part

if TYPE_CHECKING:
    from refactor.charts.home import ChartHome


def inner_span(home: ChartHome, path: Path) -> Span | None:
    """The rendered span of a scalar's content, without quotes; None where nothing stands."""
    span = home.document.span(path)
    if span is None or span.start == span.end:
        return None
    text = home.file.text[span.start : span.end]
    if len(text) >= 2 and text[0] in "\"'" and text[-1] == text[0]:
        return Span(span.start + 1, span.end - 1)
    return span


def origin_at(home: ChartHome, path: Path) -> Origin:
    """Where the scalar at a path of the document comes from."""
    span = inner_span(home, path)
    return home.rendering.origin(home.name, span, path) if span else Origin("", "unknown", "unknown")


def parts_of(home: ChartHome, path: Path) -> tuple[Part, ...]:
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
