"""A fixed value in place of what a call hands to a named template of somebody else's."""

from __future__ import annotations

from collections.abc import Iterator

from refactor.charts.rendered_home import RenderedHome
from refactor.charts.spelling import replaced
from refactor.source import Edit
from templates_analysis.origin import Origin
from templates_analysis.pipelines import Function, Group, commands, parse

Edits = tuple[Edit, ...]


def argument_ways(home: RenderedHome, origin: Origin, value: str) -> Iterator[Edits]:
    """Each argument in parentheses that goes into a `dict` of our own calls, replaced by the value.

    Which of them is printed only rendering tells: the proof takes the one that changes this and no more.
    """
    chart = home.rendering.chart
    frames = dict.fromkeys(frame for part in origin.parts for frame in part.stack)
    for frame in frames:
        template = chart.templates[frame.file]
        segment = template.segments[frame.segment]
        if not chart.editable(frame.file):
            continue
        pipeline = parse(template.text[segment.body_start : segment.body_end], segment.body_start)
        for command in commands(pipeline) if pipeline else ():
            first = command.operands[0]
            if isinstance(first, Function) and first.name == "dict":
                for operand in command.operands[2::2]:
                    if isinstance(operand, Group):
                        yield (replaced(chart.files[frame.file], operand.start, operand.end, f'"{value}"'),)
