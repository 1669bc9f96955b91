"""Adopting on a tree that has findings already: suppress them where they stand, or write a baseline."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from refactor.accepted import Accepted, reported
from refactor.api import examined, locked_files, read_input
from refactor.baseline import Baseline, baseline_text
from refactor.collecting import without_collector
from refactor.config import put
from refactor.configuration import Governing
from refactor.findings import Category, Finding
from refactor.inputs import InputError
from refactor.loading import Input, Loaded
from refactor.proof import State
from refactor.repair import repair
from refactor.source import unified_all, write_files
from refactor.suppression import Added, add_suppressions, add_to_chart


@dataclass(frozen=True, slots=True)
class Ignored:
    """What `add_ignores` did: how many findings are suppressed now, in which files, and as a diff.

    `refused` has (place, rule, reason) for each finding that can't be suppressed in its file.
    """

    count: int
    files: Mapping[str, str]
    diff: str
    refused: tuple[tuple[str, str, str], ...]
    errors: tuple[InputError, ...]
    notes: tuple[str, ...]


def add_ignores(paths: Input, governing: Governing, baseline: Baseline | None, write: bool) -> Ignored:
    """Suppresses every finding that stands today, by a comment or an annotation where it stands.

    Raises WriteRefused where `write` can't write; then no file has changed.
    """
    with without_collector():
        loaded, states, standing, accepted = _standing(paths, governing, baseline)
        added = list(_suppressed(loaded, states, standing))
    texts = {path: pair for one in added for path, pair in one.texts.items()}
    if write:
        write_files(
            {loaded.places.get(path, path): (a.encode(), b.encode()) for path, (a, b) in texts.items()}
        )
    return Ignored(
        sum(one.count for one in added),
        {path: new for path, (_, new) in texts.items()},
        unified_all(texts, _secrets(states, texts)),
        tuple((_place(finding), finding.rule, reason) for one in added for finding, reason in one.refused),
        loaded.errors,
        (*loaded.notes, *accepted.notes()),
    )


def _secrets(states: Sequence[State], paths: Iterable[str]) -> dict[str, frozenset[int]]:
    """The lines of values files that a diff mustn't show."""
    found = ((path, state.application.secrets(path)) for state in states for path in paths)
    return {path: lines for path, lines in found if lines is not None}


@dataclass(frozen=True, slots=True)
class Written:
    """A baseline that was written, with so many findings."""

    count: int
    errors: tuple[InputError, ...]
    notes: tuple[str, ...]


def write_baseline(paths: Input, governing: Governing, file: str) -> Written:
    """Writes the findings that stand today, without the suppressed ones, to a baseline file.

    Raises ConfigurationError, one line, where it can't be written.
    """
    with without_collector():
        loaded, _, found, accepted = _standing(paths, governing, None)
    put(file, baseline_text(found, os.path.dirname(os.path.abspath(file))))
    return Written(reported(found), loaded.errors, (*loaded.notes, *accepted.notes()))


def _standing(
    paths: Input, governing: Governing, baseline: Baseline | None
) -> tuple[Loaded, list[State], list[Finding], Accepted]:
    """The findings of the input that a run would report, without those that only a repair uncovers."""
    loaded = read_input(paths, governing)
    states = examined(loaded, governing.settings)
    accepted = Accepted(states, governing.settings, baseline)
    every = (finding for state in states for finding in state.findings)
    found = {finding.key: finding for finding in every if governing.settings.selects(finding)}
    standing = {
        key: finding
        for key, finding in found.items()
        if finding.category is not Category.FRAGILE and not accepted.hides(finding)
    }

    def hides(finding: Finding) -> bool:
        return finding.key in standing or accepted.hides(finding)

    # What can be named is told by planning only, and each answer may change the next: until there is none.
    wanted = replace(governing.settings, hides=hides)
    locked = locked_files(loaded)
    while more := {key for state in states for key in repair(state, wanted, locked).found} & found.keys():
        standing |= {key: found[key] for key in found if key in more}
    return loaded, states, list(standing.values()), accepted


def _suppressed(loaded: Loaded, states: Sequence[State], standing: Sequence[Finding]) -> Iterator[Added]:
    locked = locked_files(loaded)
    for state in states:
        if state.application in loaded.charts:
            here = [one for one in standing if one.key in state.keys]
            yield add_to_chart(state.application, state.analyses, here, locked)
            continue
        for reading, analysis in state.parts:
            yield add_suppressions(analysis, reading, [one for one in standing if one.key in analysis.keys])


def _place(finding: Finding) -> str:
    place = finding.at.location
    return f"{place.file.path}:{place.position.line}:{place.position.column}"
