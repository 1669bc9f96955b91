"""An application as it stands, examined."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from refactor.analysis import Analysis
from refactor.findings import Finding
from refactor.inputs import Application, Reading


@dataclass(frozen=True)
class State:
    """An application, and the analysis of each of its readings."""

    application: Application
    analyses: tuple[Analysis, ...]

    @property
    def parts(self) -> Iterator[tuple[Reading, Analysis]]:
        """Each reading with its analysis."""
        return zip(self.application.readings, self.analyses, strict=True)

    @property
    def findings(self) -> Iterator[Finding]:
        """The findings of all readings."""
        for analysis in self.analyses:
            yield from analysis.findings

    @cached_property
    def keys(self) -> frozenset[tuple[object, ...]]:
        """The identities of all findings."""
        return frozenset().union(*(analysis.keys for analysis in self.analyses))

    def after(self, application: Application) -> "State":
        """The same application with other texts, examined again."""
        pairs = zip(self.analyses, application.readings, strict=True)
        return State(application, tuple(analysis.again(reading.resources) for analysis, reading in pairs))
