"""Carries edits of masked text back to the real template, and checks that they mean the same there.

Every function answers with a refusal where the template wouldn't bear an edit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from refactor.source import Edit, Refusal, SourceFile, Span, splice

from .actions import PRINTING, SPACE, LexError, Template, lex
from .branches import blocks, chain, controls, head_at, opener_of
from .pieces import Piece
from .printing import breaks_line
from .standins import ANY, WORD, index_of, word
from .views import Sight, View, blankless, document_of, view_of

_NOTHING = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_LEAD = re.compile(r"[ -]*")
_BELOW = re.compile(rf"[^\n]*\n(?:[ \t]*\r?\n)*(?P<column> *)#{WORD.pattern}")
_LONGEST = 60
_BRANCHES = 8


def in_between(template: Template, index: int) -> Refusal:
    """The refusal to touch the action (or comment) with that index."""
    segment = template.segments[index]
    line = template.text[segment.start : segment.end].split("\n", 1)[0].rstrip()
    shown = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    return Refusal(f"a template action stands in between: {shown}")


def carried(view: View, file: SourceFile, edit: Edit) -> Edit | Refusal:
    """An edit of the view's masked text as one of the real file, in a branch that the view shows."""
    place = _place(view, edit)
    if isinstance(place, Refusal):
        return place
    start, end = place
    touched = [piece for piece in view.pieces if piece.start < end and start < piece.end]
    for piece in touched:
        whole = start <= piece.start and piece.end <= end
        if piece.role != "text" and not (whole and piece.role in ("word", "fixed")):
            return in_between(view.template, piece.index)
    new = _unmasked(view, edit, touched)
    if isinstance(new, Refusal):
        return new
    index = _glued(view.template, start, end, new)
    if index is None:
        index = _unseen_below(view, end)
    if index is not None:
        return in_between(view.template, index)
    return Edit(file, Span(start, end), file.text[start:end], new)


def _place(view: View, edit: Edit) -> tuple[int, int] | Refusal:
    """Where an edit goes in the real text: new lines that would end up in a nested branch go behind it."""
    start, end = edit.span.start + view.start, edit.span.end + view.start
    if start < end:
        for piece in view.pieces:
            # The lines that a long action goes on for are masked as comments behind its word.
            if piece.role == "word" and piece.start < end < piece.end:
                first = view.template.text[piece.start : piece.end].split("\n", 1)[0].rstrip("\r")
                end = piece.end if end == piece.start + len(first) else end
    while (head := head_at(view.template, start)) is not None and head not in view.shown:
        behind = _behind(view, start, head)
        if start < end or not edit.new.endswith("\n") or behind is None:
            return in_between(view.template, head)
        start = end = behind
    return start, end


def _behind(view: View, offset: int, head: int) -> int | None:
    """The line after a block's `end`, when nothing but comments stands between; offsets of the real text."""
    template = view.template
    end = template.segments[blocks(template)[opener_of(template, head)][-1]].end
    feed = template.text.find("\n", end, view.end)
    if feed < 0 or (offset > view.start and template.text[offset - 1] != "\n"):
        return None
    between = view.masked[offset - view.start : feed + 1 - view.start].replace("\r\n", "\n")
    return feed + 1 if _NOTHING.fullmatch(between) else None


def _unmasked(view: View, edit: Edit, touched: Sequence[Piece]) -> str | Refusal:
    """The new text with its words replaced by actions; none that stays may have changed or doubled."""
    kept: list[int] = []
    words = {piece.index: piece for piece in touched if piece.role in ("word", "fixed")}

    def action(found: re.Match[str]) -> str:
        index = index_of(found)
        whole = index in words and found[0] == word(index, len(view.actions[index]))
        kept.append(index if whole else -1)
        return view.actions[index] if whole else found[0]

    new = WORD.sub(action, edit.new)
    if len(set(kept)) < len(kept) or ANY.search(new):
        return in_between(view.template, next(iter(words), 0))
    lost = [index for index, piece in words.items() if piece.role == "fixed" and index not in kept]
    return in_between(view.template, lost[0]) if lost else new


def _glued(template: Template, start: int, end: int, new: str) -> int | None:
    """The index of an output action that an edit would run into, for it trims the line break between."""
    text, segments = template.text, template.segments
    for index in range(template.at(end), len(segments)):
        segment = segments[index]
        if segment.kind == "text" and text[max(segment.start, end) : segment.end].strip(SPACE):
            break
        if segment.start >= end and segment.keyword in PRINTING:
            between = new[len(new.rstrip(SPACE)) :] + text[end : segment.start]
            runs = segment.trims_left and not breaks_line(template, index)
            return index if runs and "\n" in between else None
    for index in range(template.at(max(0, start - 1)), -1, -1):
        segment = segments[index]
        if segment.kind == "text" and text[segment.start : min(segment.end, start)].strip(SPACE):
            break
        if segment.end <= start and segment.keyword in PRINTING:
            between = text[segment.end : start] + new[: len(new) - len(new.lstrip(SPACE))]
            return index if segment.trims_right and "\n" in between else None
    return None


def _unseen_below(view: View, end: int) -> int | None:
    """The index of a branch out of sight that goes on, below an edit, with the value that is edited."""
    masked = view.masked
    line = masked.rfind("\n", 0, end - view.start) + 1
    key = _LEAD.match(masked, line)
    below = _BELOW.match(masked, end - view.start)
    if view.sight.pick is not None or key is None or below is None:
        return None
    return index_of(below) if len(below["column"]) > key.end() - line else None


def doubt(view: View, meant: Sequence[Edit], real: Sequence[Edit]) -> Refusal | None:
    """Why the real edits wouldn't print what the edits of the masked text meant; None when they do."""
    if not real:
        return None
    after = _after(view, real)
    if after is None:
        return Refusal("the template can't be read any more after the edit")
    wanted = document_of(splice(view.masked, meant))
    if wanted is None or after.printed is None or after.said(after.printed) != view.said(wanted):
        return Refusal("an action beside the edit trims blanks or line breaks that the new text needs")
    if not wanted.data:
        return Refusal("nothing would be left here, and other parts of the template may go on with it")
    heads = {head_at(view.template, edit.span.start) for edit in real}
    if len(heads) > 1:
        return Refusal("the edit would stand in several branches of the template's actions")
    return _elsewhere(view, after, chain(view.template, heads.pop()))


def _elsewhere(view: View, after: View, shown: tuple[int, ...]) -> Refusal | None:
    """The doubt that arises when the template's actions take other branches than the view has seen."""
    wanted_lines = _changed_lines(view, after)
    shown_after = _heads_after(view.template, after.template, shown)
    for sight in (view.sight, *_sights(view)):
        old, new = view.seen(sight, shown), after.seen(sight, shown_after)
        if _worse(old, new) or _changed_lines(old, new) != wanted_lines:
            return Refusal("the edit doesn't fit another branch of the template's actions")
        if _reflowed(old, new):
            return Refusal("the edit would change the line breaks of another text")
    return None


def _reflowed(before: View, after: View) -> bool:
    """Whether a text among the values differs in nothing but its blanks and line breaks."""
    old, new = before.scalars(), after.scalars()
    return not {blankless(text) for text in old - new}.isdisjoint(blankless(text) for text in new - old)


def _after(view: View, real: Sequence[Edit]) -> View | None:
    """The view of the same window in the edited template; None when its blocks aren't the same any more."""
    try:
        template = lex(splice(view.template.text, real))
    except LexError:
        return None
    bodies = [[one.body(index) for index in controls(one)] for one in (view.template, template)]
    if bodies[0] != bodies[1]:
        return None
    shown = _heads_after(view.template, template, view.shown)
    longer = len(template.text) - len(view.template.text)
    return view_of(template, view.start, view.end + longer, shown, view.sight)


def _heads_after(before: Template, after: Template, heads: tuple[int, ...]) -> tuple[int, ...]:
    """The same branches in a template whose blocks are the same."""
    old, new = controls(before), controls(after)
    return tuple(new[old.index(head)] for head in heads)


def _sights(view: View) -> list[Sight]:
    """Every branch of every other block, seen once at least, and none of them."""
    inside = (
        len(heads) - 1
        for opener, heads in blocks(view.template).items()
        if view.start <= view.template.segments[opener].start < view.end
    )
    picks = (None, *range(min(_BRANCHES, max(inside, default=0))))
    return [Sight(pick, view.sight.with_blocks) for pick in picks]


def _changed_lines(before: View, after: View) -> tuple[Counter[str], Counter[str]]:
    old, new = before.lines(), after.lines()
    return old - new, new - old


def _worse(before: View, after: View) -> bool:
    """Whether a sight of the window was YAML and isn't any more, or has more duplicate keys."""
    if before.printed is None:
        return False
    return after.printed is None or len(after.printed.duplicates) > len(before.printed.duplicates)
