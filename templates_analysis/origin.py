"""Where a rendered scalar comes from: the source that wrote it, what feeds that, and how sure that is.

Lines and columns are 1-based, spans are code points, half open. Named templates and what they are handed:
https://helm.sh/docs/chart_template_guide/named_templates/; settings and their files: :mod:`.values`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal as OneOf

from refactor.source import Position, SourceFile, Span

from .contents import Chart
from .paths import Path, dotted, printed, setting
from .resolve import Literal, Match, Resolver
from .subcharts import Owner
from .trace import Part, Trace
from .values import Layers, Setter

Kind = OneOf["literal", "action", "mixed", "unknown"]
Evidence = OneOf["text", "static", "rendered", "unknown"]


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that can feed the scalar: its path in the values of the whole release.

    ``match`` and ``exact`` are those of :class:`.resolve.ValuesPath`. ``setter`` is None where no layer says
    it plainly; ``editable``: a file sets it that a fix may change.
    """

    path: Path
    match: Match
    exact: bool
    setter: Setter | None
    editable: bool

    @property
    def name(self) -> str:
        """As people write it: ``service.ports[0].port``."""
        return dotted(self.path)

    @property
    def owner(self) -> Owner | OneOf["set", "extra"] | None:
        """Whose the file is that sets it."""
        return self.setter.owner if self.setter else None

    @property
    def file(self) -> SourceFile | None:
        """The file that sets it; None where ``--set`` does."""
        return self.setter.file if self.setter else None

    @property
    def position(self) -> Position | None:
        """Where the value begins in that file."""
        setter = self.setter
        return setter.document.position(setter.path) if setter and setter.document else None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the scalar with the text it printed and what feeds it; a literal part feeds itself.

    ``keys`` are the paths of keys in the values that are printed as text.
    """

    part: Part
    text: str
    settings: tuple[Setting, ...] = ()
    literals: tuple[Literal, ...] = ()
    builtins: tuple[str, ...] = ()
    keys: tuple[Path, ...] = ()

    @property
    def literal(self) -> bool:
        """Whether it is literal text of a template."""
        return self.part.kind == "text"

    @property
    def evidence(self) -> Evidence:
        """How it is known what feeds the piece."""
        if self.literal:
            return "text"
        fed = self.settings or self.literals or self.builtins or self.keys
        return "static" if fed else "unknown"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a scalar comes from.

    ``pieces`` cover it all, or there are none. ``block``: the action prints more than this scalar.
    ``evidence``: that of the piece known least.
    """

    value: str
    kind: Kind
    evidence: Evidence
    pieces: tuple[Piece, ...] = ()
    settings: tuple[Setting, ...] = ()
    block: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """What wrote it."""
        return tuple(piece.part for piece in self.pieces)

    @property
    def literals(self) -> tuple[Literal, ...]:
        """The literals in actions that can feed it."""
        return tuple(literal for piece in self.pieces for literal in piece.literals)

    @property
    def builtins(self) -> tuple[str, ...]:
        """Helm's own objects that can feed it: ``("Release.Name",)``."""
        return tuple(dict.fromkeys(name for piece in self.pieces for name in piece.builtins))

    @property
    def keys(self) -> tuple[Path, ...]:
        """The keys in the values that are printed in it."""
        return tuple(dict.fromkeys(path for piece in self.pieces for path in piece.keys))

    @property
    def setting(self) -> Setting | None:
        """The one setting that is known to be the whole scalar."""
        only = self.settings[0] if len(self.settings) == 1 and len(self.pieces) <= 1 else None
        return only if only and only.exact else None


def origin_of(
    resolver: Resolver, layers: Layers, trace: Trace | None, span: Span, *, field: Path = ()
) -> Origin:
    """The origin of the scalar that stands at a span (without quotes) of a plain rendering.

    ``layers`` are the values it was rendered with, ``field`` is its path in the document, by which the
    likelier of several settings comes first. Without a trace, or where that has gaps, it is unknown. Raises
    ValuesError for a values file that can't be read.
    """
    value = trace.plain[span.start : span.end] if trace else ""
    parts = trace.parts(span.start, span.end) if trace else ()
    if (
        trace is None
        or not value
        or sum(part.rendered_end - part.rendered_start for part in parts) < len(value)
    ):
        return Origin(value, "unknown", "unknown")
    read = _Reader(resolver, layers, field)
    pieces = tuple(read.piece(part, trace.plain[part.rendered_start : part.rendered_end]) for part in parts)
    before = trace.parts(span.start - 1, span.start) if span.start else ()
    return Origin(
        value,
        _kind(pieces),
        _least(pieces),
        pieces,
        tuple({one.path: one for piece in reversed(pieces) for one in reversed(piece.settings)}.values())[
            ::-1
        ],
        any(_same_action(one, parts[0]) for one in before),
    )


def driven(origin: Origin, layers: Layers, paths: Sequence[Path]) -> Origin:
    """The origin with the settings at these paths, whose change was seen to change the scalar.

    Nothing else was seen to change it: without paths it is as unknown as it was.
    """
    if not paths:
        return origin
    rows = [(path, _equals(layers, path, origin.value)) for path in paths]
    settings = tuple(
        _setting(layers, path, "equal" if equal else "within", equal and len(rows) == 1)
        for path, equal in rows
    )
    return replace(origin, settings=settings, evidence="rendered")


class _Reader:
    """Reads what feeds the parts of one scalar."""

    def __init__(self, resolver: Resolver, layers: Layers, field: Path) -> None:
        self.resolver = resolver
        self.layers = layers
        self.field = field

    def piece(self, part: Part, text: str) -> Piece:
        if part.kind == "text":
            return Piece(part, text)
        resolver, layers, stack = self.resolver, self.layers, part.stack
        rows = resolver.values(stack, text, layers, field=self.field)
        settings = tuple(_setting(layers, row.path, row.match, row.exact) for row in rows)
        literals = resolver.literals(stack, text, layers)
        keys = resolver.names(stack, text, layers)
        return Piece(part, text, settings, literals, resolver.builtin(stack, layers), keys)


def _setting(layers: Layers, path: Path, match: Match, exact: bool) -> Setting:
    setter = layers.setter(path)
    return Setting(path, match, exact, setter, setter is not None and _ours(layers.chart, setter))


def _ours(chart: Chart, setter: Setter) -> bool:
    return setter.document is not None and (setter.inside is None or chart.editable(setter.inside))


def _equals(layers: Layers, path: Path, value: str) -> bool:
    leaf = setting(layers.merged, path)
    return isinstance(leaf, str | int | float) and value in printed(leaf)


def _kind(pieces: Sequence[Piece]) -> Kind:
    if all(piece.literal for piece in pieces):
        return "literal"
    return "action" if len(pieces) == 1 else "mixed"


def _least(pieces: Sequence[Piece]) -> Evidence:
    found = {piece.evidence for piece in pieces}
    order: tuple[Evidence, ...] = ("unknown", "static", "text")
    return next(one for one in order if one in found)


def _same_action(one: Part, other: Part) -> bool:
    return one.kind == "action" and (one.file, one.start) == (other.file, other.start)
