"""The pipe as a function: input → resources → graph → findings → fixes → proof → diff.

The public contract; the command line is a thin door in front of it.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from refactor.accepted import Accepted
from refactor.analysis import Analysis, Surroundings
from refactor.baseline import Baseline, read_baseline
from refactor.charts.options import HelmOptions
from refactor.collecting import without_collector
from refactor.config import CATEGORIES, EVERYTHING, ConfigurationError, Names, Settings
from refactor.configuration import Asked, Governing, govern
from refactor.inputs import InputError, Reading
from refactor.loading import Input, Loaded, PathLike, given_paths, load
from refactor.outcome import Outcome
from refactor.proof import State
from refactor.repair import Repair, repair
from refactor.results import Counts
from refactor.results import Result as Result
from refactor.source import Found, WriteRefused, cut_short, unified_all, write_files
from refactor.world.rendered import chart_of


def fix_manifests(
    paths: Input,
    select: Names = None,
    ignore: Names = None,
    unsafe: bool | None = None,
    stage: int | None = None,
    write: bool = False,
    context: PathLike | Sequence[PathLike] = (),
    external: Names = (),
    values: Sequence[str] = (),
    sets: Sequence[str] = (),
    release: str | None = None,
    namespace: str | None = None,
    kube_version: str | None = None,
    api_versions: Sequence[str] = (),
    helm: str | None = None,
    timeout: float | None = None,
    config: PathLike | Literal[False] | None = None,
    exclude: Names = None,
    force_exclude: bool = False,
    baseline: PathLike | None = None,
    siblings: bool = False,
    chart: PathLike | None = None,
    set_strings: Sequence[str] = (),
) -> Result:
    """Finds what keeps traffic from flowing, and plans the proven repair.

    `paths`: a path, several, or {name: text}; folders are walked. `select` and `ignore`: rule names or
    categories, a sequence or "a,b". `unsafe`: also make fixes that are guesses. `write`: write the files
    in place. `context`: paths that are read to resolve references, never reported on or changed.
    `external`: Services that live elsewhere ("name" or "namespace/name"). `kube_version`: of the cluster
    ("1.33"), where a fact depends on it.

    Charts (folders with a Chart.yaml, and .tgz packages) are rendered: with their own values and `values`
    (files), `sets` and `set_strings` (texts of --set, --set-string) on top, and with each of their
    environments. `release`, `namespace`, `api_versions` as Helm has them; `helm`: "sdk", "cli" or the path
    of a command; `timeout`: seconds that a chart may take. `chart`: what is given was rendered from this
    chart; where the chart still renders to just that, it is what is checked and repaired.

    What isn't said here is read from the settings file nearest above each path, if there is one (none is
    looked for where texts are given); `config` names one that counts instead, or is False for none.
    `exclude`: patterns of paths to leave out of folders, with `force_exclude` also of files that were
    named. `baseline`: a file of findings that are neither reported nor repaired. `siblings`: where files
    are given, the other manifests of their folders are context.

    A file that can't be read is a value in `errors`; the rest is done. Raises ConfigurationError (a
    ValueError) for a setting that can't be, and WriteRefused (an OSError) when `write` can't write.
    Prints nothing.
    """
    if write and isinstance(paths, Mapping) and chart is None:
        raise ConfigurationError("write: texts given as {name: text} can't be written; take result.files")
    asked = Asked(
        select, ignore, unsafe, stage, external, listed(context), kube_version, None, exclude,
        force_exclude, os.fspath(config) if isinstance(config, os.PathLike) else config, siblings,
        HelmOptions(
            tuple(listed(values)), tuple(listed(sets)), release, namespace, kube_version,
            tuple(listed(api_versions)), helm, timeout,
            chart=None if chart is None else os.fspath(chart), strings=tuple(listed(set_strings)),
        ),
    )  # fmt: skip
    governing = govern(given_paths(paths if chart is None else chart), asked)
    known = None if baseline is None else read_baseline(os.fspath(baseline))
    with without_collector():
        return run(read_input(paths, governing), governing.settings, write, known)


def listed(given: PathLike | Sequence[PathLike]) -> list[str]:
    """One path or text, or several, as texts."""
    return [os.fspath(one) for one in ([given] if isinstance(given, str | os.PathLike) else given)]


def read_input(paths: Input, governing: Governing) -> Loaded:
    """The input with its context, without what is excluded."""
    loaded = load(paths, governing.context, governing.excluded, governing.asked.siblings, governing.helm)
    unread = governing.unread(loaded.places)
    if not unread:
        return loaded
    names = ", ".join(unread[:3]) + (f" and {len(unread) - 3} more" if len(unread) > 3 else "")
    note = f"not read: {names}; settings count from the nearest file above a given path"
    return replace(loaded, notes=(*loaded.notes, note))


def run(loaded: Loaded, wanted: Settings, write: bool = False, baseline: Baseline | None = None) -> Result:
    """The pipe on an input that has been read."""
    states = examined(loaded, wanted)
    accepted = Accepted(states, wanted, baseline)
    wanted = replace(wanted, hides=accepted.hides)
    locked = locked_files(loaded)
    courses = [repair(state, wanted, locked) for state in states]
    refused: tuple[InputError, ...] = ()
    if write:
        courses, refused = _write_all(loaded, courses, wanted, locked)
    outcome = Outcome(courses, written=write)
    texts = outcome.texts()
    settled = all(course.settled for course in courses)
    return Result(
        outcome.findings,
        outcome.plan(),
        unified_all(texts, outcome.secrets()),
        {path: new for path, (_, new) in texts.items()},
        loaded.errors + refused,
        (
            *loaded.notes,
            *accepted.notes(),
            *_overwritten(outcome),
            *(() if write else _left_out(outcome)),
            *(() if settled else (_RESTLESS,)),
        ),
        _counted(loaded, outcome, accepted, wanted),
        partial(_write, loaded.places, texts),
        outcome.rollout(wanted.stage),
    )


def locked_files(loaded: Loaded) -> dict[str, str]:
    """The files of charts that can't be changed, each with why: those of several charts (a fix is proven in
    one), and what is excluded.
    """
    charts: dict[str, list[str]] = {}
    for chart in loaded.charts if len(loaded.charts) > 1 else ():
        for path in chart.sources:
            charts.setdefault(os.path.realpath(path), []).append(path)
    locked = {
        path: f"holds for {len(paths)} charts: change it by hand, or repair with values of its own"
        for paths in charts.values()
        for path in paths
        if len(paths) > 1
    }
    excluded = (path for chart in loaded.charts for path in chart.sources if loaded.excluded(path))
    return locked | dict.fromkeys(excluded, "is excluded")


def _counted(loaded: Loaded, outcome: Outcome, accepted: Accepted, wanted: Settings) -> Counts:
    renders, seconds = loaded.renders()
    everything = wanted.select >= EVERYTHING
    return replace(
        outcome.counts(),
        suppressed=accepted.suppressed,
        baselined=accepted.baselined,
        charts=len(loaded.charts),
        renders=renders,
        seconds=seconds,
        selected=() if everything else tuple(sorted(wanted.select, key=_rank)),
        unselected=() if everything else accepted.unselected(),
    )


def _rank(name: str) -> tuple[int, str]:
    """Categories first, the worst one before the others."""
    return CATEGORIES.index(name) if name in CATEGORIES else len(CATEGORIES), name


def _overwritten(outcome: Outcome) -> Iterator[str]:
    """What a repair of rendered output is good for."""
    charts = sorted({chart_of(f.template) for f in outcome.findings if f.template and f.fixable})
    if charts:
        names = ", ".join(charts[:3]) + (f" and {len(charts) - 3} more" if len(charts) > 3 else "")
        yield (
            f"this is rendered output ({names}): the next render overwrites what is repaired in it; "
            "run on the chart instead, or name its folder with --chart DIR"
        )


def _left_out(outcome: Outcome) -> Iterator[str]:
    """What a diff doesn't show, and how it is applied then."""
    for path, secrets in outcome.secrets().items():
        for line in cut_short(*outcome.texts()[path], secrets):
            yield (
                f"the diff doesn't show line {line} of {path}, which looks like a secret and stands beside a "
                "change: apply it with git apply --unidiff-zero, or use --write"
            )


def surroundings(reading: Reading, wanted: Settings, beside: frozenset[str] = frozenset()) -> Surroundings:
    """What is known beside the resources of a reading; `beside`: Services of other applications."""
    external = wanted.external | beside
    # Only a name can change what a mesh does; looking for one reads every file once more.
    meshed = reading.meshed if wanted.names else frozenset()
    return Surroundings(
        external, wanted.kube_version, meshed, reading.patched, reading.unread, reading.labelling
    )


def services_beside(loaded: Loaded, reading: Reading) -> frozenset[str]:
    """The Services of the other applications of the input: what a route names may be one of them."""
    others = [one for one in loaded.applications if reading not in one.readings] if loaded.charts else []
    readings = (other for one in others for other in one.readings)
    return frozenset(r.name for other in readings for r in other.resources if r.kind == "Service")


def examined(loaded: Loaded, wanted: Settings) -> list[State]:
    """The applications of an input as they were given, with what every rule finds in them."""
    return [
        State(application, tuple(_analysed(loaded, reading, wanted) for reading in application.readings))
        for application in loaded.applications
    ]


def _analysed(loaded: Loaded, reading: Reading, wanted: Settings) -> Analysis:
    return Analysis(
        reading.resources, surroundings(reading, wanted, services_beside(loaded, reading)), wanted.rules
    )


_RESTLESS = "the repairs didn't come to rest; run again, and please report this input"


def _write_all(
    loaded: Loaded, courses: list[Repair], wanted: Settings, locked: Mapping[str, str]
) -> tuple[list[Repair], tuple[InputError, ...]]:
    """Writes the repaired files; what needs a file that can't be written is left out as a whole."""
    refused: dict[str, InputError] = {}
    while True:
        try:
            _write(loaded.places, Outcome(courses).texts())
            return courses, tuple(refused.values())
        except WriteRefused as problem:
            new = {p.path: InputError(p.path, 0, 0, p.message) for p in problem.problems}
            if new.keys() <= refused.keys():
                raise
            refused |= new
            closed = {**locked, **dict.fromkeys(refused, "can't be written")}
            courses = [repair(course.first, wanted, closed) for course in courses]


def _write(places: Mapping[str, Found], texts: Mapping[str, tuple[str, str]]) -> None:
    if texts and any(path not in places and not os.path.exists(path) for path in texts):
        raise ConfigurationError("write: texts given as {name: text} can't be written; take result.files")
    write_files({places.get(path, path): (old.encode(), new.encode()) for path, (old, new) in texts.items()})
