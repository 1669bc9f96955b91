"""One place's expression, written so that it prints the same at another place of the chart.

Inside ``range`` and ``with`` the cursor is another and variables end with their block
(https://pkg.go.dev/text/template#hdr-Variables), so an expression can't just be copied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from .actions import SPACE, Template
from .calls import called
from .feeds import Root
from .paths import Path
from .pipelines import Command, Dot, Field, Function, Group, Operand, Pipeline, Text, Variable, commands
from .resolve import Resolver
from .scope import Blocks, blocks_of
from .trace import Frame, Part

_LAYOUT = frozenset({"nindent", "indent"})
_BLOCKS = _LAYOUT | {"toYaml", "toJson"}
# An expression of more variables and cursors than that is nothing to write down.
_MOST_REPLACED = 20
_NAME = re.compile(r"[^\W\d]\w*")
_TEXT_ONLY = frozenset({"quote", "squote", "toString"})


class _Unsayable(Exception):
    """The expression means something that can't be reached from the target."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """A segment of a file and the calls that led there, outermost first."""

    file: str
    segment: int
    calls: tuple[Frame, ...]

    @property
    def stack(self) -> tuple[Frame, ...]:
        return (*self.calls, Frame(self.file, self.segment))


def expression(
    resolver: Resolver, source: Sequence[Part], file: str, offset: int, *, number: bool = False
) -> str | None:
    """The text to write at a code point of a template so that it prints what ``source`` printed.

    ``source`` are all parts of one rendered scalar. ``number``: pipes that make a text of a number are left
    out. None where it can't be said: an item of a ``range``, a variable that is set twice, another chart's
    values.
    """
    template = resolver.chart.templates.get(file)
    if template is None or not source:
        return None
    level = _level(resolver, source)
    if level is None:
        return None
    writer = _Writer(resolver, file, template.at(offset), number=number)
    try:
        return "".join(_pieces(writer, source, level))
    except _Unsayable:
        return None


def setting_expression(resolver: Resolver, path: Path, file: str, offset: int) -> str | None:
    """The action to write at a code point of a template so that it prints the setting at ``path``.

    The path is one of the whole release's values. None where another chart's values are out of reach, and for
    an item of a list: whoever sets the list may set a shorter one, or in another order.
    """
    template = resolver.chart.templates.get(file)
    root = _Writer(resolver, file, template.at(offset), number=False).root() if template else None
    if root is None:
        return None
    said, scope = root
    rest = path[len(scope) :]
    if path[: len(scope)] != scope or not rest:
        return None
    if not all(isinstance(step, str) for step in rest):
        return None
    names = [step for step in rest if isinstance(step, str) and _NAME.fullmatch(step)]
    if len(names) == len(rest):
        return f"{{{{ {_with_names(said, ('Values', *names))} }}}}"
    steps = " ".join(json.dumps(step, ensure_ascii=False) for step in rest)
    return f"{{{{ index {_with_names(said, ('Values',))} {steps} }}}}"


def _pieces(writer: _Writer, source: Sequence[Part], level: int) -> Iterator[str]:
    for inside, parts in groupby(source, lambda part: part.stack[: level + 1]):
        first = next(parts)
        template = writer.resolver.chart.templates[first.file]
        if len(inside) > level:
            yield writer.action(inside)
        else:
            yield template.text[first.start : first.end]
            yield from (template.text[part.start : part.end] for part in parts)


def _level(resolver: Resolver, source: Sequence[Part]) -> int | None:
    """How many calls down the scalar is put together: the first at which no piece prints whole lines."""
    deepest = min(len(part.stack) - (part.kind == "action") for part in source)
    for level in range(deepest + 1):
        frames = {part.stack[level] for part in source if len(part.stack) > level}
        if len({part.stack[:level] for part in source}) != 1:
            return None
        if not any(_prints_lines(resolver, frame) for frame in frames):
            return level
    return None


def _prints_lines(resolver: Resolver, frame: Frame) -> bool:
    """Whether an action prints a block: it says so, or it has a line for itself."""
    template = resolver.chart.templates[frame.file]
    pipeline = blocks_of(template).pipeline(frame.segment)
    if pipeline is None or any(_function(command) in _BLOCKS for command in pipeline.commands):
        return True
    segment = template.segments[frame.segment]
    before = template.text[template.text.rfind("\n", 0, segment.start) + 1 : segment.start]
    after = template.text[segment.end :].partition("\n")[0]
    return not before.strip() and not after.strip()


def _function(command: Command) -> str:
    first = command.operands[0]
    return first.name if isinstance(first, Function) else ""


class _Writer:
    """Writes expressions for one target."""

    def __init__(self, resolver: Resolver, file: str, segment: int, *, number: bool) -> None:
        self.resolver = resolver
        self.target = _Standing(file, segment, ())
        self.number = number
        self._replaced = 0

    def root(self) -> tuple[str, tuple[str, ...]] | None:
        """How the target says Helm's own object, and the scope of its values; None where it can't."""
        scope = self._target_scope
        return None if scope is None else (self._own_dot, scope)

    def action(self, stack: tuple[Frame, ...]) -> str:
        """The action at the end of a stack, spaced as it is now, without trims."""
        here = _Standing(stack[-1].file, stack[-1].segment, stack[:-1])
        pipeline = self._blocks(here).pipeline(here.segment)
        if pipeline is None:
            raise _Unsayable
        template = self._template(here)
        start = template.segments[here.segment].start + 2
        space = " " if template.text[start] in SPACE + "-" else ""
        return f"{{{{{space}{self._commands(self._without_layout(pipeline), here)}{space}}}}}"

    def _template(self, here: _Standing) -> Template:
        return self.resolver.chart.templates[here.file]

    def _blocks(self, here: _Standing) -> Blocks:
        return blocks_of(self._template(here))

    def _without_layout(self, pipeline: Pipeline) -> tuple[Command, ...]:
        dropped = _LAYOUT | _TEXT_ONLY if self.number else _LAYOUT
        first, *rest = pipeline.commands
        if _function(first) in dropped and len(first.operands) == 2:
            first = replace(first, operands=first.operands[1:])
        return (first, *(command for command in rest if _function(command) not in dropped))

    def _commands(self, written: Sequence[Command], here: _Standing) -> str:
        return " | ".join(
            " ".join(self._operand(one, here) for one in command.operands) for command in written
        )

    def _operand(self, operand: Operand, here: _Standing) -> str:
        match operand:
            case Dot():
                return self._cursor(here, ())
            case Field(names=names):
                return self._cursor(here, names)
            case Variable(name="", names=names):
                return self._called_with(here, names)
            case Variable(name=name, names=names):
                return _with_names(self._variable(here, name), names)
            case Group(pipeline=pipeline, names=names):
                return _with_names(f"({self._commands(pipeline.commands, here)})", names)
        return self._template(here).text[operand.start : operand.end]

    def _cursor(self, here: _Standing, names: tuple[str, ...]) -> str:
        blocks = self._blocks(here)
        branch = blocks.cursor(here.segment)
        if branch is None:
            return self._called_with(here, names)
        if here.file == self.target.file and blocks.cursor(self.target.segment) == branch:
            return _with_names(".", names)
        pipeline = blocks.pipeline(branch)
        if blocks.control(branch) == "range" or pipeline is None:
            raise _Unsayable
        return _with_names(self._value(pipeline, replace(here, segment=branch)), names)

    def _value(self, pipeline: Pipeline, here: _Standing) -> str:
        """A pipeline as one operand."""
        self._replaced += 1
        if self._replaced > _MOST_REPLACED:
            raise _Unsayable
        command = pipeline.commands[0]
        single = len(pipeline.commands) == len(command.operands) == 1
        if single and not isinstance(command.operands[0], Function):
            return self._operand(command.operands[0], here)
        return f"({self._commands(pipeline.commands, here)})"

    def _variable(self, here: _Standing, name: str) -> str:
        blocks = self._blocks(here)
        found = list(blocks.assignments(here.segment, name))
        if here.file == self.target.file and found == list(blocks.assignments(self.target.segment, name)):
            return f"${name}"
        pipeline = blocks.pipeline(found[0].segment) if len(found) == 1 else None
        if pipeline is None or blocks.control(found[0].segment) == "range":
            raise _Unsayable
        return self._value(pipeline, replace(here, segment=found[0].segment))

    def _called_with(self, here: _Standing, names: tuple[str, ...]) -> str:
        """What ``$`` is at a place, and fields of it, as the target can say it."""
        unit = self._template(here).segments[here.segment].unit
        target = self._template(self.target).segments[self.target.segment].unit
        elsewhere = names[:1] == ("Template",) and here.file != self.target.file
        if (unit and (here.file, unit) == (self.target.file, target)) or (
            self._same_root(here) and not elsewhere
        ):
            return _with_names(self._own_dot, names)
        if not unit or not here.calls:
            raise _Unsayable
        caller = _Standing(here.calls[-1].file, here.calls[-1].segment, here.calls[:-1])
        return self._handed(self._argument(caller, unit), caller, names)

    def _handed(self, argument: Operand, caller: _Standing, names: tuple[str, ...]) -> str:
        """A caller's argument, or the one entry of its ``dict`` that is asked for."""
        entries = _entries(argument)
        if entries is not None and names:
            if names[0] not in entries:
                raise _Unsayable
            return _with_names(self._operand(entries[names[0]], caller), names[1:])
        return _with_names(self._operand(argument, caller), names)

    def _argument(self, caller: _Standing, unit: str) -> Operand:
        pipeline = self._blocks(caller).pipeline(caller.segment)
        for command in commands(pipeline) if pipeline else ():
            if called(command) == unit and len(command.operands) > 2:
                return command.operands[2]
        raise _Unsayable

    def _same_root(self, here: _Standing) -> bool:
        """Whether ``$`` is Helm's own object, of the same chart's values, here and at the target."""
        place = self.resolver.place(here.stack)
        what = place.dot[0].what if place and len(place.dot) == 1 and place.dot[0].sure else None
        return isinstance(what, Root) and what.scope == self._target_scope

    @property
    def _own_dot(self) -> str:
        """How the target says what its template was called with."""
        return "." if self._blocks(self.target).cursor(self.target.segment) is None else "$"

    @cached_property
    def _target_scope(self) -> tuple[str, ...] | None:
        unit = self._template(self.target).segments[self.target.segment].unit
        scopes = self.resolver.calls.scopes(unit) if unit else {self.resolver.chart.scope(self.target.file)}
        return next(iter(scopes)) if len(scopes) == 1 else None


def _entries(argument: Operand) -> dict[str, Operand] | None:
    """The entries of a ``dict`` in parentheses; None for anything else."""
    if not isinstance(argument, Group) or argument.names or len(argument.pipeline.commands) != 1:
        return None
    command = argument.pipeline.commands[0]
    if _function(command) != "dict":
        return None
    rest = command.operands[1:]
    return {
        key.value: value for key, value in zip(rest[::2], rest[1::2], strict=False) if isinstance(key, Text)
    }


def _with_names(value: str, names: tuple[str, ...]) -> str:
    if not names:
        return value
    fields = ".".join(names)
    if value == ".":
        return f".{fields}"
    if value[0] not in ".$(":
        raise _Unsayable
    return f"{value}.{fields}"
