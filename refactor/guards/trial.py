"""A chart as it would be with other or further files: rendered with each of its sets of values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from refactor.analysis import Analysis
from refactor.api import surroundings
from refactor.charts.application import RenderedChart
from refactor.charts.confirming import doubt
from refactor.charts.workshop import Workshop
from refactor.config import Settings
from refactor.findings import Category
from refactor.inputs import Reading
from refactor.routes import TrafficGraph
from templates_analysis.chart import IGNORE, read_values_file
from templates_analysis.helmignore import Ignored
from templates_analysis.problems import ValuesError
from templates_analysis.render import Failure, Rendered, Result
from templates_analysis.values import Layers


class Trial:
    """A chart that renders, what its sets of values come to, and a way to render it otherwise."""

    def __init__(self, application: RenderedChart, workshop: Workshop, wanted: Settings) -> None:
        self.application = application
        self.chart = application.chart
        self.layers = tuple(Layers(self.chart, one) for one in application.sets)
        self._workshop = workshop
        self._wanted = wanted
        self.graphs = tuple(self._graph(reading) for reading in application.readings)

    def path(self, inside: str) -> str:
        """The path that a user would open for a file of the chart, there or not."""
        known = self.chart.files.get(inside)
        return known.path if known else f"{self.chart.path.rstrip('/')}/{inside}"

    def is_excluded(self, inside: str) -> bool:
        """Whether such a file is excluded: it is neither made nor changed."""
        return self._workshop.excludes(self.path(inside))

    def is_ignored(self, inside: str) -> bool:
        """Whether the chart's .helmignore keeps Helm from seeing such a file."""
        try:
            patterns = read_values_file(self.path(IGNORE)).data.decode(errors="replace")
        except ValuesError:
            return False
        return Ignored(patterns).hides(inside)

    def render(self, values: Sequence[Mapping[str, Any]], texts: Mapping[str, str] = {}) -> list[Result]:
        """The chart with other texts for some inside-paths, once for each mapping of overrides."""
        chart = self.chart.changed(texts) if texts else self.chart
        return self._workshop.render(chart.archive_files(), values)

    def rendered(self, texts: Mapping[str, str]) -> list[Rendered] | Failure:
        """The changed chart with each of the sets, or the first failure."""
        results = self.render([layers.overrides for layers in self.layers], texts)
        failed = next((one for one in results if isinstance(one, Failure)), None)
        return failed or [one for one in results if not isinstance(one, Failure)]

    def doubt(self, texts: Mapping[str, str]) -> str | None:
        """What speaks against a changed chart as a whole, the helm command asked too; None: nothing."""
        if not texts:
            return None
        rendered, today = self.rendered(texts), self.rendered({})
        if isinstance(rendered, Failure):
            return rendered.message
        if isinstance(today, Failure):
            return None
        sets = self.application.sets
        now, then = (list(zip(sets, each, strict=True)) for each in (rendered, today))
        return doubt(self.chart.changed(texts), now, self.chart, then, self._workshop)

    def worsened(self, texts: Mapping[str, str], rendered: Sequence[Rendered]) -> bool:
        """Whether a fault of the rules stands in a changed chart that isn't there today."""
        sets = self.application.sets
        changed = RenderedChart(self.chart.changed(texts), sets, rendered, self._workshop)
        before = {key for reading in self.application.readings for key in self._faults(reading)}
        return any(key not in before for reading in changed.readings for key in self._faults(reading))

    def _faults(self, reading: Reading) -> Iterator[tuple[object, ...]]:
        analysis = Analysis(reading.resources, surroundings(reading, self._wanted), self._wanted.rules)
        for finding in analysis.findings:
            if finding.category in (Category.BROKEN, Category.SUSPECT):
                yield finding.key

    def _graph(self, reading: Reading) -> TrafficGraph:
        return Analysis(reading.resources, surroundings(reading, self._wanted), ()).graph
