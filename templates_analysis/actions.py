"""Cuts a template's text into literal text, comments and actions, each with its exact place.

Follows the lexer of Go's text/template (https://pkg.go.dev/text/template#hdr-Text_and_spaces and
#hdr-Actions): where an action ends, what `{{-` and `-}}` trim, which block an `else` or `end` belongs to.
What stands inside an action is left as text. Places are code points of the text, spans half open.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

Kind = Literal["text", "comment", "action"]

SPACE = " \t\r\n"
OPENERS = frozenset({"if", "range", "with", "define", "block"})
UNITS = frozenset({"define", "block"})
PRINTING = frozenset({"output", "template"})

_COMMENT = re.compile(r"\{\{(-[ \t\r\n])?/\*(?:[^*]++|\*(?!/))*+\*/([ \t\r\n]-)?\}\}")
_ACTION = re.compile(
    r"\{\{(-(?=[ \t\r\n]))?+(?![ \t\r\n]?/\*)"
    r"""((?:[^"'`}]++|"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+'|`[^`]*+`|\}(?!\}))*+)\}\}"""
)
_KEYWORD = re.compile(
    r"\s*+(?:(if|else|range|with|end|define|block|template|break|continue)(?!\w)"
    r"|(\$\w*\s*(?:,\s*\$\w*\s*)?:?=))"
)
_NAME = re.compile(r'\s*\w+\s+(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)')


class LexError(Exception):
    """A text that Go's template parser would refuse: ``offset`` (code points) and ``message``."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a template; the pieces in order make up its whole text.

    ``keyword`` is that of an action (``assign`` for ``$x := …``, ``output`` for what prints a value) or "".
    ``body_start`` and ``body_end`` enclose an action's pipeline with the blanks around it, ``text_start`` and
    ``text_end`` what trimming neighbours leave of a text (nothing: both are equal). ``unit`` names the
    enclosing ``define`` or ``block``, "" at top level; a unit's own opener and end count as outside.

    ``parent`` is the index of the innermost enclosing opener (if, else, range, with, define, block). What
    stands in an else branch has the ``else`` as parent; an ``else`` and an ``end`` have the opener of their
    own block, so that climbing from an else branch passes an ``if`` or ``with`` whose own branch it isn't in.
    ``close`` is the index of an opener's ``end``; for an ``else`` that of the next ``else`` or the ``end``.
    """

    kind: Kind
    start: int
    end: int
    trims_left: bool
    trims_right: bool
    body_start: int
    body_end: int
    keyword: str
    text_start: int
    text_end: int
    unit: str
    parent: int | None
    close: int | None


class Template:
    """The text of one template file and its segments; to be treated as frozen."""

    def __init__(self, text: str, segments: tuple[Segment, ...]) -> None:
        self.text = text
        self.segments = segments

    @cached_property
    def defines(self) -> Mapping[str, int]:
        """Named templates by name as spelled, with the index of the (last) `define` or `block` opener."""
        openers = (i for i, segment in enumerate(self.segments) if segment.keyword in UNITS)
        return MappingProxyType({defined_name(self.body(index)): index for index in openers})

    def body(self, index: int) -> str:
        """What an action holds, without delimiters and the blanks around; "" for a text or comment."""
        segment = self.segments[index]
        return self.text[segment.body_start : segment.body_end].strip(SPACE)

    def at(self, offset: int) -> int:
        """The index of the segment that holds a code point; past the end the last, -1 in an empty text."""
        return bisect_right(self._starts, offset) - 1

    @cached_property
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.segments]


class _Token(NamedTuple):
    kind: Kind
    start: int
    end: int
    trims_left: bool
    trims_right: bool
    body_start: int
    body_end: int
    keyword: str


@dataclass(slots=True)
class _Place:
    unit: str
    parent: int | None
    close: int | None = None


@lru_cache(maxsize=8192)
def lex(text: str) -> Template:
    """The segments of a template's text, kept for texts seen before.

    Raises LexError for an action, comment, string or block that isn't closed, and for an `else` or `end`
    that belongs to nothing: Helm renders no chart that holds such a file.
    """
    tokens = list(_tokens(text))
    places = _places(text, tokens)
    kept = _trimmed(text, tokens)
    return Template(
        text,
        tuple(
            Segment(*token, *span, place.unit, place.parent, place.close)
            for token, span, place in zip(tokens, kept, places, strict=True)
        ),
    )


def defined_name(body: str) -> str:
    """The name in the body of a `define`, `block` or `template`, as spelled; "" when it isn't a string."""
    found = _NAME.match(body)
    if found is None:
        return ""
    quoted, raw = found.groups()
    return raw if quoted is None else quoted


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while (start := text.find("{{", position)) >= 0:
        if start > position:
            yield _Token("text", position, start, False, False, position, position, "")
        token = _action(text, start)
        yield token
        position = token.end
    if position < len(text):
        yield _Token("text", position, len(text), False, False, position, position, "")


def _action(text: str, start: int) -> _Token:
    if found := _ACTION.match(text, start):
        trims_left = found[1] is not None
        body_start, body_end = found.span(2)
        # A minus after a blank before the closing braces trims; any other one belongs to the pipeline.
        trims_right = body_end - 2 >= body_start and text[body_end - 1] == "-" and text[body_end - 2] in SPACE
        body_end -= trims_right
        keyword = _keyword(text, body_start, body_end)
        return _Token("action", start, found.end(), trims_left, trims_right, body_start, body_end, keyword)
    if found := _COMMENT.match(text, start):
        trims_left, trims_right = found[1] is not None, found[2] is not None
        return _Token("comment", start, found.end(), trims_left, trims_right, start, start, "")
    if text[start + 2 :].lstrip("-" + SPACE).startswith("/*"):
        raise LexError(start, "a comment must begin with {{/* and end with */}}")
    raise LexError(start, "an action or a string in it isn't closed")


def _keyword(text: str, start: int, end: int) -> str:
    found = _KEYWORD.match(text, start, end)
    if found is None:
        return "output"
    return found[1] or "assign"


def _trimmed(text: str, tokens: list[_Token]) -> Iterator[tuple[int, int]]:
    """For each token the span of text that it prints literally."""
    last = len(tokens) - 1
    for index, token in enumerate(tokens):
        start, end = token.start, token.end
        if token.kind != "text":
            yield start, start
            continue
        if index and tokens[index - 1].trims_right:
            start = end - len(text[start:end].lstrip(SPACE))
        if index < last and tokens[index + 1].trims_left:
            end = start + len(text[start:end].rstrip(SPACE))
        yield start, end


def _places(text: str, tokens: list[_Token]) -> list[_Place]:
    """Where each token stands among the blocks, and where openers close."""
    places: list[_Place] = []
    blocks: list[tuple[int, int]] = []  # (the opener, its latest else or itself)
    units = [""]
    for index, token in enumerate(tokens):
        keyword = token.keyword
        if keyword in ("else", "end"):
            _turn(tokens, places, blocks, units, index)
            continue
        places.append(_Place(units[-1], blocks[-1][1] if blocks else None))
        if keyword in OPENERS:
            blocks.append((index, index))
            if keyword in UNITS:
                units.append(defined_name(text[token.body_start : token.body_end]))
    if blocks:
        opener = tokens[blocks[-1][0]]
        raise LexError(opener.start, f"{opener.keyword} isn't closed by an end")
    return places


def _turn(
    tokens: list[_Token], places: list[_Place], blocks: list[tuple[int, int]], units: list[str], index: int
) -> None:
    """Enters an else branch or leaves a block."""
    keyword, start = tokens[index].keyword, tokens[index].start
    if not blocks:
        raise LexError(start, f"{keyword} belongs to no block")
    opener, branch = blocks.pop()
    unit = tokens[opener].keyword in UNITS
    if keyword == "else":
        if unit:
            raise LexError(start, f"{tokens[opener].keyword} has no else")
        blocks.append((opener, index))
    else:
        places[opener].close = index
    if branch != opener:
        places[branch].close = index
    if unit:
        units.pop()
    places.append(_Place(units[-1], opener))
