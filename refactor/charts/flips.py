"""Other values than anybody has seen: each switch the other way, each comparison made and unmade.

What a repair breaks there is found by rendering the chart as it was and as it would be with each of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from templates_analysis.contents import Chart
from templates_analysis.mappings import nested
from templates_analysis.toggles import toggles
from templates_analysis.values import Layers, ValuesSet

# For one chart and one look at it: how many other values are tried, for how long.
FLIPS = 60
MILLISECONDS = 4000

Path = tuple[str, ...]

_COMPARED = re.compile(
    r"\b(?:eq|ne|gt|ge|lt|le)\s+\(?(?:int64|int|toString|lower|default\s+\S+)?\s*\$?\.Values\.([\w.]+)\)?\s+"
    r"(?:\"([^\"]*)\"|(\d+))"
)


def flips(chart: Chart, bases: Sequence[ValuesSet]) -> Iterator[ValuesSet]:
    """The sets to try on top of each base, each named by what it says otherwise; the likeliest first."""
    every = [_of(chart, base) for base in bases]
    yield from islice((one for found in zip(*every, strict=False) for one in found), FLIPS)


def _of(chart: Chart, base: ValuesSet) -> Iterator[ValuesSet]:
    layers = Layers(chart, base)
    seen: set[tuple[tuple[Path, Any], ...]] = set()
    for settings in _settings(chart, layers):
        if settings not in seen:
            seen.add(settings)
            name = ", ".join(f"{'.'.join(path)}={_told(value)}" for path, value in settings)
            label = name if len(base.files) == 0 else f"{base.name} and {name}"
            yield replace(base, name=label, extra=nested(settings, base.extra))


def _settings(chart: Chart, layers: Layers) -> Iterator[tuple[tuple[Path, Any], ...]]:
    asked = " ".join(
        template.body(index)
        for inside, template in chart.templates.items()
        if chart.editable(inside)
        for index, segment in enumerate(template.segments)
        if segment.keyword in ("if", "else", "with", "output", "assign")
    )
    leaves = [(path, value) for path, value in layers.leaves() if all(isinstance(p, str) for p in path)]
    for found in dict.fromkeys(_COMPARED.findall(asked)):
        path = tuple(found[0].split("."))
        number = int(found[2]) if found[2] else None
        others: list[Any] = [found[1], "another"] if number is None else [number, number + 1, number - 1]
        for value in others:
            if value != "" and (path, value) not in leaves:
                yield ((path, value),)
    words = set(re.findall(r"\.(\w+)", asked))
    for path, value in leaves:
        if isinstance(value, bool) and path[-1] in words:
            yield ((tuple(str(step) for step in path), not value),)
    for toggle in toggles(chart, layers):
        yield tuple(toggle.settings)


def _told(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
