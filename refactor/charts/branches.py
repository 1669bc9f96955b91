"""Under which conditions of its templates a rendered place is written at all.

A number is good whatever the template does; a name is only where it is given. So a reference may move to a
name only where nothing that hides the name leaves the reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from refactor.charts.rendered_home import RenderedHome
from refactor.world.resources import Path, Ref
from templates_analysis.actions import Template
from templates_analysis.trace import Part

_BRANCHES = ("if", "with", "range")
# A variable, or a field of whatever the dot is; `.Values` and the like are the same everywhere.
_LOCAL = re.compile(
    r"\$\w|(?<![\w$)\]])\.(?!Values\b|Release\b|Chart\b|Capabilities\b)[a-zA-Z_]|\s\.(?:\s|$)"
)


def hidden_elsewhere(home: RenderedHome, path: Path, name: Ref) -> str | None:
    """The condition under which `name` is given and that the place at `path` doesn't share; None for none.

    Conditions around the whole object that holds the name don't count: without it nothing can be reached.
    """
    owner = name.resource.home
    if not isinstance(owner, RenderedHome):
        return None
    given = owner.prefix + name.path
    if owner.document.place(given) is None:
        given = given[:-1]
    needed = _conditions(owner, given) - _conditions(owner, (*owner.prefix, "kind"))
    missing = needed - _conditions(home, path)
    return min(missing, default=None)


def _conditions(home: RenderedHome, path: Path) -> frozenset[str]:
    """What must hold for the place to be rendered, as the templates say it."""
    span = home.document.span(path)
    parts = home.rendering.parts(home.name, span.start, span.end) if span else ()
    return frozenset(_around(home, parts[0])) if parts else frozenset()


def _around(home: RenderedHome, part: Part) -> Iterator[str]:
    templates = home.rendering.chart.templates
    for frame in part.stack:
        yield from _above(templates[frame.file], frame.segment)
    template = templates.get(part.file)
    if template is not None:
        yield from _above(template, template.at(part.start))


def _above(template: Template, index: int) -> Iterator[str]:
    parent = template.segments[index].parent
    while parent is not None:
        segment = template.segments[parent]
        if segment.keyword in _BRANCHES:
            yield _said(template, parent)
        elif segment.keyword == "else" and segment.parent is not None:
            yield f"not {_said(template, segment.parent)}"
            # The head of the block isn't what holds in its other branch.
            parent = segment.parent
        parent = template.segments[parent].parent


def _said(template: Template, index: int) -> str:
    """A condition as text; with its place where its words mean something else elsewhere."""
    body = template.body(index)
    return body if not _LOCAL.search(body) else f"{body} (at {id(template)}, {index})"
