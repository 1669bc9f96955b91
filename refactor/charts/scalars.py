"""Another value for a rendered scalar: the ways to write it in the chart, the best first.

The order is that of what an owner would do: the expression of the place whose value it takes, rather than
a second number; else the literal, the setting, or the literal inside of an action that makes the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from refactor.charts.grounds import grounds
from refactor.charts.settings import setting_changed, setting_ways
from refactor.charts.spelling import inner_span, parts_of, replaced, shares, source_span
from refactor.source import Edit, Refusal, Span, set_scalar
from refactor.world.change import Scalar
from refactor.world.resources import Path, Ref
from templates_analysis.express import expression
from templates_analysis.trace import Part

if TYPE_CHECKING:
    from refactor.charts.home import ChartHome

Edits = tuple[Edit, ...]

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?")
_MOST_LITERALS = 3


def scalar_ways(home: ChartHome, path: Path, value: Scalar, like: Ref | None) -> Iterator[Edits | Refusal]:
    """The ways to make the scalar at a path of the document `value`, and why others can't be gone."""
    parts = parts_of(home, path)
    if not parts:
        yield from _on_grounds(home, path, value)
        return
    if like is not None and like.value == value:
        yield from _expressed(home, path, parts, value, like)
    if isinstance(value, str) and like is not None and type(home.data(path)) is int:
        # From a number to a name: other values of the setting would still be numbers.
        block = _own_span(home, path, parts) is None
        yield from _on_grounds(home, path, value) if block else _written(home, path, parts, value)
        return
    if all(part.kind == "text" for part in parts):
        yield from _on_grounds(home, path, value)
    told = False
    for part, old, new in shares(home, parts, str(value)):
        for way in _part_ways(home, part, old, new):
            told = told or not isinstance(way, Refusal)
            yield way
    if not told and any(part.kind == "action" for part in parts):
        yield from _driven(home, path, str(value))


def expressed(home: ChartHome, like: Ref, file: str, offset: int, number: bool) -> str | None:
    """What to write in a template so that it prints what `like` prints; None where that is a literal."""
    from refactor.charts.home import ChartHome

    other = like.resource.home
    if not isinstance(other, ChartHome) or other.rendering is not home.rendering:
        return None
    parts = parts_of(other, other.prefix + like.path)
    if not any(part.kind == "action" for part in parts):
        return None
    return expression(home.rendering.resolver, parts, file, offset, number=number)


def _expressed(
    home: ChartHome, path: Path, parts: tuple[Part, ...], value: Scalar, like: Ref
) -> Iterator[Edits]:
    span = _own_span(home, path, parts)
    if span is None or not home.rendering.chart.editable(parts[0].file):
        return
    file = home.rendering.chart.files[parts[0].file]
    text = expressed(home, like, parts[0].file, span.start, isinstance(value, int))
    if text is not None and _squeezed(text) != _squeezed(file.text[span.start : span.end]):
        yield (replaced(file, span.start, span.end, text),)


def _driven(home: ChartHome, path: Path, new: str) -> Iterator[Edits | Refusal]:
    """Where reading tells nothing: the settings that are seen to move the value, asked of Helm itself."""
    span = inner_span(home, path)
    old = home.file.text[span.start : span.end] if span else ""
    for found in home.rendering.drivers(home.name, home.document.index, path, old) if old else ():
        yield setting_changed(home.rendering, found, old, new)


def _written(home: ChartHome, path: Path, parts: tuple[Part, ...], value: str) -> Iterator[Edits]:
    span = _own_span(home, path, parts)
    if span is not None and _PLAIN.fullmatch(value) and home.rendering.chart.editable(parts[0].file):
        yield (replaced(home.rendering.chart.files[parts[0].file], span.start, span.end, value),)


def _own_span(home: ChartHome, path: Path, parts: tuple[Part, ...]) -> Span | None:
    """The source of a scalar; None where its action prints a whole block."""
    span = inner_span(home, path)
    before = home.rendering.parts(home.name, span.start - 1, span.start) if span and span.start else ()
    first = parts[0]
    block = any(p.kind == "action" and (p.file, p.start) == (first.file, first.start) for p in before)
    return None if block else source_span(parts)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _on_grounds(home: ChartHome, path: Path, value: Scalar) -> Iterator[Edits | Refusal]:
    """As our verbs would write it, where the text around it can be read as YAML."""
    for ground in islice(grounds(home, path), 3):
        at = ground.path(path)
        if at is not None:
            yield ground.edits(lambda document, at=at: set_scalar(document, at, value))  # type: ignore[misc]


def _part_ways(home: ChartHome, part: Part, old: str, new: str) -> Iterator[Edits | Refusal]:
    chart = home.rendering.chart
    if part.kind == "text":
        if not chart.editable(part.file):
            yield Refusal(f"it stands in {chart.files[part.file].path}, which comes from elsewhere")
        elif _PLAIN.fullmatch(new):
            yield (replaced(chart.files[part.file], part.start, part.end, new),)
        return
    yield from setting_ways(home.rendering, part.stack, old, new)
    literals = home.rendering.resolver.literals(part.stack, old, home.rendering.layers)
    for literal in islice((one for one in literals if chart.editable(one.file)), _MOST_LITERALS):
        if _PLAIN.fullmatch(new) and (literal.quoted or new.isdigit()):
            yield (replaced(chart.files[literal.file], literal.start, literal.end, new),)
