"""`trace`: what happens to a request, hop by hop."""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from refactor.accepted import Accepted
from refactor.analysis import Analysis
from refactor.api import locked_files, read_input, services_beside, surroundings
from refactor.baseline import Baseline, read_baseline
from refactor.cli.arguments import UsageError
from refactor.cli.sources import governing_of, source
from refactor.cli.terminal import Output, progress
from refactor.config import Settings, nearest
from refactor.findings import Finding
from refactor.inputs import Reading
from refactor.loading import Loaded
from refactor.proof import State
from refactor.repair import Repair, repair
from refactor.report.journey import End, Journey, Remedy
from refactor.report.journeys import Atlas, Remedies, journeys, service_journeys, unreached
from refactor.report.text import error_line, note_line
from refactor.report.trace import fixes_line, journey_text, trace_summary

# What a request stumbles over; a fragile port carries it all the same.
_ASKED = ("broken", "suspect", "deprecated")
_SHORT = {"ing": "ingress", "svc": "service"}


def trace(arguments: argparse.Namespace, out: Output, err: Output) -> int:
    """Shows the journeys; 0 when each leads to a container or leaves the files, 1, 2 on unreadable input."""
    governing = governing_of(arguments)
    wanted = replace(
        governing.settings, select=frozenset(_ASKED), ignore=frozenset(), selection_of=None, stage=None
    )
    known = None if arguments.baseline is None else read_baseline(arguments.baseline)
    given = source(arguments, err)
    with progress(err, "Tracing"):
        loaded = read_input(given, governing)
        everything = _All(_courses(loaded, wanted, governing.settings, known))
    try:
        chosen = _chosen(everything, arguments.route, arguments.all)
    except UsageError:
        # The route may be missing because its file couldn't be read: that comes first.
        for error in loaded.errors:
            err.write(error_line(error, err.style))
        raise
    _show(chosen, loaded, arguments, out, err)
    if loaded.errors:
        return 2
    return int(any(journey.verdict in (End.FAILS, End.DOUBTFUL) for journey in chosen))


def _courses(
    loaded: Loaded, wanted: Settings, usual: Settings, baseline: Baseline | None
) -> Iterator[tuple[Repair, Accepted]]:
    """The repairs, each with what a run with the usual settings wouldn't report."""
    locked = locked_files(loaded)
    for application in loaded.applications:
        analyses = (_analysed(loaded, reading, wanted) for reading in application.readings)
        state = State(application, tuple(analyses))
        yield repair(state, wanted, locked), Accepted([state], usual, baseline)


def _analysed(loaded: Loaded, reading: Reading, wanted: Settings) -> Analysis:
    around = surroundings(reading, wanted, services_beside(loaded, reading))
    return Analysis(reading.resources, around)


class _Walk(NamedTuple):
    """A reading: what is there, what there would be, what helps, and the values of its chart."""

    before: Atlas
    after: Atlas | None
    remedies: Remedies
    values: str


class _All:
    """Every journey of an input: those of its routes, and those that begin at a Service."""

    def __init__(self, courses: Iterable[tuple[Repair, Accepted]]) -> None:
        self._walks = [list(_walks(course, accepted)) for course, accepted in courses]
        self.routes = _once(self._walks, journeys)
        every = (walk for walks in self._walks for walk in walks)
        self.unreached = {route for walk in every for route in unreached(walk.before.graph)}

    @cached_property
    def services(self) -> list[Journey]:
        return _once(self._walks, service_journeys)


def _once(courses: Iterable[Sequence[_Walk]], walked: Callable[..., Iterable[Journey]]) -> list[Journey]:
    """The journeys; where a chart's values make a difference, each with the first that has it so."""
    told: list[Journey] = []
    for walks in courses:
        seen: dict[Journey, list[str]] = {}
        for before, after, remedies, values in walks:
            for journey in walked(before, after, remedies):
                seen.setdefault(journey, []).append(values)
        routes = Counter((journey.route, journey.request) for journey in seen)
        for journey, under in seen.items():
            alone = routes[journey.route, journey.request] == 1 and walks[0].values in under
            told.append(journey if alone else replace(journey, values=under[0]))
    return told


def _walks(course: Repair, accepted: Accepted) -> Iterator[_Walk]:
    remedies = Remedies(_remedies(course, accepted))
    for (reading, first), last in zip(course.first.parts, course.last.analyses, strict=True):
        after = Atlas(last.graph, last.findings) if course.made else None
        yield _Walk(Atlas(first.graph, first.findings), after, remedies, reading.values)


def _remedies(course: Repair, accepted: Accepted) -> Iterator[tuple[Finding, Remedy]]:
    for fixes, applied in ((course.made, True), (course.offered, False)):
        for fix, _ in fixes:
            reasons = [accepted.reason(finding) for finding in fix.solves]
            withheld = reasons[0] if all(reasons) else ""
            for finding in fix.solves:
                made = applied and not withheld
                remedy = Remedy(fix.title, fix.safety.value, fix.stage, made, withheld or None, withheld)
                yield finding, remedy
    solved = {finding.key for fix, _ in (*course.made, *course.offered) for finding in fix.solves}
    for key, finding in course.found.items():
        if key not in solved and key in course.reasons:
            yield finding, Remedy(None, reason=course.reasons[key])


def _chosen(everything: _All, route: str | None, with_services: bool) -> list[Journey]:
    """The journeys that were asked for; without routes, those that begin at a Service."""
    if route is not None:
        return _matching([*everything.routes, *everything.services], route)
    if not everything.routes:
        return everything.services
    more = [journey for journey in everything.services if journey.route in everything.unreached]
    return everything.routes + (more if with_services else [])


def _matching(found: Sequence[Journey], route: str) -> list[Journey]:
    chosen = [journey for journey in found if _names(journey, route)]
    if not chosen:
        hosts = [j for j in found if j.resource.kind != "Service" and route.lower() in j.request.lower()]
        chosen = hosts
    if not chosen:
        known = list(dict.fromkeys(journey.route for journey in found))
        near = nearest(route, known)
        listed = f"; there are {', '.join(known[:5])}{' …' if len(known) > 5 else ''}" if known else ""
        raise UsageError(f"--route: there is no route {route!r}{near or listed}")
    return chosen


def _names(journey: Journey, route: str) -> bool:
    """Whether the route is the journey's: NAME, kind/NAME, NAMESPACE/NAME or kind/NAMESPACE/NAME."""
    resource = journey.resource
    parts = route.split("/")
    if parts[-1] != resource.name:
        return False
    kind = resource.kind.lower()
    first = _SHORT.get(parts[0].lower(), parts[0].lower())
    if len(parts) == 1:
        return resource.kind != "Service"
    if len(parts) == 2:
        return first == kind or (parts[0] == resource.namespace and resource.kind != "Service")
    return len(parts) == 3 and first == kind and parts[1] == resource.namespace


def _show(
    chosen: list[Journey], loaded: Loaded, arguments: argparse.Namespace, out: Output, err: Output
) -> None:
    if arguments.output_format == "json":
        from refactor.report.document import trace_json

        out.write_exactly(trace_json(chosen, loaded.errors, loaded.notes))
        return
    for journey in chosen:
        out.write(journey_text(journey, out.style))
    for error in loaded.errors:
        err.write(error_line(error, err.style))
    if arguments.quiet:
        return
    for note in loaded.notes:
        err.write(note_line(note, err.style))
    if chosen or not loaded.errors:
        err.line(trace_summary(chosen))
    line = fixes_line(chosen)
    if line:
        err.line(line)
