"""From a change of a rendered resource to edits of the chart: every way to make it, the best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from refactor.charts.branches import hidden_elsewhere
from refactor.charts.grounds import Ground, InTemplate, grounds
from refactor.charts.rendered_home import RenderedHome
from refactor.charts.scalars import expressed, scalar_ways
from refactor.charts.spelling import origin_at
from refactor.source import Document, Edit, Kept, Refusal, add_key, remove_key, rename_key, reshape
from refactor.world.change import AddKey, Change, RemoveKey, RenameKey, Replace, SetScalar
from refactor.world.resources import Path
from templates_analysis.paths import dotted

Edits = tuple[Edit, ...]

_MOST = 8
_GROUNDS = 3
_PINNED = 4
# Stands for an expression while a verb finds out where and how to write it.
_STAND_IN = "expression-goes-here"


def ways(home: RenderedHome, change: Change, bold: bool = False) -> Sequence[Edits] | Refusal:
    """The edits of the chart that make a change, the best way first; the first reason where there is none."""
    hiding = _hiding(home, change)
    if hiding is not None:
        said = hiding.partition(" (at ")[0]
        return Refusal(f"the name is there only under {{{{ {said} }}}}, the number always")
    if _hides_paths(change):
        return Refusal("no path of it is rendered with these values, so what else has to change isn't seen")
    found: dict[frozenset[Edit], Edits] = {}
    pinned: list[Edits] = []
    refused: list[Refusal] = []
    for outcome in islice(_ways(home, change), 4 * _MOST):
        if isinstance(outcome, Refusal):
            refused.append(outcome)
        elif any(_pins(edit) for edit in outcome) and not _names(change):
            pinned.append(outcome)
        elif outcome and len(found) < _MOST:
            found.setdefault(frozenset(outcome), outcome)
    if found or (bold and pinned):
        return (*found.values(), *(pinned[:_PINNED] if bold else ()))
    if pinned and home.data(home.prefix + change.at.path) is None:
        # Nothing is printed there today, so nothing can be said of what makes it.
        return Refusal(f"a fixed value in place of {_action(pinned[0][0])} would ignore the settings")
    return refused[0] if refused else Refusal(_unknown(home, home.prefix + change.at.path))


def _hiding(home: RenderedHome, change: Change) -> str | None:
    """The condition that hides the name to which a number would move, but not the reference."""
    if isinstance(change, SetScalar) and _names(change) and change.like is not None:
        return hidden_elsewhere(home, home.prefix + change.at.path, change.like)
    if isinstance(change, AddKey) and isinstance(change.value, str) and change.like is not None:
        return hidden_elsewhere(home, home.prefix + change.at.path, change.like)
    return None


def _hides_paths(change: Change) -> bool:
    """Whether an Ingress would get another apiVersion while its backends, shaped for the old, don't show."""
    if change.at.path != ("apiVersion",) or change.at.resource.kind != "Ingress":
        return False
    spec = change.at.resource.data.get("spec")
    rules = spec.get("rules") if isinstance(spec, dict) else None
    shown = [rule.get("http") for rule in rules or () if isinstance(rule, dict)]
    return not any(isinstance(http, dict) and http.get("paths") for http in shown)


def _names(change: Change) -> bool:
    """Whether a number gives way to a name: what the settings said of the number doesn't matter any more."""
    return isinstance(change, SetScalar) and isinstance(change.value, str) and type(change.at.value) is int


def _pins(edit: Edit) -> bool:
    """Whether an action, or what is handed to one, would give way to a fixed text."""
    return edit.old.count("{{") > edit.new.count("{{") or edit.old.startswith("(")


def _action(edit: Edit) -> str:
    start = max(edit.old.find("{{"), 0)
    return " ".join(edit.old[start : edit.old.find("}}", start) + 2].split())


def _ways(home: RenderedHome, change: Change) -> Iterator[Edits | Refusal]:
    path = home.prefix + change.at.path
    match change:
        case SetScalar(value=value, like=like):
            yield from scalar_ways(home, path, value, like)
        case AddKey():
            yield from _added(home, path, change)
        case RenameKey(key=key):
            for ground, at in _found(home, path):
                yield ground.edits(partial(rename_key, path=at, new_key=key))
        case RemoveKey():
            for ground, at in _found(home, path):
                yield ground.edits(partial(remove_key, path=at))
        case Replace(shape=shape):
            for ground, at in _found(home, path):
                yield _reshaped(home, ground, at, shape)


def _found(home: RenderedHome, path: Path) -> Iterator[tuple[Ground, Path]]:
    for ground in islice(grounds(home, path), _GROUNDS):
        at = ground.path(path)
        if at is not None:
            yield ground, at


def _added(home: RenderedHome, path: Path, change: AddKey) -> Iterator[Edits | Refusal]:
    """A key beside one that stands there: where that is written, the new one goes too."""
    siblings = change.at.value
    keys = list(siblings) if isinstance(siblings, dict) else []
    near = next((key for key in (change.after, change.before, *keys) if key in keys), None)
    if near is None:
        yield Refusal(f"nothing stands there beside which {change.key} could be written")
        return
    for ground, at in _found(home, (*path, near)):
        text = _expression(home, ground, (*path, near), change)
        if text is not None:
            draft = ground.edits(partial(_add, at=at[:-1], change=replace(change, value=_STAND_IN)))
            yield draft if isinstance(draft, Refusal) else _filled(draft, text)
        yield ground.edits(partial(_add, at=at[:-1], change=change))


def _add(document: Document, at: Path, change: AddKey) -> Edits | Refusal:
    return add_key(document, at, change.key, change.value, before=change.before, after=change.after)


def _expression(home: RenderedHome, ground: Ground, near: Path, change: AddKey) -> str | None:
    if change.like is None or change.like.value != change.value or not isinstance(ground, InTemplate):
        return None
    key = home.document.key_node(near)
    parts = home.rendering.parts(home.name, key.start, key.end) if key else ()
    if not parts:
        return None
    return expressed(home, change.like, ground.file, parts[0].start, isinstance(change.value, int))


def _filled(edits: Edits, text: str) -> Edits:
    return tuple(replace(edit, new=edit.new.replace(_STAND_IN, text)) for edit in edits)


def _reshaped(home: RenderedHome, ground: Ground, at: Path, shape: Any) -> Edits | Refusal:
    moved = _translated(home, ground, shape)
    if moved is None:
        return Refusal("a part of it is written elsewhere in the chart")
    return ground.edits(partial(reshape, path=at, shape=moved))


def _translated(home: RenderedHome, ground: Ground, shape: Any) -> Any:
    """The shape with its `Kept` paths told in the ground's; None where one isn't written there."""
    match shape:
        case Kept(path=path):
            found = ground.path(home.prefix + path)
            return Kept(found) if found is not None else None
        case dict():
            pairs = {key: _translated(home, ground, value) for key, value in shape.items()}
            return None if None in pairs.values() else pairs
        case list():
            items = [_translated(home, ground, value) for value in shape]
            return None if None in items else items
        case _:
            return shape


def _unknown(home: RenderedHome, path: Path) -> str:
    """What is known of a place that can't be changed."""
    keys = origin_at(home, path).keys
    if keys:
        setter = home.rendering.layers.setter(keys[0])
        file = f" in {setter.file.path}" if setter and setter.file else ""
        return f"it is a key of the map {dotted(keys[0][:-1])}{file}: rename the key"
    span = home.document.span(path)
    parts = home.rendering.parts(home.name, span.start, span.end) if span else ()
    action = next((part for part in parts if part.kind == "action"), None)
    if action is None:
        return "where the chart writes it can't be told"
    builtin = home.rendering.resolver.builtin(action.stack, home.rendering.layers)
    if builtin:
        return f"it comes from {' and '.join(builtin)}"
    chart = home.rendering.chart
    text = " ".join(chart.files[action.file].text[action.start : action.end].split())
    return f"it is made by {text} in {chart.files[action.file].path}, and no single place decides it"
