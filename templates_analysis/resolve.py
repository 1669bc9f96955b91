"""Which setting, literal or built-in object feeds the action that wrote a rendered scalar.

The answers come from reading, not from rendering (:mod:`.perturb` asks Helm itself): they tell where to
look, and an edit that rests on them has to be proved by rendering.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from typing import Literal as OneOf

from .calls import CallSites, called, defines
from .chart import Chart
from .evaluation import Evaluation, Place
from .feeds import BuiltIn, Feed, Feeds, Name, Role, Root, Setting, Written, flat, unsure
from .paths import Path, concrete, leaves, printed, setting
from .pipelines import Command, Function, Number, Text, commands
from .trace import Frame
from .values import Layers

Match = OneOf["equal", "within", "template"]

# Shorter settings are found inside of any text.
_SHORTEST_PART = 2
# What these are told isn't printed: widths, names and keys.
_TELLING = frozenset(
    {"nindent", "indent", "trunc", "include", "template", "typeIs", "kindIs", "semverCompare"}
)


@dataclass(frozen=True, slots=True)
class ValuesPath:
    """A setting that can feed an action: its path in the values of the whole release.

    ``match``: its text equals the scalar's, one is a part of the other, or it is itself a template
    whose result may be the scalar. ``exact``: it is the only one and nothing on the way chose or changed it.
    """

    path: Path
    match: Match
    exact: bool


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal in a template that can feed an action: the span of its content, without quotes.

    ``role``: what ``default`` and the like fall back on, any other argument, or the text of a named
    template. ``sure``: nothing but layout stands between it and what is printed.
    """

    file: str
    start: int
    end: int
    quoted: bool
    role: Role
    sure: bool


class Resolver:
    """Answers for the templates of one chart; a stack is that of a trace, the action itself last.

    Where layers are left out no condition is decided, so that all branches count.
    """

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.defines = defines(chart)
        self.calls = CallSites(chart)
        self._evaluations: dict[Layers | None, Evaluation] = {}
        self._places: dict[tuple[Layers | None, tuple[Frame, ...]], Place | None] = {}
        self._roots: dict[tuple[tuple[str, ...], ...], Feeds] = {}

    def values(
        self, stack: Sequence[Frame], value: str, layers: Layers, *, field: Path = ()
    ) -> tuple[ValuesPath, ...]:
        """The settings that can have made the action print ``value``, the likeliest first.

        Settings that only share a part with ``value`` are given when none equals it. ``field`` is the path of
        the scalar in its rendered document: of several settings those come first that are called alike.
        """
        matches: dict[tuple[Path, Match], bool] = {}
        for feed in flat(self.feeds(stack, layers)):
            if isinstance(feed.what, Setting):
                for path, match in _matching(layers.merged, feed.what, value):
                    matches[path, match] = matches.get((path, match), False) or feed.sure
        for wanted in ("equal", "template", "within"):
            found = {path: sure for (path, match), sure in matches.items() if match == wanted}
            if found:
                exact = len(found) == 1 and wanted == "equal"
                rows = (ValuesPath(path, wanted, exact and sure) for path, sure in found.items())
                return tuple(sorted(rows, key=lambda row: (-_alike(row.path, field), not found[row.path])))
        return ()

    def literals(
        self, stack: Sequence[Frame], value: str, layers: Layers | None = None
    ) -> tuple[Literal, ...]:
        """The literals that equal ``value`` and can have been printed, those nearest to the action first.

        When none is on the way of the value, any such argument in the stack's actions is given, as a guess.
        """
        found = _saying(self.feeds(stack, layers), value) or list(self._beside(stack, value))
        near = sorted(dict.fromkeys(found), key=lambda literal: self._distance(stack, literal))
        return tuple(near)

    def builtin(self, stack: Sequence[Frame], layers: Layers | None = None) -> tuple[str, ...]:
        """Helm's own objects that can feed the action: ``("Release.Name",)``."""
        feeds = flat(self.feeds(stack, layers))
        names = (".".join(feed.what.names) for feed in feeds if isinstance(feed.what, BuiltIn))
        return tuple(dict.fromkeys(names))

    def block(self, stack: Sequence[Frame], layers: Layers | None = None) -> tuple[Path, ...]:
        """The settings that the action prints whole, as YAML or JSON: edits go below them."""
        merged = layers.merged if layers else None
        found: list[Path] = []
        for feed in flat(self.feeds(stack, layers)):
            if not isinstance(feed.what, Setting) or not feed.block:
                continue
            if merged is not None:
                paths = concrete(merged, feed.what.path)
                found += (path for path in paths if isinstance(setting(merged, path), dict | list))
            elif None not in feed.what.path:
                found.append(tuple(step for step in feed.what.path if step is not None))
        return tuple(dict.fromkeys(found))

    def names(self, stack: Sequence[Frame], value: str, layers: Layers) -> tuple[Path, ...]:
        """The keys in the values that the action prints as text, as with ``range $name, $port``."""
        what = [feed.what for feed in flat(self.feeds(stack, layers))]
        patterns = [(*name.path, None) for name in what if isinstance(name, Name)]
        paths = (path for pattern in patterns for path in concrete(layers.merged, pattern))
        return tuple(dict.fromkeys(path for path in paths if path[-1] == value))

    def feeds(self, stack: Sequence[Frame], layers: Layers | None = None) -> Feeds:
        """Everything that can feed the innermost action."""
        place = self.place(stack, layers)
        return self._evaluation(layers).answer(place) if place else ()

    def place(self, stack: Sequence[Frame], layers: Layers | None = None) -> Place | None:
        """Where the innermost action stands, called as the stack says; None for an unknown segment."""
        key = layers, tuple(stack)
        if key not in self._places:
            self._places[key] = self._placed(stack, layers)
        return self._places[key]

    def _placed(self, stack: Sequence[Frame], layers: Layers | None) -> Place | None:
        template = self.chart.templates.get(stack[-1].file) if stack else None
        if template is None or not 0 <= stack[-1].segment < len(template.segments):
            return None
        if len(stack) == 1:
            return Place(stack[0].file, stack[0].segment, self._root(stack[0].file))
        caller = self.place(stack[:-1], layers)
        if caller is None:
            return None
        argument = self._argument(caller, template.segments[stack[-1].segment].unit, layers)
        return Place(stack[-1].file, stack[-1].segment, argument, caller)

    def _evaluation(self, layers: Layers | None) -> Evaluation:
        if layers not in self._evaluations:
            merged = layers.merged if layers else None
            self._evaluations[layers] = Evaluation(self.chart.templates, self.defines, merged)
        return self._evaluations[layers]

    def _root(self, file: str) -> Feeds:
        scopes = self.chart.scopes(file)
        roots = tuple(Feed(Root(scope), sure=len(scopes) == 1) for scope in scopes)
        return self._roots.setdefault(scopes, roots)

    def _argument(self, caller: Place, unit: str, layers: Layers | None) -> Feeds:
        """What the action at ``caller`` hands to a named template, or a guess: its own ``$``."""
        evaluation = self._evaluation(layers)
        pipeline = evaluation.blocks(caller).pipeline(caller.segment)
        for command in commands(pipeline) if pipeline else ():
            if called(command) == unit:
                return evaluation.operand(command.operands[2], caller) if len(command.operands) > 2 else ()
        return unsure(caller.dot)

    def _beside(self, stack: Sequence[Frame], value: str) -> Iterator[Literal]:
        evaluation = self._evaluation(None)
        places = [place for frame in stack if (place := self.place([frame]))]
        for place in places:
            pipeline = evaluation.blocks(place).pipeline(place.segment)
            for command in commands(pipeline) if pipeline else ():
                for operand in _printable(command):
                    yield from _saying(unsure(evaluation.operand(operand, place)), value)

    def _distance(self, stack: Sequence[Frame], literal: Literal) -> int:
        """How many calls lie between action and literal; what stands in none of them is farthest."""
        for distance, frame in enumerate(reversed(stack)):
            segment = self.chart.templates[frame.file].segments[frame.segment]
            if literal.file == frame.file and segment.start <= literal.start < segment.end:
                return distance
        return len(stack)


def _printable(command: Command) -> Iterator[Text | Number]:
    first, *rest = command.operands
    name = first.name if isinstance(first, Function) else ""
    if name in _TELLING:
        return
    for operand in rest[1::2] if name == "dict" else command.operands:
        if isinstance(operand, Text | Number):
            yield operand


def _saying(feeds: Feeds, value: str) -> list[Literal]:
    return [
        Literal(what.file, what.start, what.end, what.quoted, what.role, feed.sure)
        for feed in flat(feeds)
        if isinstance(what := feed.what, Written) and what.value == value
    ]


def _matching(merged: Mapping[str, Any], found: Setting, value: str) -> Iterator[tuple[Path, Match]]:
    for top in concrete(merged, found.path):
        for path, leaf in leaves(setting(merged, top), top):
            texts = printed(leaf)
            if value in texts:
                yield path, "equal"
            elif isinstance(leaf, str) and "{{" in leaf:
                yield path, "template"
            elif any(_part(text, value) for text in texts):
                yield path, "within"


def _alike(path: Path, field: Path) -> int:
    """How many of the last steps of two paths are equal."""
    pairs = zip(reversed(path), reversed(field), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _part(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_PART and short in long
