"""The mutation harness: `python -m benchmarks.mutants`.

Breaks healthy applications in ways that people break them, lets the tool repair them, and judges the
result with a resolver of its own. Prints the figures, each with its goal; exits 1 when one is missed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import trial
from benchmarks.applications import CORPUS, Application, corpus, own
from benchmarks.faults.catalogue import mutants
from benchmarks.generate import applications
from benchmarks.scoring import (
    Goal,
    decidable,
    excluded,
    figures,
    headings,
    never,
    row,
    rows,
    shares,
    table,
    verdicts,
    write_records,
)

_SINGLE_SHAPED = ("backend-shape", "two at once", "with a decoy")


@dataclass(frozen=True, slots=True)
class Task:
    """One application to break, with what the worker needs to know."""

    application: Application
    seed: int
    limit: int
    kind: str


def work(task: Task) -> tuple[trial.Health, list[trial.Outcome]]:
    """All that is to be tried on one application."""
    made = mutants(task.application, task.seed, task.limit)
    chosen = (mutant for mutant in made if task.kind in ("", mutant.kind))
    return trial.check(task.application), [trial.run(mutant) for mutant in chosen]


def goals(outcomes: Sequence[trial.Outcome], healths: Sequence[trial.Health]) -> list[Goal]:
    """The figures that the project holds itself to."""
    repaired = [one for one in decidable(outcomes) if one.repaired and one.kind not in _SINGLE_SHAPED]
    median = statistics.median([one.changed_lines for one in repaired] or [0])
    counts = [
        ("other routes harmed", sum(one.harmed for one in outcomes)),
        ("comments lost", sum(one.comments_lost for one in outcomes)),
        ("default safety: wrong repairs", sum(one.wrong for one in outcomes)),
        ("crashes", sum(bool(one.crash) for one in outcomes) + sum(bool(one.crash) for one in healths)),
        ("healthy: false `broken` findings", sum(len(one.false_alarms) for one in healths)),
        ("healthy: routes moved", sum(len(one.harmed) for one in healths)),
        ("healthy: second runs not empty", sum(len(one.unsettled) for one in healths)),
        ("healthy: comments lost", sum(one.comments_lost for one in healths)),
    ]
    return [
        *shares(outcomes, detected=99, repaired=98),
        Goal("changed lines, median of one scalar", f"{median:g}", "2", median == 2),
        *(never(title, count) for title, count in counts),
    ]


def report(outcomes: Sequence[trial.Outcome], healths: Sequence[trial.Health]) -> Iterator[str]:
    """The lines that a person reads."""
    kinds = sorted(rows(outcomes, lambda one: one.kind), key=lambda line: line[0] in _SINGLE_SHAPED[1:])
    yield from table([headings("fault"), *kinds, row("all", outcomes)])
    yield ""
    yield from excluded(outcomes, "files")
    yield ""
    yield f"{len(healths)} healthy applications with {sum(one.routes for one in healths)} routes"
    for health in healths:
        if health.failed:
            first = [
                *health.false_alarms,
                *health.harmed,
                *health.unsettled,
                health.crash.strip().rpartition("\n")[2],
            ]
            yield f"  {health.application}: {first[0] if first else ''}"
    yield ""
    yield from verdicts(goals(outcomes, healths))


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument(
        "--corpus", type=Path, default=CORPUS, help="folder with an INDEX.tsv; skipped if absent"
    )
    parser.add_argument("--limit", type=int, default=60, help="single faults an application (default 60)")
    parser.add_argument(
        "--generated", type=int, default=100, help="applications made from the seed (default 100)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", metavar="TEXT", help="applications whose name holds TEXT")
    parser.add_argument("--kind", default="", help="one kind of fault")
    parser.add_argument(
        "--failures", type=Path, metavar="FILE", help="write what went wrong, one JSON object a line"
    )
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    return parser.parse_args(arguments)


def _tasks(options: argparse.Namespace) -> list[Task]:
    everything = [*own(), *applications(options.seed, options.generated), *corpus(options.corpus)]
    chosen = [one for one in everything if options.only in one.name]
    return [Task(one, options.seed, options.limit, options.kind) for one in chosen]


def _run(tasks: list[Task], jobs: int) -> Iterator[tuple[trial.Health, list[trial.Outcome]]]:
    if jobs == 1:
        yield from map(work, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(work, tasks, chunksize=1)


def _failures(outcomes: Sequence[trial.Outcome], healths: Sequence[trial.Health]) -> Iterator[dict[str, Any]]:
    """What went wrong; the name first, where a reader looks for it."""
    judged: list[trial.Health | trial.Outcome] = [*healths, *outcomes]
    for one in judged:
        if one.failed:
            yield {"application": one.application} | asdict(one)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the harness. Returns 0 when every goal is met, 1 when one is missed."""
    options = _arguments(arguments)
    outcomes: list[trial.Outcome] = []
    healths: list[trial.Health] = []
    tasks = _tasks(options)
    for done, (health, tried) in enumerate(_run(tasks, options.jobs), 1):
        healths.append(health)
        outcomes.extend(tried)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done}/{len(tasks)} applications, {len(outcomes)} mutants ")
    if options.failures:
        write_records(options.failures, _failures(outcomes, healths))
    if options.json:
        sys.stdout.write(json.dumps(figures(outcomes, goals(outcomes, healths)), indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in report(outcomes, healths))
    return 0 if all(goal.met for goal in goals(outcomes, healths)) else 1


if __name__ == "__main__":
    sys.exit(main())
