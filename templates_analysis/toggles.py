"""Values that hide a part of a chart, and what to set so that it shows.

Looked at are the branches of the chart's own and its unpacked subcharts' templates, and the dependencies
that a condition or tag switches off
(https://helm.sh/docs/topics/charts/#tags-and-condition-fields-in-dependencies). Where own templates call
those of other charts, the switches that the values hold for them count too: what they hide isn't known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from .actions import UNITS, Template
from .asking import Place, branch_condition
from .coalescing import GLOBAL, at, enabled
from .conditions import Condition, Keys, Reading, Settings, holds, is_switch, joined, settings_for, under
from .contents import Chart
from .metadata import Dependency
from .scope import blocks_of
from .subcharts import Unit
from .values import Layers

_KIND = re.compile(r"(?m)^[ \t]*(?:-[ \t]+)?kind:[ \t]*[\"']?([A-Za-z]+)\b")
_CALL = re.compile(r"""(?<![\w.$])(?:include|template)\s+(?:"([^"]+)"|`([^`]+)`)""")
_DEEPEST = 5
_BRANCHES = frozenset({"if", "else", "with"})


@dataclass(frozen=True, slots=True)
class Toggle:
    """A setting that reveals what the present values hide.

    ``path`` (in the values of the root) takes ``value``; ``settings`` holds it and all others that are
    needed with it. ``inside`` and ``line`` (1-based) tell where the chart asks for it, or where it is set;
    ``guards`` are the words behind ``kind:`` in what is hidden, in the order of the text.
    """

    path: Keys
    value: bool | int | str
    settings: tuple[tuple[Keys, bool | int | str], ...]
    inside: str
    line: int
    guards: tuple[str, ...]


def toggles(chart: Chart, layers: Layers) -> tuple[Toggle, ...]:
    """The toggles of a chart under some values, each once; those known to hide objects come first."""
    found: dict[frozenset[tuple[Keys, Any]], Toggle] = {}
    search = _Search(chart, layers)
    for toggle in search.all():
        key = frozenset(toggle.settings)
        known = found.get(key, toggle)
        found[key] = replace(known, guards=tuple(dict.fromkeys((*known.guards, *toggle.guards))))
    ordered = sorted(found.values(), key=lambda one: (not one.guards, len(one.settings)))
    asked = {path for toggle in ordered for path, _ in toggle.settings}
    return (*ordered, *(toggle for toggle in search.handed_on() if toggle.path not in asked))


class _Search:
    def __init__(self, chart: Chart, layers: Layers) -> None:
        self.chart = chart
        self.layers = layers
        self.values = layers.merged_with_all_on
        self.named = {
            name: (template, opener)
            for template in chart.templates.values()
            for name, opener in template.defines.items()
        }

    def all(self) -> Iterator[Toggle]:
        for scope, needed in self.scopes(self.chart.root, (), {}):
            yield from self.off(scope, needed)
        for scope, needed in self.scopes(self.chart.root, (), {}):
            unit = self.unit(scope)
            if unit.fetched or unit.metadata.library:
                continue
            for inside, template in self.templates(unit):
                yield from self.branches(inside, template, scope, needed)

    def unit(self, scope: Keys) -> Unit:
        unit = self.chart.root
        for key in scope:
            unit = unit.children[key]
        return unit

    def scopes(self, unit: Unit, scope: Keys, needed: Settings) -> Iterator[tuple[Keys, Settings]]:
        """The chart and the subcharts that can be there, with the settings that bring them in."""
        yield scope, needed
        for key, child in unit.children.items():
            together = joined((needed, self.enabling(unit, key, scope)))
            if together is not None:
                yield from self.scopes(child, (*scope, key), together)

    def enabling(self, unit: Unit, key: str, scope: Keys) -> Settings | None:
        """What switches a child on; None where nothing simple does."""
        dependency = unit.dependency(key)
        if dependency is None or enabled(dependency, scope, self.values):
            return {}
        for path in _conditions(dependency, scope):
            if at(self.values, path) is False:
                return {path: True}
        for tag in dependency.tags:
            if at(self.values, ("tags", tag)) is False:
                return {("tags", tag): True}
        return None

    def off(self, scope: Keys, needed: Settings) -> Iterator[Toggle]:
        """The dependencies of one chart that are switched off."""
        unit = self.unit(scope)
        for key, child in unit.children.items():
            own = self.enabling(unit, key, scope)
            dependency = unit.dependency(key)
            together = joined((own, needed))
            if own and together and dependency is not None:
                kinds = [kind for _, template in self.templates(child) for kind in self.kinds(template)]
                yield self.toggle(own, together, dependency.inside, dependency.line, kinds)

    def templates(self, unit: Unit) -> Iterator[tuple[str, Template]]:
        for inside, template in self.chart.templates.items():
            if inside.startswith(f"{unit.prefix}templates/"):
                yield inside, template

    def branches(self, inside: str, template: Template, scope: Keys, needed: Settings) -> Iterator[Toggle]:
        """The branches of one template that aren't taken."""

        def read(path: Keys) -> Any:
            return at(self.values, (*scope, *path))

        for index, segment in enumerate(template.segments):
            condition = self.condition(template, index) if segment.keyword in _BRANCHES else None
            own = None if condition is None else _revealing(condition, read)
            if condition is None or not own:
                continue
            blocks = blocks_of(template)
            around = (one for one in blocks.around(index) if template.segments[one].keyword not in UNITS)
            conditions = (condition, *(self.condition(template, one) for one in around))
            settings = joined(_revealing(one, read) for one in conditions)
            if settings is None or any(holds(one, under(settings, read)) is False for one in conditions):
                continue
            together = joined((_rooted(settings, scope), needed))
            kinds = self.kinds(template, index, segment.close)
            if together and (kinds or all(value is True for value in own.values())):
                line = self.chart.files[inside].position(segment.start).line
                yield self.toggle(_rooted(own, scope), together, inside, line, kinds)

    def condition(self, template: Template, branch: int) -> Condition:
        return branch_condition(Place(template, branch, self.named))

    def handed_on(self) -> Iterator[Toggle]:
        """The switches in values that templates of other charts may ask for."""
        if not self.calls_others():
            return
        for path, value in self.layers.leaves():
            keys = tuple(key for key in path if isinstance(key, str))
            if value is not False or len(keys) < len(path) or GLOBAL in keys[1:] or not is_switch(keys[-1]):
                continue
            setter = self.layers.setter(path)
            if setter and setter.inside and setter.document and setter.owner != "dependency":
                line = setter.document.position(setter.path).line
                yield self.toggle({keys: True}, {keys: True}, setter.inside, line, ())

    def calls_others(self) -> bool:
        """Whether a template of ours calls a named one of a library or dependency."""
        chart = self.chart
        own = [one for inside, one in chart.templates.items() if chart.owner(inside) in ("own", "subchart")]
        ours = {name for template in own for name in template.defines}
        called = {match[1] or match[2] for template in own for match in _CALL.finditer(template.text)}
        return not called.isdisjoint(self.named.keys() - ours)

    def toggle(
        self, own: Settings, together: Settings, inside: str, line: int, kinds: Iterable[str]
    ) -> Toggle:
        path, value = next(iter(own.items()))
        return Toggle(path, value, tuple(together.items()), inside, line, tuple(dict.fromkeys(kinds)))

    def kinds(
        self, template: Template, start: int = -1, end: int | None = None, calls: tuple[str, ...] = ()
    ) -> list[str]:
        """The kinds in the segments between two, and in the named templates that are called there."""
        found: list[str] = []
        for index in range(start + 1, len(template.segments) if end is None else end):
            segment = template.segments[index]
            piece = template.text[segment.start : segment.end]
            if segment.kind == "text":
                found += _KIND.findall(piece)
            for match in _CALL.finditer(piece) if segment.kind == "action" else ():
                name = match[1] or match[2]
                if name in self.named and name not in calls and len(calls) < _DEEPEST:
                    called, opener = self.named[name]
                    found += self.kinds(called, opener, called.segments[opener].close, (*calls, name))
        return found


def _revealing(condition: Condition, read: Reading) -> Settings | None:
    """What must be set for a branch to be taken; nothing where it is, or may be."""
    return {} if holds(condition, read) else settings_for(condition, True, read)


def _conditions(dependency: Dependency, scope: Keys) -> Iterator[Keys]:
    for condition in filter(None, dependency.condition.split(",")):
        yield (*scope, *condition.split("."))


def _rooted(settings: Settings, scope: Keys) -> Settings:
    """Settings of a subchart as paths in the root's values; globals are set at the root."""
    return {path if path[:1] == (GLOBAL,) else (*scope, *path): value for path, value in settings.items()}
