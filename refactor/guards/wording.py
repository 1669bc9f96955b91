"""What a new template can say of things that other templates print: expressions and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refactor.charts.home import ChartHome
from refactor.charts.spelling import parts_of
from refactor.world import Ref
from templates_analysis.contents import Chart
from templates_analysis.express import expression
from templates_analysis.resolve import Resolver
from templates_analysis.scope import Blocks, blocks_of
from templates_analysis.trace import Frame, Part

_HELPER = re.compile(r"""include\s+"[^"]+"\s+[^|"]*(?:"[^"]*"[^|"]*)*(?=\||$)""")
_VARIABLE = re.compile(r"\$\w")
_CONTROL = re.compile(r"(?:else\s+)?(?:if|with)\s+(?:\$\w+\s*:?=\s*)?")


class Wording:
    """Says things at the top level of a new template of a chart, where `.` and `$` are Helm's own object.

    Only what the chart's own templates print can be said, not what those of its subcharts do.
    """

    def __init__(self, chart: Chart, inside: str) -> None:
        self._chart = chart.changed({inside: "kind: Pod\n"})
        self._resolver = Resolver(self._chart)
        self._inside = inside

    def expression(self, at: Ref, number: bool = False) -> str | None:
        """The text that prints what a scalar of a rendered resource says; None where it can't be said."""
        home = at.resource.home
        if at.value is None or not isinstance(home, ChartHome) or self._scope(home):
            return None
        return self._said(parts_of(home, home.prefix + at.path), number)

    def conditions(self, at: Ref) -> tuple[str | None, ...]:
        """What has to hold for a scalar to be printed, the outermost first; None for what can't be said."""
        place = self._outermost(at)
        if place is None:
            return (None,)
        blocks = blocks_of(self._chart.templates[place.file])
        around = reversed(blocks.around(place.segment))
        return tuple(said for head in around for said in self._held(blocks, place.file, head))

    def labels(self, at: Ref) -> str | None:
        """The chart's helper that prints the labels of a resource, called as it is there; None without one.

        `at`: the resource's `metadata.labels`.
        """
        home = at.resource.home
        span = home.document.span(home.prefix + at.path) if isinstance(home, ChartHome) else None
        if span is None or not isinstance(home, ChartHome) or self._scope(home):
            return None
        frames = {
            part.stack[0] for part in home.rendering.parts(home.name, span.start, span.end) if part.stack
        }
        found = sorted(filter(None, map(self._helper, frames)))
        return found[0] if len(found) == 1 else None

    def _helper(self, frame: Frame) -> str | None:
        template = self._chart.templates[frame.file]
        blocks = blocks_of(template)
        match = _HELPER.match(template.body(frame.segment))
        if match is None or blocks.cursor(frame.segment) is not None or _VARIABLE.search(match[0]):
            return None
        return match[0].strip()

    def _outermost(self, at: Ref) -> Frame | None:
        """The segment of the chart's own template that printed a scalar, itself or through named ones."""
        home = at.resource.home
        parts = parts_of(home, home.prefix + at.path) if isinstance(home, ChartHome) else ()
        if not parts or not isinstance(home, ChartHome) or self._scope(home):
            return None
        first = parts[0]
        if first.stack:
            return first.stack[0]
        return Frame(first.file, self._chart.templates[first.file].at(first.start))

    def _held(self, blocks: Blocks, file: str, head: int) -> Iterator[str | None]:
        """What holds in the branch that begins at a head."""
        own, *before = blocks.branches(head)
        opener = blocks.opener(own)
        if blocks.control(opener) == "range" or blocks.segment(opener).keyword == "block":
            yield None
            return
        for one in reversed(before):
            said = self._condition(file, one)
            yield f"not {_grouped(said)}" if said else None
        if blocks.control(own):
            yield self._condition(file, own)

    def _condition(self, file: str, head: int) -> str | None:
        """The pipeline of a branch, which means the same in the new template where nothing local is in it."""
        template = self._chart.templates[file]
        pipeline = " ".join(_CONTROL.sub("", template.body(head)).split())
        local = blocks_of(template).cursor(head) is not None or _VARIABLE.search(pipeline)
        return None if local or not pipeline else pipeline

    def _said(self, parts: Sequence[Part], number: bool) -> str | None:
        return expression(self._resolver, parts, self._inside, 0, number=number)

    def _scope(self, home: ChartHome) -> tuple[str, ...]:
        return self._chart.rendered_scope(home.name)


@dataclass(frozen=True, slots=True)
class Every:
    """Conditions that all hold; none of them: always."""

    terms: tuple[str, ...] = ()

    def text(self) -> str:
        """As a pipeline."""
        return _joined("and", self.terms)


def any_of(choices: Sequence[Every]) -> str:
    """One of these as a pipeline; "" where one of them always holds."""
    texts = list(dict.fromkeys(one.text() for one in choices))
    return "" if "" in texts else _joined("or", texts)


def all_of(*texts: str) -> str:
    """All of these pipelines as one; an empty one always holds."""
    return _joined("and", [one for one in dict.fromkeys(texts) if one])


def _joined(word: str, texts: Sequence[str]) -> str:
    if len(texts) <= 1:
        return "".join(texts)
    return f"{word} {' '.join(_grouped(one) for one in texts)}"


def _grouped(text: str) -> str:
    """A pipeline as one operand."""
    return f"({text})" if re.search(r"\s", text) and not _is_grouped(text) else text


def _is_grouped(text: str) -> bool:
    """Whether the parenthesis that a text begins with is closed by its last one."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return text[0] == "(" and place == len(text) - 1
    return False
