"""A window of a template as YAML of the same length: every action replaced by what a YAML reader takes.

Words become plain scalars, blocks an entry or item at the column at which they print, all else comments or
blanks. Line breaks and visible text stay where they are. The comment for a control action stands at the
column of what its block prints, so that it counts as part of what that belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .actions import OPENERS, Template
from .branches import blocks, opener_of
from .pieces import Piece, Window, visible
from .standins import FILL, SHORTEST, word
from .textblocks import text_column


def masked(template: Template, window: Window, found: Sequence[Piece]) -> str:
    """The window's text with its ``found`` pieces masked: of the same length, with the same breaks."""
    return _Masking(template, window, found).text()


def shown(piece: Piece, room: int) -> str:
    """What stands for an entry, an item or a key in ``room`` characters (at least ROOM)."""
    if piece.role == "key":
        return word(piece.index, room - 1) + ":"
    if piece.role == "item":
        return "- " + word(piece.index, room - 2)
    return word(piece.index, SHORTEST) + ": " + FILL * (room - SHORTEST - 2)


class _Masking:
    """One window on its way from visible text between blanks to masked text."""

    def __init__(self, template: Template, window: Window, found: Sequence[Piece]) -> None:
        self.template = template
        self.base = window.start
        self.real = template.text[window.start : window.end]
        self.pieces = [piece for piece in found if piece.role != "text"]
        self.chars = list(visible(template.text, found))
        self.lines = list(_lines(self.real))
        self.columns: dict[int, int] = {}

    def text(self) -> str:
        """The masked text."""
        for piece in self.pieces:
            if piece.role in ("word", "fixed"):
                self.put_word(piece)
            elif piece.role in ("entry", "item", "key"):
                self.put_block(piece)
        self.seen = "".join(self.chars)
        self.owners = list(self.owners_of_lines())
        self.printed = [self.printed_at(number) for number in range(len(self.lines))]
        for piece in self.pieces:
            if piece.role == "blank":
                self.put_behind(piece)
        self.put_comments()
        return "".join(self.chars)

    def put(self, start: int, text: str) -> None:
        self.chars[start : start + len(text)] = text

    def first_part(self, piece: Piece) -> tuple[int, int]:
        """The span within the window of what a piece has on its first line."""
        start, end = piece.start - self.base, piece.end - self.base
        return start, start + len(self.real[start:end].split("\n", 1)[0].rstrip("\r"))

    def put_word(self, piece: Piece) -> None:
        """Write a word; the further lines of an action with nothing behind it are left to be comments."""
        start, end = self.first_part(piece)
        if end - start >= SHORTEST:
            self.put(start, word(piece.index, end - start))
        stop = self.real.find("\n", piece.end - self.base)
        if self.real[piece.end - self.base : stop if stop >= 0 else len(self.real)].strip():
            rest = self.real[end : piece.end - self.base]
            self.put(end, re.sub(r"[^\r\n]", FILL, rest))

    def put_block(self, piece: Piece) -> None:
        start, end = self.first_part(piece)
        place = self.real.rfind("\n", 0, start) + 1 + (piece.column or 0)
        self.put(place, shown(piece, end - place))

    def owners_of_lines(self) -> Iterator[Piece | None]:
        """For each line the first piece on it that isn't text."""
        waiting = iter(self.pieces)
        piece = next(waiting, None)
        for start, end in self.lines:
            while piece is not None and piece.end - self.base <= start:
                piece = next(waiting, None)
            yield piece if piece is not None and piece.start - self.base < end else None

    def printed_at(self, number: int) -> int | None:
        """The column at which a line prints something; None when it prints nothing that is known."""
        start, end = self.lines[number]
        line = self.seen[start:end]
        if line.strip():
            return len(line) - len(line.lstrip(" "))
        owner = self.owners[number]
        return owner.column if owner is not None and owner.start - self.base >= start else None

    def put_behind(self, piece: Piece) -> None:
        """Make a comment of a blank piece that ends a line with visible text, where YAML takes one."""
        start, end = self.first_part(piece)
        line = self.real.rfind("\n", 0, start) + 1
        stop = self.seen.find("\n", end)
        alone = not self.seen[line:start].strip() or self.seen[start - 1] not in " \t"
        if start == end or alone or self.seen[end : stop if stop >= 0 else len(self.seen)].strip():
            return
        self.put(start, _comment(piece.index, end - start))

    def put_comments(self) -> None:
        """Make comments of the lines without visible text; within a block of text they become text."""
        last, column, limit = -1, 0, 1 << 30
        for number, (start, end) in enumerate(self.lines):
            line = self.seen[start:end]
            if number <= last:
                if not line.strip() and self.real[start:end].strip():
                    self.put(start + column, FILL * (end - start - column))
            elif line.strip():
                limit = 1 << 30
                if (least := text_column(line)) is not None:
                    last, column = self.text_lines(number, least)
                    limit = least
            elif self.real[start:end].strip():
                self.put_comment(number, limit)

    def text_lines(self, header: int, least: int) -> tuple[int, int]:
        """The last line of a block of text and the column of its first."""
        last, column = header, None
        for number in range(header + 1, len(self.lines)):
            printed = self.printed[number]
            if printed is None:
                continue
            if printed <= least:
                break
            last, column = number, printed if column is None else column
        return last, least + 1 if column is None else column

    def put_comment(self, number: int, limit: int) -> None:
        start, end = self.lines[number]
        owner = self.owners[number]
        if owner is None:
            return
        room = end - start
        column = min(self.comment_column(number, owner), limit, max(0, room - SHORTEST - 1))
        self.put(start + column, _comment(owner.index, room - column))

    def comment_column(self, number: int, owner: Piece) -> int:
        start, end = self.lines[number]
        segment = self.template.segments[owner.index]
        own = end - start - len(self.real[start:end].lstrip(" "))
        if owner.end > segment.end:  # a branch that is left out
            return own
        if owner.start - self.base < start:  # an action goes on
            return end - start
        if segment.keyword in OPENERS or segment.keyword in ("else", "end"):
            return self.block_column(opener_of(self.template, owner.index), own)
        return own if owner.column is None else owner.column

    def block_column(self, opener: int, own: int) -> int:
        """The least column at which the lines of a block print; ``own`` when nothing is known of them."""
        if opener not in self.columns:
            segments = self.template.segments
            start = segments[opener].end - self.base
            end = segments[blocks(self.template)[opener][-1]].start - self.base
            inside = (
                column
                for (first, _), column in zip(self.lines, self.printed, strict=True)
                if column is not None and start <= first < end
            )
            self.columns[opener] = min(inside, default=own)
        return self.columns[opener]


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """The spans of a text's lines without their breaks."""
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line.removesuffix("\r"))
        start += len(line) + 1


def _comment(index: int, room: int) -> str:
    return "#" + (word(index, room - 1) if room > SHORTEST else FILL * (room - 1))
