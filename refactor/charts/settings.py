"""Another value for a setting: in the file that sets it, for the values at hand."""

from typing import Any

from refactor.source import Edit, Refusal, set_scalar
from templates_analysis.contents import Chart
from templates_analysis.origin import Setting
from templates_analysis.values import Setter

Edits = tuple[Edit, ...]


def not_ours(chart: Chart) -> str:
    """Why a file of a chart isn't changed."""
    return "a package, which is only read: unpack it" if chart.packed else "which comes from elsewhere"


def setting_changed(one: Setting, old: str, new: str) -> Edits | Refusal:
    """The edit of the file that sets a setting, so that what printed `old` prints `new`."""
    setter = one.setter
    if setter is None:
        return Refusal(f"{one.name} is set in no file")
    if setter.file is None or setter.document is None:
        return Refusal(f"{one.name} was given on the command line")
    if not one.editable:
        return Refusal(
            f"{one.name} is set in {setter.file.path}, which comes from elsewhere; "
            f"to override it, put it into values.yaml: {one.name}: {new}"
        )
    if setter.shared:
        return Refusal(f"{one.name} is written once for several settings, with a YAML anchor")
    value = _rewritten(_value(setter), old, new)
    if value is None:
        return Refusal(f"{one.name} makes only a part of the value")
    return set_scalar(setter.document, setter.path, value)


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
