"""What was accepted before: suppressed findings, and those of a baseline. They aren't news."""

import os
from collections.abc import Iterator, Sequence
from itertools import chain

from refactor.analysis import Analysis
from refactor.baseline import Baseline, Fingerprint, relative
from refactor.config import CATEGORIES, Selection, Settings, shown
from refactor.findings import Category, Finding
from refactor.inputs import Reading
from refactor.planning import plan
from refactor.proof import State
from refactor.rules import RULES
from refactor.suppression import Suppressions


class Accepted:
    """The accepted findings of an input, as it was given."""

    def __init__(self, states: Sequence[State], settings: Settings, baseline: Baseline | None) -> None:
        self._states = states
        self._settings = settings
        self._baseline = baseline
        self._suppressions = Suppressions()
        every = (finding for state in states for finding in state.findings)
        found = {finding.key: finding for finding in every if settings.selects(finding)}
        hidden = {key: finding for key, finding in found.items() if self._suppressions.hides(finding)}
        open_findings = [finding for key, finding in found.items() if key not in hidden]
        analyses = (analysis for state in states for analysis in state.analyses)
        self.suppressed = sum(
            _reportable(analysis, [f for f in analysis.findings if f.key in hidden]) for analysis in analyses
        )
        self._keys, self._stale = (
            baseline.accept(open_findings, self._could_be_found) if baseline else (frozenset(), [])
        )
        self.baselined = len(self._keys)

    def hides(self, finding: Finding) -> bool:
        """Whether a finding, of this or a later state of the input, was accepted."""
        return finding.key in self._keys or self._suppressions.hides(finding)

    def notes(self) -> Iterator[str]:
        """What a reader should know of suppressions without effect and of old entries of the baseline."""
        for reading in self._readings:
            # What is rendered has other lines than its template: a note would point to the wrong one.
            if not reading.values:
                yield from self._suppressions.notes(reading.files[path] for path in sorted(reading.files))
        if self._baseline and self._stale:
            name, number, first = shown(self._baseline.file), len(self._stale), self._stale[0]
            entries = "1 entry stands" if number == 1 else f"{number} entries stand"
            yield (
                f"{name}: {entries} for nothing any more (first: {first.rule} of {first.resource} in "
                f"{first.path}); write it again with --write-baseline {name}"
            )

    @property
    def _readings(self) -> Iterator[Reading]:
        for state in self._states:
            yield from state.application.readings

    def _could_be_found(self, entry: Fingerprint) -> bool:
        """Whether this run looked for it: in its file, or the file is gone; by its rule, or that is gone."""
        assert self._baseline is not None
        folder = os.path.dirname(os.path.abspath(self._baseline.file))
        rule = RULES.get(entry.rule)
        for path, found in chain.from_iterable(reading.files.items() for reading in self._readings):
            if found.reported and relative(path, folder) == entry.path:
                selection = self._selection(path)
                names = {entry.rule, *([rule.category.value] if rule else CATEGORIES)}
                return bool(names & selection.select) and not names & selection.ignore
        return not entry.path.startswith("<") and not os.path.exists(os.path.join(folder, entry.path))

    def _selection(self, path: str) -> Selection:
        of = self._settings.selection_of
        return of(path) if of else Selection(self._settings.select, self._settings.ignore)


def _reportable(analysis: Analysis, findings: list[Finding]) -> int:
    """How many of the findings would be told: what works and can't be named isn't complained about."""
    fragile = [finding for finding in findings if finding.category is Category.FRAGILE]
    declined = len(plan(analysis.graph, fragile).declined) if fragile else 0
    return len(findings) - declined
