"""Rendered output and a chart: the options of Helm with which the chart renders to just that output."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from refactor.charts.folders import read_charts
from refactor.charts.gathering import failure_place, unready
from refactor.charts.objects import Difference, Objects, differences, lasting, objects_of
from refactor.charts.options import HelmOptions
from refactor.charts.releases import namespaces, release_names
from refactor.charts.sets import given_sets
from refactor.charts.workshop import Workshop
from refactor.inputs import InputError
from refactor.source import Position, SourceFile
from refactor.world.rendered import chart_of, template_of
from templates_analysis.contents import Chart
from templates_analysis.problems import ValuesError
from templates_analysis.render import Failure, Release, RendererMissing
from templates_analysis.values import Layers, ValuesSet

_LIBRARY = "is a library chart: it renders nothing by itself"
_SHOWN = 3
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Match:
    """The options under which a chart renders to an output, or why there are none that we know.

    `spent`: how often was rendered to find out, and the seconds it took.
    """

    options: HelmOptions | None
    errors: tuple[InputError, ...] = ()
    note: str = ""
    spent: tuple[int, float] = (0, 0.0)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A chart rendered as one release with one set of values, and where the output isn't that."""

    release: Release
    values: ValuesSet
    rendered: Objects
    found: tuple[Difference, ...]


def match(files: Sequence[SourceFile], chart: str, options: HelmOptions) -> Match:
    """How the chart at a path (a folder or package) renders to the documents of `files`.

    They are compared as data; their order and comments don't count, nor what each rendering makes anew.
    Tried are the releases and namespaces that the objects tell, unless the options name them, and the
    chart's environments. Problems are values.
    """
    package = chart.endswith(".tgz")
    read = read_charts([] if package else [f"{chart.rstrip('/')}/"], [chart] if package else [], None)
    problems = [*read.errors, *(problem for one in read.charts for problem in unready(one))]
    problems += [InputError(one.path, 0, 0, _LIBRARY) for one in read.charts if one.library]
    if problems:
        return Match(None, tuple(problems))
    try:
        search = _Search(files, read.charts[0], options)
        return replace(search.outcome(), spent=search.spent)
    except RendererMissing as missing:
        return Match(None, (InputError(chart, 0, 0, str(missing)),))
    except ValuesError as wrong:
        return Match(None, (InputError(wrong.path, wrong.line, wrong.column, wrong.message),))


class _Search:
    """The search for the options with which a chart was rendered."""

    def __init__(self, files: Sequence[SourceFile], chart: Chart, options: HelmOptions) -> None:
        self._files = files
        self._chart = chart
        self._options = options
        self._given = objects_of(files)
        self._workshop = Workshop(options)
        first, *rest = given_sets(chart, options)
        if isinstance(first, ValuesError):
            raise first
        self._sets = [first, *(one for one in rest if isinstance(one, ValuesSet))]
        self._failures: list[Failure] = []

    @property
    def spent(self) -> tuple[int, float]:
        """The renders so far, and their seconds."""
        return self._workshop.spent

    def outcome(self) -> Match:
        """The first options that fit; else what is wrong with the best of them."""
        attempts: list[_Attempt] = []
        for attempt in self._attempts():
            if not attempt.found:
                return self._matched(attempt)
            attempts.append(attempt)
        if not attempts and self._failures:
            return Match(None, (failure_place(self._chart, self._failures[0], self._sets[0].name),))
        # What is made anew differs in all of them alike, so the best one is the best without it, too.
        best = min(attempts, key=lambda one: len(one.found))
        left = self._lasting(best)
        return self._matched(best) if not left else Match(None, (self._unlike(best, left),))

    def _attempts(self) -> Iterator[_Attempt]:
        """Each release with the values that were given, then the environments with the best of them."""
        data = [one.document.data for one in self._given.values()]
        asked = self._workshop.release
        spaces = [asked.namespace] if self._options.namespace else namespaces(data)
        names = [asked.name] if self._options.release else release_names(data, self._chart.name)
        best: _Attempt | None = None
        for space, name in product(spaces, names):
            for attempt in self._tried(replace(asked, name=name, namespace=space), self._sets[:1]):
                best = attempt if best is None or len(attempt.found) < len(best.found) else best
                yield attempt
        yield from self._tried(best.release, self._sets[1:]) if best else ()

    def _tried(self, release: Release, sets: Sequence[ValuesSet]) -> Iterator[_Attempt]:
        overrides = [Layers(self._chart, one).overrides for one in sets]
        results = self._workshop.render(self._chart.archive_files(), overrides, release)
        for values, result in zip(sets, results, strict=True):
            if isinstance(result, Failure):
                self._failures.append(result)
            else:
                rendered = objects_of(SourceFile(name, text.encode()) for name, text in result.items())
                yield _Attempt(release, values, rendered, tuple(differences(self._given, rendered)))

    def _lasting(self, best: _Attempt) -> Sequence[Difference]:
        """The differences that stay when the chart is rendered as it is, with all that is random."""
        pinned = self._chart.archive_files()
        loose = {inside: self._chart.files[inside].data.removeprefix(_BOM) for inside in pinned}
        if loose == pinned:
            return best.found
        overrides = Layers(self._chart, best.values).overrides
        [result] = self._workshop.render(loose, [overrides], best.release)
        if isinstance(result, Failure):
            return best.found
        fresh = objects_of(SourceFile(name, text.encode()) for name, text in result.items())
        return lasting(best.found, best.rendered, fresh)

    def _matched(self, attempt: _Attempt) -> Match:
        release = attempt.release
        options = replace(self._options, release=release.name, namespace=release.namespace)
        told = f"this is what the chart {self._chart.name} renders to ({_told(attempt)})"
        note = f"{told}: what is checked and repaired is the chart"
        return Match(options, note=note)

    def _unlike(self, best: _Attempt, left: Sequence[Difference]) -> InputError:
        message = self._stranger(best) or _differs(self._chart, best, left)
        first = next((one for one in left if one.given), None)
        if first is None or first.given is None:
            return InputError(self._files[0].path if self._files else self._chart.path, 0, 0, message)
        document = first.given.document
        place = document.position(first.path) if first.path else Position(document.line, 1)
        return InputError(document.file.path, place.line, place.column, message)

    def _stranger(self, best: _Attempt) -> str | None:
        """Why the output can't come from the chart at all."""
        templates = (template_of(one.document) for one in self._given.values())
        charts = sorted({chart_of(template) for template in templates if template})
        if charts and self._chart.name not in charts:
            names = ", ".join(charts[:_SHOWN]) + (" and others" if len(charts) > _SHOWN else "")
            return f"this was rendered from {names}, not from {self._chart.name} ({self._chart.path})"
        if not charts and not self._given.keys() & best.rendered.keys():
            return (
                f"this doesn't look like rendered output of {self._chart.path}: --chart stands with what "
                "helm template printed (to check the chart itself, give its folder alone)"
            )
        return None


def _differs(chart: Chart, best: _Attempt, left: Sequence[Difference]) -> str:
    # One difference tells enough of an object: the next ones are to be other objects.
    each = list({one.identity: one for one in reversed(left)}.values())[::-1]
    more = f" and {len(each) - _SHOWN} more objects" if len(each) > _SHOWN else ""
    told = ", ".join(map(str, each[:_SHOWN]))
    return (
        f"this isn't what {chart.path} renders to ({_told(best)}): {told}{more}; "
        "give the options that it was rendered with: "
        "-f, --set, --set-string, --release, -n, --kube-version, --helm"
    )


def _told(attempt: _Attempt) -> str:
    return f"release {attempt.release.name}, namespace {attempt.release.namespace}, {attempt.values.name}"
