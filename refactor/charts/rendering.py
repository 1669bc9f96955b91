"""One rendering of a chart: its texts, the values behind them, and where each piece comes from."""

import re
from functools import cached_property

from refactor.charts.workshop import Workshop
from refactor.source import SourceFile
from templates_analysis.contents import Chart
from templates_analysis.instrument import instrument
from templates_analysis.render import Rendered
from templates_analysis.resolve import Resolver
from templates_analysis.trace import Part, Trace, read_marks
from templates_analysis.values import Layers, ValuesSet

# A checksum of another template's text is another one when that text has marks.
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Rendering:
    """A chart rendered with one set of values; to be treated as frozen.

    Where texts come from takes one more rendering, which is made when it is asked for.
    """

    def __init__(self, chart: Chart, values: ValuesSet, texts: Rendered, workshop: Workshop) -> None:
        self.chart = chart
        self.values = values
        self.texts = texts
        self._workshop = workshop

    @cached_property
    def layers(self) -> Layers:
        """The layered values."""
        return Layers(self.chart, self.values)

    @cached_property
    def resolver(self) -> Resolver:
        """What feeds the chart's actions."""
        return Resolver(self.chart)

    def source(self, name: str) -> SourceFile | None:
        """The template that Helm calls `name`."""
        inside = self.chart.inside(name)
        return self.chart.files[inside] if inside else None

    def parts(self, name: str, start: int, end: int) -> tuple[Part, ...]:
        """What wrote a range (code points) of a rendered text; nothing where that can't be known."""
        trace = self._traces.get(name)
        return trace.parts(start, end) if trace else ()

    @cached_property
    def _traces(self) -> dict[str, Trace]:
        names = [name for name, text in self.texts.items() if text.strip()]
        traces = self._traced(names, clones=True)
        missing = [name for name in names if name not in traces]
        return {**self._traced(missing, clones=False), **traces} if missing else traces

    def _traced(self, names: list[str], clones: bool) -> dict[str, Trace]:
        """The traces of the texts that come out the same with marks."""
        targets = {inside for name in names if (inside := self.chart.inside(name)) in self.chart.templates}
        marked = instrument(self.chart.templates, {one for one in targets if one}, clones=clones)
        files = dict(self.chart.archive_files())
        files |= {inside: text.encode() for inside, text in marked.files.items()}
        [result] = self._workshop.render(files, [self.layers.overrides])
        if not isinstance(result, dict):
            return {}
        traces = {name: read_marks(result[name], marked) for name in names if name in result}
        return {name: trace for name, trace in traces.items() if _same(trace.plain, self.texts[name])}


def _same(marked: str, plain: str) -> bool:
    return marked == plain or _DIGEST.sub("", marked) == _DIGEST.sub("", plain)
