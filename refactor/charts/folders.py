"""Reading charts: from the disk, from packages, or from texts that were given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from refactor.inputs import InputError
from refactor.source import SourceFile
from templates_analysis.chart import chart_of_texts, read_chart_folder, read_chart_package
from templates_analysis.contents import Chart
from templates_analysis.problems import ChartProblem


@dataclass(frozen=True, slots=True)
class ReadCharts:
    """Charts, and what is wrong with others."""

    charts: tuple[Chart, ...]
    errors: tuple[InputError, ...]


def read_charts(
    folders: Sequence[str], packages: Sequence[str], texts: Mapping[str, SourceFile] | None
) -> ReadCharts:
    """The charts in folders (each with a trailing slash, "" for the current one) and packages.

    `texts`: the files, where they were given as texts.
    """
    read = [_of_folder(folder, texts) for folder in folders]
    read += [read_chart_package(path) for path in packages]
    problems = (one for one in read if isinstance(one, ChartProblem))
    errors = (InputError(one.path, one.line, one.column, one.message) for one in problems)
    return ReadCharts(tuple(one for one in read if isinstance(one, Chart)), tuple(errors))


def _of_folder(folder: str, texts: Mapping[str, SourceFile] | None) -> Chart | ChartProblem:
    if texts is None:
        return read_chart_folder(folder.rstrip("/") or ".")
    inside = {path[len(folder) :]: file.data for path, file in texts.items() if path.startswith(folder)}
    return chart_of_texts(folder.rstrip("/"), inside)
