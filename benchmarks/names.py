"""The naming harness: `python -m benchmarks.names`.

Names every application end to end, in one pass and in two stages, and judges the result with a resolver
of its own, down to every mixture of old and new objects of a rollout. Prints the figures, each with its
goal; exits 1 when one is missed. `--show` lists the names chosen, to be read as their owners would.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import naming_worlds
from benchmarks.applications import CORPUS, Application, corpus, own
from benchmarks.generate import applications
from benchmarks.naming_ground import KINDS
from benchmarks.naming_trial import FIRST, SECOND, TOO_EARLY, WAYS, Trial, run
from benchmarks.scoring import Goal, at_least, goal_figures, never, percentage, table, verdicts, write_records

_WANTED = 98.0
_TITLES = {
    "backend": "Ingress → Service port",
    "target": "Service → container port",
    "probe": "probe → container port",
    "container": "container port's own name",
    "service": "sole Service port's own name",
}


def _sum(trials: Sequence[Trial], kind: str = "") -> tuple[int, int]:
    """(links that can be named, links that are), of one kind or all."""
    able = sum(count for trial in trials for one, count in trial.able.items() if kind in ("", one))
    named = sum(count for trial in trials for one, count in trial.named.items() if kind in ("", one))
    return able, named


def goals(trials: Sequence[Trial]) -> list[Goal]:
    """The figures that the project holds itself to."""
    able, named = _sum(trials)
    counts = [
        ("names where DOMAIN says none", sum(len(one.overbold) for one in trials)),
        ("routes that change their container", sum(len(one.moved) for one in trials)),
        ("names invalid or not unique", sum(len(one.invalid) for one in trials)),
        ("names in references that don't resolve", sum(len(one.dangling) for one in trials)),
        ("comments lost", sum(one.comments_lost for one in trials)),
        ("second runs not empty", sum(bool(one.unsettled) for one in trials)),
        ("stage 1 then stage 2 not the one pass", sum(bool(one.uncomposed) for one in trials)),
        ("stage 2 alone beyond standing names", sum(len(one.early) for one in trials)),
        *((f"routes losing endpoints: {way}", _lost(trials, way)) for way in (FIRST, SECOND, TOO_EARLY)),
        ("crashes", sum(bool(one.crash) for one in trials)),
    ]
    return [
        at_least("links named, of those that can be", percentage(named, able), _WANTED),
        *(never(title, count) for title, count in counts),
    ]


def _lost(trials: Sequence[Trial], way: str) -> int:
    return sum(len(trial.losses.get(way, ())) for trial in trials)


def report(trials: Sequence[Trial]) -> Iterator[str]:
    """The lines that a person reads."""
    rows = [["links", "can be named", "named", "share"]]
    for kind in (*KINDS, ""):
        able, named = _sum(trials, kind)
        rows.append([_TITLES.get(kind, "all"), str(able), str(named), f"{percentage(named, able):.1f}%"])
    yield from table(rows)
    yield ""
    barred = Counter[str]()
    for trial in trials:
        barred.update(trial.barred)
    yield f"{sum(barred.values())} links have to stay as they are:"
    yield from (f"  {count:5}  {reason}" for reason, count in barred.most_common())
    yield ""
    yield from _rollouts(trials)
    for trial in trials:
        yield from _faults(trial)
    yield ""
    yield from verdicts(goals(trials))


def _rollouts(trials: Sequence[Trial]) -> Iterator[str]:
    mixtures = sum(trial.mixtures for trial in trials)
    yield f"{mixtures} mixtures of old and new objects; routes that lose endpoints in some of them:"
    for way in WAYS:
        losses = [loss for trial in trials for loss in trial.losses.get(way, ())]
        whole = sum(loss.whole for loss in losses)
        yield f"  {way}: {len(losses)}, of which {whole} lose all"
    yield ""


def _faults(trial: Trial) -> Iterator[str]:
    """What is wrong with one application, a line each."""
    for missed in trial.missed:
        place = f"{missed.link.path}: {missed.link.kind} {missed.link.place}"
        stays = f"stays {missed.number or 'nameless'}: {missed.told or 'no reason'}"
        yield f"  {trial.application}/{place} {stays}"
    for way in (FIRST, SECOND, TOO_EARLY):
        for loss in trial.losses.get(way, ()):
            yield f"  {trial.application}: {way}: {loss.route} with new {', '.join(loss.new)}"
    for title in ("overbold", "moved", "invalid", "dangling", "early"):
        yield from (f"  {trial.application}: {title}: {text}" for text in getattr(trial, title))
    if trial.unsettled:
        yield f"  {trial.application}: a second run changes more"
    if trial.uncomposed:
        yield f"  {trial.application}: {trial.uncomposed}"
    if trial.crash:
        yield f"  {trial.application}: {trial.crash.strip().rpartition(chr(10))[2]}"


def _chosen(trials: Sequence[Trial]) -> Iterator[str]:
    """Every name that was given: where, to which number, and what speaks for it."""
    for trial in trials:
        if trial.chosen:
            yield trial.application
        for one in trial.chosen:
            yield f"  {one.place:48} {one.number:>5}  {one.name:15}  {' · '.join(one.evidence)}"


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.names", description=__doc__)
    parser.add_argument(
        "--corpus", type=Path, default=CORPUS, help="folder with an INDEX.tsv; skipped if absent"
    )
    parser.add_argument(
        "--generated",
        type=int,
        default=150,
        help="plain applications made from the seed, and twice as many hard ones (default 150)",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", metavar="TEXT", help="applications whose name holds TEXT")
    parser.add_argument(
        "--failures", type=Path, metavar="FILE", help="write what went wrong, one JSON object a line"
    )
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.add_argument("--show", action="store_true", help="list the names chosen, with the evidence")
    return parser.parse_args(arguments)


def _run(everything: Sequence[Application], seed: int, jobs: int) -> Iterator[Trial]:
    work = partial(run, seed=seed)
    if jobs == 1:
        yield from map(work, everything)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(work, everything, chunksize=1)


def _figures(trials: Sequence[Trial]) -> dict[str, Any]:
    links = {kind: dict(zip(("able", "named"), _sum(trials, kind), strict=True)) for kind in KINDS}
    return {
        "applications": len(trials),
        "links": links,
        "lost": {way: _lost(trials, way) for way in WAYS},
        "goals": goal_figures(goals(trials)),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the harness. Returns 0 when every goal is met, 1 when one is missed."""
    options = _arguments(arguments)
    made = applications(options.seed, options.generated)
    hard = naming_worlds.applications(options.seed, 2 * options.generated)
    everything = [*own(), *made, *hard, *corpus(options.corpus)]
    chosen = [one for one in everything if options.only in one.name]
    trials = list(_run(chosen, options.seed, options.jobs))
    if options.failures:
        write_records(options.failures, (asdict(one) for one in trials if one.failed))
    if options.json:
        sys.stdout.write(json.dumps(_figures(trials), indent=2) + "\n")
    else:
        lines = [*(_chosen(trials) if options.show else ()), *report(trials)]
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0 if all(goal.met for goal in goals(trials)) else 1


if __name__ == "__main__":
    sys.exit(main())
