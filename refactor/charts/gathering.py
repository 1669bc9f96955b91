"""From charts to applications: each is rendered with all of its sets of values; problems are values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from refactor.charts.application import RenderedChart
from refactor.charts.folders import read_charts
from refactor.charts.gathered import Gathered
from refactor.charts.options import HelmOptions
from refactor.charts.parents import fetching
from refactor.charts.sets import OWN, found_sets, given_sets
from refactor.charts.switches import KEPT, MILLISECONDS, RENDERS, tried
from refactor.charts.workshop import Workshop
from refactor.inputs import FileReading, InputError
from refactor.source import SourceFile, read_stream
from templates_analysis.contents import Chart
from templates_analysis.problems import ValuesError
from templates_analysis.render import Failure, Rendered, RendererMissing, Result
from templates_analysis.values import Layers, ValuesSet


def gather(
    folders: Sequence[str],
    packages: Sequence[str],
    texts: Mapping[str, SourceFile] | None,
    options: HelmOptions,
    context: tuple[FileReading, ...],
) -> Gathered:
    """Reads and renders charts, each for itself: one that fails doesn't stop the others.

    `texts`: the files, where they were given as texts. `context`: manifests that are read for references.
    """
    read = read_charts(folders, packages, texts)
    gathered = Gathered(errors=list(read.errors), found=len(folders) + len(packages))
    workshop: Workshop | None = None
    for chart in read.charts:
        gathered.notes += _links(chart)
        gathered.notes += _passing(chart) if texts is None else ()
        problems = list(unready(chart))
        if problems:
            gathered.errors += problems
        elif chart.library:
            gathered.notes.append(f"{chart.path} is a library chart: it renders nothing by itself")
        else:
            workshop = _add(gathered, chart, options, context, workshop)
    if workshop is not None:
        used = workshop
        gathered.renders = lambda: used.spent
    return gathered


def _links(chart: Chart) -> Iterator[str]:
    """Files that Helm would take: what is in them may be what is missing here."""
    for link in chart.left_out:
        yield f"{chart.path}/{link} is a link that leads out of the chart, or in a circle: it isn't read"


def _passing(chart: Chart) -> Iterator[str]:
    """What is changed in a chart that another one fetches lasts until it is fetched again."""
    parent = fetching(chart)
    if parent:
        update = f"helm dependency update {parent}"
        yield f"{chart.path} is fetched by {parent}: {update} overwrites what is changed in it"


def unready(chart: Chart) -> Iterator[InputError]:
    """The dependencies without which the chart can't be rendered, each with what to do."""
    for missing in chart.missing:
        file = chart.files.get(missing.inside)
        yield InputError(
            file.path if file else chart.path,
            missing.line,
            1,
            f"the chart needs {missing.name}, which isn't in charts/: run helm dependency build {chart.path}",
        )


def _add(
    gathered: Gathered,
    chart: Chart,
    options: HelmOptions,
    context: tuple[FileReading, ...],
    workshop: Workshop | None,
) -> Workshop | None:
    try:
        workshop = workshop or Workshop(options)
        application = _rendered(gathered, chart, options, context, workshop)
    except RendererMissing as missing:
        gathered.errors.append(InputError(chart.path, 0, 0, str(missing)))
    else:
        if application is not None:
            gathered.applications.append(application)
    return workshop


def _rendered(
    gathered: Gathered,
    chart: Chart,
    options: HelmOptions,
    context: tuple[FileReading, ...],
    workshop: Workshop,
) -> RenderedChart | None:
    asked = list(given_sets(chart, options))
    wrong = [one for one in asked if isinstance(one, ValuesError)]
    gathered.errors += dict.fromkeys(map(_error, wrong))
    if asked[0] in wrong:
        return None  # without what was asked for, an answer would be one to another question
    every = [one for one in asked if isinstance(one, ValuesSet)]
    results = workshop.render(chart.archive_files(), [Layers(chart, one).overrides for one in every])
    pairs = [(one, _whole(result)) for one, result in zip(every, results, strict=True)]
    good = [(one, result) for one, result in pairs if not isinstance(result, Failure)]
    for failure, alike in _failed(pairs).items():
        _report(gathered, chart, alike, failure, bool(good))
    if not good:
        return None
    sets, texts = [one for one, _ in good], [result for _, result in good]
    more = tried(chart, sets[0], texts, workshop)
    plain = _plain(chart, options, workshop)
    if more.left:
        which = "1 setting that switches" if more.left == 1 else f"{more.left} settings that switch"
        gathered.notes.append(
            f"{chart.path}: {which} something on not tried (limits: {RENDERS}, {MILLISECONDS} ms, {KEPT} "
            "that show something new): to check what yours do, give your values with -f or --set"
        )
    names = frozenset([*(one.name for one in more.sets), *([OWN] if plain else [])])
    sets = [*sets, *more.sets, *(ValuesSet(OWN) for _ in plain)]
    texts = [*texts, *more.texts, *plain]
    return RenderedChart(chart, sets, texts, workshop, names, context)


def _plain(chart: Chart, options: HelmOptions, workshop: Workshop) -> list[Rendered]:
    """The chart without what was given on top, where that renders: a repair must hold there as well."""
    if not (options.values or options.sets or options.strings):
        return []
    results = map(_whole, workshop.render(chart.archive_files(), [{}]))
    return [result for result in results if not isinstance(result, Failure)]


def _error(wrong: ValuesError) -> InputError:
    """A problem with values; what --set says has no lines."""
    line, column = (0, 0) if wrong.path.startswith("--") else (wrong.line, wrong.column)
    return InputError(wrong.path, line, column, wrong.message)


def _whole(result: Result) -> Result:
    """A rendering, or its failure also where Helm's command would refuse it: a text that isn't YAML."""
    if isinstance(result, Failure):
        return result
    for name, text in result.items():
        if text.strip():
            malformed = read_stream(SourceFile(name, text.encode()), lambda *_: True).malformed
            if malformed:
                first = malformed[0]
                message = f"it renders to text that isn't YAML: line {first.line} of it: {first.message}"
                return Failure("render", message, name)
    return result


def _failed(pairs: Iterable[tuple[ValuesSet, Result]]) -> dict[Failure, list[str]]:
    """Each failure once, with the names of the sets that come to it."""
    failed: dict[Failure, list[str]] = {}
    for values, result in pairs:
        if isinstance(result, Failure):
            failed.setdefault(result, []).append(values.name)
    return failed


def _report(gathered: Gathered, chart: Chart, names: Sequence[str], failure: Failure, others: bool) -> None:
    """Sets that don't render: an error, or a note where nobody asked for them and another one renders."""
    told = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    error = failure_place(chart, failure, told)
    if others and {OWN, *found_sets(chart)}.issuperset(names):
        gathered.notes.append(f"not analysed with {told}: {error}")
    else:
        gathered.errors.append(error)


def failure_place(chart: Chart, failure: Failure, values: str) -> InputError:
    """Helm's failure at the place in the chart's own files."""
    inside = chart.inside(failure.template) if failure.template else None
    path = chart.files[inside].path if inside else chart.path
    line = failure.line if inside else 0
    # Of a template that it can't read, Helm tells the line only.
    column = max(failure.column, 1) if line else 0
    return InputError(path, line, column, f"{_WHAT[failure.kind]} ({values}): {failure.message}")


_WHAT = {
    "render": "the chart doesn't render",
    "values": "the values don't fit the chart",
    "chart": "Helm can't load the chart",
    "timeout": "the chart takes too long to render",
    "died": "Helm ended while it rendered the chart",
}
