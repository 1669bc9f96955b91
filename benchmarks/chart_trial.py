"""One broken chart through `fix_manifests`, judged by rendering and re-resolving what comes out."""

from __future__ import annotations

import posixpath
import re
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.chart_faults import Mutant
from benchmarks.chart_folders import Copy, World
from benchmarks.chart_outcome import Outcome, Ways, detail_of, place_of
from benchmarks.chart_render import (
    NAMESPACE,
    RELEASE,
    Place,
    RenderError,
    differences,
    helm_command,
    render,
    render_by_command,
)
from benchmarks.chart_views import Way, views, ways
from benchmarks.harm import harmed, wrong
from benchmarks.judge import Verdict
from benchmarks.telling import category, changed_lines, comments
from refactor import fix_manifests

SELECT = ("broken", "suspect", "deprecated")
_TEMPLATE_COMMENT = re.compile(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)

Files = Mapping[str, bytes]
Marks = Counter[tuple[str, str, str, str]]


@dataclass(slots=True)
class Bench:
    """A healthy chart on disk with all that the judgement compares with.

    `worlds` are those that the tool is asked about, and the chart's plain defaults.
    """

    copy: Copy
    worlds: tuple[World, ...]
    healthy: Ways
    known: Marks
    noise: frozenset[Place] | None

    def views(self) -> dict[Way, Verdict]:
        """The routes of the chart as it lies on disk now."""
        return ways(views(self.copy.folder, self.worlds))


def bench(copy: Copy, asked: tuple[World, ...], findings: Iterable[Any]) -> Bench:
    """Measures the healthy chart; `findings` are what the tool says about it."""
    everywhere = asked if not copy.case.sets else (*asked, World("default values"))
    healthy = ways(views(copy.folder, everywhere))
    return Bench(copy, everywhere, healthy, Counter(map(_mark, findings)), noise(copy, asked[0]))


def noise(copy: Copy, world: World) -> frozenset[Place] | None:
    """What differs between the `helm` command and the SDK from the outset; None where either can't render."""
    helm = helm_command()
    try:
        if helm:
            plain = render(copy.folder, world)
            return frozenset(differences(plain, render_by_command(helm, copy.folder, world)))
    except RenderError:
        return None
    return None


def agreed(copy: Copy, world: World, known: frozenset[Place] | None) -> bool | None:
    """Whether the command and the SDK render the folder alike, apart from `known`."""
    helm = helm_command()
    if known is None or not helm:
        return None
    try:
        by_command = render_by_command(helm, copy.folder, world)
        return not differences(render(copy.folder, world), by_command) - known
    except RenderError:
        return False


def repair(copy: Copy, sets: tuple[str, ...], **options: Any) -> Any:
    """What the tool makes of the folder as it stands."""
    return fix_manifests(
        [str(copy.folder)], sets=list(sets), release=RELEASE, namespace=NAMESPACE, config=False, **options
    )


def _mark(finding: Any) -> tuple[str, str, str, str]:
    resource = finding.resource
    return (finding.rule, str(resource.kind), str(resource.name), finding.message)


def _detected(ready: Bench, mutant: Mutant, broken: Ways, findings: Iterable[Any]) -> bool:
    """Whether every broken route has a new finding on one of the objects that it passes through."""
    marks = Counter(_mark(one) for one in findings if category(one) != "fragile") - ready.known
    objects = {(kind, name) for _, kind, name, _ in marks}
    return all(
        any((kind, name) in objects for _, kind, name in ready.healthy[way].objects | broken[way].objects)
        for way in mutant.broken
    )


def lost_comments(before: Files, after: Files) -> int:
    """How many comments of YAML or of templates in `before` aren't in `after`."""
    told = [_comments(files) for files in (before, after)]
    return (told[0] - told[1]).total()


def _comments(files: Files) -> Counter[str]:
    texts = {path: content.decode("utf-8", "replace") for path, content in files.items()}
    found = comments(texts)
    for text in texts.values():
        found.update(match[0] for match in _TEMPLATE_COMMENT.finditer(text))
    return found


def changed(before: Files, after: Files) -> dict[str, bytes]:
    """The files of `after` that aren't as they were, and those that are gone, empty."""
    paths = before.keys() | after.keys()
    return {path: after.get(path, b"") for path in sorted(paths) if before.get(path) != after.get(path)}


def run(ready: Bench, mutant: Mutant) -> Outcome:
    """Repairs `mutant` with and without guesses, twice, judges each result and puts the chart back."""
    base = Outcome(
        chart=mutant.case.name,
        kind=mutant.kind,
        variant=mutant.variant,
        link=mutant.link,
        undecidable=mutant.undecidable,
    )
    try:
        return _judged(ready, mutant, base)
    except Exception:
        detail = {"fault": place_of(mutant)}
        return replace(base, crash=traceback.format_exc(limit=-8), detail=detail)
    finally:
        ready.copy.put(ready.copy.files)


def _judged(ready: Bench, mutant: Mutant, base: Outcome) -> Outcome:
    copy, sets = ready.copy, mutant.case.sets
    faulty = copy.files | {mutant.place.path: mutant.text.encode()}
    copy.put(faulty)
    broken = ready.views()
    started = time.perf_counter()
    result = repair(copy, sets, select=SELECT, unsafe=True, write=True)
    seconds = time.perf_counter() - started
    files = copy.snapshot()
    if {**faulty, **_told_files(copy, result)} != files:
        raise ValueError("result.files isn't what was written")
    touched = changed(faulty, files)
    after = ready.views() if touched else broken
    # Where nothing was changed, a second run or a more careful one would see the same and change nothing.
    again = repair(copy, sets, select=SELECT, unsafe=True).diff if touched else ""
    alike = agreed(copy, ready.worlds[0], ready.noise) if touched and files != copy.files else None
    harm = harmed(ready.healthy, broken, after, mutant.broken)
    careful = _carefully(ready, faulty, files, after) if touched else broken
    astray = wrong(ready.healthy, broken, careful, mutant.broken, exact=not mutant.undecidable)
    return replace(
        base,
        detected=_detected(ready, mutant, broken, result.findings),
        repaired=all(
            after.get(way, Verdict()).landings == ready.healthy[way].landings for way in mutant.broken
        ),
        restored=files == copy.files,
        harmed=len(harm),
        settled=not again,
        comments_lost=lost_comments({path: faulty.get(path, b"") for path in touched}, touched),
        foreign=sum(not copy.ours(path) for path in touched),
        wrong=len(astray),
        agreed=alike,
        changed_lines=changed_lines(result.diff),
        seconds=seconds,
        renders=result.counts.renders,
        detail=detail_of(mutant, result, again, broken, after, harm + astray),
    )


def _told_files(copy: Copy, result: Any) -> dict[str, bytes]:
    """What the tool says that it changes, by the path inside the chart."""
    root = f"{copy.folder.as_posix()}/"
    new = {path.removeprefix(root): text.encode() for path, text in result.files.items()}
    if strangers := [path for path in new if posixpath.isabs(path)]:
        raise ValueError(f"result.files names {strangers[0]}, which isn't below the chart that was given")
    return new


def _carefully(ready: Bench, faulty: Files, files: Files, after: Ways) -> Ways:
    """The routes after a repair without guesses, which are those of `after` where it makes `files` too."""
    ready.copy.put(faulty)
    new = {**faulty, **_told_files(ready.copy, repair(ready.copy, ready.copy.case.sets, select=SELECT))}
    if new == dict(files):
        return after
    ready.copy.put(new)
    return ready.views()
