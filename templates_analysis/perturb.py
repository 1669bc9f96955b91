"""Which settings drive a rendered scalar, found by changing them and rendering again.

This sees through what can't be read from templates: texts that are templates themselves, computed keys,
values parsed from rendered YAML. As a rule it costs two renders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from .paths import Path, leaves, printed, setting
from .values import Layers

Render = Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, str] | None]]
"""Renders once for each mapping of overrides; None for what doesn't render."""
Read = Callable[[Mapping[str, str]], str | None]
"""The text of the scalar in a rendering; None where the scalar isn't there."""

SINGLES: Final = 32
"""How many settings are tried one by one, at most."""
_AT_ONCE = 8
_SHORTEST_PART = 2
# Sentinels are legal where ports and their names are checked: in the range of node ports, at most 15 letters.
_FIRST_NUMBER, _NUMBERS = 30_000, 2_767
_LETTERS = "abcdefghijklmnoprstuvwy"


def drivers(
    layers: Layers, value: str, render: Render, read: Read, *, singles: int = SINGLES
) -> tuple[Path, ...]:
    """The settings whose change changes the scalar that now reads ``value``, in the order of the values.

    Only settings that equal the text or are a part of it are tried, numbers in one render and texts in
    another; then, where those tell nothing, up to ``singles`` one by one. Empty when none drives it.
    """
    sentinels = dict(_sentinels(layers, value))
    groups = [
        {path: new for path, new in sentinels.items() if str(new).isdigit() is digits}
        for digits in (True, False)
    ]
    groups = [group for group in groups if group]
    if not groups:
        return ()
    texts = _texts(layers, groups, render, read)
    found = [path for group, text in zip(groups, texts, strict=True) for path in _shown(group, text)]
    if not found:
        # An unchanged text says that nothing of its group drives the scalar.
        unsettled = [group for group, text in zip(groups, texts, strict=True) if text != value]
        found = _one_by_one(layers, [*_equal_first(layers, value, unsettled)][:singles], render, read)
    return tuple(path for path in sentinels if path in found)


def _one_by_one(
    layers: Layers, tried: Sequence[Mapping[Path, str | int]], render: Render, read: Read
) -> list[Path]:
    """The first settings that show, each tried alone, a few in one call."""
    for start in range(0, len(tried), _AT_ONCE):
        some = tried[start : start + _AT_ONCE]
        texts = _texts(layers, some, render, read)
        found = [path for group, text in zip(some, texts, strict=True) for path in _shown(group, text)]
        if found:
            return found
    return []


def _equal_first(
    layers: Layers, value: str, groups: Sequence[Mapping[Path, str | int]]
) -> list[dict[Path, str | int]]:
    alone = [{path: new} for group in groups for path, new in group.items()]
    return sorted(alone, key=lambda one: value not in printed(setting(layers.merged, *one)))


def _texts(
    layers: Layers, groups: Sequence[Mapping[Path, str | int]], render: Render, read: Read
) -> list[str | None]:
    renderings = render([changed(layers, group) for group in groups])
    return [None if rendering is None else read(rendering) for rendering in renderings]


def _shown(group: Mapping[Path, str | int], text: str | None) -> list[Path]:
    if text is None:
        return []
    return [path for path, new in group.items() if _holds(text, str(new))]


def _sentinels(layers: Layers, value: str) -> Iterator[tuple[Path, str | int]]:
    """A text or number of its own for each setting that equals the value or is a part of it."""
    seen: set[Path] = set()
    for path, leaf in leaves(layers.merged, ()):
        place = _own(layers.merged, path)
        if place in seen or not _worth_trying(leaf, value):
            continue
        seen.add(place)
        number = len(seen) % _NUMBERS + _FIRST_NUMBER
        if isinstance(leaf, str):
            yield place, str(number) if leaf.isdigit() else _word(len(seen))
        else:
            yield place, number


def _own(merged: Mapping[str, Any], path: Path) -> Path:
    """Where a setting is set for the whole release: a global that subcharts see too is the release's."""
    above = path[path.index("global", 1) :] if "global" in path[1:] else path
    return above if setting(merged, above) is not None else path


def _worth_trying(leaf: str | int | float, value: str) -> bool:
    texts = printed(leaf)
    return value in texts or any(len(text) >= _SHORTEST_PART and _holds(value, text) for text in texts)


def _holds(text: str, part: str) -> bool:
    """Whether a text has a part in it; a number only by itself, not as some digits of another."""
    return (
        bool(re.search(rf"(?<!\d){part}(?!\d)", text))
        if part.isdigit()
        else bool(part.strip()) and part in text
    )


def _word(number: int) -> str:
    base = len(_LETTERS)
    digits = (_LETTERS[number // base**place % base] for place in (2, 1, 0))
    return f"zq{''.join(digits)}z"


def changed(layers: Layers, changes: Mapping[Path, Any]) -> dict[str, Any]:
    """The overrides to hand to Helm so that settings have other values.

    Helm replaces lists whole (https://helm.sh/docs/chart_template_guide/values_files/), so the list
    around a setting is given with all its items.
    """
    overrides = deepcopy(layers.overrides)
    for path, new in changes.items():
        _put(overrides, layers.merged, path, new)
    return overrides


def _put(overrides: dict[str, Any], merged: Mapping[str, Any], path: Path, new: Any) -> None:
    holder: Any = overrides
    for end in range(1, len(path)):
        inner = setting({"": holder}, ("", path[end - 1]))
        listed = isinstance(path[end], int)
        if not isinstance(inner, list if listed else dict):
            inner = deepcopy(setting(merged, path[:end])) if listed else {}
            holder[path[end - 1]] = inner
        holder = inner
    holder[path[-1]] = new
