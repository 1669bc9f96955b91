"""Another value for a setting: in the file that sets it, for the values at hand."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from refactor.charts.rendering import Rendering
from refactor.source import Edit, Refusal, set_scalar
from templates_analysis.trace import Frame
from templates_analysis.values import Setter

Edits = tuple[Edit, ...]

_MOST = 4


def setting_ways(
    rendering: Rendering, stack: Sequence[Frame], old: str, new: str
) -> Iterator[Edits | Refusal]:
    """The settings that can have made an action print `old`, each changed so that it prints `new`."""
    found = rendering.resolver.values(stack, old, rendering.layers)
    for one in islice(found, _MOST):
        yield setting_changed(rendering, one.path, old, new)


def setting_changed(rendering: Rendering, path: tuple[str | int, ...], old: str, new: str) -> Edits | Refusal:
    """The edit of the file that sets a setting."""
    setter = rendering.layers.setter(path)
    shown = dotted(path)
    if setter is None:
        return Refusal(f"{shown} is set in no file")
    if setter.file is None or setter.document is None:
        return Refusal(f"{shown} was given with --set")
    if setter.inside is not None and not rendering.chart.editable(setter.inside):
        return Refusal(
            f"{shown} is set in {setter.file.path}, which comes from elsewhere; "
            f"to override it, put it into values.yaml: {shown}: {new}"
        )
    if setter.shared:
        return Refusal(f"{shown} is written once for several settings, with a YAML anchor")
    value = _rewritten(_value(setter), old, new)
    if value is None:
        return Refusal(f"{shown} makes only a part of the value")
    return set_scalar(setter.document, setter.path, value)


def dotted(path: Sequence[str | int]) -> str:
    """A path of values as people write it: `service.ports[0].port`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _value(setter: Setter) -> object:
    data: Any = setter.document.data if setter.document else None
    for step in setter.path:
        data = data[step]
    return data


def _rewritten(value: object, old: str, new: str) -> str | int | None:
    """The setting's own value with what it printed changed; None where it isn't plainly in it."""
    text = str(value)
    if isinstance(value, bool) or value is None or not text:
        return None
    if text != old:
        before, found, after = old.partition(text)
        if not found or not new.startswith(before) or not new.endswith(after):
            return None
        new = new[len(before) : len(new) - len(after)]
    return int(new) if isinstance(value, int) and new.isdigit() else new
