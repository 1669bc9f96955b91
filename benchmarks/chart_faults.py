"""One place of a chart's sources gone wrong, kept where a route breaks in what real Helm renders."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.chart_evidence import Effect, effects
from benchmarks.chart_folders import ChartCase, Copy, World, worlds
from benchmarks.chart_places import Place, places
from benchmarks.chart_views import Views, Vocabulary, Way, lost, views, vocabulary, ways
from benchmarks.evidence import MisleadingError
from benchmarks.spelling import digit_slip, other_number, other_word, typo

# How many places are tried for each mutant that is wanted: most `name:` lines belong to no route.
_PATIENCE = 12
_PORT_WORDS = ("web", "http", "backend", "grpc", "main", "public", "rest")
_LABEL_WORDS = ("falcon", "juniper", "quartz", "maple")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A chart with `place` made `new`: `text` is the broken file, `broken` the routes that lost pods.

    `link` is what came apart in the rendered chart; `undecidable` the principle by which nobody could know
    the repair, or ''.
    """

    case: ChartCase
    place: Place
    variant: str
    new: str
    text: str
    broken: tuple[Way, ...]
    link: str
    undecidable: str

    @property
    def kind(self) -> str:
        return self.place.kind


@dataclass(frozen=True, slots=True)
class Ground:
    """A healthy chart as it's about to be broken. `asked` are the worlds that the tool is asked about."""

    copy: Copy
    asked: tuple[World, ...]
    healthy: Views
    known: Vocabulary


def ground(copy: Copy) -> Ground:
    """The chart rendered in every world that is asked for."""
    asked = worlds(copy.files, copy.case.sets)
    healthy = views(copy.folder, asked)
    return Ground(copy, asked, healthy, vocabulary(healthy))


def variants(place: Place, known: Vocabulary, name: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """(what was done, what stands there then) for one place; `name` is the chart's."""
    numbers, words = known.numbers, known.words
    if place.kind in ("template number", "values number", "number in an action"):
        yield "a digit", str(digit_slip(rng, int(place.old), numbers) or "")
        yield "another number", str(other_number(rng, numbers) or "")
    elif place.kind == "expression at a port":
        yield "a hard number", str(other_number(rng, numbers) or "")
        yield "another port's number", str(rng.choice(sorted(numbers)) if len(numbers) > 1 else "")
    elif place.kind == "expression at a name":
        yield "a hard name", name if name not in words else ""
        yield "a wrong word", other_word(rng, _PORT_WORDS, words)
    elif place.kind == "expression at a label":
        yield "a hard name", name if name not in words else ""
        yield "a wrong word", other_word(rng, _LABEL_WORDS, words)
    elif place.kind == "template label key":
        yield "a typo", typo(rng, place.old, known.label_keys)
    else:
        longest = 15 if place.old in known.port_names else 63
        yield "a typo", typo(rng, place.old, words, longest=longest)
        yield "another word", other_word(rng, _PORT_WORDS, words)


def broken_text(text: str, place: Place, new: str) -> str:
    """The file with the fault in it. Raises ValueError where the place's old text isn't there."""
    if text[place.start : place.end] != place.old:
        raise ValueError(f"{place.path}: {place.old!r} isn't at {place.start}")
    return text[: place.start] + new + text[place.end :]


def _sampled(groups: Mapping[str, list[Place]], rng: random.Random) -> Iterator[Place]:
    """Every kind in turn, so that the many don't crowd out the few."""
    queues = [rng.sample(group, len(group)) for _, group in sorted(groups.items())]
    while queues:
        for queue in queues:
            yield queue.pop()
        queues = [queue for queue in queues if queue]


def _judged(healthy: Views, broken: Views, gone: tuple[Way, ...]) -> tuple[str, str] | None:
    """(link, principle) of a mutant; None where the evidence speaks for another repair, or no link broke."""
    found: list[Effect] = []
    for world in dict.fromkeys(world for world, _ in gone):
        try:
            found += effects(healthy[world], broken[world])
        except (MisleadingError, ValueError):
            return None
    links = " + ".join(sorted({effect.link for effect in found}))
    return (links, max(effect.undecidable for effect in found)) if links else None


def _idle(ready: Ground) -> set[str]:
    """The templates that no route passes through; charts that make keys take seconds for them."""
    idle: set[str] = set()
    passed: set[str] = set()
    for scene in ready.healthy.values():
        passed |= {service.manifest.path for service in scene.cluster.services}
        passed |= {workload.manifest.path for workload in scene.cluster.workloads}
        passed |= {backend.ingress.path for backend in scene.cluster.backends}
        idle |= scene.application.files.keys()
    inside = {path.partition("/")[2] for path in idle - passed}
    return {path for path in inside if b"define" not in ready.copy.files.get(path, b"define")}


def _tried(ready: Ground, text: str, place: Place, variant: str, new: str) -> Mutant | None:
    copy = ready.copy
    mutated = broken_text(text, place, new)
    target = copy.folder / place.path
    target.write_bytes(mutated.encode())
    try:
        after = views(copy.folder, ready.asked)
    finally:
        target.write_bytes(copy.files[place.path])
    gone = lost(ready.healthy, after)
    judged = _judged(ready.healthy, after, gone) if gone else None
    return Mutant(copy.case, place, variant, new, mutated, gone, *judged) if judged else None


def mutants(ready: Ground, seed: int, limit: int, kind: str = "") -> list[Mutant]:
    """At most `limit` mutants of a chart, one for each place, the same for the same seed."""
    copy, idle = ready.copy, _idle(ready)
    copy.put(copy.files | dict.fromkeys(idle, b""))
    try:
        if ways(views(copy.folder, ready.asked)) != ways(ready.healthy):
            copy.put(copy.files)
        return list(_made(ready, idle, seed, limit, kind))
    finally:
        copy.put(copy.files)


def _made(ready: Ground, idle: set[str], seed: int, limit: int, kind: str) -> Iterator[Mutant]:
    rng = random.Random(f"{seed}:{ready.copy.case.name}")
    texts = {path: text for path, text in ready.copy.texts().items() if path not in idle}
    groups: dict[str, list[Place]] = {}
    for place in places(texts, ready.known):
        if kind in ("", place.kind):
            groups.setdefault(place.kind, []).append(place)
    made = 0
    for tried, place in enumerate(_sampled(groups, rng)):
        if made >= limit or tried >= limit * _PATIENCE:
            return
        options = [one for one in variants(place, ready.known, ready.copy.folder.name, rng) if one[1]]
        rng.shuffle(options)
        for variant, new in options:
            if new != place.old and (mutant := _tried(ready, texts[place.path], place, variant, new)):
                made += 1
                yield mutant
                break
