"""The values that templates see: a chart's defaults, its subcharts' below them, what the user gives on top.

Follows Helm 4 (https://helm.sh/docs/chart_template_guide/subcharts_and_globals/ and
https://helm.sh/docs/topics/charts/#scope-dependencies-and-values): a parent's values win over its
subchart's, maps are merged, ``null`` takes a default away, ``global`` reaches everywhere, a dependency that
its condition switches off has no defaults, and ``import-values`` copies from child to parent. All maps
passed as ``above`` are changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .mappings import copied
from .metadata import Dependency
from .problems import ValuesError
from .subcharts import Unit

Values = dict[str, Any]
GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class _Defaults:
    """A chart's own values, and those of its children by key."""

    values: Values
    children: Mapping[str, _Defaults]


def coalesced(
    unit: Unit, defaults: Callable[[str], Mapping[str, Any]], overrides: Mapping[str, Any], *, all_on: bool
) -> Values:
    """What ``.Values`` is to the templates of ``unit``, the chart's root.

    ``defaults``: the values of a (sub)chart's own values.yaml by its prefix. ``all_on`` takes dependencies
    for enabled that a condition or tag switches off. Raises ValuesError when the values give something
    other than a map for a subchart.
    """
    everything = _coalesce(_defaults(unit, defaults, None, ()), copied(overrides), keep=False)
    if all_on or not any(one.metadata.dependencies for _, one in unit.walk()):
        return everything
    return _coalesce(
        _imported(unit, _defaults(unit, defaults, everything, ())), copied(overrides), keep=False
    )


def enabled(dependency: Dependency, scope: tuple[str, ...], values: Mapping[str, Any]) -> bool:
    """Whether Helm takes a dependency in; ``values`` are those of the root with everything on.

    The first condition that is a boolean decides, then the tags, else it is on
    (https://helm.sh/docs/topics/charts/#tags-and-condition-fields-in-dependencies).
    """
    for condition in dependency.condition.split(","):
        found = at(values, (*scope, *condition.split(".")))
        if isinstance(found, bool):
            return found
    tags = values.get("tags")
    known = [
        tags[tag] for tag in dependency.tags if isinstance(tags, dict) and isinstance(tags.get(tag), bool)
    ]
    return any(known) or not known


def at(values: Any, path: tuple[str | int, ...]) -> Any:
    """The value at a path; None where there is nothing."""
    for step in path:
        if isinstance(step, str):
            values = values.get(step) if isinstance(values, dict) else None
        else:
            values = values[step] if isinstance(values, list) and step < len(values) else None
    return values


def _defaults(
    unit: Unit,
    defaults: Callable[[str], Mapping[str, Any]],
    values: Values | None,
    scope: tuple[str, ...],
) -> _Defaults:
    """The tree of defaults of the units that are on under ``values`` (None: of all)."""
    children = {}
    for key, child in unit.children.items():
        dependency = unit.dependency(key)
        if dependency is None or values is None or enabled(dependency, scope, values):
            children[key] = _defaults(child, defaults, values, (*scope, key))
    return _Defaults(copied(defaults(unit.prefix)), children)


def _imported(unit: Unit, own: _Defaults) -> _Defaults:
    """The defaults as Helm has them after taking imports: a parent's hold all of its children's."""
    children = {key: _imported(unit.children[key], child) for key, child in own.children.items()}
    below = _Defaults(own.values, children)
    if not any(one.key in children for one in unit.metadata.dependencies):
        return below
    merged = _coalesce(below, {}, keep=True)
    imports: Values = {}
    for dependency in unit.metadata.dependencies:
        for child, parent in dependency.imports if dependency.key in children else ():
            table = at(merged, (dependency.key, *child.split(".")))
            if isinstance(table, dict):
                _fill(imports, _nested(parent, copied(table)), keep=True)
    return _Defaults(_fill(copied(merged), imports, keep=True), children)


def _nested(path: str, table: Values) -> Values:
    for step in reversed(path.split(".") if path != "." else []):
        table = {step: table}
    return table


def _coalesce(defaults: _Defaults, above: Values, *, keep: bool) -> Values:
    """``above`` with the defaults below it; ``keep``: a null stays, for a later pass to act on."""
    _fill_chart(defaults, above, keep=keep)
    for key, child in defaults.children.items():
        values = above.setdefault(key, {})
        if not isinstance(values, dict):
            message = f"the values for the subchart {key!r} must be a map: it has settings of its own"
            raise ValuesError("values", 0, 0, message)
        _share_globals(above, values)
        _coalesce(child, values, keep=keep)
    return above


def _fill_chart(defaults: _Defaults, above: Values, *, keep: bool) -> None:
    for key, default in copied(defaults.values).items():
        if key in above:
            value = above[key]
            if value is None and not keep:
                del above[key]
            elif isinstance(value, dict) and isinstance(default, dict):
                kept = keep or key in defaults.children
                _fill(value, default if kept else _without_nulls(default), keep=kept)
        elif keep:
            above[key] = default
        elif default is not None:
            above[key] = _without_nulls(default) if isinstance(default, dict) else default


def _fill(above: Values, below: Values, *, keep: bool) -> Values:
    """``above`` with what only ``below`` has; the way Helm merges two tables."""
    for key, value in below.items():
        if key not in above:
            above[key] = value
        elif above[key] is None:
            if not keep and value is not None:
                del above[key]
        elif isinstance(value, dict) and isinstance(above[key], dict):
            _fill(above[key], value, keep=keep)
    return above


def _share_globals(parent: Values, child: Values) -> None:
    """Put the parent's globals over the child's."""
    own, theirs = child.get(GLOBAL, {}), parent.get(GLOBAL, {})
    if not isinstance(own, dict) or not isinstance(theirs, dict):
        return
    for key, value in copied(theirs).items():
        below = own.get(key)
        if isinstance(value, dict) and (key not in own or isinstance(below, dict)):
            own[key] = _fill(value, below, keep=True) if isinstance(below, dict) else value
        elif not isinstance(value, dict) and not isinstance(below, dict):
            own[key] = value
    child[GLOBAL] = own


def _without_nulls(table: Values) -> Values:
    kept = {key: value for key, value in table.items() if value is not None}
    return {key: _without_nulls(value) if isinstance(value, dict) else value for key, value in kept.items()}
