"""One application named: in one pass, and in two stages; everything judged by re-reading the result."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.applications import Application
from benchmarks.harm import moved
from benchmarks.judge import resolve
from benchmarks.naming_barriers import KEYED, valid_container_name, valid_service_name
from benchmarks.naming_ground import Files, Link
from benchmarks.naming_links import IDLE, LEANING, SWITCHES, Survey
from benchmarks.naming_rollout import Loss, Rollout
from benchmarks.telling import lost_comments
from refactor import fix_manifests


@dataclass(frozen=True, slots=True)
class Missed:
    """A link that could have a name and has none; `told`: the tool's own reason, '' where it gave none."""

    link: Link
    number: int | str
    told: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A name that was given, with what a reader needs in order to judge it."""

    place: str
    number: int
    name: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one application; `losses` by the way of rolling out."""

    application: str
    able: Mapping[str, int] = field(default_factory=dict)
    named: Mapping[str, int] = field(default_factory=dict)
    missed: tuple[Missed, ...] = ()
    barred: Mapping[str, int] = field(default_factory=dict)
    overbold: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    dangling: tuple[str, ...] = ()
    comments_lost: int = 0
    unsettled: str = ""
    uncomposed: str = ""
    early: tuple[str, ...] = ()
    losses: Mapping[str, tuple[Loss, ...]] = field(default_factory=dict)
    mixtures: int = 0
    chosen: tuple[Chosen, ...] = ()
    crash: str = ""

    @property
    def failed(self) -> bool:
        lost = any(losses for way, losses in self.losses.items() if way != AT_ONCE)
        faults = (self.missed, self.overbold, self.moved, self.invalid, self.dangling, self.comments_lost)
        return bool(any(faults) or self.unsettled or self.uncomposed or self.early or lost or self.crash)


FIRST, SECOND, TOO_EARLY = "stage 1", "stage 2", "stage 2 on files without stage 1"
AT_ONCE = "for comparison: both stages at once"
WAYS = (FIRST, SECOND, TOO_EARLY, AT_ONCE)


def run(application: Application, seed: int) -> Trial:
    """Name `application` in every way and judge what comes out."""
    try:
        return _judged(application, seed)
    except Exception:
        return Trial(application.name, crash=traceback.format_exc(limit=-8))


def _fixed(files: Files, stage: int | None = None) -> tuple[dict[str, str], Any]:
    result = fix_manifests(dict(files), stage=stage)
    return {**files, **result.files}, result


def _judged(application: Application, seed: int) -> Trial:
    files = application.files
    whole, result = _fixed(files)
    first, _ = _fixed(files, 1)
    both, _ = _fixed(first, 2)
    early, _ = _fixed(files, 2)
    before, after = Survey(files), Survey(whole)
    barriers, values, now = before.barriers(), before.values(), after.values()
    ways = {
        FIRST: Rollout(files, first, seed),
        SECOND: Rollout(first, both, seed),
        TOO_EARLY: Rollout(files, early, seed),
        AT_ONCE: Rollout(files, whole, seed),
    }
    losses = {way: tuple(rollout.losses()) for way, rollout in ways.items()}
    able = [link for link, barrier in barriers.items() if not barrier]
    good = [link for link in able if _is_name(now.get(link))]
    again = fix_manifests(whole).diff
    return Trial(
        application.name,
        able=dict(Counter(link.kind for link in able)),
        named=dict(Counter(link.kind for link in good)),
        missed=tuple(Missed(link, values[link], _told(result, link)) for link in able if link not in good),
        barred=dict(Counter(f"{link.kind}: {barrier}" for link, barrier in barriers.items() if barrier)),
        overbold=tuple(_overbold(before, after)),
        moved=tuple(_moved(files, whole)),
        invalid=tuple(_invalid(before, after)),
        dangling=tuple(_dangling(before, files, whole)),
        comments_lost=sum(lost_comments(files, one) for one in (whole, first, both, early)),
        unsettled=again,
        uncomposed=_difference(whole, both),
        early=tuple(_early(values, Survey(early).values(), before)),
        losses=losses,
        mixtures=sum(rollout.mixtures for rollout in ways.values()),
        chosen=tuple(_chosen(before, values, now)),
    )


def _moved(files: Files, whole: Files) -> Iterator[str]:
    """Routes that leave a container; one that a repair gives more pods of its Service keeps all it had."""
    before, after = resolve(files), resolve(whole)
    for route in moved(before, after):
        if not before[route].landings <= after[route].landings:
            yield route.label


def _overbold(before: Survey, after: Survey) -> Iterator[str]:
    """Links that got a name although something forbids it."""
    values, now = before.values(), after.values()
    for link, barrier in before.barriers().items():
        if not barrier or not _is_name(now.get(link)) or _is_name(values[link]):
            continue
        if not _lifted(link, barrier, str(now[link]), before, after):
            yield f"{link.path}: {link.kind} {link.place}: named {now[link]} although {barrier}"


def _lifted(link: Link, barrier: str, name: str, before: Survey, after: Survey) -> bool:
    """Whether a barrier fell in the same run, or doesn't hold for the name that was chosen."""
    asked = {str(value) for one, value in before.values().items() if one.kind in ("target", "probe")}
    if link.kind == "container" and name in asked:
        return True  # a reference asked for it in vain: a repair
    if barrier == SWITCHES:
        return not name.startswith("https")
    if barrier == IDLE:
        # A repair has led a Service to it: now it is asked.
        now, ways = after.values(), after.hits.items()
        return any(_is_name(now[way]) and link in {hit.link for hit in hits} for way, hits in ways)
    if barrier == LEANING:
        return not after.leans(link)
    return barrier == KEYED and not any(f'"{name}"' in text for text in before.annotations())


def _is_name(value: int | str | None) -> bool:
    return isinstance(value, str) and value != ""


def _told(result: Any, link: Link) -> str:
    """What the tool says about the file's naming: its reasons, told apart by rule."""
    rules = {
        "backend": "numeric-backend-port",
        "target": "numeric-target-port",
        "probe": "numeric-probe-port",
        "container": "unnamed-container-port",
        "service": "unnamed-service-port",
    }
    told = [
        d for d in result.plan.declined if d.finding.path == link.path and d.finding.rule == rules[link.kind]
    ]
    errors = [f"{error.path}: {error.message}" for error in result.errors if error.path == link.path]
    return " | ".join(dict.fromkeys([*(str(one.reason) for one in told), *errors]))


def _invalid(before: Survey, after: Survey) -> Iterator[str]:
    """Names that weren't there and that the API would refuse, or that two ports share."""
    standing = before.values()
    for link, entry in after.entries.items():
        name = entry.port.name
        if not name or name == standing.get(link):
            continue
        if not valid_container_name(name):
            yield f"{link.path} {link.place}: {name} isn't allowed for a container port"
        if [port.name for port in entry.workload.ports].count(name) > 1:
            yield f"{link.path} {link.place}: {name} stands twice in the pod"
    for service in after.cluster.services:
        for index, port in enumerate(service.ports):
            link = Link("service", service.manifest.path, service.manifest.ordinal, f"ports[{index}]")
            if not port.name or port.name == standing.get(link):
                continue
            if not valid_service_name(port.name):
                yield f"{link.path} {link.place}: {port.name} isn't allowed for a Service port"
            if [one.name for one in service.ports].count(port.name) > 1:
                yield f"{link.path} {link.place}: {port.name} stands twice in the Service"


def _dangling(before: Survey, files: Files, whole: Files) -> Iterator[str]:
    """References that became names and don't resolve."""
    after, verdicts, old = Survey(whole).values(), resolve(whole), resolve(files)
    kinds = {"ingress": "backend", "service": "target", "probe": "probe"}
    standing = before.values()
    for route, verdict in verdicts.items():
        place = route.place
        links = [
            link
            for link in after
            if (link.kind, link.path, link.ordinal) == (kinds[route.kind], route.path, route.ordinal)
            and (link.place == place or (route.kind == "probe" and link.place.partition("]")[2] == place))
        ]
        became = any(_is_name(after[link]) and after[link] != standing.get(link) for link in links)
        worked = route in old and old[route].resolved
        # A name may stand before a hop that is still broken; it's its own hop that has to hold.
        further = route.kind == "ingress" and "the Service has no port" not in verdict.reason
        if became and not verdict.resolved and (worked or not (verdict.outside or further)):
            yield f"{route.path}: {route.label}: {verdict.reason}"


def _early(
    before: Mapping[Link, int | str], after: Mapping[Link, int | str], survey: Survey
) -> Iterator[str]:
    """What stage 2 alone did beyond moving references to names that stand already."""
    names = {entry.port.name for entry in survey.entries.values()}
    names |= {port.name for service in survey.cluster.services for port in service.ports}
    for link, value in after.items():
        if value == before.get(link):
            continue
        if link.kind in ("container", "service"):
            yield f"{link.path} {link.place}: stage 2 alone names it {value}"
        elif value not in names:
            yield f"{link.path} {link.place}: stage 2 alone asks for {value}, which stands nowhere"


def _difference(one: Files, two: Files) -> str:
    """The first line in which two results differ."""
    for path in sorted({*one, *two}):
        left, right = one.get(path, "").splitlines(), two.get(path, "").splitlines()
        for number, (a, b) in enumerate(zip(left, right, strict=False), 1):
            if a != b:
                return f"{path}:{number}: one pass {a.strip()!r}, two stages {b.strip()!r}"
        if len(left) != len(right):
            return f"{path}: {len(left)} lines in one pass, {len(right)} in two stages"
    return ""


def _chosen(
    before: Survey, values: Mapping[Link, int | str], now: Mapping[Link, int | str]
) -> Iterator[Chosen]:
    for link, entry in before.entries.items():
        name = now.get(link)
        if isinstance(name, str) and name and not values[link]:
            manifest = entry.workload.manifest
            place = f"{manifest.kind} {manifest.name}/{entry.container.name}"
            yield Chosen(place, entry.port.number, name, tuple(before.evidence(entry)))
    for service in before.cluster.services:
        for index, port in enumerate(service.ports):
            link = Link("service", service.manifest.path, service.manifest.ordinal, f"ports[{index}]")
            name = now.get(link)
            if isinstance(name, str) and name and not port.name:
                hits = before.hits[Link("target", link.path, link.ordinal, link.place)]
                called = {str(now.get(hit.link) or hit.port.number) for hit in hits}
                told = f"to {', '.join(sorted(called))}" if called else "to undeclared"
                yield Chosen(f"Service {service.manifest.name}", port.number, name, (told,))
