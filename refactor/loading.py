"""From what a caller names to applications: paths are walked and read, texts are taken as they are.

The files of a chart aren't manifests: a chart is rendered as a whole.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from refactor.charts.finding import chart_folders, is_beside
from refactor.charts.gathered import Gathered, without_charts
from refactor.charts.options import HelmOptions
from refactor.input_notes import headless, kustomized, no_object, swallowed, twice
from refactor.inputs import Application, FileReading, InputError, Reading, problem_of, read_file
from refactor.source import Found, InputProblem, SourceFile, discover, manifests_in, read

if TYPE_CHECKING:
    from refactor.charts.matching import Match

PathLike = str | os.PathLike[str]
Input = PathLike | Sequence[PathLike] | Mapping[str, str] | Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The manifests and the charts of an input, what couldn't be read, what a reader should know, and where
    the files really are. `renders` tells how often charts were rendered so far, and the seconds it took;
    `excluded`, of the path of a chart's file, that it isn't changed.
    """

    manifests: Reading
    charts: tuple[Application, ...]
    errors: tuple[InputError, ...]
    notes: tuple[str, ...]
    places: Mapping[str, Found]
    renders: Callable[[], tuple[int, float]] = lambda: (0, 0.0)
    excluded: Callable[[str], bool] = lambda path: False

    @property
    def applications(self) -> tuple[Application, ...]:
        """What is repaired each by itself: all manifests together, and each chart."""
        return (self.manifests, *self.charts)


def load(
    source: Input,
    context: PathLike | Sequence[PathLike] = (),
    excluded: Callable[[str, bool], bool] | None = None,
    siblings: bool = False,
    helm: HelmOptions = HelmOptions(),  # noqa: B008  (frozen)
) -> Loaded:
    """Reads an input and its context, and renders its charts; problems are values.

    Where `helm` names the chart that the input was rendered from, that is what is read.

    `siblings`: where only files are given, the other manifests of their folders are context too.
    `excluded` tells, of a path and whether it was named itself, that it is left out.
    """
    if helm.chart is not None:
        return _chart_behind(source, context, excluded, helm)
    given = _gather(source, excluded)
    around = _without(_gather(context, excluded), given)
    others = sorted(_beside(source)) if siblings else ()
    beside = _without(_gather(others, excluded, walked=True), given, around)
    charts = chart_folders({**given.texts, **around.texts}, given.named)
    files = [_read(file, charts, True, file.path in given.named) for file in given.texts.values()]
    files += [_read(file, charts, False) for file in (*around.texts.values(), *beside.texts.values())]
    reading = Reading(found for found in files if found is not None)
    errors = [InputError(one.path, 0, 0, one.message) for one in (*given.problems, *around.problems)]
    malformed = [problem_of(m) for found in reading.files.values() for m in found.malformed]
    errors += [problem for problem in malformed if problem.path not in beside.texts]
    own = chart_folders(given.texts, given.named) if charts else []
    rendered = _rendered(given, own, reading, helm)
    errors += [*rendered.errors, *swallowed(reading), *_empty(reading, given.named)]
    errors += [] if errors or rendered.found else _nothing(reading, source)
    notes = [
        *rendered.notes,
        *_charts_beside(charts, given.texts),
        *kustomized(reading),
        *_beside_notes(reading, beside, malformed),
        *twice(reading),
        *headless(reading),
        *(() if errors or rendered.found else no_object(reading, given.places)),
    ]
    if not siblings:
        notes += _unread_beside(reading, source)
    told = tuple(dict.fromkeys(errors))  # several charts may say the same
    charted = tuple(rendered.applications)
    return Loaded(reading, charted, told, tuple(notes), given.places, rendered.renders, helm.excluded)


def _chart_behind(
    source: Input,
    context: PathLike | Sequence[PathLike],
    excluded: Callable[[str, bool], bool] | None,
    helm: HelmOptions,
) -> Loaded:
    """The chart of which the input is rendered output; errors where it isn't."""
    assert helm.chart is not None
    given = _gather(source, excluded)
    errors = [InputError(one.path, 0, 0, one.message) for one in given.problems]
    charts = [*(one.rstrip("/") or "." for one in chart_folders(given.texts, given.named)), *given.packages]
    errors += [InputError(path, 0, 0, _NOT_RENDERED) for path in charts]
    errors += [] if charts else _unusable(given)
    if not errors:
        from refactor.charts.matching import match

        matched = match(tuple(given.texts.values()), helm.chart, helm)
        if matched.options is not None:
            loaded = load([helm.chart], context, excluded, helm=replace(matched.options, chart=None))
            return replace(
                loaded, notes=(matched.note, *loaded.notes), renders=partial(_more, matched, loaded)
            )
        errors += matched.errors
    return Loaded(Reading(()), (), tuple(errors), (), {})


def _more(matched: "Match", loaded: Loaded) -> tuple[int, float]:
    (before, took), (renders, seconds) = matched.spent, loaded.renders()
    return before + renders, took + seconds


_NOT_RENDERED = "is a chart itself, and --chart stands with rendered output: leave it out"


def _unusable(given: "_Gathered") -> Iterator[InputError]:
    """What is wrong with the text of rendered output."""
    reading = Reading(read_file(file) for file in given.texts.values())
    yield from (problem_of(one) for found in reading.files.values() for one in found.malformed)
    yield from _empty(reading, given.named)


def _rendered(given: "_Gathered", folders: Sequence[str], reading: Reading, helm: HelmOptions) -> Gathered:
    """The charts of the input; what renders them is loaded only where there are some."""
    if not folders and not given.packages:
        return without_charts(helm)
    from refactor.charts.gathering import gather

    context = tuple(file for file in reading.files.values() if not file.reported)
    return gather(folders, given.packages, given.given_texts, helm, context)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Texts by path, the places of those that are files, the paths that were named, what failed, and
    charts in packages. `given_texts`: the texts were given as such, and lie nowhere.
    """

    texts: dict[str, SourceFile]
    places: dict[str, Found]
    named: frozenset[str]
    problems: list[InputProblem]
    packages: tuple[str, ...] = ()
    given_texts: Mapping[str, SourceFile] | None = None


def _listed(source: Input) -> Sequence[PathLike]:
    if isinstance(source, str | os.PathLike):
        return [source]
    return [] if isinstance(source, Mapping) else list(source)


def given_paths(source: Input) -> list[str]:
    """The paths of an input as texts, posix style; none where it is texts itself."""
    return [os.fspath(path).replace(os.sep, "/") for path in _listed(source)]


def _gather(source: Input, excluded: Callable[[str, bool], bool] | None, walked: bool = False) -> _Gathered:
    """`walked`: nobody named these paths."""
    if isinstance(source, Mapping):
        texts = {name: SourceFile(name, _bytes(text)) for name, text in source.items()}
        return _Gathered(texts, {}, frozenset(texts), [], given_texts=texts)
    paths = given_paths(source)
    if not paths:
        return _Gathered({}, {}, frozenset(), [])
    packages = tuple(path for path in paths if path.endswith(".tgz") and os.path.isfile(path))
    paths = [path for path in paths if path not in packages]
    named = frozenset() if walked else frozenset(paths)
    found, problems = discover(paths)
    if excluded is not None:
        found = [place for place in found if not excluded(place.path, place.path in named)]
        problems = [problem for problem in problems if not excluded(problem.path, problem.path in named)]
    texts = {}
    for place in found:
        file = read(place)
        if isinstance(file, SourceFile):
            texts[place.path] = file
        else:
            problems.append(file)
    return _Gathered(texts, {place.path: place for place in found}, named, problems, packages)


def _without(gathered: _Gathered, *others: _Gathered) -> _Gathered:
    """What isn't one of the others' files already, under whatever name."""
    if not gathered.texts:
        return gathered
    known = {place.real for other in others for place in other.places.values()}
    known_names = {path for other in others for path in other.texts}
    for path, place in gathered.places.items():
        if place.real in known or path in known_names:
            gathered.texts.pop(path, None)
    return gathered


def _beside(source: Input) -> Iterator[str]:
    """The manifests in the folders of given files, with these; none where a folder or texts are given."""
    paths = given_paths(source)
    if not all(os.path.isfile(path) for path in paths):
        return
    for folder in dict.fromkeys(os.path.dirname(path) for path in paths):
        for name in manifests_in(folder or "."):
            # A chart's own file would make all beside it parts of the chart, also what was given.
            if name != "Chart.yaml":
                yield os.path.join(folder, name)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _read(file: SourceFile, charts: Sequence[str], reported: bool, named: bool = False) -> FileReading | None:
    """A manifest; None for what is a chart's. Of a chart's folder, other files count if they were named."""
    chart = next((one for one in charts if file.path.startswith(one)), None)
    if chart is not None and not (named and is_beside(file.path[len(chart) :])):
        return None
    return read_file(file, reported)


def _empty(reading: Reading, named: frozenset[str]) -> Iterable[InputError]:
    """Files that the caller named and that hold nothing: surely not what was meant."""
    for path, found in reading.files.items():
        blank = not found.file.data or found.file.data.isspace()
        if path in named and found.reported and blank:
            yield InputError(path, 0, 0, "the file is empty: there is nothing to check")


def _nothing(reading: Reading, source: Input) -> Iterable[InputError]:
    """Folders in which nothing was read: a check that checks nothing mustn't look like a success."""
    if not reading.documents:
        for path in given_paths(source):
            if os.path.isdir(path):
                yield InputError(path, 0, 0, "nothing in this folder can be checked")


def _unread_beside(reading: Reading, source: Input) -> Iterable[str]:
    """Files that weren't given may hold what a reference means."""
    some = any(found.resources for found in reading.files.values())
    if some and next(islice(_beside(source), len(given_paths(source)), None), None):
        yield "only the given files are read: what stands beside them is read with --siblings"


def _charts_beside(charts: Sequence[str], given: Mapping[str, object]) -> Iterable[str]:
    for chart in charts:
        if not any(path.startswith(chart) for path in given):
            yield f"{chart.rstrip('/') or '.'} is a Helm chart: as context it isn't rendered"


def _beside_notes(reading: Reading, beside: _Gathered, malformed: Iterable[InputError]) -> Iterable[str]:
    """What a reader should know of files that nobody gave."""
    read_too = [path for path in beside.texts if path in reading.files and reading.files[path].resources]
    if read_too:
        files = "1 file" if len(read_too) == 1 else f"{len(read_too)} files"
        yield f"{files} beside the given ones read for references, not reported on or changed"
    unread = [InputError(one.path, 0, 0, one.message) for one in beside.problems]
    unread += [problem for problem in malformed if problem.path in beside.texts]
    if unread:
        more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
        yield f"beside the given files, what this holds isn't known: {unread[0]}{more}"
