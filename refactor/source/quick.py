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
_LONGEST_REMEMBERED = 100

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
_COMPLETE, _COLLECTION, _WAITING, _ALONE = 0, 1, 2, 3

Line = tuple[int, int, int, str | None, Any, int]
"""Column of a plain pair (no dash before it, its value a scalar or below; else -2); then, of any line: its
column, the width of the dash with its blanks, key, value and what to do about the value."""


class _NotSimple(Exception):
    """The real parser has to read the document."""


class _Lines(dict[str, Line | None]):
    """A bounded memory of understood lines; blank lines and comments are None."""

    def __init__(self) -> None:
        self.scalars = ResolvedScalars()

    def __missing__(self, line: str) -> Line | None:
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
        if not _MARKER.fullmatch(lines[0]) or not lines[0].isprintable():
            return None
        lines[0] = ""
    try:
        return _build(lines)
    except _NotSimple:
        return None


def _understand(line: str, scalars: ResolvedScalars) -> Line | None:
    match = _LINE.fullmatch(line)
    if match is None or not line.isprintable():
        raise _NotSimple
    indent, dash, key, plain, special = match.groups()
    if key is None and plain is None and special is None:
        if dash:
            raise _NotSimple
        return None
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
    pair = len(indent) if name is not None and not dash and follows in (_COMPLETE, _WAITING) else -2
    return pair, len(indent), len(dash or ""), name, value, follows


def _special(text: str, scalars: ResolvedScalars) -> Any:
    """The value of a quoted scalar, of empty braces, or of a list in brackets."""
    if text[0] in "\"'":
        return text[1:-1]
    if text == "{}":
        return {}
    return [quoted[1:-1] if quoted else scalars[plain] for quoted, plain in _ITEM.findall(text)]


def _build(lines: list[str]) -> dict[str, Any]:  # noqa: C901
    """The nested data; one loop without calls of our own, for it sees every line.

    A plain pair goes straight into the mapping on top where it stands in column ``ready``, which is
    -1 while nothing may come so. While ``waiting``, the key ``name`` of that mapping, in column
    ``at``, has no value on its own line: a collection may follow below, a list even in the same column.
    """
    root: dict[str, Any] = {}
    stack: list[tuple[int, Any]] = [(0, root)]
    top_column, top = stack[0]
    ready, waiting, at, name = 0, False, 0, None
    for pair, column, dash, key, value, follows in filter(None, map(_LINES.__getitem__, lines)):
        if pair == ready and key not in top:
            top[key] = value
            if follows:
                ready, waiting, at, name = -1, True, column, key
            continue
        if waiting and (column > at or (dash and column == at)):
            if follows == _ALONE:
                top[name], ready, waiting = value.copy(), top_column, False
                continue
            above, top_column, top = top, column, [] if dash else {}
            above[name] = top
            stack.append((column, top))
        else:
            while top_column > column or (top_column == column and not dash and top.__class__ is list):
                stack.pop()
                top_column, top = stack[-1]
            if top_column != column or (top.__class__ is list) is (not dash) or follows == _ALONE:
                raise _NotSimple
        if follows == _COLLECTION:
            value = value.copy()
        if key is None:
            top.append(value)
            ready, waiting = -1, False
            continue
        if dash:
            items, top_column, top = top, column + dash, {}
            items.append(top)
            stack.append((top_column, top))
        if key in top or len(stack) > DEEPEST:
            raise _NotSimple
        top[key] = value
        waiting, at, name = follows == _WAITING, top_column, key
        ready = -1 if waiting else top_column
    return root
