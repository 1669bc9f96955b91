"""Pipelines of Go templates as nodes, each with its exact place in the template's text.

Spans are code points of the text, half open. The grammar is that of
https://pkg.go.dev/text/template#hdr-Pipelines: commands joined by ``|``, each of one or more operands;
operands are literals, fields, variables, functions and pipelines in parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

DEEPEST: Final = 100
"""How many parentheses may be open at once; real charts stay below ten."""


@dataclass(frozen=True, slots=True)
class Dot:
    """The cursor ``.``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Field:
    """Fields of the cursor: ``.Values.port``."""

    start: int
    end: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable and fields of it: ``$port``, ``$.Values.port``; the name of ``$`` itself is empty."""

    start: int
    end: int
    name: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal; its content stands between the quotes, ``value`` is what it means."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or a character in single quotes, as it is written."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Constant:
    """One of ``true``, ``false`` and ``nil``."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function's name: ``default``."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A pipeline in parentheses and fields of what it gives: ``(index .Values.hosts 0).name``."""

    start: int
    end: int
    pipeline: Pipeline
    names: tuple[str, ...]


Operand = Dot | Field | Variable | Text | Number | Constant | Function | Group


@dataclass(frozen=True, slots=True)
class Command:
    """A value, or a function or method with its arguments."""

    start: int
    end: int
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands whose values are handed on, and the variables that the last value is given to.

    ``sign`` is ``:=``, ``=`` or empty; ``variables`` come without their dollar.
    """

    start: int
    end: int
    variables: tuple[str, ...]
    sign: str
    commands: tuple[Command, ...]


@lru_cache(maxsize=20_000)
def parse(body: str, at: int = 0) -> Pipeline | None:
    """The pipeline that ``body`` is, its spans counted from ``at``; None when Go wouldn't take it."""
    try:
        return _Parser(body, at).whole()
    except _NotAPipeline:
        return None


def commands(pipeline: Pipeline) -> Iterator[Command]:
    """Every command of a pipeline, outer ones before those in parentheses inside them."""
    for command in pipeline.commands:
        yield command
        for operand in command.operands:
            if isinstance(operand, Group):
                yield from commands(operand.pipeline)


class _NotAPipeline(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    start: int
    end: int
    text: str


_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<text>"(?:[^"\\\n]|\\.)*" | `[^`]*`)
    | (?P<number>[+-]?\.?\d(?:[eEpP][+-]\d|[\w.])* | '(?:[^'\\\n]|\\.)+')
    | (?P<variable>\$\w*)
    | (?P<field>\.[^\W\d]\w*)
    | (?P<dot>\.)
    | (?P<word>[^\W\d]\w*)
    | (?P<sign>:=|=)
    | (?P<mark>[()|,])
    """,
    re.VERBOSE,
)
_CONSTANTS = frozenset({"true", "false", "nil"})
_ENDS = frozenset({"", "|", ")"})


def _tokens(body: str, at: int) -> Iterator[_Token]:
    done = 0
    while done < len(body):
        match = _TOKEN.match(body, done)
        if match is None:
            raise _NotAPipeline
        kind = match.lastgroup or ""
        if kind != "space":
            mark = match.group() if kind == "mark" else kind
            yield _Token(mark, at + done, at + match.end(), match.group())
        done = match.end()
    yield _Token("", at + len(body), at + len(body), "")


class _Parser:
    def __init__(self, body: str, at: int) -> None:
        self.tokens = list(_tokens(body, at))
        self.next = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self) -> _Token:
        self.next += 1
        return self.tokens[self.next - 1]

    def whole(self) -> Pipeline:
        found = self.pipeline()
        if self.token.kind:
            raise _NotAPipeline
        return found

    def pipeline(self) -> Pipeline:
        start = self.token.start
        variables, sign = self.declaration()
        commands = [self.command()]
        while self.token.kind == "|":
            self.take()
            commands.append(self.command())
        return Pipeline(start, commands[-1].end, variables, sign, tuple(commands))

    def declaration(self) -> tuple[tuple[str, ...], str]:
        kinds = [token.kind for token in self.tokens[self.next : self.next + 4]]
        for length in (2, 4):
            if kinds[:length] == ["variable", ",", "variable", "sign"][-length:]:
                taken = [self.take() for _ in range(length)]
                return tuple(token.text[1:] for token in taken if token.kind == "variable"), taken[-1].text
        return (), ""

    def command(self) -> Command:
        found = [self.operand()]
        while self.token.kind not in _ENDS:
            found.append(self.operand())
        return Command(found[0].start, found[-1].end, tuple(found))

    def operand(self) -> Operand:
        token = self.take()
        start, end = token.start, token.end
        match token.kind:
            case "text":
                return Text(start, end, unquoted(token.text))
            case "number":
                return Number(start, end, token.text)
            case "word":
                return (Constant if token.text in _CONSTANTS else Function)(start, end, token.text)
            case "dot":
                return Dot(start, end)
            case "field":
                names, end = self.names(end)
                return Field(start, end, (token.text[1:], *names))
            case "variable":
                names, end = self.names(end)
                return Variable(start, end, token.text[1:], names)
            case "(":
                return self.group(start)
        raise _NotAPipeline

    def group(self, start: int) -> Group:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _NotAPipeline
        inner = self.pipeline()
        self.depth -= 1
        if self.token.kind != ")":
            raise _NotAPipeline
        names, end = self.names(self.take().end)
        return Group(start, end, inner, names)

    def names(self, end: int) -> tuple[tuple[str, ...], int]:
        """The fields that follow without a space, and where they end."""
        found: list[str] = []
        while self.token.kind == "field" and self.token.start == end:
            token = self.take()
            found.append(token.text[1:])
            end = token.end
        return tuple(found), end


_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL)
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def unquoted(literal: str) -> str:
    """What a quoted Go string means: https://go.dev/ref/spec#String_literals."""
    content = literal[1:-1]
    return content if literal[0] == "`" or "\\" not in content else _ESCAPE.sub(_character, content)


def _character(match: re.Match[str]) -> str:
    short, wide, widest, octal, letter = match.groups()
    if letter is not None:
        return _LETTERS.get(letter, letter)
    code = int(octal, 8) if octal else int(short or wide or widest, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
