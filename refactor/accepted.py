"""What was accepted before: suppressed findings, and those of a baseline. They aren't news."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from refactor.analysis import Analysis
from refactor.baseline import Baseline, Fingerprint, relative
from refactor.config import CATEGORIES, Selection, Settings, shown
from refactor.findings import Category, Finding
from refactor.inputs import Reading
from refactor.planning import plan
from refactor.proof import State
from refactor.rules import RULES
from refactor.suppression import Suppressions, source_notes


class Accepted:
    """The accepted findings of an input, as it was given."""

    def __init__(self, states: Sequence[State], settings: Settings, baseline: Baseline | None) -> None:
        self._states = states
        self._settings = settings
        self._baseline = baseline
        self._suppressions = Suppressions()
        every = {finding.key: finding for state in states for finding in state.findings}
        found = {key: finding for key, finding in every.items() if settings.selects(finding)}
        hidden = {key: finding for key, finding in found.items() if self._suppressions.hides(finding)}
        open_findings = [finding for key, finding in found.items() if key not in hidden]
        analyses = (analysis for state in states for analysis in state.analyses)
        self.suppressed = reported(
            finding
            for analysis in analyses
            for finding in _reportable(analysis, [f for f in analysis.findings if f.key in hidden])
        )
        self._keys, self._stale = (
            baseline.accept(open_findings, self._could_be_found) if baseline else (frozenset(), [])
        )
        accepted = [finding for finding in open_findings if finding.key in self._keys]
        self.baselined = reported(accepted)
        self._twins = {finding.twin for finding in accepted}
        self._known = every.keys()
        self._given = {name for state in states for name in state.application.given}
        self._others = [finding for key, finding in every.items() if key not in found]

    def hides(self, finding: Finding) -> bool:
        """Whether a finding, of this or a later state of the input, was accepted."""
        # Other values of a chart, tried later, may show what was accepted once more.
        again = finding.key not in self._known and finding.twin in self._twins
        return again or finding.key in self._keys or self._suppressions.hides(finding)

    def reason(self, finding: Finding) -> str:
        """Why a finding that is there isn't reported; "" where it is."""
        if not self._settings.selects(finding):
            return "not selected"
        if finding.key in self._keys:
            return "in the baseline"
        return "suppressed" if self._suppressions.hides(finding) else ""

    def unselected(self) -> tuple[tuple[str, int], ...]:
        """How many findings of which category are there and weren't asked for, other than what is ignored.

        Those that only name ports aren't looked for unasked.
        """
        found = [one for one in self._others if one.category is not Category.FRAGILE]
        found = [one for one in found if not self._suppressions.hides(one) and self._is_missed(one)]
        if self._baseline:
            accepted, _ = self._baseline.accept(found, lambda entry: False)
            found = [one for one in found if one.key not in accepted]
        counted = Counter(category for category, _ in {(one.category.value, one.twin) for one in found})
        return tuple((category, counted[category]) for category in CATEGORIES if counted[category])

    def _is_missed(self, finding: Finding) -> bool:
        """Whether only the selection hides a finding, and not a setting of a chart that nobody gave."""
        names = {finding.rule, finding.category.value}
        values = finding.at.resource.values
        ignored = names & self._selection(finding.at.resource.home.file.path).ignore
        return not ignored and (not values or values in self._given)

    def notes(self) -> Iterator[str]:
        """What a reader should know of suppressions without effect and of old entries of the baseline."""
        for reading in self._readings:
            # What is rendered has other lines than its template: a note would point to the wrong one.
            if not reading.values:
                yield from self._suppressions.notes(reading.files[path] for path in sorted(reading.files))
        for state in self._states:
            if any(reading.values for reading in state.application.readings):
                yield from source_notes(state.application.sources)
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


def reported(findings: Iterable[Finding]) -> int:
    """How many problems a reader would see: what several resources or sets of values say alike is one."""
    return len({(finding.at.location, finding.rule, finding.message) for finding in findings})


def _reportable(analysis: Analysis, findings: list[Finding]) -> list[Finding]:
    """The findings that would be told: what works and can't be named isn't complained about."""
    fragile = [finding for finding in findings if finding.category is Category.FRAGILE]
    declined = (
        {one.finding.key for one in plan(analysis.graph, fragile, refused=analysis.refused).declined}
        if fragile
        else set()
    )
    return [finding for finding in findings if finding.key not in declined]
