"""Unified diffs that ``git apply`` turns into exactly the new text.

Lines end at a line feed only, as for git: CR, form feed and U+2028 stay inside their line. The
comparison is difflib's, in windows that end as soon as the texts run together again, so it is linear
for many scattered changes.
Sources: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html and
https://git-scm.com/docs/git-config (core.quotePath) for the spelling of odd paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from types import MappingProxyType

_CONTEXT = 3
_NO_NEWLINE = "\n\\ No newline at end of file"
# After so many equal lines two texts are taken to run together again.
_SETTLED = 4
# Where to look for that at first: manifests repeat themselves, so a wide look would match what is far off.
_WINDOW = 12
_SLICE = 256
_QUOTED = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
_NEEDS_QUOTES = re.compile(r'[\x00-\x1f"\\\x7f-\U0010ffff]')

Change = tuple[int, int, int, int]
"""Lines ``[a, b)`` of the old text are replaced by lines ``[c, d)`` of the new one (0-based)."""


def unified_all(
    texts: Mapping[str, tuple[str | None, str]], private: Mapping[str, frozenset[int]] = MappingProxyType({})
) -> str:
    """One diff over all files, given as path → (old, new), in the order of their paths.

    The old text of a new file is None. `private`: the lines (1-based) of old texts that nobody should see.
    """
    return "".join(unified(path, *texts[path], private.get(path, frozenset())) for path in sorted(texts))


def unified(path: str, old: str | None, new: str, private: frozenset[int] = frozenset()) -> str:
    """The unified diff of one file with three lines of context; empty when nothing changed.

    A private line ends the context. Only the one right behind a change is shown even so, because git takes
    a change with nothing behind it for one at the end of the file; there, it is the one before an addition.
    """
    if old == new:
        return ""
    before, after = _lines(old or ""), _lines(new)
    groups = _grouped(_changes(before, after), private)
    hunks = "".join(_hunk(before, after, group, private) for group in groups)
    source = "/dev/null" if old is None else _name("a", path)
    return f"--- {source}\n+++ {_name('b', path)}\n{hunks}"


def _lines(text: str) -> list[str]:
    """The lines without their line feeds; a last line without one carries git's remark about it."""
    lines = text.split("\n")
    last = lines.pop()
    return [*lines, last + _NO_NEWLINE] if last else lines


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


def _hunk(
    before: Sequence[str], after: Sequence[str], changes: Sequence[Change], private: frozenset[int]
) -> str:
    adds = len(before) == changes[-1][1] == changes[0][0]
    lead = max(_lead(changes[0][0], private), min(adds, changes[0][0]))
    old_start, new_start = changes[0][0] - lead, changes[0][2] - lead
    old_end = changes[-1][1] + _trail(len(before), changes[-1][1], private)
    new_end = changes[-1][3] + old_end - changes[-1][1]
    lines: list[str] = []
    place = old_start
    for old_from, old_to, new_from, new_to in changes:
        lines += (f" {line}" for line in before[place:old_from])
        lines += (f"-{line}" for line in before[old_from:old_to])
        lines += (f"+{line}" for line in after[new_from:new_to])
        place = old_to
    lines += (f" {line}" for line in before[place:old_end])
    head = f"@@ -{_range(old_start, old_end)} +{_range(new_start, new_end)} @@\n"
    return head + "".join(f"{line}\n" for line in lines)


def _range(start: int, end: int) -> str:
    count = end - start
    first = start + 1 if count else start
    return str(first) if count == 1 else f"{first},{count}"


def _lead(start: int, private: frozenset[int]) -> int:
    """How many lines before a change are shown."""
    shown = 0
    while shown < min(_CONTEXT, start) and start - shown not in private:
        shown += 1
    return shown


def _trail(length: int, end: int, private: frozenset[int]) -> int:
    """How many lines behind a change are shown."""
    most = min(_CONTEXT, length - end)
    hidden = (shown for shown in range(most) if end + shown + 1 in private)
    return max(next(hidden, most), min(most, 1))


def _grouped(changes: Sequence[Change], private: frozenset[int]) -> Iterator[list[Change]]:
    """Changes so near to each other that their context lines would touch make one hunk."""
    group: list[Change] = []
    for change in changes:
        between = range(group[-1][1] + 1, change[0] + 1) if group else range(0)
        # A single line between two changes is shown behind the first in any case.
        if len(between) > 2 * _CONTEXT or (len(between) > 1 and not private.isdisjoint(between)):
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The places where two lists of lines differ, in order."""
    changes: list[Change] = []
    x, y = 0, 0
    while True:
        equal = _equal(old, new, x, y)
        x, y = x + equal, y + equal
        if x >= len(old) and y >= len(new):
            return changes
        changes += _until_settled(old, new, x, y)
        x, y = changes[-1][1], changes[-1][3]


def _equal(old: Sequence[str], new: Sequence[str], x: int, y: int) -> int:
    """How many lines are equal from here on; whole slices first, which compare at C's speed."""
    start = x
    while x < len(old) and old[x : x + _SLICE] == new[y : y + _SLICE]:
        step = min(_SLICE, len(old) - x)
        x, y = x + step, y + step
    while x < len(old) and y < len(new) and old[x] == new[y]:
        x, y = x + 1, y + 1
    return x - start


def _until_settled(old: Sequence[str], new: Sequence[str], x: int, y: int) -> list[Change]:
    """The changes from a difference to where the texts run together again.

    The comparison looks at a window that grows until they do, so that many scattered changes cost no
    more than their neighbourhoods: over a whole file it would be quadratic.
    """
    size = _WINDOW
    while True:
        matcher = SequenceMatcher(None, old[x : x + size], new[y : y + size], autojunk=False)
        opcodes = matcher.get_opcodes()
        settled = next((i for i, (tag, a, b, _, _) in enumerate(opcodes) if _settles(i, tag, b - a)), None)
        if settled or (x + size >= len(old) and y + size >= len(new)):
            return [(x + a, x + b, y + c, y + d) for tag, a, b, c, d in opcodes[:settled] if tag != "equal"]
        size *= 2


def _settles(index: int, tag: str, length: int) -> bool:
    return index > 0 and tag == "equal" and length >= _SETTLED
