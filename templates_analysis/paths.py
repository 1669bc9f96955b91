"""Settings looked up in a release's merged values, and how Helm prints them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Step = str | int | None
"""A key, a position in a list, or None: every item, as below a ``range``."""
Pattern = tuple[Step, ...]
Path = tuple[str | int, ...]

# Above it neighbouring integers are one float, which is what Helm makes of numbers.
_EXACT = 2**53


def setting(merged: Mapping[str, Any], path: Pattern) -> Any:
    """The value at a path without open steps; None when there is none.

    ``global`` in a subchart's scope is the whole release's:
    https://helm.sh/docs/chart_template_guide/subcharts_and_globals/.
    """
    value: Any = merged
    for step in path:
        value = _below(value, step)
    if value is None and "global" in path[1:]:
        return setting(merged, path[path.index("global", 1) :])
    return value


def _below(value: Any, step: Step) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
        return value[step]
    return None


def dotted(path: Iterable[str | int]) -> str:
    """A path as people write it: ``service.ports[0].port``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def concrete(merged: Mapping[str, Any], pattern: Pattern) -> Iterator[Path]:
    """The paths that there are below the values for a pattern, open steps filled in."""
    if None not in pattern:
        path = tuple(step for step in pattern if step is not None)
        if setting(merged, path) is not None:
            yield path
        return
    cut = pattern.index(None)
    value = setting(merged, pattern[:cut])
    steps: Sequence[str | int] = ()
    if isinstance(value, Mapping):
        steps = [key for key in value if isinstance(key, str)]
    elif isinstance(value, list):
        steps = range(len(value))
    for step in steps:
        yield from concrete(merged, (*pattern[:cut], step, *pattern[cut + 1 :]))


def leaves(value: Any, path: Path) -> Iterator[tuple[Path, str | int | float]]:
    """The texts and numbers in a value, with their paths; truth values and nothing are left out."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield path, value


def printed(value: str | int | float) -> frozenset[str]:
    """The texts that Helm may print for a setting: YAML's ``8080.0`` is the integer of JSON."""
    if isinstance(value, str):
        return frozenset({value})
    whole = {str(int(value))} if value == value // 1 and abs(value) < _EXACT else set()
    return frozenset({*whole, str(value)})
