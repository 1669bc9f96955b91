"""A window of a template as it prints: trims done, control actions gone, marks where output actions print.

This is what the masked text only claims to be: both must say the same to a YAML reader before an edit made
in the one is believed (https://pkg.go.dev/text/template#hdr-Text_and_spaces).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .actions import PRINTING, Template
from .branches import blocks
from .masking import shown
from .pieces import ROOM, Piece, Window
from .standins import SHORTEST, word


def printed(template: Template, window: Window, found: Sequence[Piece]) -> str:
    """What the pieces of a window print, with what stands before and behind on its first and last line."""
    body = "".join(_piece(template, piece) for piece in found)
    lead = tail = ""
    if not body.lstrip(" \t\r").startswith(("\n", "---")):
        lead = "".join(_outside(template, 0, window.start, window.unseen)).rpartition("\n")[2]
    if not body.rstrip(" \t").endswith("\n"):
        tail = "".join(_outside(template, window.end, len(template.text), window.unseen)).partition("\n")[0]
    return lead + body + tail


def _piece(template: Template, piece: Piece) -> str:
    if piece.role == "text":
        segment = template.segments[piece.index]
        return template.text[max(segment.text_start, piece.start) : min(segment.text_end, piece.end)]
    if piece.role == "word" or piece.role == "fixed":
        return (" " if _parts_before(template, piece) else "") + word(piece.index, SHORTEST)
    if piece.role == "blank" or piece.column is None:
        return ""
    if breaks_line(template, piece.index):
        return "\n" + " " * piece.column + shown(piece, ROOM)
    own = piece.start - template.text.rfind("\n", 0, piece.start) - 1
    return " " * (piece.column - own) + shown(piece, ROOM)


def _parts_before(template: Template, piece: Piece) -> bool:
    """Whether a piece prints a blank or a line break before anything else."""
    if piece.role == "word":
        return breaks_line(template, piece.index)
    heads = blocks(template)[piece.index][:-1]
    first = (template.segments[head + 1] for head in heads)
    return all(template.text[one.text_start : one.text_end].startswith(" ") for one in first)


def breaks_line(template: Template, index: int) -> bool:
    """Whether an output action prints a line break before anything else."""
    return template.segments[index].keyword == "output" and "nindent" in template.body(index)


def _outside(template: Template, start: int, end: int, unseen: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Roughly what a part of a template outside of a window prints."""
    for index in range(max(0, template.at(start)), len(template.segments)):
        segment = template.segments[index]
        if segment.start >= end:
            return
        if any(first <= segment.start < last for first, last in unseen):
            continue
        if segment.kind == "text":
            yield template.text[max(segment.text_start, start) : min(segment.text_end, end)]
        elif segment.keyword in PRINTING and segment.start >= start:
            yield "\nx" if breaks_line(template, index) else "x"
