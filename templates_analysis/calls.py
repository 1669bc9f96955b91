"""The named templates of a chart: where each is defined and where it is called from."""

from __future__ import annotations

from functools import cached_property

from .chart import Chart
from .pipelines import Command, Dot, Function, Text, Variable, commands
from .scope import blocks_of

_DEEPEST = 60
_CALLS = frozenset({"include", "template"})


def defines(chart: Chart) -> dict[str, tuple[str, int]]:
    """The file and segment of every named template that counts.

    Helm parses deeper files first, of equally deep ones the last by name, and the last definition counts:
    https://github.com/helm/helm/blob/main/pkg/engine/engine.go (``sortTemplates``).
    """
    found: dict[str, tuple[str, int]] = {}
    for file in sorted(chart.templates, key=lambda name: (name.count("/"), name), reverse=True):
        found |= {name: (file, index) for name, index in chart.templates[file].defines.items()}
    return found


def called(command: Command) -> str | None:
    """The named template that a command includes, where it is told by a literal."""
    if len(command.operands) < 2 or not isinstance(command.operands[0], Function):
        return None
    name = command.operands[1]
    return name.value if command.operands[0].name in _CALLS and isinstance(name, Text) else None


class CallSites:
    """Where the named templates of a chart are called from."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.templates = chart.templates

    def scopes(self, unit: str, seen: frozenset[str] = frozenset()) -> set[tuple[str, ...] | None]:
        """The charts whose root object a named template is called with; None among them: anything else."""
        if unit in seen:
            return set()
        if len(seen) >= _DEEPEST:
            return {None}
        found: set[tuple[str, ...] | None] = set()
        for file, segment, command in self._calls:
            if called(command) == unit:
                found |= self._handed(file, segment, command, seen | {unit})
        return found

    def _handed(
        self, file: str, segment: int, command: Command, seen: frozenset[str]
    ) -> set[tuple[str, ...] | None]:
        argument = command.operands[2] if len(command.operands) > 2 else None
        blocks = blocks_of(self.templates[file])
        here = isinstance(argument, Dot) and blocks.cursor(segment) is None
        if not here and not (isinstance(argument, Variable) and not argument.name and not argument.names):
            return {None}
        unit = blocks.segment(segment).unit
        return self.scopes(unit, seen) if unit else {self.chart.scope(file)}

    @cached_property
    def _calls(self) -> list[tuple[str, int, Command]]:
        return [
            (file, index, command)
            for file, template in self.templates.items()
            for index, segment in enumerate(template.segments)
            if segment.kind == "action" and (pipeline := blocks_of(template).pipeline(index))
            for command in commands(pipeline)
            if called(command)
        ]
