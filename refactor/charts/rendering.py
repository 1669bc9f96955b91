"""One rendering of a chart: its texts, the values behind them, and where each piece comes from."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from refactor.charts.workshop import Workshop
from refactor.kubernetes import is_interesting
from refactor.source import SourceFile, Span, read_stream
from refactor.world.resources import Path
from templates_analysis.contents import Chart
from templates_analysis.instrument import Instrumented, instrument
from templates_analysis.origin import Origin, driven, origin_of
from templates_analysis.perturb import drivers
from templates_analysis.render import Failure, Rendered
from templates_analysis.resolve import Resolver
from templates_analysis.trace import Part, Trace, read_marks
from templates_analysis.values import Layers, ValuesSet

# A checksum of another template's text is another one when that text has marks.
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Rendering:
    """A chart rendered with one set of values; to be treated as frozen.

    Where texts come from takes one more rendering, which is made when it is asked for.
    """

    def __init__(self, resolver: Resolver, values: ValuesSet, texts: Rendered, workshop: Workshop) -> None:
        # What feeds the chart's actions; one for all renderings of the same chart.
        self.resolver = resolver
        self.chart = resolver.chart
        self.values = values
        self.texts = texts
        self._workshop = workshop
        self._origins: dict[tuple[str, Span, Path], Origin] = {}

    @cached_property
    def layers(self) -> Layers:
        """The layered values."""
        return Layers(self.chart, self.values)

    def source(self, name: str) -> SourceFile | None:
        """The template that Helm calls `name`."""
        inside = self.chart.inside(name)
        return self.chart.files[inside] if inside else None

    def parts(self, name: str, start: int, end: int) -> tuple[Part, ...]:
        """What wrote a range (code points) of a rendered text; nothing where that can't be known."""
        trace = self._traces.get(name)
        return trace.parts(start, end) if trace else ()

    def origin(self, name: str, span: Span, path: Path) -> Origin:
        """Where a scalar comes from: at a span (without quotes) of the text, at a path of the document."""
        key = name, span, path
        if key not in self._origins:
            trace = self._traces.get(name)
            self._origins[key] = origin_of(self.resolver, self.layers, trace, span, field=path)
        return self._origins[key]

    def driven(self, origin: Origin, name: str, index: int, path: Path) -> Origin:
        """The origin with the settings whose change changes the scalar, found by rendering with other values.

        The scalar stands at a path of the document with this index in the text that Helm calls `name`.
        """

        def render(overrides: Sequence[Mapping[str, Any]]) -> list[Rendered | None]:
            self._workshop.experiments -= len(overrides)
            if self._workshop.experiments < 0:
                return [None] * len(overrides)
            results = self._workshop.render(self.chart.archive_files(), overrides)
            return [None if isinstance(result, Failure) else result for result in results]

        def read(texts: Rendered) -> str | None:
            return _scalar(texts.get(name, ""), index, path)

        return driven(origin, self.layers, drivers(self.layers, origin.value, render, read))

    @cached_property
    def _traces(self) -> dict[str, Trace]:
        names = [name for name, text in self.texts.items() if text.strip()]
        traces = self._traced(names, clones=True)
        missing = [name for name in names if name not in traces]
        return {**self._traced(missing, clones=False), **traces} if missing else traces

    def _traced(self, names: list[str], clones: bool) -> dict[str, Trace]:
        """The traces of the texts that come out the same with marks."""
        targets = {inside for name in names if (inside := self.chart.inside(name)) in self.chart.templates}
        marked = _marked(self.chart, frozenset(one for one in targets if one), clones)
        files = dict(self.chart.archive_files())
        files |= {inside: text.encode() for inside, text in marked.files.items()}
        [result] = self._workshop.render(files, [self.layers.overrides])
        if not isinstance(result, dict):
            return {}
        traces = {name: read_marks(result[name], marked) for name in names if name in result}
        return {name: trace for name, trace in traces.items() if _same(trace.plain, self.texts[name])}


# Marks don't depend on values: all renderings of a chart share them, and forget them with it.
_marks: WeakKeyDictionary[Chart, dict[tuple[frozenset[str], bool], Instrumented]] = WeakKeyDictionary()


def _marked(chart: Chart, targets: frozenset[str], clones: bool) -> Instrumented:
    known = _marks.setdefault(chart, {})
    if (targets, clones) not in known:
        known[targets, clones] = instrument(chart.templates, targets, clones=clones)
    return known[targets, clones]


def _scalar(text: str, index: int, path: Path) -> str | None:
    """The scalar at a path of one of the documents in a text."""
    documents = read_stream(SourceFile("", text.encode()), is_interesting).documents
    data: Any = next((document.data for document in documents if document.index == index), None)
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return None if isinstance(data, dict | list) else str(data)


def _same(marked: str, plain: str) -> bool:
    return marked == plain or _DIGEST.sub("", marked) == _DIGEST.sub("", plain)
