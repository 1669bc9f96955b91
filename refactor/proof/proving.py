"""Trying fixes: their result is read again, and what can't be trusted is refused with the reason.

The text must come to exactly the data that the changes say, every finding that it solves must be gone,
nothing new may have come, and every route that worked must reach the same containers: under all values of
a chart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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
    outcome = _attempt(before, base, fixes, whole=beside is None)
    if isinstance(outcome, Attempt):
        return Proof(tuple(fixes), (), outcome)
    if len(fixes) == 1:
        return Proof((), ((fixes[0][0], outcome),), base.result)
    middle = len(fixes) // 2
    first = prove(before, fixes[:middle], base)
    both = Proof(base.proven + first.proven, (), first.result)
    second = prove(before, fixes[middle:], both)
    return Proof(first.proven + second.proven, first.refused + second.refused, second.result)


def _attempt(before: State, base: Proof, more: Sequence[Lowered], whole: bool) -> Attempt | str:
    """The result of making more fixes, or why it can't be trusted.

    `whole`: all is examined, not only what the fixes can touch; where they hold, it is needed anyway.
    """
    fixes = (*base.proven, *more)
    edits = [edit for _, made in fixes for edit in made]
    try:
        texts = _spliced(before, edits)
    except TextMoved as moved:
        return f"the text can't be changed exactly: {moved}"
    application = _changed(base.result.application, texts)
    if application.problem:
        return f"it would no longer render: {application.problem}"
    moves = Moves.of((fix for fix, _ in fixes), edits)
    analyses: list[Analysis] = []
    for (was, old), now in zip(before.parts, application.readings, strict=True):
        wrong = misread(was, now, texts, moves)
        if not wrong:
            # One line of a chart may stand in any of its resources.
            touched, new = _everything(was, old, now) if whole or now.values else _part(old, now, texts)
            analyses.append(new)
            wrong = _worse(old, new, touched, fixes)
        if wrong:
            return wrong + (f" (with {now.values})" if now.values else "")
    return Attempt(application, State(application, tuple(analyses)) if whole else None)


def _changed(application: Application, texts: Mapping[str, str]) -> Application:
    """The application with these texts; what reads like that already isn't read again."""
    known = application.sources
    return application.changed({path: text for path, text in texts.items() if text != known[path].text})


def _spliced(before: State, edits: Sequence[Edit]) -> dict[str, str]:
    sources = before.application.sources
    return {path: splice(sources[path].text, group) for path, group in by_file(edits).items()}


def _worse(old: Analysis, new: Analysis, touched: frozenset[object], fixes: Sequence[Lowered]) -> str | None:
    """What the rules and the graph have against the result, in one of the readings."""
    solved = [finding for fix, _ in fixes for finding in fix.solves]
    changes = [change for fix, _ in fixes for change in fix.changes]
    return (
        _standing(old, new, solved)
        or _new(old, _findings(new, touched), solved, changes)
        or harmed(old.graph, new.graph, touched)
    )


def _everything(was: Reading, old: Analysis, now: Reading) -> tuple[frozenset[object], Analysis]:
    """The keys of all resources, and the analysis of all as they are afterwards."""
    return frozenset(resource.key for resource in was.resources), old.again(now.resources)


def _part(old: Analysis, now: Reading, texts: Iterable[str]) -> tuple[frozenset[object], Analysis]:
    """What the change can touch (keys of resources), and the analysis of it as it is afterwards."""
    changed = {resource.key: resource for path in texts for resource in now.files[path].resources}
    touched, needed = old.neighbourhoods.around(texts, changed.values())
    return touched, old.again(changed.get(resource.key, resource) for resource in needed)


def _standing(before: Analysis, after: Analysis, solved: Iterable[Finding]) -> str | None:
    """A fault that is still there, or that comes under other values of a chart."""
    twins = {finding.twin for finding in solved}
    left = next((finding for finding in after.findings if finding.twin in twins), None)
    if left is None:
        return None
    if left.key in before.keys:
        return "the fault would still be there"
    return f"it would bring the same fault: {left.message}"


def _new(
    before: Analysis, after: Iterable[Finding], solved: Sequence[Finding], changes: Iterable[Change]
) -> str | None:
    """A fault that wasn't there, unless it is a later hop that can be judged at last."""
    opened = {f.at.resource.twin for f in solved if RULES[f.rule].reveals}
    known = {(finding.rule, finding.at.resource.twin) for finding in before.findings}
    moved = [change.at for change in changes if isinstance(change, Replace | RenameKey)]
    for finding in after:
        place = finding.at.resource.twin
        if finding.key in before.keys or place in opened or finding.category is Category.FRAGILE:
            continue
        # Where a repair has moved the path of a fault, it is the same one in another place.
        if (finding.rule, place) not in known or not any(_encloses(at, finding.at) for at in moved):
            return f"it would bring a new fault: {finding.message}"
    return None


def _encloses(changed: Ref, at: Ref) -> bool:
    """Whether a place stands below the parent of one that took another shape or name."""
    above = changed.path[:-1]
    return changed.resource.twin == at.resource.twin and at.path[: len(above)] == above


def _findings(analysis: Analysis, touched: frozenset[object]) -> list[Finding]:
    return [finding for finding in analysis.findings if finding.at.resource.key in touched]
