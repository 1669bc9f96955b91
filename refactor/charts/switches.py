"""Looking behind switches: what the given values hide is rendered too, within a budget."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from refactor.charts.workshop import Workshop
from refactor.kubernetes import INTERESTING
from refactor.source import SourceFile, read_stream
from templates_analysis.conditions import PLACEHOLDER, Keys
from templates_analysis.contents import Chart
from templates_analysis.mappings import nested
from templates_analysis.render import Failure, Rendered
from templates_analysis.toggles import Toggle, toggles
from templates_analysis.values import Layers, ValuesSet

# For one chart: how many switches are tried, for how long, and how many are kept and proven with.
RENDERS = 24
MILLISECONDS = 2000
KEPT = 8
_AT_ONCE = 4

# Where requests come in, and where they go: what hides these is tried first.
_FIRST = ("Ingress", "HTTPRoute", "Route", "IngressRoute", "Service")


@dataclass(frozen=True, slots=True)
class Tried:
    """The switches that show something new, with what they render; `left`: how many weren't tried."""

    sets: tuple[ValuesSet, ...]
    texts: tuple[Rendered, ...]
    left: int


def tried(chart: Chart, base: ValuesSet, shown: Sequence[Rendered], workshop: Workshop) -> Tried:
    """Turns the switches of a chart on one by one; kept is what brings an object that `shown` hasn't."""
    waiting = sorted(_switches(chart, Layers(chart, base)), key=_rank)
    started, known = time.monotonic(), {one for texts in shown for one in _objects(texts)}
    sets: list[ValuesSet] = []
    kept: list[Rendered] = []
    done = 0
    while done < min(len(waiting), RENDERS) and len(sets) < KEPT:
        if (time.monotonic() - started) * 1000 > MILLISECONDS:
            break
        group = waiting[done : done + _AT_ONCE]
        done += len(group)
        trials = [_trial(base, _with_parents(one, waiting)) for one in group]
        overrides = [Layers(chart, one).overrides for one in trials]
        for trial, result in zip(trials, workshop.render(chart.archive_files(), overrides), strict=True):
            # With one switch alone a chart may not render: it misses what goes with it, and so do we.
            found = set() if isinstance(result, Failure) else set(_objects(result)) - known
            if found and not isinstance(result, Failure):
                known |= found
                sets.append(trial)
                kept.append(result)
    return Tried(tuple(sets), tuple(kept), len(waiting) - done)


def _with_parents(one: Toggle, every: Sequence[Toggle]) -> Mapping[Keys, bool | int | str]:
    """A switch with those of the components that it is a part of: `a.ingress.enabled` means nothing alone."""
    settings = dict(one.settings)
    for other in every:
        above = other.path[:-1]
        if above and other.path[-1] == "enabled" and above == one.path[: len(above)]:
            settings = {**dict(other.settings), **settings}
    return settings


def _trial(base: ValuesSet, settings: Mapping[Keys, bool | int | str]) -> ValuesSet:
    name = ", ".join(f"{'.'.join(path)}={_told(value)}" for path, value in settings.items())
    return replace(base, name=name, extra=nested(settings.items(), {}))


def _switches(chart: Chart, layers: Layers) -> Iterator[Toggle]:
    for one in toggles(chart, layers):
        interesting = not one.guards or set(one.guards) & set(INTERESTING)
        if interesting and PLACEHOLDER not in (value for _, value in one.settings):
            yield one


def _rank(one: Toggle) -> tuple[int, int]:
    places = [_FIRST.index(kind) for kind in one.guards if kind in _FIRST]
    return min(places, default=len(_FIRST)) if one.guards else len(_FIRST) + 1, len(one.settings)


def _told(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _objects(texts: Rendered) -> Iterable[tuple[str, str]]:
    """The objects of interest of a rendering: the template, and the document's data as text."""
    for name, text in texts.items():
        if text.strip():
            file = SourceFile(name, text.encode())
            for document in read_stream(file, lambda kind, _: kind in INTERESTING).documents:
                yield name, repr(document.data)
