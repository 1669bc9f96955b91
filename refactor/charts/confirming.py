"""A second opinion: the `helm` command renders what the SDK has proven."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from refactor.charts.workshop import Workshop
from refactor.source import SourceFile, read_stream
from templates_analysis.contents import Chart
from templates_analysis.render import Failure, Rendered, Renderer, RendererMissing, find_renderer
from templates_analysis.values import Layers, ValuesSet

Renderings = Sequence[tuple[ValuesSet, Rendered]]


def doubt(chart: Chart, now: Renderings, before: Chart, then: Renderings, workshop: Workshop) -> str | None:
    """What the command has against renderings of a chart; None where it agrees or isn't there.

    `then`: the same sets as they rendered `before`. Where the two Helms didn't agree even then, their
    difference says nothing of the change.
    """
    command = None if workshop.forced else _command()
    if command is None or command.name == workshop.name or not now:
        return None
    for one, reason in _against(command, chart, now, workshop):
        old = [pair for pair in then if pair[0].name == one]
        if not list(_against(command, before, old, workshop)):
            return reason
    return None


def _against(
    command: Renderer, chart: Chart, renderings: Renderings, workshop: Workshop
) -> Iterator[tuple[str, str]]:
    """The sets that the command doesn't render as the SDK does, each with what is different."""
    overrides = [Layers(chart, one).overrides for one, _ in renderings]
    results = command.render(chart.archive_files(), overrides, workshop.release, workshop.timeout)
    for (one, ours), theirs in zip(renderings, results, strict=True):
        if isinstance(theirs, Failure):
            yield one.name, f"the helm command doesn't render the result (with {one.name}): {theirs.message}"
        elif sorted(_objects(ours)) != sorted(_objects(theirs)):
            yield one.name, f"the helm command renders the result otherwise (with {one.name})"


@cache
def _command() -> Renderer | None:
    try:
        return find_renderer("cli")
    except RendererMissing:
        return None


def _objects(texts: Rendered) -> Iterator[tuple[str, str]]:
    for name, text in texts.items():
        for document in read_stream(SourceFile(name, text.encode()), lambda *_: True).documents:
            if document.data is not None:
                yield name, repr(_told(document.data))


def _told(data: Any) -> Any:
    """Data without nulls, which one version of Helm prints and another leaves out."""
    if isinstance(data, Mapping):
        return {key: _told(data[key]) for key in sorted(data, key=str) if data[key] is not None}
    return [_told(item) for item in data if item is not None] if isinstance(data, list) else data
