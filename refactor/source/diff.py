"""Unified diffs that ``git apply`` turns into exactly the new text.

Lines end at a line feed only, as for git: CR, form feed and U+2028 stay inside their line. The
comparison is a shortest edit script that settles as soon as the texts run together again, so it is
exact for small changes and linear for many scattered ones.
Sources: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html and
https://git-scm.com/docs/git-config (core.quotePath) for the spelling of odd paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

_CONTEXT = 3
_NO_NEWLINE = "\n\\ No newline at end of file\n"
# After so many equal lines two texts are taken to run together again.
_SETTLED = 100
# So many deletions and insertions without that, and the way that got furthest is taken.
_MOST_STEPS = 128
_QUOTED = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
_NEEDS_QUOTES = re.compile(r'[\x00-\x1f"\\\x7f-\U0010ffff]')

Change = tuple[int, int, int, int]
"""Lines ``[a, b)`` of the old text are replaced by lines ``[c, d)`` of the new one (0-based)."""


def unified_all(texts: Mapping[str, tuple[str, str]]) -> str:
    """One diff over all files, given as path → (old, new), in the order of their paths."""
    return "".join(unified(path, *texts[path]) for path in sorted(texts))


def unified(path: str, old: str, new: str) -> str:
    """The unified diff of one file with three lines of context; empty when nothing changed."""
    if old == new:
        return ""
    before, after = _lines(old), _lines(new)
    hunks = "".join(_hunk(before, after, group) for group in _grouped(_changes(before, after)))
    return f"--- {_name('a', path)}\n+++ {_name('b', path)}\n{hunks}"


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    whole = [f"{line}\n" for line in lines[:-1]]
    return [*whole, lines[-1]] if lines[-1] else whole


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


def _hunk(before: Sequence[str], after: Sequence[str], changes: Sequence[Change]) -> str:
    old_start, new_start = (
        max(0, changes[0][0] - _CONTEXT),
        max(0, changes[0][2] - min(changes[0][0], _CONTEXT)),
    )
    old_end = min(len(before), changes[-1][1] + _CONTEXT)
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
    return head + "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _range(start: int, end: int) -> str:
    count = end - start
    first = start + 1 if count else start
    return str(first) if count == 1 else f"{first},{count}"


def _grouped(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes so near to each other that their context lines would touch make one hunk."""
    group: list[Change] = []
    for change in changes:
        if group and change[0] - group[-1][1] > 2 * _CONTEXT:
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
            return _joined(changes)
        changes += _until_settled(old, new, x, y)
        x, y = changes[-1][1], changes[-1][3]


def _equal(old: Sequence[str], new: Sequence[str], x: int, y: int) -> int:
    start, end = x, min(len(old), len(new) - y + x)
    shift = y - x
    while x < end and old[x] == new[x + shift]:
        x += 1
    return x - start


def _until_settled(old: Sequence[str], new: Sequence[str], x: int, y: int) -> list[Change]:
    """The shortest way from a difference to where the texts run together again (Myers' algorithm)."""
    furthest = {1: x}
    trail: list[dict[int, int]] = []
    best = 0
    for steps in range(_MOST_STEPS):
        trail.append(dict(furthest))
        best, settled = _advance(old, new, (x, y), furthest, steps)
        if settled:
            break
    return _walk_back(trail, best, (x, y))


def _advance(
    old: Sequence[str], new: Sequence[str], origin: tuple[int, int], furthest: dict[int, int], steps: int
) -> tuple[int, bool]:
    """Go one deletion or insertion further on every diagonal: the best one, and whether it settled."""
    shift = origin[1] - origin[0]
    best = (False, -1, 0, 0)
    for diagonal in range(-steps, steps + 1, 2):
        down = diagonal == -steps or (diagonal != steps and furthest[diagonal - 1] < furthest[diagonal + 1])
        x = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
        y = x - diagonal + shift
        if x > len(old) or y > len(new):
            furthest[diagonal] = x
            continue
        equal = _equal(old, new, x, y)
        furthest[diagonal] = x = x + equal
        settled = equal >= _SETTLED or (x == len(old) and y + equal == len(new))
        best = max(best, (settled, x + x - diagonal, -abs(diagonal), diagonal))
    return best[3], best[0]


def _walk_back(trail: Sequence[dict[int, int]], diagonal: int, origin: tuple[int, int]) -> list[Change]:
    """The changes along the way that led to a diagonal, neighbouring ones joined."""
    shift = origin[1] - origin[0]
    steps: list[tuple[int, int, int, int]] = []
    for count in range(len(trail) - 1, 0, -1):
        furthest = trail[count]
        down = diagonal == -count or (diagonal != count and furthest[diagonal - 1] < furthest[diagonal + 1])
        diagonal = diagonal + 1 if down else diagonal - 1
        x = furthest[diagonal]
        y = x - diagonal + shift
        steps.append((x, x, y, y + 1) if down else (x, x + 1, y, y))
    return _joined(steps[::-1])


def _joined(steps: Sequence[Change]) -> list[Change]:
    changes: list[Change] = []
    for step in steps:
        if changes and changes[-1][1] == step[0] and changes[-1][3] == step[2]:
            changes[-1] = (changes[-1][0], step[1], changes[-1][2], step[3])
        else:
            changes.append(step)
    return changes
