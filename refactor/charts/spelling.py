"""How a rendered scalar is written in the chart: its parts, without the quotes around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from refactor.source import Edit, SourceFile, Span
from refactor.world.resources import Path
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


def parts_of(home: ChartHome, path: Path) -> tuple[Part, ...]:
    """What wrote a scalar; nothing where that isn't known for all of it."""
    span = inner_span(home, path)
    if span is None:
        return ()
    parts = home.rendering.parts(home.name, span.start, span.end)
    covered = "".join(home.file.text[part.rendered_start : part.rendered_end] for part in parts)
    return parts if covered == home.file.text[span.start : span.end] else ()


def source_span(parts: Sequence[Part]) -> Span | None:
    """The source of a whole scalar; None where its parts don't stand side by side in one file."""
    for one, other in pairwise(parts):
        if one.file != other.file or one.end != other.start:
            return None
    return Span(parts[0].start, parts[-1].end) if parts else None


def replaced(file: SourceFile, start: int, end: int, new: str) -> Edit:
    """The edit of a piece of a file."""
    return Edit(file, Span(start, end), file.text[start:end], new)


def shares(home: ChartHome, parts: Sequence[Part], value: str) -> Iterator[tuple[Part, str, str]]:
    """Each part with what it printed and what it would have to print, the others staying as they are."""
    texts = [home.file.text[part.rendered_start : part.rendered_end] for part in parts]
    for index, part in enumerate(parts):
        before, after = "".join(texts[:index]), "".join(texts[index + 1 :])
        fits = len(value) > len(before) + len(after) and value.startswith(before) and value.endswith(after)
        if fits or len(parts) == 1:
            yield part, texts[index], value[len(before) : len(value) - len(after)]
