"""From a fix's changes to edits of text, by asking the home of each resource."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

from refactor.changes import Fix
from refactor.findings import Safety
from refactor.kubernetes.fields import fields_at, fields_of
from refactor.kubernetes.misspelling import spellings
from refactor.source import Edit, Refusal, Span
from refactor.world import AddKey, Change, SetScalar

Edits = tuple[Edit, ...]

# A chart may offer several ways for each change; no fix of ours has needed more than a few of them.
_WAYS = 12


def lower(fix: Fix, bold: bool = False) -> Iterator[Edits] | Refusal:
    """The edits of a fix in all its files, the best way first; or the first refusal.

    A fix is made whole or not at all. `bold`: also in ways that an owner may not want.
    """
    ways: list[Sequence[Edits]] = []
    for change in fix.changes:
        found = _misspelt(change) or change.at.resource.home.ways(change, bold)
        if isinstance(found, Refusal):
            return found
        ways.append(found)
    combinations = product(*ways)
    return (tuple(edit for edits in chosen for edit in edits) for chosen in islice(combinations, _WAYS))


def _misspelt(change: Change) -> Refusal | None:
    """Why a key can't get a first value: one that stands there misspelt is meant to be it."""
    match change:
        case AddKey(at=holder, key=right):
            pass
        case SetScalar(at=at) if at.value in (None, ""):
            holder, right = at.parent, str(at.path[-1])
        case _:
            return None
    for key in spellings(holder.value, right, fields_at(fields_of(holder.resource.body), holder.path)):
        return Refusal(f"`{key}` stands there, which Kubernetes doesn't know: spell it `{right}`")
    return None


def told_ways(fix: Fix, bold: bool) -> list[tuple[Fix, Edits]] | Refusal:
    """Every way to make a fix, with the fix as it is told then: unsafe in the bold ways, which come last."""
    ways = lower(fix)
    plain = [] if isinstance(ways, Refusal) else list(ways)
    if bold:
        ways = lower(fix, bold=True)
    if isinstance(ways, Refusal):
        return ways
    unsafe = replace(fix, safety=Safety.UNSAFE)
    return [(fix, edits) for edits in plain] + [(unsafe, edits) for edits in ways if edits not in plain]


def without_conflicts(
    fixes: Iterable[tuple[Fix, tuple[Edit, ...]]], beside: Iterable[tuple[Fix, tuple[Edit, ...]]] = ()
) -> tuple[list[tuple[Fix, tuple[Edit, ...]]], list[Fix]]:
    """Fixes that can be made together, and those that touch text which an earlier one changes.

    `beside`: fixes that are made in any case.
    """
    chosen: list[tuple[Fix, tuple[Edit, ...]]] = []
    later: list[Fix] = []
    taken: dict[str, _Taken] = {}
    made = {frozenset(edits): _ports(fix) for fix, edits in beside}
    for _, edits in beside:
        _take(taken, edits)
    for fix, edits in fixes:
        changed, ports = frozenset(edits), _ports(fix)
        if made.get(changed) == ports:
            # The same edits mend the same fault under other values of a chart.
            chosen.append((fix, edits))
        elif any(taken[edit.file.path].holds(edit.span) for edit in edits if edit.file.path in taken):
            later.append(fix)
        else:
            chosen.append((fix, edits))
            made[changed] = ports
            _take(taken, edits)
    return chosen, later


def _ports(fix: Fix) -> frozenset[object]:
    """The Service ports that a fix changes: one line of a chart may stand behind several that differ."""
    places = ((c.at.resource, c.at.path) for c in fix.changes)
    return frozenset((r.twin, path[:3]) for r, path in places if path[:2] == ("spec", "ports"))


def _take(taken: dict[str, "_Taken"], edits: Iterable[Edit]) -> None:
    for edit in edits:
        taken.setdefault(edit.file.path, _Taken()).add(edit.span)


class _Taken:
    """The spans of a file that are changed already, in order and apart from each other."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def add(self, span: Span) -> None:
        insort(self._spans, span)

    def holds(self, span: Span) -> bool:
        """Whether a span is the same as one of these, or reaches into one."""
        index = bisect_left(self._spans, span)
        after = self._spans[index] if index < len(self._spans) else None
        before = self._spans[index - 1] if index else None
        return (after is not None and (after == span or after.start < span.end)) or (
            before is not None and before.end > span.start
        )


def by_file(edits: Sequence[Edit]) -> dict[str, list[Edit]]:
    """The edits of each file, by its path, in their order."""
    files: dict[str, list[Edit]] = {}
    for edit in edits:
        files.setdefault(edit.file.path, []).append(edit)
    return files
