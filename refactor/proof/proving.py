"""Trying fixes: their result is read again, and what can't be trusted is refused with the reason.

The text must come to exactly the data that the changes say, every finding that it solves must be gone,
nothing new may have come, and every route that worked must reach the same containers: under all values of
a chart.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from refactor.analysis import Analysis
from refactor.changes import Fix
from refactor.editor import by_file
from refactor.findings import Category, Finding
from refactor.inputs import Application, Reading
from refactor.proof.comparison import Moves, misread
from refactor.proof.harm import harmed
from refactor.proof.state import State
from refactor.rules import RULES
from refactor.source import Edit, TextMoved, splice
from refactor.world import Change, Ref, RenameKey, Replace

Lowered = tuple[Fix, tuple[Edit, ...]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A result that holds: the application with the fixes made; examined, where the proof took all of it."""

    application: Application
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What held, what didn't and why, and the outcome of all that held together."""

    proven: tuple[Lowered, ...]
    refused: tuple[tuple[Fix, str], ...]
    result: Attempt


def prove(before: State, fixes: Sequence[Lowered], beside: Proof | None = None) -> Proof:
    """Tries all fixes together (beside those proven already), and only where that fails, in halves.

    So one bad fix among many good ones doesn't cost a proof for each of them.
    """
    base = beside or Proof((), (), Attempt(before.application))
    if not fixes:
        return Proof((), (), base.result)
    # All together are examined in whole: where they hold, that is needed anyway.
    outcome = _attempt(before, base, fixes, _everything if beside is None else _part)
    if isinstance(outcome, Attempt):
        return Proof(tuple(fixes), (), outcome)
    if len(fixes) == 1:
        return Proof((), ((fixes[0][0], outcome),), base.result)
    groups = _groups(fixes)
    proof = _in_halves(before, base, groups if len(groups) > 1 else [[one] for one in fixes])
    if len(groups) == 1 and not proof.proven:
        # Half of a group fails for want of the other half: that isn't why the group does.
        return Proof((), tuple((fix, outcome) for fix, _ in fixes), base.result)
    return proof


def _groups(fixes: Iterable[Lowered]) -> list[list[Lowered]]:
    """The fixes that come to the same edits, as one line of a chart stands behind several fields."""
    groups: dict[frozenset[Edit], list[Lowered]] = {}
    for fix, edits in fixes:
        groups.setdefault(frozenset(edits), []).append((fix, edits))
    return list(groups.values())


def _in_halves(before: State, base: Proof, groups: Sequence[Sequence[Lowered]]) -> Proof:
    middle = len(groups) // 2
    first = prove(before, list(chain.from_iterable(groups[:middle])), base)
    both = Proof(base.proven + first.proven, (), first.result)
    second = prove(before, list(chain.from_iterable(groups[middle:])), both)
    return Proof(first.proven + second.proven, first.refused + second.refused, second.result)


@dataclass(frozen=True, slots=True)
class _View:
    """What of a reading is examined afterwards: the keys of some resources, or of the `whole`."""

    touched: frozenset[object]
    analysis: Analysis
    whole: bool


_Look = Callable[[Reading, Analysis, Reading, Iterable[str]], _View]


def _attempt(before: State, base: Proof, more: Sequence[Lowered], look: _Look) -> Attempt | str:
    """The result of making more fixes, examined by `look`, or why it can't be trusted."""
    fixes = (*base.proven, *more)
    try:
        texts = _spliced(before, [edit for _, edits in fixes for edit in edits])
    except TextMoved as moved:
        return f"the text can't be changed exactly: {moved}"
    application = _changed(base.result.application, texts)
    if application.problem:
        return f"it would no longer render: {application.problem}"
    views = _views(before, application, fixes, texts, look)
    if isinstance(views, str):
        return views
    whole = all(view.whole for view in views)
    return Attempt(application, State(application, tuple(v.analysis for v in views)) if whole else None)


def _views(
    before: State, application: Application, fixes: Sequence[Lowered], texts: Iterable[str], look: _Look
) -> list[_View] | str:
    """How every reading stands afterwards, or what is wrong with the first that can't be trusted."""
    moves = Moves.of((fix for fix, _ in fixes), (edit for _, edits in fixes for edit in edits))
    views: list[_View] = []
    for (was, old), now in zip(before.parts, application.readings, strict=True):
        wrong = misread(was, now, texts, moves)
        if not wrong:
            views.append(look(was, old, now, texts))
            wrong = _worse(old, views[-1], fixes)
        if wrong:
            return wrong + (f" (with {now.values})" if now.values else "")
    return views


def _changed(application: Application, texts: Mapping[str, str]) -> Application:
    """The application with these texts; what reads like that already isn't read again."""
    known = application.sources
    return application.changed({path: text for path, text in texts.items() if text != known[path].text})


def _spliced(before: State, edits: Sequence[Edit]) -> dict[str, str]:
    sources = before.application.sources
    return {path: splice(sources[path].text, group) for path, group in by_file(edits).items()}


def _worse(old: Analysis, view: _View, fixes: Sequence[Lowered]) -> str | None:
    """What the rules and the graph have against the result, in one of the readings."""
    new, touched = view.analysis, view.touched
    solved = [finding for fix, _ in fixes for finding in fix.solves]
    changes = [change for fix, _ in fixes for change in fix.changes]
    return (
        _standing(old, new, solved)
        or _new(old, new, _findings(new, touched), solved, changes)
        or harmed(old.graph, new.graph, touched)
    )


def _everything(was: Reading, old: Analysis, now: Reading, texts: Iterable[str]) -> _View:
    """All resources, whichever texts were changed."""
    return _View(frozenset(resource.key for resource in was.resources), old.again(now.resources), whole=True)


def _part(was: Reading, old: Analysis, now: Reading, texts: Iterable[str]) -> _View:
    """What the change can touch."""
    if now.values:
        return _everything(was, old, now, texts)  # one line of a chart may stand in any of its resources
    changed = {resource.key: resource for path in texts for resource in now.files[path].resources}
    touched, needed = old.neighbourhoods.around(texts, changed.values())
    analysis = old.again(changed.get(resource.key, resource) for resource in needed)
    return _View(touched, analysis, whole=False)


def _standing(before: Analysis, after: Analysis, solved: Sequence[Finding]) -> str | None:
    """A fault that is still there, or that comes under other values of a chart.

    One that was there under those, for a reason of its own, may stay: it has its own repair.
    """
    twins, keys = {finding.twin for finding in solved}, {finding.key for finding in solved}
    for left in after.findings:
        if left.key in keys:
            return "the fault would still be there"
        if left.twin in twins and left.key not in before.keys:
            return f"it would bring the same fault: {left.message}"
    return None


def _new(
    before: Analysis,
    after: Analysis,
    touched: Iterable[Finding],
    solved: Sequence[Finding],
    changes: Iterable[Change],
) -> str | None:
    """A fault that wasn't there, unless it is a later hop that can be judged at last.

    That is so only under the values of a chart with which there was something to repair.
    """
    revealing = (f for f in solved if RULES[f.rule].reveals and f.key in before.keys)
    opened = {finding.at.resource.twin for finding in revealing}
    gone = [finding for finding in before.findings if finding.key not in after.keys]
    moved = [change.at for change in changes if isinstance(change, Replace | RenameKey)]
    for finding in touched:
        place = finding.at.resource.twin
        if finding.key in before.keys or place in opened or finding.category is Category.FRAGILE:
            continue
        # Where a repair has moved the path of a fault, it is the same one in another place.
        alike = [one.at for one in gone if one.rule == finding.rule]
        if not any(_encloses(at, finding.at) and _encloses(at, one) for at in moved for one in alike):
            return f"it would bring a new fault: {finding.message}"
    return None


def _encloses(changed: Ref, at: Ref) -> bool:
    """Whether a place stands below the parent of one that took another shape or name."""
    above = changed.path[:-1]
    return changed.resource.twin == at.resource.twin and at.path[: len(above)] == above


def _findings(analysis: Analysis, touched: frozenset[object]) -> list[Finding]:
    return [finding for finding in analysis.findings if finding.at.resource.key in touched]
