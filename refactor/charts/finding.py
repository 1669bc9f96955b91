"""Which folders are charts."""

import os
import posixpath
from collections.abc import Iterable, Iterator


def chart_folders(files: Iterable[str], named: Iterable[str]) -> list[str]:
    """The folders of charts with a trailing slash ("" for the folder at hand); without subcharts.

    A file that was named, a template of a chart, shows that chart too.
    """
    charts = {path for path in files if posixpath.basename(path) == "Chart.yaml"}
    charts |= {chart for path in named for chart in _chart_of(path)}
    folders = sorted(posixpath.dirname(path) + "/" if "/" in path else "" for path in charts)
    found: list[str] = []
    for folder in folders:
        if not any(folder.startswith(f"{other}charts/") for other in found):
            found.append(folder)
    # Of two charts, one in the other, a file belongs to the inner one.
    return sorted(found, key=lambda folder: (-folder.count("/"), folder))


def is_beside(inside: str) -> bool:
    """Whether a file in a chart's folder is no part of the chart: neither template, subchart nor setting."""
    first, _, rest = inside.partition("/")
    return bool(rest) and first not in ("templates", "charts", "crds", "ci")


def _chart_of(path: str) -> Iterator[str]:
    """The Chart.yaml of the chart whose `templates` a path is, or stands in."""
    parts = path.split("/")
    for number in [number for number, part in enumerate(parts) if part == "templates"]:
        chart = "/".join([*parts[:number], "Chart.yaml"])
        if os.path.isfile(chart):
            yield chart
