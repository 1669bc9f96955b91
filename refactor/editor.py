"""From a fix's changes to edits of text, by asking the home of each resource."""

from collections.abc import Iterable, Sequence

from refactor.changes import Fix
from refactor.source import Edit, Refusal


def lower(fix: Fix) -> tuple[Edit, ...] | Refusal:
    """The edits of a fix in all its files, or the first refusal: a fix is made whole or not at all."""
    edits: list[Edit] = []
    for change in fix.changes:
        found = change.at.resource.home.edit(change)
        if isinstance(found, Refusal):
            return found
        edits.extend(found)
    return tuple(edits)


def without_conflicts(
    fixes: Iterable[tuple[Fix, tuple[Edit, ...]]], beside: Iterable[tuple[Fix, tuple[Edit, ...]]] = ()
) -> tuple[list[tuple[Fix, tuple[Edit, ...]]], list[Fix]]:
    """Fixes that can be made together, and those that touch text which an earlier one changes.

    `beside`: fixes that are made in any case.
    """
    chosen: list[tuple[Fix, tuple[Edit, ...]]] = []
    later: list[Fix] = []
    taken = by_file([edit for _, edits in beside for edit in edits])
    for fix, edits in fixes:
        if any(_clash(edit, other) for edit in edits for other in taken.get(edit.file.path, ())):
            later.append(fix)
            continue
        chosen.append((fix, edits))
        for edit in edits:
            taken.setdefault(edit.file.path, []).append(edit)
    return chosen, later


def _clash(one: Edit, other: Edit) -> bool:
    if one.span == other.span:
        return True
    return one.span.start < other.span.end and other.span.start < one.span.end


def by_file(edits: Sequence[Edit]) -> dict[str, list[Edit]]:
    """The edits of each file, by its path, in their order."""
    files: dict[str, list[Edit]] = {}
    for edit in edits:
        files.setdefault(edit.file.path, []).append(edit)
    return files
