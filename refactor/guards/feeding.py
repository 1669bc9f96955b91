"""The settings that feed port fields: read out of the templates, then proven by changing them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

from refactor.charts.home import ChartHome
from refactor.charts.spelling import parts_of
from refactor.guards.fields import PortField, port_fields
from refactor.guards.shapes import Shape
from refactor.guards.trial import Trial
from refactor.kubernetes import is_interesting
from refactor.source import SourceFile, read_stream
from refactor.world.resources import value_at
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
    """A field that a setting may feed."""

    field: PortField
    home: ChartHome


def port_settings(trial: Trial) -> tuple[PortSetting, ...]:
    """The settings that feed a whole port field, in the order of the values.

    A change of each was rendered and seen in a field, and a template in its place isn't evaluated: else
    any text might be right.
    """
    shapes: dict[tuple[str, ...], Shape] = {}
    doubtful: set[tuple[str, ...]] = set()
    for number, fields in enumerate(_by_set(trial)):
        for path, shape in _proven(trial, number, fields):
            if shape is None:
                doubtful.add(path)
            else:
                shapes[path] = shapes.get(path, shape) & shape
    order = {path: place for place, (path, _) in enumerate(trial.layers[0].leaves())}
    kept = sorted(shapes.keys() - doubtful, key=lambda path: order.get(path, len(order)))
    return tuple(PortSetting(path, shapes[path]) for path in kept if shapes[path])


def _by_set(trial: Trial) -> Iterator[dict[Path, list[_Feeding]]]:
    """For each set of values, the settings that may feed fields which no set before it showed."""
    known: set[tuple[object, ...]] = set()
    for number in range(len(trial.graphs)):
        fields: dict[Path, list[_Feeding]] = {}
        for path, feeding in _candidates(trial, number):
            at = feeding.field.at
            key = (path, at.resource.twin, at.path, feeding.field.shape)
            if key not in known and len(fields) < _MOST:
                known.add(key)
                fields.setdefault(path, []).append(feeding)
        yield fields


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
                yield one.path, _Feeding(field, home)


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
    trial: Trial, number: int, fields: Mapping[Path, Sequence[_Feeding]]
) -> Iterator[tuple[tuple[str, ...], Shape | None]]:
    """What each setting may hold that is seen in a field; None where a template in it is evaluated."""
    layers = trial.layers[number]
    asked = [
        changed(layers, {path: sentinel})
        for path in fields
        for sentinel in _sentinels(setting(layers.merged, path))
    ]
    results = trial.render(asked) if asked else []
    for (path, found), plain, template in zip(fields.items(), results[::2], results[1::2], strict=True):
        words = tuple(str(step) for step in path)
        seen = [one for one in found if _read(one, plain) in (_NUMBER, _NAME)]
        if any(_read(one, template) in (_NUMBER, _NAME, str(_NUMBER)) for one in seen):
            yield words, None
        elif seen:
            yield words, reduce(and_, (one.field.shape for one in seen))


def _sentinels(value: object) -> tuple[int | str, str]:
    """Another value of the same kind, and a template that would print it."""
    if isinstance(value, int):
        return _NUMBER, f"{{{{ {_NUMBER} }}}}"
    return _NAME, f'{{{{ "{_NAME}" }}}}'


def _read(feeding: _Feeding, result: Result) -> object:
    """What a field is in another rendering."""
    text = None if isinstance(result, Failure) else result.get(feeding.home.name)
    if text is None:
        return None
    stream = read_stream(SourceFile(feeding.home.name, text.encode()), is_interesting)
    index = feeding.home.document.index
    data = next((one.data for one in stream.documents if one.index == index), None)
    return value_at(data, feeding.home.prefix + feeding.field.at.path)
