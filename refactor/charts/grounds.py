"""The texts in which a rendered place is written, each readable as YAML by itself.

A key stands in a template, or in a values file where an action prints a whole block of it. Our verbs work
on both; a path of the rendered document has to be told in the path of the ground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from refactor.charts.rendered_home import RenderedHome
from refactor.source import Document, Edit, Refusal, Span
from refactor.world.resources import Path
from templates_analysis.masked import Region, regions
from templates_analysis.trace import Part

Verb = Callable[[Document], tuple[Edit, ...] | Refusal]


class Ground(Protocol):
    """A text that holds a piece of a rendered document."""

    def path(self, path: Path) -> Path | None:
        """A path of the rendered document in this text; None where it isn't written here."""
        ...

    def edits(self, verb: Verb) -> tuple[Edit, ...] | Refusal:
        """What a verb changes in this text."""
        ...


@dataclass(frozen=True, slots=True)
class InTemplate:
    """A stretch of a template."""

    home: RenderedHome
    file: str
    region: Region

    def path(self, path: Path) -> Path | None:
        anchor = _anchor(self.home, path)
        part = _key_part(self.home, anchor)
        if part is None or part.kind != "text" or part.file != self.file:
            return None
        found = self.region.path_at(part.start)
        return found[: len(found) - (len(anchor) - len(path))] if found is not None else None

    def edits(self, verb: Verb) -> tuple[Edit, ...] | Refusal:
        return self.region.edits(verb)


@dataclass(frozen=True, slots=True)
class InValues:
    """A block of settings that an action prints: `block` in the document, `top` in the rendered one."""

    document: Document
    block: Path
    top: Path

    def path(self, path: Path) -> Path | None:
        if path[: len(self.top)] != self.top:
            return None
        found = self.block + path[len(self.top) :]
        return found if self.document.place(found) is not None else None

    def edits(self, verb: Verb) -> tuple[Edit, ...] | Refusal:
        return verb(self.document)


def grounds(home: RenderedHome, path: Path) -> Iterator[Ground]:
    """The texts in which the key or item at a path of the document is written, the smallest first."""
    part = _key_part(home, _anchor(home, path))
    if part is None:
        return
    chart = home.rendering.chart
    if part.kind == "text":
        if chart.editable(part.file):
            file, template = chart.files[part.file], chart.templates[part.file]
            for region in regions(file, template, part.start):
                yield InTemplate(home, part.file, region)
        return
    yield from _blocks(home, path, part)


def _blocks(home: RenderedHome, path: Path, part: Part) -> Iterator[InValues]:
    """The settings whose block holds the place, where their file is the user's own."""
    rendering = home.rendering
    top = _top(home, path, part)
    for block in rendering.resolver.block(part.stack, rendering.layers) if top is not None else ():
        assert top is not None
        setter = rendering.layers.setter(block + path[len(top) :])
        if setter is None or setter.document is None or setter.shared:
            continue
        if setter.inside is None or rendering.chart.editable(setter.inside):
            depth = len(path) - len(top)
            yield InValues(setter.document, setter.path[: len(setter.path) - depth], top)


def _top(home: RenderedHome, path: Path, part: Part) -> Path | None:
    """The collection whose content an action prints: the last one that it didn't begin."""
    for length in range(1, len(path) + 1):
        key = home.document.key_node(path[:length]) or home.document.node(path[:length])
        made = home.rendering.parts(home.name, key.start, key.start + 1) if key is not None else ()
        if made and made[0].kind == "action" and made[0].stack == part.stack:
            return path[: length - 1]
    return None


def _anchor(home: RenderedHome, path: Path) -> Path:
    """The path itself, or for an item of a list the path of its first key."""
    while path and isinstance(path[-1], int):
        node = home.document.node(path)
        data = home.data(path)
        if node is None or not isinstance(data, dict) or not data:
            break
        path = (*path, next(iter(data)))
    return path


def _key_part(home: RenderedHome, path: Path) -> Part | None:
    """What wrote the key that a path ends with, or the item itself where it has none."""
    key = home.document.key_node(path)
    span = Span(key.start, key.end) if key is not None else home.document.span(path)
    if span is None or span.start == span.end:
        return None
    parts = home.rendering.parts(home.name, span.start, span.end)
    return parts[0] if parts and (len(parts) == 1 or key is None) else None
