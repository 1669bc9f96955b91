"""The YAML that most manifests are written in → plain data, without a parser's events.

That is: block mappings and lists whose scalars stand on one line. A line that isn't plainly of that
kind sends the whole document to the real parser. It takes a third of the parser's time, for manifests
repeat their lines and every line is understood once. The tests hold both ways against each other on
everything they can find and break.
"""

from __future__ import annotations

import re
from typing import Any

from .scalars import ResolvedScalars
from .tree import DEEPEST

_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 500

_QUOTED = r""""[^"\\]*+"|'[^']*+'"""
# What can stand in brackets without quotes in anybody's eyes.
_SIMPLE = r"-{0,2}[A-Za-z0-9_/.][A-Za-z0-9_/.=@%+-]*+"
_LINE = re.compile(
    rf"""([ ]*+)(-[ ]++)?
    (?:([A-Za-z_][A-Za-z0-9_./-]{{0,200}}+|"[A-Za-z_][^"\\]{{0,200}}+"):(?=[ ]|\Z)[ ]*+)?
    (?:
      ((?:[^-?:,\[\]{{}}\#&*!|>'"%@`\ ]|[-?](?=[^ ]))
        [^:\#]*+(?:(?::(?=[^ ])|(?<=[^ ])\#)[^:\#]*+)*+)
    | ({_QUOTED}|\{{\}}|\[\]|\[[ ]*+(?:{_QUOTED}|{_SIMPLE})(?:[ ]*+,[ ]*+(?:{_QUOTED}|{_SIMPLE}))*+[ ]*+\])
    )?
    [ ]*+(?:(?<![^ ])\#.*+)?""",
    re.VERBOSE,
)
_ITEM = re.compile(rf"({_QUOTED})|({_SIMPLE})")
_MARKER = re.compile(r"---[ ]*(?:(?<=[ ])#.*)?")

# What follows on the line or below it.
_COMPLETE, _WAITING, _COLLECTION, _ALONE, _NOTHING = 0, 1, 2, 3, 4

Line = tuple[int, int, int, str | None, Any, int]
"""Rank, rank again, rank of the mapping that begins behind its dash (0: no dash), key, value and what to do
about the value. The first rank is -1 unless the line is a plain pair: no dash before it, its value a scalar
or below.

Ranks are columns counted twice, plus one for a list: so one in the column of a key is deeper than the key.
"""

_BLANK: Line = (-1, 0, 0, None, None, _NOTHING)


class _NotSimple(Exception):
    """The real parser has to read the document."""


class _Lines(dict[str, Line]):
    """A bounded memory of understood lines."""

    def __init__(self) -> None:
        self.scalars = ResolvedScalars()

    def __missing__(self, line: str) -> Line:
        understood = _understand(line, self.scalars)
        if len(line) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[line] = understood
        return understood


_LINES = _Lines()


def quick_load(data: bytes) -> dict[str, Any] | None:
    """The mapping in ``data`` (UTF-8, one document), or None when the real parser has to read it.

    A document without content is an empty mapping.
    """
    lines = data.decode().split("\n")
    if b"\r" in data:
        lines = [line.removesuffix("\r") for line in lines]
    if lines[0].startswith("---"):
        if lines[0] != "---" and not (_MARKER.fullmatch(lines[0]) and lines[0].isprintable()):
            return None
        lines[0] = ""
    try:
        return _build(lines)
    except _NotSimple:
        return None


def _understand(line: str, scalars: ResolvedScalars) -> Line:
    match = _LINE.fullmatch(line)
    if match is None or not line.isprintable():
        raise _NotSimple
    indent, dash, key, plain, special = match.groups()
    if key is None and plain is None and special is None:
        if dash:
            raise _NotSimple
        return _BLANK
    name = key if key is None or key[0] != '"' else key[1:-1]
    if name is not None and key == name and scalars[name] != name:
        raise _NotSimple
    value = scalars[plain.rstrip(" ")] if plain else _special(special, scalars) if special else None
    follows = _WAITING if not (plain or special) else _COMPLETE
    if isinstance(value, dict | list):
        follows = _COLLECTION
    if key is None and dash is None:
        if follows != _COLLECTION:
            raise _NotSimple
        follows = _ALONE
    rank = 2 * len(indent)
    if dash:
        return -1, rank + 1, rank + 2 * len(dash), name, value, follows
    return rank if follows in (_COMPLETE, _WAITING) else -1, rank, 0, name, value, follows


def _special(text: str, scalars: ResolvedScalars) -> Any:
    """The value of a quoted scalar, of empty braces, or of a list in brackets."""
    if text[0] in "\"'":
        return text[1:-1]
    if text == "{}":
        return {}
    return [quoted[1:-1] if quoted else scalars[plain] for quoted, plain in _ITEM.findall(text)]


def _build(lines: list[str]) -> dict[str, Any]:  # noqa: C901
    """The nested data; one loop without calls of our own, for it sees every line.

    A plain pair of the rank of the mapping on top goes straight into it. While ``waiting``, the key
    ``name`` of that mapping has no value on its own line: something deeper may follow below.
    """
    root: dict[str, Any] = {}
    stack: list[tuple[int, Any]] = [(0, root)]
    (top_rank, top), waiting, name = stack[0], _COMPLETE, None
    for pair, rank, inner, key, value, follows in map(_LINES.__getitem__, lines):
        if pair == top_rank and key not in top:
            top[key], waiting, name = value, follows, key
            continue
        if follows > _WAITING:
            if follows == _NOTHING:
                continue
            value = value.copy()
            if follows == _ALONE:
                if not waiting or rank <= top_rank:
                    raise _NotSimple
                top[name], waiting = value, _COMPLETE
                continue
            follows = _COMPLETE
        if waiting and rank > top_rank:
            above, top_rank, top = top, rank, [] if inner else {}
            above[name] = top
            stack.append((rank, top))
        else:
            while top_rank > rank:
                stack.pop()
                top_rank, top = stack[-1]
            if top_rank != rank:
                raise _NotSimple
        if key is None:
            top.append(value)
            waiting = _COMPLETE
            continue
        if inner:
            items, top_rank, top = top, inner, {}
            items.append(top)
            stack.append((inner, top))
        if key in top or len(stack) > DEEPEST:
            raise _NotSimple
        top[key], waiting, name = value, follows, key
    return root
