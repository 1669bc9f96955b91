"""Where a user has to look for a rendered place: in a template or values file of the chart."""

from __future__ import annotations

from collections.abc import Sequence

from refactor.charts.rendered_home import RenderedHome
from refactor.charts.spelling import origin_at
from refactor.source import Position, SourceFile, Span
from refactor.world.manifests import key_span
from refactor.world.resources import Location, Path
from templates_analysis.origin import Setting
from templates_analysis.trace import Frame, Part


def location_of(home: RenderedHome, path: Path, key: bool = False) -> Location:
    """The source of what stands at a path of the rendered document, or of the nearest thing above it.

    `key`: of the key that the path ends with, where there is one.

    That is a literal where it was written; of what an action prints, the action, in a file that is the
    user's own: inside of a dependency nobody can change it.
    """
    of_key = key_span(home.document, path) if key else None
    span = of_key or home.document.span(path)
    origin = origin_at(home, path) if of_key is None and span is not None else None
    if origin is not None and origin.block and origin.setting is not None:
        in_values = _in_values(origin.setting)
        if in_values is not None:
            return in_values
    shown = span or _above(home, path)
    parts = home.rendering.parts(home.name, shown.start, shown.end) if shown else ()
    chart = home.rendering.chart
    first = parts[0] if parts else None
    if first is None:
        return _unknown(home)
    if first.kind == "text" and chart.editable(first.file):
        file = chart.files[first.file]
        end = _end(parts) if span else first.start
        return Location(file, file.position(first.start), Span(first.start, max(end, first.start + 1)))
    frame = _frame(home, first, shown.start if shown else 0)
    if frame is None:
        file = chart.files[first.file]
        return Location(file, file.position(first.start), Span(first.start, first.end))
    segment = chart.templates[frame.file].segments[frame.segment]
    file = chart.files[frame.file]
    return Location(file, file.position(segment.start), Span(segment.start, segment.end))


def _in_values(setting: Setting) -> Location | None:
    """Of a block that an action prints whole, the line of the values file that is meant."""
    setter = setting.setter
    if setter is None or setter.file is None or setter.document is None or not setting.editable:
        return None
    span = setter.document.span(setter.path)
    return Location(setter.file, setter.document.position(setter.path), span) if span else None


def _frame(home: RenderedHome, part: Part, start: int) -> Frame | None:
    """The action to look at: the outermost one that prints this place and nothing before it.

    A helper that makes names serves many places; the one that is wrong is where it is called.
    """
    before = home.rendering.parts(home.name, start - 1, start) if start else ()
    around = before[0].stack if before else ()
    own = [frame for frame in part.stack if home.rendering.chart.editable(frame.file)]
    return next((frame for frame in own if frame not in around), own[-1] if own else None)


def _above(home: RenderedHome, path: Path) -> Span | None:
    """The key of the nearest thing above a path that stands in the document."""
    for length in range(len(path) - 1, 0, -1):
        key = home.document.key_node(path[:length])
        if key is not None:
            return Span(key.start, key.end)
    return home.document.span(())


def _end(parts: Sequence[Part]) -> int:
    """The end of the source of parts that follow one another there."""
    end = parts[0].end
    for part in parts[1:]:
        if part.file != parts[0].file or part.start != end:
            break
        end = part.end
    return end


def _unknown(home: RenderedHome) -> Location:
    source = home.rendering.source(home.name)
    file: SourceFile = source or home.file
    return Location(file, Position(1, 1), None)
