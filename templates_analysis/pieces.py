"""A window of a template as pieces: visible text, and actions with what they are to the YAML around them.

* word: an output action within a line; it prints (part of) a scalar.
* entry, item: an output action on lines of its own that prints whole lines, at a column that it names;
  what stands beside it tells whether these are keys of a mapping or items of a list.
* fixed: a block of actions within one line; it prints something, but isn't to be taken apart.
* key: a block of actions that prints a key and its colon on a line of its own.
* blank: prints nothing to be seen: control actions, comments, other output actions on lines of their own,
  branches that are left out.

Offsets are code points of the template's text, spans half open, columns count from 0. What `nindent` and
`indent` print: https://helm.sh/docs/chart_template_guide/function_list/#indent
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from .actions import OPENERS, PRINTING, Template
from .branches import blocks
from .standins import SHORTEST

Role = Literal["text", "word", "entry", "item", "fixed", "key", "blank"]

ROOM = SHORTEST + 3
"""What an entry takes at least: a word, a colon, a blank and a value."""

_INDENT = re.compile(r"\b(n?)indent\s+(\d+)\W*\Z")
_NOT_BREAK = re.compile(r"[^\r\n]")


@dataclass(frozen=True, slots=True)
class Window:
    """The whole lines ``start`` to ``end`` of a template, with the spans in them that are left out."""

    start: int
    end: int
    unseen: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a window; ``index`` is that of its (first) segment, ``column`` counts from 0."""

    start: int
    end: int
    role: Role
    index: int
    column: int | None = None


def pieces(template: Template, window: Window, *, with_blocks: bool) -> tuple[Piece, ...]:
    """The pieces of a window in the order of the text; without ``with_blocks`` blocks become blank."""
    raw = tuple(_raw(template, window))
    seen = visible(template.text, raw)
    return tuple(_settled(template, piece, seen, window.start, with_blocks) for piece in raw)


def visible(text: str, found: Sequence[Piece]) -> str:
    """A window's text with blanks in place of everything but visible text; line breaks stay."""
    return "".join(
        text[piece.start : piece.end]
        if piece.role == "text"
        else _NOT_BREAK.sub(" ", text[piece.start : piece.end])
        for piece in found
    )


def _raw(template: Template, window: Window) -> Iterator[Piece]:
    place, index = window.start, max(0, template.at(window.start))
    unseen = iter([*window.unseen, (len(template.text) + 1,) * 2])
    gap = next(unseen)
    while place < window.end:
        while gap[1] <= place:
            gap = next(unseen)
        segment = template.segments[index]
        role: Role = "text"
        end = min(segment.end, window.end)
        if gap[0] <= place:
            role, end = "blank", min(gap[1], window.end)
        elif segment.kind != "text":
            role = "word" if segment.keyword in PRINTING else "blank"
            if (inline := _inline_end(template, index)) is not None and inline <= window.end:
                role, end = "fixed", inline
        yield Piece(place, end, role, index)
        place = end
        while index < len(template.segments) - 1 and template.segments[index].end <= place:
            index += 1


def _inline_end(template: Template, index: int) -> int | None:
    """The end of a block of actions that opens at ``index`` and closes on the same line."""
    opener = template.segments[index]
    if opener.keyword not in OPENERS or opener.keyword == "define":
        return None
    end = template.segments[blocks(template)[index][-1]].end
    return end if "\n" not in template.text[opener.start : end] else None


def _settled(template: Template, piece: Piece, seen: str, base: int, with_blocks: bool) -> Piece:
    """Tell blocks and blanks from words: those have no visible text on their first and last line."""
    if piece.role not in ("word", "fixed"):
        return piece
    start, end = piece.start - base, piece.end - base
    line, behind = seen.rfind("\n", 0, start) + 1, seen.find("\n", end)
    column = printed_column(template, piece.index, start - line)
    if seen[line:start].strip() or seen[end : behind if behind >= 0 else len(seen)].strip():
        return replace(piece, role="blank") if column and _goes_on(seen, start, end, column) else piece
    if with_blocks and column is not None and piece.role == "word" and _alone(template.text, piece, column):
        return replace(piece, role="item" if _among_items(seen, line, column) else "entry", column=column)
    if piece.role == "fixed":
        return _settled_line(template, piece, start - line)
    return replace(piece, role="blank", column=column)


def _settled_line(template: Template, piece: Piece, column: int) -> Piece:
    """A block of actions on a line of its own: what its branches print tells what it is."""
    heads = blocks(template)[piece.index]
    printed = {_branch(template, *branch) for branch in pairwise(heads)}
    if not any(printed):
        return replace(piece, role="blank")
    if template.segments[piece.index].trims_left or not _alone(template.text, piece, column):
        return piece
    if all(one.endswith(":") for one in printed):
        return replace(piece, role="key", column=column)
    if all(re.match(r"[^-\s][^\s]*:\s", one) for one in printed if one):
        return replace(piece, role="entry", column=column)
    items = all(one[:2] in ("", "- ") for one in printed)
    return replace(piece, role="item", column=column) if items else piece


def _branch(template: Template, head: int, close: int) -> str:
    """Roughly what a branch prints, without the blanks around."""
    printed = ""
    for one in template.segments[head + 1 : close]:
        printed += template.text[one.text_start : one.text_end] if one.kind == "text" else ""
        printed += "x" if one.keyword in PRINTING else ""
    return printed.strip()


def _alone(text: str, piece: Piece, column: int) -> bool:
    """Whether a piece has its lines for itself, the first one with room for an entry at ``column``."""
    start, end = text.rfind("\n", 0, piece.start) + 1, text.find("\n", piece.end)
    behind = text[piece.end : end if end >= 0 else len(text)]
    width = len(text[start : piece.end].split("\n", 1)[0].rstrip("\r"))
    return column + ROOM <= width and not text[start : piece.start].strip() and not behind.strip()


def _goes_on(seen: str, start: int, end: int, column: int) -> bool:
    """Whether what is printed behind a key at ``column`` is only the beginning of the key's value."""
    line, _, below = seen[end:].partition("\n")
    following = next((text for text in below.split("\n") if text.strip()), "")
    begins = not line.strip() and seen[:start].rstrip(" ").endswith(":")
    return begins and len(following) - len(following.lstrip(" ")) >= column


def _among_items(seen: str, line: int, column: int) -> bool:
    """Whether the nearest visible line at ``column`` in the same collection begins a list's item."""
    above = _sibling(reversed(seen[:line].split("\n")), column)
    below = _sibling(seen[line:].split("\n"), column)
    # A list may stand in the column of its own key.
    own_key = above.endswith(":") and not above.startswith("-")
    return (below if own_key or not above else above).startswith("-")


def _sibling(lines: Iterable[str], column: int) -> str:
    """The first line whose key or dash stands at ``column``; "" where the collection ends before."""
    for line in lines:
        content = line.lstrip(" ").rstrip()
        if not content or content.startswith("#"):
            continue
        own = len(line) - len(line.lstrip(" "))
        if own <= column:
            key = content.lstrip("- ")
            inner = own + len(content) - len(key)
            return content if own == column else key if inner >= column else ""
    return ""


def printed_column(template: Template, index: int, lead: int) -> int | None:
    """The column at which an action prints whole lines; None when it doesn't say.

    ``lead`` is the number of blanks before it on its line.
    """
    found = _INDENT.search(template.body(index))
    if found is None or template.segments[index].keyword != "output":
        return None
    if found[1]:
        return int(found[2])
    return None if template.segments[index].trims_left else lead + int(found[2])
