"""An application as it stands, examined."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from refactor.analysis import Analysis
from refactor.findings import Category, Finding
from refactor.inputs import Application, Reading
from refactor.proof.harm import harmed


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

    def examined(self, application: Application) -> "State":
        """The same with more readings, examined as these are."""
        one = self.analyses[0]
        return State(application, tuple(one.again(reading.resources) for reading in application.readings))

    def apart(self, before: Reading, after: Reading) -> bool:
        """Whether a route is lost between two readings, or a fault comes that makes requests fail."""
        old, new = (self.analyses[0].again(reading.resources) for reading in (before, after))
        touched = frozenset(resource.key for resource in before.resources)
        if harmed(old.graph, new.graph, touched) is not None:
            return True
        return any(f.category is Category.BROKEN and f.key not in old.keys for f in new.findings)

    def after(self, application: Application) -> "State":
        """The same application with other texts, examined again."""
        pairs = zip(self.analyses, application.readings, strict=True)
        return State(application, tuple(analysis.again(reading.resources) for analysis, reading in pairs))
