"""A chart as an application: its source texts, and a reading for each set of values."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain

from refactor.charts.confirming import doubt
from refactor.charts.flips import MILLISECONDS, flips
from refactor.charts.home import ChartHome
from refactor.charts.privacy import secret_lines
from refactor.charts.rendering import Rendering
from refactor.charts.served import where_served
from refactor.charts.workshop import Workshop
from refactor.inputs import Application, ComesApart, FileReading, Reading, read_file
from refactor.source import SourceFile
from templates_analysis.contents import Chart
from templates_analysis.render import Failure, Rendered
from templates_analysis.resolve import Resolver
from templates_analysis.values import Layers, ValuesSet


class RenderedChart:
    """A chart rendered with several sets of values.

    `tried` are the sets that we chose to look behind switches; the others were given. `context`: manifests
    that are read for references. `problem`: why nothing could be rendered.
    """

    def __init__(
        self,
        chart: Chart,
        sets: Sequence[ValuesSet],
        texts: Sequence[Rendered],
        workshop: Workshop,
        tried: frozenset[str] = frozenset(),
        context: tuple[FileReading, ...] = (),
        problem: str | None = None,
    ) -> None:
        self.chart = chart
        self.sets = tuple(sets)
        self.problem = problem
        self._texts = tuple(texts)
        self._workshop = workshop
        self._tried = tried
        self._context = context

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the sets that someone gave."""
        return tuple(one.name for one in self.sets if one.name not in self._tried)

    @cached_property
    def sources(self) -> Mapping[str, SourceFile]:
        """The files of the chart that can be changed, and values files beside it, by their paths."""
        own = {file.path: file for inside, file in self.chart.files.items() if self.chart.editable(inside)}
        beside = {file.path: file for one in self.sets for file in one.files}
        return {**beside, **own}

    def secrets(self, path: str) -> frozenset[int] | None:
        """The lines of a values file that look like secrets; None for a template."""
        templates = {file.path for inside, file in self.chart.files.items() if inside in self.chart.templates}
        file = self.sources.get(path)
        return None if file is None or path in templates else secret_lines(file)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """What each set of values comes to."""
        resolver = Resolver(self.chart)
        return tuple(
            self._reading(Rendering(resolver, one, texts, self._workshop))
            for one, texts in zip(self.sets, self._texts, strict=True)
        )

    def changed(self, texts: Mapping[str, str]) -> "RenderedChart":
        """The same chart with other texts for some of its files, rendered again with every set."""
        inside = {file.path: name for name, file in self.chart.files.items()}
        chart = self.chart.changed({inside[path]: text for path, text in texts.items() if path in inside})
        now = {file.path: file for file in chart.files.values()}
        now |= {path: SourceFile(path, t.encode()) for path, t in texts.items() if path not in inside}
        sets = [with_files(one, now) for one in self.sets]
        rendered: list[Rendered] = []
        failed: Failure | None = None
        for one in sets:
            # One after the other: the first that fails decides.
            [result] = self._workshop.render(chart.archive_files(), [Layers(chart, one).overrides])
            if isinstance(result, Failure):
                failed = result
                break
            rendered.append(result)
        return RenderedChart(
            chart,
            sets,
            () if failed else rendered,
            self._workshop,
            self._tried,
            self._context,
            failed.message if failed else None,
        )

    def wider(self, after: "Application", apart: ComesApart) -> "RenderedChart | None":
        """The chart with the sets of values, of those that nobody gave, in which `after` comes apart."""
        assert isinstance(after, RenderedChart)
        bases = [one for one in self.sets if one.name not in self._tried]
        known, started = {one.name for one in self.sets}, time.monotonic()
        found: list[tuple[ValuesSet, Rendered]] = []
        for one in flips(self.chart, bases):
            if (time.monotonic() - started) * 1000 > MILLISECONDS:
                break
            texts = None if one.name in known else self._lost(one, after, apart)
            if texts is not None:
                found.append((one, texts))
        if not found:
            return None
        sets, texts_of = [*self.sets, *(one for one, _ in found)], [*self._texts, *(t for _, t in found)]
        names = self._tried | {one.name for one, _ in found}
        return RenderedChart(self.chart, sets, texts_of, self._workshop, names, self._context)

    def _lost(self, values: ValuesSet, after: "RenderedChart", apart: ComesApart) -> Rendered | None:
        """What the chart renders to with some values, where it renders and `after` comes apart."""
        [was] = self._workshop.render(self.chart.archive_files(), [Layers(self.chart, values).overrides])
        if isinstance(was, Failure):
            return None
        changed = with_files(values, {file.path: file for file in after.sources.values()})
        overrides = Layers(after.chart, changed).overrides
        [now] = self._workshop.render(after.chart.archive_files(), [overrides])
        if isinstance(now, Failure):
            return was
        before = self._reading(Rendering(Resolver(self.chart), values, was, self._workshop))
        later = after._reading(Rendering(Resolver(after.chart), changed, now, self._workshop))
        return was if apart(before, later) else None

    def doubt(self, before: "Application") -> str | None:
        """What the `helm` command, where it is there, has against what renders otherwise than before."""
        assert isinstance(before, RenderedChart)
        now, then = zip(self.sets, self._texts, strict=True), zip(before.sets, before._texts, strict=True)
        moved = [(new, old) for new, old in zip(now, then, strict=True) if new[1] != old[1]]
        return doubt(
            self.chart, [new for new, _ in moved], before.chart, [old for _, old in moved], self._workshop
        )

    def _reading(self, rendering: Rendering) -> Reading:
        files = [self._file(rendering, name) for name in sorted(rendering.texts)]
        return Reading(chain(files, self._context), rendering.values.name)

    def _file(self, rendering: Rendering, name: str) -> FileReading:
        source = rendering.source(name)
        scope = self.chart.rendered_scope(name)
        path = source.path if source else name
        if source and len(self.chart.scopes(self.chart.inside(name) or "")) > 1:
            # One dependency taken in twice: the same template renders twice.
            path = f"{path} ({'.'.join(scope)})"
        file = SourceFile(path, rendering.texts[name].encode())
        home = partial(ChartHome, rendering=rendering, name=name)
        reported = source is None or not self._workshop.excludes(source.path)
        return where_served(read_file(file, reported, home, rendering.values.name), source, self.chart)


def with_files(values: ValuesSet, now: Mapping[str, SourceFile]) -> ValuesSet:
    """The set with the current texts of its files."""
    files = tuple(now.get(file.path, file) for file in values.files)
    return replace(values, files=files)
