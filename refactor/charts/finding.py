"""Which folders are charts."""

import os
import posixpath
from collections.abc import Iterable, Iterator


def chart_folders(files: Iterable[str], named: Iterable[str]) -> list[str]:
    """The folders of charts, outermost only, with a trailing slash ("" for the folder at hand).

    A file that was named, a template of a chart, shows that chart too.
    """
    charts = {path for path in files if posixpath.basename(path) == "Chart.yaml"}
    charts |= {chart for path in named for chart in _chart_of(path)}
    folders = sorted(posixpath.dirname(path) + "/" if "/" in path else "" for path in charts)
    outermost: list[str] = []
    for folder in folders:
        if not any(folder.startswith(other) for other in outermost):
            outermost.append(folder)
    return outermost


def _chart_of(path: str) -> Iterator[str]:
    """The Chart.yaml of the chart whose `templates` a path is, or stands in."""
    parts = path.split("/")
    for number, part in enumerate(parts):
        chart = "/".join([*parts[:number], "Chart.yaml"])
        if part == "templates" and os.path.isfile(chart):
            yield chart
