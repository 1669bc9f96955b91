"""For the reader of a finding: which setting, helper or object of Helm makes what is faulty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from refactor.charts.home import ChartHome
from refactor.charts.spelling import key_text, origin_at
from refactor.source import Position, SourceFile
from refactor.world.resources import Ref
from templates_analysis.origin import Origin, Setting

_MOST = 2
# Of a port that something is compared with, what it is called by.
_NUMBERS = ("port", "containerPort")


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
    scalar = _scalar(at)
    home = at.resource.home
    if scalar is None or not isinstance(home, ChartHome):
        return ()
    origin = origin_at(home, home.prefix + scalar.path)
    if origin.kind in ("literal", "unknown"):
        return ()
    subject = origin.value if origin.value in message else "it"
    return tuple(islice(_remarks(home, scalar, origin, subject), _MOST))


def compared(at: Ref, faulty: Ref) -> str:
    """` (service.port in web/values.yaml:53)` of a port that a setting makes; else "".

    Nothing is said where what is `faulty` comes from the same setting.
    """
    one = _setting(at)
    other = _setting(faulty)
    if one is None or one.file is None or one.position is None or (other and other.path == one.path):
        return ""
    return f" ({one.name} in {one.file.path}:{one.position.line})"


def _setting(at: Ref) -> Setting | None:
    scalar, home = _scalar(at), at.resource.home
    if scalar is None or not isinstance(home, ChartHome):
        return None
    return origin_at(home, home.prefix + scalar.path).setting


def _scalar(at: Ref) -> Ref | None:
    """The scalar that a place is about: itself, what it only holds, or the number of a port."""
    match at.value:
        case bool() | None:
            return None
        case str() | int():
            return at
        case [_]:
            return _scalar(at.to(0))
        case dict() as fields:
            keys = list(fields) if len(fields) == 1 else [key for key in _NUMBERS if key in fields]
            return _scalar(at.to(keys[0])) if len(keys) == 1 else None
    return None


def _remarks(home: ChartHome, at: Ref, origin: Origin, subject: str) -> Iterator[Maker]:
    if any(one.match == "equal" for one in origin.settings):
        yield from _settings(origin, subject)
    elif origin.keys:
        yield _key(home, origin, subject)
    elif origin.builtins:
        yield Maker(f"{subject} comes from {' and '.join(origin.builtins)}")
    elif origin.settings:
        yield from _settings(origin, subject)
    else:
        yield from _written(home, at, origin, subject)


def _settings(origin: Origin, subject: str) -> Iterator[Maker]:
    whole = len(origin.pieces) == 1
    for one in origin.settings:
        verb = "comes" if one.exact and whole else "comes partly" if one.exact else "may come"
        given = ", given with --set" if one.owner == "set" else ""
        yield Maker(f"{subject} {verb} from {one.name}{given}", one.file, one.position)


def _key(home: ChartHome, origin: Origin, subject: str) -> Told:
    path = origin.keys[0]
    setter = home.rendering.layers.setter(path)
    key = setter.document.key_node(setter.path) if setter and setter.document else None
    text = f"{subject} is {key_text(home.rendering, path)}"
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
