"""The sets of values that a chart is rendered with: what was given, its environments, its switches."""

import os
from collections.abc import Iterator

from refactor.charts.options import HelmOptions
from refactor.source import SourceFile
from templates_analysis.chart import read_values_file
from templates_analysis.contents import Chart
from templates_analysis.environments import environment_files
from templates_analysis.values import ValuesSet

OWN = "values.yaml"


def given_sets(chart: Chart, options: HelmOptions) -> Iterator[ValuesSet]:
    """The chart's own values with what was given on top, then each of its environments.

    What --set says holds for all of them. Raises ValuesError for a file that can't be used.
    """
    yield ValuesSet(_name(options), tuple(_file(chart, path) for path in options.values), options.sets)
    configured = options.environments.get(os.path.abspath(chart.path), ())
    taken = set(options.values)
    for paths in configured:
        taken.update(paths)
        yield ValuesSet(" + ".join(paths), tuple(_file(chart, path) for path in paths), options.sets)
    for name, file in environment_files(chart):
        if file.path not in taken:
            yield ValuesSet(name, (file,), options.sets)


def found_sets(chart: Chart) -> frozenset[str]:
    """The names of the sets that nobody named: the chart only has a file that looks like one."""
    return frozenset(name for name, _ in environment_files(chart))


def _name(options: HelmOptions) -> str:
    more = [*(f"-f {path}" for path in options.values), *(["--set"] if options.sets else [])]
    return " ".join([OWN, *more])


def _file(chart: Chart, path: str) -> SourceFile:
    """A values file; the chart's own object where it is one of its files, so that an edit changes both."""
    real = os.path.abspath(path)
    for file in chart.files.values():
        if os.path.abspath(file.path) == real:
            return file
    return read_values_file(path)
