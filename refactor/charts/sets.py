"""The sets of values that a chart is rendered with: what was given, its environments, its switches."""

import os
from collections.abc import Iterator, Sequence

from refactor.charts.options import HelmOptions
from refactor.source import SourceFile
from templates_analysis.chart import read_values_file
from templates_analysis.contents import Chart
from templates_analysis.environments import environment_files
from templates_analysis.problems import ValuesError
from templates_analysis.values import Layers, ValuesSet

OWN = "values.yaml"


def given_sets(chart: Chart, options: HelmOptions) -> Iterator[ValuesSet | ValuesError]:
    """The chart's own values with what was given on top, then each of its environments.

    What --set and --set-string say holds for all of them. A set whose file can't be used is an error in
    its place.
    """
    yield _usable(chart, _name(options), options.values, options)
    configured = options.environments.get(os.path.abspath(chart.path), ())
    for paths in configured:
        yield _usable(chart, " + ".join(paths), paths, options)
    taken = {os.path.abspath(path) for paths in (options.values, *configured) for path in paths}
    for name, file in environment_files(chart):
        if os.path.abspath(file.path) not in taken:
            yield _usable(chart, name, (file.path,), options)


def _usable(chart: Chart, name: str, paths: Sequence[str], options: HelmOptions) -> ValuesSet | ValuesError:
    try:
        files = tuple(_file(chart, path) for path in paths)
        values = ValuesSet(name, files, options.sets, strings=options.strings)
        Layers(chart, values).overrides  # noqa: B018  (read once, so that what is wrong shows)
    except ValuesError as wrong:
        return wrong
    return values


def found_sets(chart: Chart) -> frozenset[str]:
    """The names of the sets that nobody named: the chart only has a file that looks like one."""
    return frozenset(name for name, _ in environment_files(chart))


def _name(options: HelmOptions) -> str:
    given = [("--set", options.sets), ("--set-string", options.strings)]
    more = [*(f"-f {path}" for path in options.values), *(option for option, texts in given if texts)]
    return " ".join([OWN, *more])


def _file(chart: Chart, path: str) -> SourceFile:
    """A values file; the chart's own object where it is one of its files, so that an edit changes both."""
    real = os.path.abspath(path)
    for file in chart.files.values():
        if file.path == path or os.path.abspath(file.path) == real:
            return file
    return read_values_file(path)
