"""For the reader of a finding: which setting, helper or object of Helm makes what is faulty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from refactor.charts.home import ChartHome
from refactor.charts.spelling import origin_at
from refactor.source import Position, SourceFile
from refactor.world.resources import Ref
from templates_analysis.origin import Origin
from templates_analysis.paths import dotted

_MOST = 2
# Of a port that something is compared with: what numbers are compared with, and names.
_NUMBERS = ("port", "containerPort")
_NAMES = ("name",)


@dataclass(frozen=True, slots=True)
class Maker:
    """A remark, and the place in the chart's source that it is about, if any."""

    text: str
    file: SourceFile | None = None
    position: Position | None = None


def makers(at: Ref, message: str) -> tuple[Maker, ...]:
    """What makes the scalar at a place of a chart; nothing for a literal, whose place says it all.

    The scalar's own text is only said where `message` says it too: it might be a secret.
    """
    home, scalar = at.resource.home, _scalar(at)
    if scalar is None or not isinstance(home, ChartHome):
        return ()
    origin = _origin(scalar)
    if origin.kind in ("literal", "unknown"):
        return ()
    subject = origin.value if origin.value in message else "it"
    return tuple(islice(_remarks(home, scalar, origin, subject), _MOST))


def compared(at: Ref, faulty: Ref) -> str:
    """` (service.port in web/values.yaml:53)` for a port, or its name, that a setting makes; else "".

    `faulty` is the number or name that is compared with it; nothing is said where one setting makes both.
    """
    wrong = _scalar(faulty)
    if wrong is None:
        return ""
    right = _scalar(at, _NAMES if isinstance(wrong.value, str) else _NUMBERS)
    one = _origin(right).setting if right is not None else None
    if one is None or one.file is None or one.position is None:
        return ""
    if one.path in (other.path for other in _origin(wrong).settings):
        return ""
    return f" ({one.name} in {one.file.path}:{one.position.line})"


def _origin(at: Ref) -> Origin:
    home = at.resource.home
    if isinstance(home, ChartHome):
        return origin_at(home, home.prefix + at.path)
    return Origin("", "unknown", "unknown")


def _scalar(at: Ref, wanted: tuple[str, ...] = ()) -> Ref | None:
    """The scalar that a place is about: itself, the only thing in it, or the one field that is wanted."""
    if at.key:
        return None  # the value comes from somewhere, the key is what it is
    match at.value:
        case str() | int() as value if not isinstance(value, bool):
            return at
        case [_]:
            return _scalar(at.to(0), wanted)
        case dict() as fields:
            keys = list(fields) if len(fields) == 1 else [key for key in wanted if key in fields]
            return _scalar(at.to(keys[0]), wanted) if len(keys) == 1 else None
    return None


def _remarks(home: ChartHome, at: Ref, origin: Origin, subject: str) -> Iterator[Maker]:
    if any(one.match == "equal" for one in origin.settings):
        yield from _settings(origin, subject)
    elif origin.keys:
        yield _key(home, origin, subject)
    elif origin.builtins:
        partly = "" if len(origin.pieces) == 1 else " partly"
        yield Maker(f"{subject} comes{partly} from {' and '.join(origin.builtins)}")
    elif origin.settings:
        yield from _settings(origin, subject)
    else:
        yield from _written(home, at, origin, subject)


def _settings(origin: Origin, subject: str) -> Iterator[Maker]:
    whole = len(origin.pieces) == 1
    for one in origin.settings:
        verb = "comes" if one.exact and whole else "comes partly" if one.exact else "may come"
        given = ", given on the command line" if one.owner == "set" else ""
        yield Maker(f"{subject} {verb} from {one.name}{given}", one.file, one.position)


def _key(home: ChartHome, origin: Origin, subject: str) -> Maker:
    path = origin.keys[0]
    setter = home.rendering.layers.setter(path)
    key = setter.document.key_node(setter.path) if setter and setter.document else None
    text = f"{subject} is a key of the map {dotted(path[:-1])}"
    if setter is None or setter.file is None or key is None:
        return Maker(text)
    return Maker(text, setter.file, setter.file.position(key.start))


def _written(home: ChartHome, at: Ref, origin: Origin, subject: str) -> Iterator[Maker]:
    """The literal in an action that says it, or the action; unless the finding stands there itself."""
    chart, shown = home.rendering.chart, at.location
    literals = [one for one in origin.literals if one.sure]
    action = next(piece.part for piece in origin.pieces if not piece.literal)
    inside, start = (literals[0].file, literals[0].start) if literals else (action.file, action.start)
    file = chart.files[inside]
    position = file.position(start)
    if (file.path, position.line) != (shown.file.path, shown.position.line):
        source = " ".join(file.text[action.start : action.end].split())
        verb = "is written here" if literals else f"is made by {source}"
        yield Maker(f"{subject} {verb}", file, position)
