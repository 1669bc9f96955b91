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
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import trial
from benchmarks.applications import CORPUS, Application, corpus, own
from benchmarks.faults.catalogue import mutants
from benchmarks.generate import applications

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


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure, what it should be, and whether it is."""

    title: str
    figure: str
    wanted: str
    met: bool


def _share(outcomes: Sequence[trial.Outcome], good: Callable[[trial.Outcome], bool]) -> float:
    return 100 * sum(good(one) for one in outcomes) / len(outcomes) if outcomes else 100.0


def goals(outcomes: Sequence[trial.Outcome], healths: Sequence[trial.Health]) -> list[Goal]:
    """The figures that the project holds itself to."""
    decidable = [one for one in outcomes if not one.undecidable]
    repaired = [one for one in decidable if one.repaired and one.kind not in _SINGLE_SHAPED]
    detected = _share(outcomes, lambda one: one.detected)
    mended = _share(decidable, lambda one: one.repaired)
    settled = _share(outcomes, lambda one: one.settled)
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
        Goal("detected", f"{detected:.2f} %", ">= 99 %", detected >= 99),
        Goal("repaired to the same container", f"{mended:.2f} %", ">= 98 %", mended >= 98),
        Goal("second run empty", f"{settled:.2f} %", "100 %", settled == 100),
        Goal("changed lines, median of one scalar", f"{median:g}", "2", median == 2),
        *(Goal(title, str(count), "0", count == 0) for title, count in counts),
    ]


_HEADINGS = (
    "fault",
    "made",
    "undec.",
    "detect.",
    "repair.",
    "harmed",
    "2nd run",
    "comm.",
    "lines",
    "exact",
    "wrong",
    "crash",
)


def _row(title: str, outcomes: Sequence[trial.Outcome]) -> list[str]:
    decidable = [one for one in outcomes if not one.undecidable]
    lines = [one.changed_lines for one in decidable if one.repaired]
    return [
        title,
        str(len(outcomes)),
        str(len(outcomes) - len(decidable)),
        f"{_share(outcomes, lambda one: one.detected):.1f}%",
        f"{_share(decidable, lambda one: one.repaired):.1f}%",
        str(sum(one.harmed for one in outcomes)),
        f"{_share(outcomes, lambda one: one.settled):.1f}%",
        str(sum(one.comments_lost for one in outcomes)),
        f"{statistics.median(lines or [0]):g}",
        f"{_share(decidable, lambda one: one.restored):.1f}%",
        str(sum(one.wrong for one in outcomes)),
        str(sum(bool(one.crash) for one in outcomes)),
    ]


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    listed = list(rows)
    widths = [max(len(row[column]) for row in listed) for column in range(len(listed[0]))]
    for row in listed:
        cells = [row[0].ljust(widths[0])] + [
            cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)
        ]
        yield "  ".join(cells).rstrip()


def _excluded(outcomes: Sequence[trial.Outcome]) -> Iterator[str]:
    """What was left out of the repairs and why; and the figure with nothing left out, for comparison."""
    yield "Not counted as repairs, because nobody could know from the files alone:"
    excluded = [one for one in outcomes if one.undecidable]
    for principle, count in Counter(one.undecidable for one in excluded).most_common():
        repaired = sum(one.repaired for one in excluded if one.undecidable == principle)
        yield f"  {count:5}  {principle} ({repaired} repaired all the same)"
    yield f"With these counted too, {_share(outcomes, lambda one: one.repaired):.2f} % would be repaired."
    yield ""


def report(outcomes: Sequence[trial.Outcome], healths: Sequence[trial.Health]) -> Iterator[str]:
    """The lines that a person reads."""
    kinds = sorted({one.kind for one in outcomes}, key=lambda kind: (kind in _SINGLE_SHAPED[1:], kind))
    rows = [_row(kind, [one for one in outcomes if one.kind == kind]) for kind in kinds]
    yield from _table([_HEADINGS, *rows, _row("all", outcomes)])
    yield ""
    yield from _excluded(outcomes)
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
    verdicts = [
        [goal.title, goal.figure, goal.wanted, "met" if goal.met else "MISSED"]
        for goal in goals(outcomes, healths)
    ]
    yield from _table([["goal", "figure", "wanted", ""], *verdicts])


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


def _failures(path: Path, outcomes: Iterable[trial.Outcome], healths: Iterable[trial.Health]) -> None:
    judged: list[trial.Health | trial.Outcome] = [*healths, *outcomes]
    failed = [one for one in judged if one.failed]
    lines = [json.dumps(trial.as_record(one), ensure_ascii=False) for one in failed]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _figures(outcomes: Sequence[trial.Outcome], healths: Sequence[trial.Health]) -> dict[str, Any]:
    kinds = {one.kind for one in outcomes}
    return {
        "mutants": len(outcomes),
        "kinds": {
            kind: dict(
                zip(_HEADINGS[1:], _row(kind, [one for one in outcomes if one.kind == kind])[1:], strict=True)
            )
            for kind in sorted(kinds)
        },
        "goals": {
            goal.title: {"figure": goal.figure, "wanted": goal.wanted, "met": goal.met}
            for goal in goals(outcomes, healths)
        },
    }


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
        _failures(options.failures, outcomes, healths)
    if options.json:
        sys.stdout.write(json.dumps(_figures(outcomes, healths), indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in report(outcomes, healths))
    return 0 if all(goal.met for goal in goals(outcomes, healths)) else 1


if __name__ == "__main__":
    sys.exit(main())
