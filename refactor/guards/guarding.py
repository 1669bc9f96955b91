"""`guard`: from charts to their guards. A chart with a fault is refused: a test of it would guard nothing."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace

from refactor.api import read_input, run
from refactor.charts.application import RenderedChart
from refactor.charts.workshop import Workshop
from refactor.collecting import without_collector
from refactor.config import Settings
from refactor.configuration import Governing
from refactor.findings import Category
from refactor.guards.connection import connection_test
from refactor.guards.feeding import port_settings
from refactor.guards.outcome import Guards
from refactor.guards.schema import INSIDE, extended
from refactor.guards.trial import Trial
from refactor.inputs import InputError
from refactor.loading import Loaded
from refactor.results import Finding


def guard_charts(paths: Sequence[str], governing: Governing, options: Sequence[str] = ()) -> Guards:
    """The guards of the charts in these folders, proven and not yet written.

    Charts are rendered as `refactor.fix_manifests` does it, and settings files hold as there. A chart that
    can't be read, or that has a fault now, is a value in `errors`. Prints nothing. `options`: the words of
    the command line with which a repair finds the same.
    """
    with without_collector():
        loaded = read_input(list(paths), governing)
        errors = [*loaded.errors, *_strangers(loaded, paths)]
        wanted = replace(governing.settings, select=frozenset({Category.BROKEN.value}), selection_of=None)
        guards = Guards({}, loaded.notes, ())
        for chart in loaded.charts:
            assert isinstance(chart, RenderedChart)
            refused = list(_faults(chart, loaded, wanted, options))
            errors += refused
            if not refused:
                guards = _with(guards, Trial(chart, Workshop(governing.helm), wanted))
    return replace(guards, errors=tuple(errors))


def _strangers(loaded: Loaded, paths: Sequence[str]) -> Iterator[InputError]:
    """What was given and is no chart that could be guarded."""
    if not loaded.charts and not loaded.errors:
        for path in paths:
            yield InputError(path, 0, 0, "no chart to guard: give the folder that holds its Chart.yaml")


def _faults(
    chart: RenderedChart, loaded: Loaded, wanted: Settings, options: Sequence[str]
) -> Iterator[InputError]:
    """Why a chart isn't guarded."""
    path = chart.chart.path
    if chart.chart.packed:
        yield InputError(path, 0, 0, "a package is never written: unpack it and guard the folder")
        return
    found = run(replace(loaded, manifests=type(loaded.manifests)(()), charts=(chart,)), wanted).findings
    if found:
        first = found[0]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        yield InputError(
            first.path,
            first.line,
            first.column,
            f"{first.rule}: {first.message}{more}; {_advice(found, [*options, path])}",
        )


def _advice(found: Sequence[Finding], words: Sequence[str]) -> str:
    """What to do about the faults of a chart first: the command that repairs all that can be repaired."""
    fixable = [finding for finding in found if finding.fixable]
    if not fixable:
        return "repair it by hand first" + (f": {found[0].reason}" if found[0].reason else "")
    unsafe = " --unsafe-fixes" if any(finding.safety == "unsafe" for finding in fixable) else ""
    return f"repair it first: python -m refactor --write{unsafe} {shlex.join(words)}"


def _with(guards: Guards, trial: Trial) -> Guards:
    """The guards with those of one more chart."""
    schema = extended(trial, port_settings(trial))
    test = connection_test(trial)
    written = {INSIDE: schema.text, **({test.inside: test.text} if test.inside else {})}
    texts = {inside: text for inside, text in written.items() if text is not None}
    notes = (*guards.notes, *schema.notes, *test.notes)
    doubt = trial.doubt(texts)
    if doubt:
        return replace(guards, notes=(*notes, f"{trial.chart.path}: nothing is written: {doubt}"))
    files, before = dict(guards.files), dict(guards.before)
    for inside, text in texts.items():
        known = trial.chart.files.get(inside)
        path = trial.path(inside)
        files[path], before[path] = text, known.text if known else None
    return Guards(files, notes, guards.errors, before)
