"""Another value for a rendered scalar: the ways to write it in the chart, the best first.

The order is that of what an owner would do: the expression of the place whose value it takes, rather than
a second number; else the literal, the setting, or the literal inside of an action that makes the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice

from refactor.charts.arguments import argument_ways
from refactor.charts.grounds import grounds
from refactor.charts.rendered_home import RenderedHome
from refactor.charts.settings import not_ours, setting_changed
from refactor.charts.spelling import origin_at, outermost, replaced, shares
from refactor.source import Edit, Refusal, SourceFile, Span, set_scalar
from refactor.world.change import Scalar
from refactor.world.resources import Path, Ref
from templates_analysis.express import expression, setting_expression
from templates_analysis.origin import Origin, Piece

Edits = tuple[Edit, ...]

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?")
_MOST_SETTINGS = 4
_MOST_LITERALS = 3


def scalar_ways(home: RenderedHome, path: Path, value: Scalar, like: Ref | None) -> Iterator[Edits | Refusal]:
    """The ways to make the scalar at a path of the document `value`, and why others can't be gone."""
    origin = origin_at(home, path)
    if not origin.pieces:
        yield from _on_grounds(home, path, value)
        return
    if isinstance(value, str) and like is not None and type(home.data(path)) is int:
        yield from _named(home, path, origin, value, like)
        return
    said = []
    if like is not None and like.value == value:
        if _has_own_name(origin, like):
            # A port's name that people can set: put right what they set, and leave it to them.
            yield from _in_pieces(home, path, origin, str(value))
        said = list(_expressed(home, path, origin, value, like))
        yield from said
    if origin.kind == "literal":
        if said:
            return  # a second number beside a setting would be wrong as soon as somebody sets that
        yield from _on_grounds(home, path, value)
    yield from _in_pieces(home, path, origin, str(value))
    if origin.kind != "literal" and like is not None and like.value == value:
        # What it takes its value from is a fixed one too, or it would have been said as an expression.
        yield from _written(home, path, origin, str(value))
        if _PLAIN.fullmatch(str(value)) and isinstance(value, str):
            yield from argument_ways(home, origin, value)


def _named(
    home: RenderedHome, path: Path, origin: Origin, value: str, like: Ref
) -> Iterator[Edits | Refusal]:
    """From a number to a name, where the name is as sure as the number was."""
    if origin.kind != "literal" and not origin.block:
        yield Refusal("its number is made by the chart's settings, which a name would ignore")
    elif any(isinstance(step, int) for step in (origin.setting.path if origin.setting else ())):
        yield Refusal("it stands in a list of settings, and who sets the list sets all of it")
    else:
        yield from named_ways(home, path, origin, value, like)


def named_ways(
    home: RenderedHome, path: Path, origin: Origin, value: str, like: Ref
) -> Iterator[Edits | Refusal]:
    """The name as the place says it that has it: a fixed one as it is, one that is made by its expression."""
    owner = like.resource.home
    given = owner.prefix + like.path if isinstance(owner, RenderedHome) else ()
    named = origin_at(owner, given) if isinstance(owner, RenderedHome) and like.value is not None else None
    if named is not None and named.block:
        yield Refusal("the name stands in settings that may say another one")
    elif named is not None and named.kind != "literal":
        yield from _expressed(home, path, origin, value, like)
    else:
        yield from _on_grounds(home, path, value)


def _has_own_name(origin: Origin, like: Ref) -> bool:
    """Whether a setting of its own makes a port's name; of an object's name the expression is the truth."""
    names = like.path[-2:] != ("metadata", "name") and isinstance(like.value, str)
    return names and origin.setting is not None and origin.setting.editable


def _in_pieces(home: RenderedHome, path: Path, origin: Origin, value: str) -> Iterator[Edits | Refusal]:
    """The value in the one of its pieces that differs."""
    told = False
    for piece, new in shares(origin, value):
        for way in _piece_ways(home, piece, new):
            told = told or not isinstance(way, Refusal)
            yield way
    if not told and origin.kind != "literal":
        yield from _driven(home, path, origin, value)


def expressed(home: RenderedHome, like: Ref, file: str, offset: int, number: bool) -> str | None:
    """What to write in a template so that it prints what `like` prints; None where that is a literal."""
    other = like.resource.home
    if not isinstance(other, RenderedHome) or other.rendering is not home.rendering:
        return None
    origin = origin_at(other, other.prefix + like.path)
    if origin.kind in ("literal", "unknown"):
        return None
    resolver = home.rendering.resolver
    text = expression(resolver, origin.parts, file, offset, number=number)
    if text is None and origin.setting is not None:
        return setting_expression(resolver, origin.setting.path, file, offset)
    return text


def _expressed(home: RenderedHome, path: Path, origin: Origin, value: Scalar, like: Ref) -> Iterator[Edits]:
    source = _own_source(home, path, origin)
    if source is None:
        return
    inside, file, span = source
    text = expressed(home, like, inside, span.start, isinstance(value, int))
    if text is not None and _squeezed(text) != _squeezed(file.text[span.start : span.end]):
        yield (replaced(file, span.start, span.end, text),)


def _written(home: RenderedHome, path: Path, origin: Origin, value: str) -> Iterator[Edits]:
    source = _own_source(home, path, origin)
    if source is not None and _PLAIN.fullmatch(value):
        _, file, span = source
        yield (replaced(file, span.start, span.end, value),)


def _own_source(home: RenderedHome, path: Path, origin: Origin) -> tuple[str, SourceFile, Span] | None:
    """Inside-path, file and span of what writes this scalar and no other, where that is ours to change."""
    chart, found = home.rendering.chart, None if origin.block else outermost(home, path, origin.parts)
    if found is None or not chart.editable(found[0]):
        return None
    inside, span = found
    return inside, chart.files[inside], span


def _driven(home: RenderedHome, path: Path, origin: Origin, new: str) -> Iterator[Edits | Refusal]:
    """Where reading tells nothing: the settings that are seen to move the value, asked of Helm itself."""
    found = home.rendering.driven(origin, home.name, home.document.index, path)
    for one in found.settings if found.evidence == "rendered" else ():
        yield setting_changed(one, origin.value, new)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _on_grounds(home: RenderedHome, path: Path, value: Scalar) -> Iterator[Edits | Refusal]:
    """As our verbs would write it, where the text around it can be read as YAML."""
    for ground in islice(grounds(home, path), 3):
        at = ground.path(path)
        if at is not None:
            yield ground.edits(partial(set_scalar, path=at, value=value))


def _piece_ways(home: RenderedHome, piece: Piece, new: str) -> Iterator[Edits | Refusal]:
    chart, part = home.rendering.chart, piece.part
    if piece.literal:
        if not chart.editable(part.file):
            yield Refusal(f"it stands in {chart.files[part.file].path}, {not_ours(chart)}")
        elif _PLAIN.fullmatch(new):
            yield (replaced(chart.files[part.file], part.start, part.end, new),)
        return
    for setting in piece.settings[:_MOST_SETTINGS]:
        yield setting_changed(setting, piece.text, new)
    own = (one for one in piece.literals if chart.editable(one.file))
    for literal in islice(own, _MOST_LITERALS):
        if _PLAIN.fullmatch(new) and (literal.quoted or new.isdigit()):
            yield (replaced(chart.files[literal.file], literal.start, literal.end, new),)
