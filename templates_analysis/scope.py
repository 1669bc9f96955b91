"""Which blocks hold a place of a template, and so what the cursor and the variables are there.

The rules are those of https://pkg.go.dev/text/template: ``range`` and ``with`` set the cursor in their
first branch only, a variable lives till the end of the block that it is declared in, and ``$`` is
what the template was called with.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .actions import UNITS, Segment, Template
from .pipelines import Function, Operand, Pipeline, Text, commands, parse

_CONTROL = re.compile(r"\s*(?:else\s+)?(if|with|range)\b|\s*else\b")
_BRANCHES = frozenset({"if", "else", "range", "with"})


@dataclass(frozen=True, slots=True)
class Addition:
    """A ``set`` in a mapping that exists already: its operands and the action that it stands in.

    ``key`` is None where it is computed.
    """

    segment: int
    holder: Operand
    key: str | None
    value: Operand


@dataclass(frozen=True, slots=True)
class Assignment:
    """An action that sets a variable; ``certain`` is False where it stands in a block that has closed."""

    segment: int
    certain: bool


class Blocks:
    """The blocks of one template; segments are told by their index."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self._pipelines: dict[int, Pipeline | None] = {}
        self._around: dict[int, tuple[int, ...]] = {}
        self._declarations: dict[tuple[int, str], int | None] = {}
        self._elses: dict[int, list[int]] = defaultdict(list)
        for index, segment in enumerate(template.segments):
            if segment.keyword == "else" and segment.parent is not None:
                self._elses[segment.parent].append(index)

    def segment(self, index: int) -> Segment:
        return self.template.segments[index]

    def control(self, index: int) -> str:
        """What a branch tests by: ``if``, ``with`` or ``range``; empty for a plain ``else`` and the rest."""
        segment = self.segment(index)
        match = _CONTROL.match(self.template.text, segment.body_start, segment.body_end)
        return (match[1] or "") if match and segment.keyword in _BRANCHES else ""

    def pipeline(self, index: int) -> Pipeline | None:
        """The pipeline of an action without its keyword; None where there is none."""
        if index not in self._pipelines:
            self._pipelines[index] = self._parsed(index)
        return self._pipelines[index]

    def _parsed(self, index: int) -> Pipeline | None:
        segment = self.segment(index)
        if segment.kind != "action" or segment.keyword in UNITS or segment.keyword == "end":
            return None
        match = _CONTROL.match(self.template.text, segment.body_start, segment.body_end)
        start = match.end() if match and segment.keyword in _BRANCHES else segment.body_start
        return parse(self.template.text[start : segment.body_end], start)

    def opener(self, index: int) -> int:
        """The opener of the block that an ``else`` or ``end`` belongs to; any other segment itself."""
        segment = self.segment(index)
        parent = segment.parent if segment.keyword in ("else", "end") else None
        return index if parent is None else parent

    def branches(self, index: int) -> Iterator[int]:
        """The branch that begins at an opener, and those of the same block before it, backwards."""
        opener = self.opener(index)
        yield from (found for found in reversed(self._elses.get(opener, ())) if found <= index)
        yield opener

    def around(self, index: int) -> tuple[int, ...]:
        """The branches that a segment stands in, innermost first; an opener stands outside its own."""
        if index not in self._around:
            found: list[int] = []
            parent = self.segment(self.opener(index)).parent
            while parent is not None:
                found.append(parent)
                parent = self.segment(self.opener(parent)).parent
            self._around[index] = tuple(found)
        return self._around[index]

    def cursor(self, index: int) -> int | None:
        """The branch of a ``range`` or ``with`` that sets the cursor at a segment; None: as called."""
        for branch in self.around(index):
            if self.control(branch) in ("range", "with"):
                return branch
        return None

    def assignments(self, index: int, name: str) -> Iterator[Assignment]:
        """The actions that may have set a variable, last first, up to one that surely did."""
        declared = self.declaration(index, name)
        if declared is None:
            return
        here = set(self.around(index))
        for found in reversed(self._assigning.get(name, ())):
            if (
                declared < found < index
                and self._sign(found) == "="
                and self.declaration(found, name) == declared
            ):
                parent = next(iter(self.around(found)), None)
                certain = parent is None or parent in here
                yield Assignment(found, certain)
                if certain:
                    return
        yield Assignment(declared, True)

    def declaration(self, index: int, name: str) -> int | None:
        """The action that declares the variable seen at a segment; None when none does."""
        if (index, name) not in self._declarations:
            self._declarations[index, name] = self._declared(index, name)
        return self._declarations[index, name]

    def _declared(self, index: int, name: str) -> int | None:
        unit = self.segment(index).unit
        around = self.around(index)
        heads = {head for branch in around for head in self.branches(branch)}
        for found in reversed(self._assigning.get(name, ())):
            if found >= index or self.segment(found).unit != unit or self._sign(found) == "=":
                continue
            parent = next(iter(self.around(found)), None)
            seen = found in heads if self.segment(found).keyword in _BRANCHES else parent in (*around, None)
            if seen:
                return found
        return None

    def additions(self, index: int) -> tuple[Addition, ...]:
        """The places of a segment's own unit that ``set`` a key of some mapping."""
        return self._additions.get(self.segment(index).unit, ())

    @cached_property
    def _additions(self) -> dict[str, tuple[Addition, ...]]:
        found: dict[str, tuple[Addition, ...]] = {}
        for index, segment in enumerate(self.template.segments):
            if segment.keyword not in ("assign", "output") or "set " not in self.template.body(index):
                continue
            pipeline = self.pipeline(index)
            for command in commands(pipeline) if pipeline else ():
                match command.operands:
                    case (Function(name="set"), holder, key, value):
                        text = key.value if isinstance(key, Text) else None
                        added = Addition(index, holder, text, value)
                        found[segment.unit] = (*found.get(segment.unit, ()), added)
        return found

    def _sign(self, index: int) -> str:
        pipeline = self.pipeline(index)
        return pipeline.sign if pipeline else ""

    @cached_property
    def _assigning(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for index, segment in enumerate(self.template.segments):
            if segment.keyword == "assign" or segment.keyword in _BRANCHES:
                pipeline = self.pipeline(index)
                for name in pipeline.variables if pipeline else ():
                    found[name].append(index)
        return found


@lru_cache(maxsize=2048)
def blocks_of(template: Template) -> Blocks:
    """The blocks of a template, computed once."""
    return Blocks(template)
