"""Unified diffs that ``git apply`` turns into exactly the new text.

Lines end at a line feed only, as for git: CR, form feed and U+2028 stay inside their line. The
comparison is difflib's, in windows that end as soon as the texts run together again, so it is linear
for many scattered changes.
Sources: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html and
https://git-scm.com/docs/git-config (core.quotePath) for the spelling of odd paths.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

_CONTEXT = 3
_NO_NEWLINE = "\n\\ No newline at end of file"
# After so many equal lines two texts are taken to run together again.
_SETTLED = 4
# Where to look for that at first: manifests repeat themselves, so a wide look would match what is far off.
_WINDOW = 12
_SLICE = 64
_QUOTED = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
_NEEDS_QUOTES = re.compile(r"[^ !#-\[\]-~]")
_Line = tuple[int, int]
"""A line of a text: its number (0-based), and the place of its first character."""


class _Part(NamedTuple):
    """Lines ``[first, last)`` of a text (0-based); they are its characters ``[start, end)``."""

    first: int
    last: int
    start: int
    end: int


class _Change(NamedTuple):
    """A part of the old text is replaced by a part of the new one."""

    old: _Part
    new: _Part


def unified_all(
    texts: Mapping[str, tuple[str | None, str]], secrets: Mapping[str, frozenset[int]] = MappingProxyType({})
) -> str:
    """One diff over all files, given as path → (old, new), in the order of their paths.

    The old text of a new file is None. `secrets` as for :func:`unified`, of the files that have some.
    Absolute paths below the folder at hand are told from there on: git takes no others.
    """
    here = os.getcwd().replace(os.sep, "/").rstrip("/") + "/"
    return "".join(
        unified(path.removeprefix(here), *texts[path], secrets.get(path)) for path in sorted(texts)
    )


def unified(path: str, old: str | None, new: str, secrets: frozenset[int] | None = None) -> str:
    """The unified diff of one file with three lines of context; empty when nothing changed.

    Of a file with `secrets` (lines of the old text, 1-based; maybe none) nothing is shown but what changes
    and the one line without which git takes a change for one at the end of the file: that behind it or,
    where something is added at the end, the one before. A secret isn't shown even there, and git then needs
    `--unidiff-zero`: see :func:`cut_short`.
    """
    if old == new:
        return ""
    before = old or ""
    hunks = "".join(_hunk(before, new, group, secrets) for group in _groups(before, new, secrets))
    source = "/dev/null" if old is None else _name("a", path)
    return f"--- {source}\n+++ {_name('b', path)}\n{hunks}"


def cut_short(old: str, new: str, secrets: frozenset[int]) -> Iterator[int]:
    """The secret lines (1-based, of the old text) that git needs and a diff leaves out."""
    for group in _groups(old, new, secrets):
        needed = _needed(old, group)
        if needed in secrets:
            yield needed


def _name(side: str, path: str) -> str:
    parts = (part for part in path.split("/") if part not in ("", "."))
    name = "/".join((side, *parts))
    # A name with blanks ends at a tab, or its end couldn't be told from a time stamp.
    end = "\t" if " " in name else ""
    if _NEEDS_QUOTES.search(name):
        name = '"' + "".join(_quoted(byte) for byte in name.encode("utf-8", "surrogateescape")) + '"'
    return name + end


def _quoted(byte: int) -> str:
    return _QUOTED.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}")


def _hunk(before: str, after: str, changes: Sequence[_Change], secrets: frozenset[int] | None) -> str:
    first, last = changes[0], changes[-1]
    behind = _line_bounds(before, last.old.end, _CONTEXT)
    lead, trail = min(_CONTEXT, first.old.first), len(behind) - 1
    if secrets is not None:
        needed = _needed(before, changes)
        shown = needed is not None and needed not in secrets
        lead, trail = int(shown and needed == first.old.first), int(shown and needed == last.old.last + 1)
    old_range = _range(first.old.first - lead, last.old.last + trail)
    new_range = _range(first.new.first - lead, last.new.last + trail)
    hunk = [f"@@ -{old_range} +{new_range} @@\n"]
    place = _lines_back(before, first.old.start, lead)
    for old, new in changes:
        hunk.append(_marked(" ", before[place : old.start]))
        hunk.append(_marked("-", before[old.start : old.end]))
        hunk.append(_marked("+", after[new.start : new.end]))
        place = old.end
    return "".join((*hunk, _marked(" ", before[place : behind[trail]])))


def _marked(mark: str, lines: str) -> str:
    """Whole lines with a mark before each; a last one without line feed carries git's remark about it."""
    if not lines:
        return ""
    end = "" if lines.endswith("\n") else _NO_NEWLINE
    return mark + lines.removesuffix("\n").replace("\n", f"\n{mark}") + f"{end}\n"


def _line_bounds(text: str, start: int, lines: int) -> list[int]:
    """Where the next lines begin, at most so many, and where the last of them ends."""
    bounds = [start]
    while lines and start < len(text):
        start = text.find("\n", start) + 1 or len(text)
        bounds.append(start)
        lines -= 1
    return bounds


def _lines_back(text: str, start: int, lines: int) -> int:
    """Where the line begins that stands so many lines before another's beginning."""
    for _ in range(lines):
        start = text.rfind("\n", 0, start - 1) + 1
    return start


def _range(start: int, end: int) -> str:
    count = end - start
    first = start + 1 if count else start
    return str(first) if count == 1 else f"{first},{count}"


def _needed(before: str, changes: Sequence[_Change]) -> int | None:
    """The line (1-based) beside changes without which git doesn't find their place, if there is one."""
    first, last = changes[0].old, changes[-1].old
    if last.end < len(before):
        return last.last + 1
    adds = first.start == len(before)
    return first.first if adds and first.first else None


def _groups(old: str, new: str, secrets: frozenset[int] | None) -> Iterator[list[_Change]]:
    """Changes so near to each other that their context lines would touch make one hunk."""
    group: list[_Change] = []
    for change in _changes(old, new):
        if group and _apart(change.old.first - group[-1].old.last, change.old.first, secrets):
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _apart(between: int, above: int, secrets: frozenset[int] | None) -> bool:
    """Whether a change begins a hunk of its own, so many lines below another; `above` is the last of them."""
    if secrets is None:
        return between > 2 * _CONTEXT
    return between > 1 or above in secrets


def _changes(old: str, new: str) -> list[_Change]:
    """The places where two texts differ, in order."""
    changes: list[_Change] = []
    x = y = _Part(0, 0, 0, 0)
    while True:
        equal = _equal(old, new, x.end, y.end)
        if x.end + equal == len(old) and y.end + equal == len(new):
            return changes
        lines = old.count("\n", x.end, x.end + equal)
        settling = _until_settled(old, new, (x.last + lines, x.end + equal), (y.last + lines, y.end + equal))
        changes += settling
        x, y = changes[-1]


def _equal(old: str, new: str, x: int, y: int) -> int:
    """How many characters are equal from here on, in whole lines: ever larger slices, then ever smaller."""
    start, shift, step = x, y - x, _SLICE
    while (part := old[x : x + step]) and new.startswith(part, x + shift):
        x, step = x + len(part), step * 2
    while step := step // 2:
        part = old[x : x + step]
        x += len(part) if new.startswith(part, x + shift) else 0
    if x == len(old) and x + shift == len(new):
        return x - start
    return max(old.rfind("\n", start, x) + 1 - start, 0)


def _until_settled(old: str, new: str, x: _Line, y: _Line) -> list[_Change]:
    """The changes from a difference to where the texts run together again.

    The comparison looks at a window that grows until they do, so that many scattered changes cost no
    more than their neighbourhoods: over a whole file it would be quadratic.
    """
    size = _WINDOW
    while True:
        before, after = _line_bounds(old, x[1], size), _line_bounds(new, y[1], size)
        matcher = SequenceMatcher(None, _lines(old, before), _lines(new, after), autojunk=False)
        opcodes = matcher.get_opcodes()
        settled = next((i for i, (tag, a, b, _, _) in enumerate(opcodes) if _settles(i, tag, b - a)), None)
        if settled or (before[-1] == len(old) and after[-1] == len(new)):
            return [
                _Change(_part(x[0], before, a, b), _part(y[0], after, c, d))
                for tag, a, b, c, d in opcodes[:settled]
                if tag != "equal"
            ]
        size *= 2


def _lines(text: str, bounds: Sequence[int]) -> list[str]:
    return [text[start:end] for start, end in pairwise(bounds)]


def _part(line: int, bounds: Sequence[int], first: int, last: int) -> _Part:
    return _Part(line + first, line + last, bounds[first], bounds[last])


def _settles(index: int, tag: str, length: int) -> bool:
    return index > 0 and tag == "equal" and length >= _SETTLED
