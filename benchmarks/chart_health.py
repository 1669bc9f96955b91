"""What the tool says about, and does to, a chart that nobody broke."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.chart_folders import Copy, World, worlds
from benchmarks.chart_trial import (
    SELECT,
    Bench,
    agreed,
    bench,
    changed,
    lost_comments,
    repair,
)
from benchmarks.chart_views import views, ways
from benchmarks.harm import moved
from benchmarks.telling import category

# An old apiVersion is no fault of a route: a healthy chart may have one, and have it changed.
_FAULTS = ("broken", "suspect")


@dataclass(frozen=True, slots=True)
class Health:
    """`rendered` is false for a chart that Helm itself refuses; such a chart may only not crash.

    `named` counts the files that the naming of its ports changed, `hidden` the faults that values other than
    those asked for reveal, and that are there.
    """

    chart: str
    rendered: bool = False
    routes: int = 0
    false_alarms: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    disagreed: tuple[str, ...] = ()
    named: int = 0
    hidden: int = 0
    comments_lost: int = 0
    foreign: int = 0
    crash: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """Everything that is wrong, in words."""
        counts = (("comments lost", self.comments_lost), ("files of dependencies changed", self.foreign))
        return (
            *(f"crash: {line}" for line in self.crash.strip().splitlines()[-1:]),
            *(f"false alarm: {one}" for one in self.false_alarms),
            *(f"changed: {one}" for one in self.changed),
            *(f"error: {one}" for one in self.errors),
            *(f"moved: {one}" for one in self.moved),
            *(f"second run not empty: {one}" for one in self.unsettled),
            *(f"the helm command renders something else: {one}" for one in self.disagreed),
            *(f"{title}: {count}" for title, count in counts if count),
        )


def examined(copy: Copy) -> tuple[Health, Bench | None]:
    """The chart's health, and the ground for its mutants; no ground where the chart doesn't render."""
    asked = worlds(copy.files, copy.case.sets)
    health = Health(copy.case.name)
    try:
        if not views(copy.folder, asked[:1]):
            repair(copy, copy.case.sets, select=SELECT)
            return health, None
        first = repair(copy, copy.case.sets, select=SELECT, unsafe=True)
        ready = bench(copy, asked, first.findings)
        health = replace(health, rendered=True, routes=len(ready.healthy))
        return _checked(ready, health), ready
    except Exception:
        return replace(health, crash=traceback.format_exc(limit=-8)), None
    finally:
        copy.put(copy.files)


def _checked(ready: Bench, health: Health) -> Health:
    """All runs under the sets that show the Ingress, and under none."""
    for sets in dict.fromkeys((ready.copy.case.sets, ())):
        asked = worlds(ready.copy.files, sets)
        if views(ready.copy.folder, asked[:1]):
            health = _named(ready, asked, _left_alone(ready, asked, health))
    return health


def _way(world: World) -> str:
    return f"under {', '.join(world.sets) or 'default values'}"


def _left_alone(ready: Bench, asked: tuple[World, ...], health: Health) -> Health:
    """Looks for faults where every route lands: there are none to be found, and nothing to be changed."""
    verdicts = ways(views(ready.copy.folder, asked))
    result = repair(ready.copy, asked[0].sets, select=_FAULTS, unsafe=True)
    errors = tuple(f"{one.path}: {one.message} ({_way(asked[0])})" for one in result.errors)
    health = replace(health, errors=(*health.errors, *errors))
    if not all(verdict.resolved or verdict.outside for verdict in verdicts.values()):
        return health
    broken = [one for one in result.findings if category(one) == "broken"]
    alarms = [one for one in broken if not _confirmed(ready, asked[0], one)]
    told = _way(asked[0])
    # What is repaired behind other values may be changed; nobody asked for more.
    touched = () if len(alarms) < len(broken) else result.files
    return replace(
        health,
        hidden=health.hidden + len(broken) - len(alarms),
        false_alarms=(
            *health.false_alarms,
            *(f"{one.path}:{one.line}: {one.rule}: {one.message} ({told})" for one in alarms),
        ),
        changed=(*health.changed, *(f"{path} ({told})" for path in touched)),
    )


def _confirmed(ready: Bench, world: World, finding: Any) -> bool:
    """Whether a route through the object is broken indeed, with the values that are said to reveal it."""
    for value in finding.values:
        if "=" in value:
            revealed = World(value, world.files, (*world.sets, value))
            for verdict in ways(views(ready.copy.folder, (revealed,))).values():
                known = {(kind, name) for _, kind, name in verdict.objects}
                landed = verdict.resolved or verdict.outside
                if not landed and (finding.resource.kind, finding.resource.name) in known:
                    return True
    return False


def _named(ready: Bench, asked: tuple[World, ...], health: Health) -> Health:
    """Names the chart's ports end to end: no route may move in any world, and once is enough."""
    copy, sets = ready.copy, asked[0].sets
    try:
        repair(copy, sets, write=True)
        files = copy.snapshot()
        touched = changed(copy.files, files)
        if not touched:
            return health
        elsewhere = moved(ready.healthy, ready.views())
        again = repair(copy, sets)
        alike = agreed(copy, ready.worlds[0], ready.noise)
    finally:
        copy.put(copy.files)
    told = _way(asked[0])
    before = {path: copy.files.get(path, b"") for path in touched}
    return replace(
        health,
        named=health.named + len(touched),
        moved=(*health.moved, *(f"[{world}] {route.label} ({told})" for world, route in elsewhere)),
        unsettled=(*health.unsettled, *((told,) if again.diff else ())),
        disagreed=(*health.disagreed, *((told,) if alike is False else ())),
        comments_lost=health.comments_lost + lost_comments(before, touched),
        foreign=health.foreign + sum(not copy.ours(path) for path in touched),
    )
