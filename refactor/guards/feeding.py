"""The settings that feed port fields: read out of the templates, then proven by changing them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refactor.charts.home import ChartHome
from refactor.charts.spelling import parts_of
from refactor.guards.fields import PortField, port_fields
from refactor.guards.shapes import Shape
from refactor.guards.trial import Trial
from refactor.kubernetes import INTERESTING
from refactor.source import SourceFile, read_stream
from templates_analysis.contents import Chart
from templates_analysis.paths import setting
from templates_analysis.perturb import changed
from templates_analysis.render import Failure, Result

Path = tuple[str | int, ...]

_MOST = 64
_CANDIDATES = 4
# Where ports and names are checked, these are legal: a node port, and a name of few letters.
_NUMBER, _NAME = 30_011, "zqport"


@dataclass(frozen=True, slots=True)
class PortSetting:
    """A setting by its path in the values of the whole release, and what all fields it feeds take."""

    path: tuple[str, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class _Feeding:
    """A field that a setting may feed, under the set of values with this number."""

    number: int
    field: PortField
    home: ChartHome


def port_settings(trial: Trial) -> tuple[PortSetting, ...]:
    """The settings that feed a whole port field, in the order of the values.

    A change of each was rendered and seen in a field, and a template in its place isn't evaluated: else
    any text might be right.
    """
    fields: dict[Path, list[_Feeding]] = {}
    for number in range(len(trial.graphs)):
        for path, feeding in _candidates(trial, number):
            fields.setdefault(path, []).append(feeding)
    proven = {path: shape for path, shape in _proven(trial, dict([*fields.items()][:_MOST])) if shape}
    order = {path: place for place, (path, _) in enumerate(trial.layers[0].leaves())}
    return tuple(
        PortSetting(path, proven[path]) for path in sorted(proven, key=lambda one: order.get(one, len(order)))
    )


def _candidates(trial: Trial, number: int) -> Iterator[tuple[Path, _Feeding]]:
    for field in port_fields(trial.graphs[number]):
        home = field.at.resource.home
        if not isinstance(home, ChartHome):
            continue
        path = home.prefix + field.at.path
        parts = parts_of(home, path)
        # Beside other text the setting is only a part of the port.
        if len(parts) != 1 or parts[0].kind != "action":
            continue
        layers = home.rendering.layers
        found = home.rendering.resolver.values(parts[0].stack, str(field.at.value), layers, field=path)
        for one in found[:_CANDIDATES]:
            if one.match == "equal" and _is_ours(trial.chart, one.path):
                yield one.path, _Feeding(number, field, home)


def _is_ours(chart: Chart, path: Path) -> bool:
    """Whether a setting belongs to the chart or an unpacked subchart, and only maps lead to it."""
    unit = chart.root
    for step in path:
        if not isinstance(step, str):
            return False
        child = unit.children.get(step)
        if child is None:
            break
        unit = child
    return not unit.fetched and all(isinstance(step, str) for step in path)


def _proven(
    trial: Trial, fields: dict[Path, list[_Feeding]]
) -> Iterator[tuple[tuple[str, ...], Shape | None]]:
    for number in range(len(trial.graphs)):
        here = [(path, first) for path, found in fields.items() if (first := found[0]).number == number]
        layers = trial.layers[number]
        asked = [
            changed(layers, {path: sentinel})
            for path, first in here
            for sentinel in _sentinels(setting(layers.merged, path))
        ]
        results = trial.render(asked) if asked else []
        for (path, _), plain, template in zip(here, results[::2], results[1::2], strict=True):
            words = tuple(str(step) for step in path)
            yield words, _shape([one for one in fields[path] if one.number == number], plain, template)


def _sentinels(value: object) -> tuple[int | str, str]:
    """Another value of the same kind, and a template that would print it."""
    if isinstance(value, int):
        return _NUMBER, f"{{{{ {_NUMBER} }}}}"
    return _NAME, f'{{{{ "{_NAME}" }}}}'


def _shape(fields: Sequence[_Feeding], plain: Result, template: Result) -> Shape | None:
    """What fits all fields that showed the change; None where none did, or a template is evaluated."""
    seen = [one for one in fields if _read(one, plain) in (_NUMBER, _NAME)]
    if not seen or any(_read(one, template) in (_NUMBER, _NAME, str(_NUMBER)) for one in seen):
        return None
    shape = seen[0].field.shape
    for one in seen[1:]:
        shape &= one.field.shape
    return shape


def _read(feeding: _Feeding, result: Result) -> object:
    """What a field is in another rendering."""
    text = None if isinstance(result, Failure) else result.get(feeding.home.name)
    if text is None:
        return None
    stream = read_stream(SourceFile(feeding.home.name, text.encode()), INTERESTING.__contains__)
    index = feeding.home.document.index
    data = next((one.data for one in stream.documents if one.index == index), None)
    for step in feeding.home.prefix + feeding.field.at.path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
