"""The charts above one that lies in another's charts/."""

import os
import posixpath

from templates_analysis.chart import read_chart_folder
from templates_analysis.contents import Chart


def fetching(chart: Chart) -> str | None:
    """The folder of the chart whose `helm dependency update` fetches this one; None for one of its own.

    That is a chart of which it, or a chart around it, is a dependency with a repository somewhere else.
    """
    place, shown, inside = os.path.abspath(chart.path), chart.path, ""
    while not chart.packed and os.path.basename(os.path.dirname(place)) == "charts":
        inside = f"charts/{os.path.basename(place)}/{inside}"
        place, shown = os.path.dirname(os.path.dirname(place)), posixpath.normpath(f"{shown}/../..")
        parent = read_chart_folder(shown)
        unit = parent.units.get(inside) if isinstance(parent, Chart) else None
        if unit is not None and unit.fetched:
            return shown
    return None
