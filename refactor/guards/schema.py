"""`values.schema.json`: what the settings that feed ports may hold, added to what stands there.

An entry that is there is never changed, and nothing becomes required. What is added is proven: every set
of values still renders, and a wrong value doesn't (https://helm.sh/docs/topics/charts/#schema-files).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from refactor.guards.feeding import PortSetting
from refactor.guards.jsontext import JsonObject, object_at, read_object, with_member
from refactor.guards.shapes import HIGHEST
from refactor.guards.trial import Trial
from refactor.source.jsontext import load_json
from templates_analysis.paths import dotted
from templates_analysis.perturb import changed
from templates_analysis.render import Failure

INSIDE = "values.schema.json"
_DRAFT = "http://json-schema.org/draft-07/schema#"
_NEW = f'{{\n  "$schema": "{_DRAFT}",\n  "type": "object"\n}}\n'
# What says more of an object than its type and properties: an entry beside it could mean something else.
_SAYING_MORE = frozenset(
    {"$ref", "additionalProperties", "allOf", "anyOf", "const", "enum", "if", "not", "oneOf"}
    | {"patternProperties", "propertyNames", "unevaluatedProperties"}
)
# None of these is a port: a blank too many, and a number that is too high.
_WRONG = ("http ", HIGHEST + 4465)


@dataclass(frozen=True, slots=True)
class Schema:
    """The text that the schema would have; None where it stays as it is. `notes`: what was left out."""

    text: str | None
    notes: tuple[str, ...] = ()


def extended(trial: Trial, settings: Sequence[PortSetting]) -> Schema:
    """The schema of a chart with an entry for each of the settings that has none."""
    file = trial.chart.files.get(INSIDE)
    if settings and trial.is_excluded(INSIDE):
        return Schema(None, (f"{trial.path(INSIDE)} is excluded: it isn't written",))
    if file is not None and load_json(file.data) is None:
        return Schema(None, (f"{file.path} isn't extended: it isn't plainly JSON",) if settings else ())
    if settings and trial.is_ignored(INSIDE):
        return Schema(None, (f"{trial.chart.path}: no schema is written: .helmignore hides it from Helm",))
    start = file.text if file else _NEW
    notes: list[str] = []
    wanted: list[PortSetting] = []
    for one in settings:
        fitting, reason = _fitting(trial, start, one)
        if reason:
            notes.append(f"{dotted(one.path)} gets no entry in {trial.path(INSIDE)}: {reason}")
        elif fitting is not None:
            wanted.append(fitting)
    kept, refused = _proven(trial, start, wanted)
    notes += (f"{dotted(one.path)} gets no entry in {trial.path(INSIDE)}: {why}" for one, why in refused)
    return Schema(_text(start, kept) if kept else None, tuple(notes))


def _fitting(trial: Trial, text: str, wanted: PortSetting) -> tuple[PortSetting | None, str]:
    """The setting as the schema can hold it; None where there is an entry, or a reason why it can't."""
    state = _state(text, wanted.path)
    if state == "there":
        return None, ""
    if state == "closed":
        return None, "what stands there for the settings around it says more than we can add to"
    found = [value for layers in trial.layers for value in _values(layers.merged, wanted.path)]
    if any(value is _NO_MAP for value in found):
        return None, "with some values the settings around it are no map"
    shape = replace(wanted.shape, empty=None in found)
    if not all(shape.holds(value) for value in found):
        return None, "with some values it is no port, or the text of a number"
    return PortSetting(wanted.path, shape), ""


_NO_MAP = object()


def _values(merged: Any, path: Sequence[str]) -> Iterator[object]:
    """The value at a path, nothing where a key is missing, _NO_MAP where there is another thing above it."""
    value = merged
    for key in path:
        if not isinstance(value, dict):
            yield _NO_MAP
            return
        if key not in value:
            return
        value = value[key]
    yield value


def _state(text: str, path: Sequence[str]) -> str:
    """Whether a setting has an entry ("there"), may get one ("open"), or mustn't ("closed")."""
    entry: JsonObject | Any = read_object(text)
    for key in path:
        if not isinstance(entry, JsonObject):
            return "closed"
        members = entry.members
        properties = members.get("properties")
        known = properties.members if isinstance(properties, JsonObject) else {}
        if key not in known:
            more = bool(members.keys() & _SAYING_MORE) or members.get("type", "object") != "object"
            odd = properties is not None and not isinstance(properties, JsonObject)
            return "closed" if more or odd else "open"
        entry = known[key]
    return "there"


def _text(text: str, settings: Sequence[PortSetting]) -> str:
    for one in settings:
        text = _with_entry(text, one)
    return text


def _with_entry(text: str, wanted: PortSetting) -> str:
    """The text with an entry: below the deepest of the settings around it that has one."""
    value: dict[str, Any] = wanted.shape.schema()
    for depth in range(len(wanted.path) - 1, -1, -1):
        holder = _entry_path(wanted.path[:depth])
        entry = object_at(text, holder)
        key = wanted.path[depth]
        if entry is None:
            value = {"type": "object", "properties": {key: value}}
        elif "properties" in entry.members:
            return with_member(text, (*holder, "properties"), key, value)
        else:
            return with_member(text, holder, "properties", {key: value})
    return text


def _entry_path(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(step for key in path for step in ("properties", key))


def _proven(
    trial: Trial, start: str, wanted: Sequence[PortSetting]
) -> tuple[list[PortSetting], list[tuple[PortSetting, str]]]:
    """The settings whose entries do what they should, and the others with the reason."""
    if not wanted:
        return [], []
    kept, refused = list(wanted), []
    if isinstance(trial.rendered({INSIDE: _text(start, wanted)}), Failure):
        alone = {one: trial.rendered({INSIDE: _text(start, [one])}) for one in wanted}
        refused = [(one, "the chart no longer renders") for one in wanted if isinstance(alone[one], Failure)]
        kept = [one for one in wanted if not isinstance(alone[one], Failure)]
    for one in _not_refusing(trial, _text(start, kept), kept):
        refused.append((one, "Helm takes a wrong value all the same"))
        kept.remove(one)
    return kept, refused


def _not_refusing(trial: Trial, text: str, settings: Sequence[PortSetting]) -> list[PortSetting]:
    asked = [changed(trial.layers[0], {one.path: wrong}) for one in settings for wrong in _WRONG]
    results = trial.render(asked, {INSIDE: text}) if asked else []
    taken = [not (isinstance(result, Failure) and result.kind == "values") for result in results]
    pairs = zip(taken[:: len(_WRONG)], taken[1 :: len(_WRONG)], strict=True)
    return [one for one, wrong in zip(settings, pairs, strict=True) if any(wrong)]
