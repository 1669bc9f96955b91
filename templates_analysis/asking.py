"""Pipelines of ``if`` and ``with`` → conditions on values; variables and helpers are followed where plain.

The rules for ``and``, ``or``, ``not`` and ``eq`` are those of https://pkg.go.dev/text/template#hdr-Functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .actions import Template
from .branches import blocks as heads_of
from .conditions import Condition, Equals, Every, Keys, Not, Setting, Some, Unknown
from .pipelines import (
    Command,
    Constant,
    Dot,
    Field,
    Function,
    Group,
    Number,
    Operand,
    Pipeline,
    Text,
    Variable,
)
from .scope import blocks_of

_DEEPEST = 12
# The heads of a block: its opener and its end.
_WITHOUT_ELSE = 2
# What these make of a value compares like the value itself, as far as switches go.
_UNCHANGED = frozenset({"default", "lower", "quote", "required", "squote", "toString", "trim"})
_LOOKUPS = frozenset({"get", "index"})


@dataclass(frozen=True, slots=True)
class Place:
    """A segment of a template, and the named templates that it may call: by name, template and opener."""

    template: Template
    segment: int
    named: Mapping[str, tuple[Template, int]]
    depth: int = 0

    def at(self, segment: int, template: Template | None = None) -> Place:
        """Another segment, a step further from where the question was asked."""
        return Place(template or self.template, segment, self.named, self.depth + 1)


def branch_condition(place: Place) -> Condition:
    """What must hold for the branch that begins at a segment: an ``if``, ``with``, ``range`` or ``else``."""
    blocks = blocks_of(place.template)
    own, *before = blocks.branches(place.segment)
    terms = [_asked(place.at(own))] if blocks.control(own) else []
    return Every((*terms, *(Not(_asked(place.at(one))) for one in before)))


def _asked(place: Place) -> Condition:
    pipeline = blocks_of(place.template).pipeline(place.segment)
    return _pipeline(pipeline, place) if pipeline is not None else Unknown()


def _pipeline(pipeline: Pipeline, place: Place) -> Condition:
    if place.depth > _DEEPEST or not pipeline.commands:
        return Unknown()
    *before, last = pipeline.commands
    return _command(last, _piped(pipeline, before), place)


def _piped(pipeline: Pipeline, before: list[Command]) -> Operand | None:
    """What the commands before the last one hand on to it."""
    if not before:
        return None
    inner = Pipeline(pipeline.start, before[-1].end, (), "", tuple(before))
    return Group(inner.start, inner.end, inner, ())


def _command(command: Command, piped: Operand | None, place: Place) -> Condition:
    head, *arguments = command.operands
    if piped is not None:
        arguments.append(piped)
    if not isinstance(head, Function):
        return _operand(head, place) if not arguments else Unknown()
    match head.name:
        case "and":
            return Every(tuple(_operand(one, place) for one in arguments))
        case "or" | "coalesce":
            return Some(tuple(_operand(one, place) for one in arguments))
        case "not" | "empty" if len(arguments) == 1:
            return Not(_operand(arguments[0], place))
        case "eq" | "ne" if len(arguments) > 1:
            equals = _equality(arguments, place)
            return Not(equals) if head.name == "ne" else equals
        case "default" if len(arguments) == 2:
            return Some(tuple(_operand(one, place) for one in reversed(arguments)))
        case "include" if arguments and isinstance(arguments[0], Text):
            return _helper(arguments[0].value, place)
    path = _path_of_call(head.name, arguments, place)
    return Setting(path) if path else Unknown()


def _operand(operand: Operand, place: Place) -> Condition:
    if isinstance(operand, Constant):
        return Every(()) if operand.name == "true" else Some(())
    if isinstance(operand, Text):
        return Every(()) if operand.value else Some(())
    path = _path(operand, place)
    if path is not None:
        return Setting(path)
    if isinstance(operand, Group) and not operand.names:
        return _pipeline(operand.pipeline, place)
    if isinstance(operand, Variable) and not operand.names:
        assigned = _assigned(operand.name, place)
        return _asked(assigned) if assigned else Unknown()
    return Unknown()


def _equality(arguments: list[Operand], place: Place) -> Condition:
    """One setting compared with literals."""
    paths = [path for one in arguments if (path := _path(one, place)) is not None]
    literals = [value for one in arguments if (value := _literal(one)) is not None]
    if len(paths) != 1 or len(literals) != len(arguments) - 1:
        return Unknown()
    return Equals(paths[0], tuple(literals))


def _literal(operand: Operand) -> bool | int | str | None:
    match operand:
        case Text(value=value):
            return value
        case Constant(name="true" | "false" as name):
            return name == "true"
        case Number(text=text) if text.isdecimal():
            return int(text)
    return None


def _helper(name: str, place: Place) -> Condition:
    """Whether a named template prints anything: it does where its only block's first branch is taken."""
    found = place.named.get(name)
    if found is None:
        return Unknown()
    template, opener = found
    inner = range(opener + 1, template.segments[opener].close or opener)
    direct = [one for one in inner if template.segments[one].parent == opener]
    asking = [one for one in direct if template.segments[one].keyword == "if"]
    plain = all(one in asking or _prints_nothing(template, one) for one in direct)
    if not plain or len(asking) != 1 or len(heads_of(template)[asking[0]]) > _WITHOUT_ELSE:
        return Unknown()
    return _asked(place.at(asking[0], template))


def _prints_nothing(template: Template, index: int) -> bool:
    segment = template.segments[index]
    if segment.kind == "text":
        return not template.text[segment.text_start : segment.text_end].strip()
    return segment.kind == "comment" or segment.keyword == "assign"


def _path(operand: Operand, place: Place) -> Keys | None:
    """The path below ``.Values`` that an operand is; None where it isn't plainly one."""
    if place.depth > _DEEPEST:
        return None
    match operand:
        case Dot():
            return _below_cursor((), place)
        case Field(names=names):
            return _below_cursor(names, place)
        case Variable(name="", names=names):
            return _values(names)
        case Variable(name=name, names=names):
            assigned = _assigned(name, place)
            return _extended(_path_at(assigned) if assigned else None, names)
        case Group(pipeline=pipeline, names=names):
            return _extended(_path_of_pipeline(pipeline, place), names)
    return None


def _path_at(place: Place) -> Keys | None:
    pipeline = blocks_of(place.template).pipeline(place.segment)
    return _path_of_pipeline(pipeline, place) if pipeline else None


def _path_of_pipeline(pipeline: Pipeline, place: Place) -> Keys | None:
    if not pipeline.commands:
        return None
    *before, last = pipeline.commands
    head, *arguments = last.operands
    piped = _piped(pipeline, before)
    if piped is not None:
        arguments.append(piped)
    if isinstance(head, Function):
        return _path_of_call(head.name, arguments, place)
    return None if arguments else _path(head, place)


def _path_of_call(name: str, arguments: list[Operand], place: Place) -> Keys | None:
    if name in _UNCHANGED and arguments:
        return _path(arguments[-1], place)
    if name in _LOOKUPS and arguments:
        keys = tuple(one.value for one in arguments[1:] if isinstance(one, Text))
        whole = len(keys) == len(arguments) - 1
        return _extended(_path(arguments[0], place), keys) if whole else None
    return None


def _extended(path: Keys | None, names: Keys) -> Keys | None:
    return None if path is None else (*path, *names)


def _below_cursor(names: Keys, place: Place) -> Keys | None:
    """The path of fields of the cursor: the root object's, or those of what a ``with`` is about."""
    blocks = blocks_of(place.template)
    branch = blocks.cursor(place.segment)
    if branch is None:
        return _values(names)
    return _extended(_path_at(place.at(branch)), names) if blocks.control(branch) == "with" else None


def _assigned(name: str, place: Place) -> Place | None:
    """Where a variable gets its value, if that is one place outside a ``range``."""
    blocks = blocks_of(place.template)
    found = [one.segment for one in blocks.assignments(place.segment, name)]
    return place.at(found[0]) if len(found) == 1 and blocks.control(found[0]) != "range" else None


def _values(names: Keys) -> Keys | None:
    """The path below ``.Values``, of the root object or of one that a helper was handed as ``.context``."""
    for depth in (0, 1):
        if names[depth : depth + 1] == ("Values",):
            return names[depth + 1 :]
    return None
