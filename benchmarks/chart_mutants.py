"""The mutation harness for charts: `python -m benchmarks.chart_mutants`.

Breaks one place of a chart's templates or values, lets the tool repair the chart, renders it with real
Helm and judges the result with a resolver of its own. Prints the figures, each with its goal; exits 1
when one is missed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import helm_python

from benchmarks import chart_trial
from benchmarks.applications import CORPUS
from benchmarks.chart_faults import ground, mutants
from benchmarks.chart_folders import ChartCase, Copy, corpus, own
from benchmarks.chart_health import Health, examined
from benchmarks.chart_outcome import Outcome
from benchmarks.chart_report import failures, goals, report
from benchmarks.scoring import figures, write_records

Done: TypeAlias = tuple[Health, list[Outcome]]


@dataclass(frozen=True, slots=True)
class Task:
    """One chart to examine and to break, with what the worker needs to know."""

    case: ChartCase
    seed: int
    limit: int
    kind: str


def work(task: Task) -> Done:
    """All that is to be tried on one chart."""
    with tempfile.TemporaryDirectory(prefix="chart-") as place:
        copy = Copy(task.case, Path(place))
        health, ready = examined(copy)
        if ready is None or not task.limit:
            return health, []
        made = mutants(ground(copy), task.seed, task.limit, task.kind)
        return health, [chart_trial.run(ready, mutant) for mutant in made]


def _single(tasks: Sequence[Task]) -> Iterator[Done]:
    """Each task in a process of its own; one that dies is a crash of that chart alone."""
    for task in tasks:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            try:
                yield pool.submit(work, task).result()
            except BrokenProcessPool:
                yield Health(task.case.name, crash="the process died"), []


def run(tasks: Sequence[Task], jobs: int) -> Iterator[Done]:
    """What became of every task. The SDK runs in the workers: a chart that ends one doesn't end the run."""
    if jobs == 1:
        yield from map(work, tasks)
        return
    left: list[Task] = []
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        futures: list[tuple[Task, Future[Done]]] = [(task, pool.submit(work, task)) for task in tasks]
        for task, future in futures:
            try:
                yield future.result()
            except BrokenProcessPool:
                left.append(task)
    yield from _single(left)


def cases(folder: Path, only: str, place: Path) -> list[ChartCase]:
    """The chart that `helm create` makes, our own and the corpus', of those whose name holds `only`.

    The largest first: what takes longest shouldn't be what is waited for at the end.
    """
    helm_python.Chart.create("fresh", place).close()
    created = ChartCase("helm create", place / "fresh", ("ingress.enabled=true",))
    chosen = [case for case in (created, *own(), *corpus(folder)) if only in case.name]
    return sorted(chosen, key=lambda case: (-_size(case.folder), case.name))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chart_mutants", description=__doc__)
    parser.add_argument(
        "--corpus", type=Path, default=CORPUS, help="folder with an INDEX.tsv; skipped if absent"
    )
    parser.add_argument("--charts", default="", metavar="TEXT", help="charts whose name holds TEXT")
    parser.add_argument("--limit", type=int, default=4, help="mutants a chart (default 4); 0: health only")
    parser.add_argument("--kind", default="", help="one kind of place, as the first column names it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--show", action="store_true", help="print every mutant that went wrong")
    parser.add_argument("--failures", type=Path, metavar="FILE", help="the same, one JSON object a line")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    return parser.parse_args(arguments)


def _judged(options: argparse.Namespace) -> tuple[list[Outcome], list[Health]]:
    outcomes: list[Outcome] = []
    healths: list[Health] = []
    with tempfile.TemporaryDirectory(prefix="charts-") as place:
        chosen = cases(options.corpus, options.charts, Path(place))
        tasks = [Task(case, options.seed, options.limit, options.kind) for case in chosen]
        for done, (health, tried) in enumerate(run(tasks, options.jobs), 1):
            healths.append(health)
            outcomes.extend(tried)
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{done}/{len(tasks)} charts, {len(outcomes)} mutants ")
    return outcomes, sorted(healths, key=lambda health: health.chart)


def _failures(outcomes: Sequence[Outcome], healths: Sequence[Health]) -> Iterator[dict[str, Any]]:
    """What went wrong; the name first, where a reader looks for it."""
    failed: list[Outcome | Health] = [one for one in healths if one.told]
    failed += [one for one in outcomes if one.failed]
    yield from ({"chart": one.chart} | asdict(one) for one in failed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the harness. Returns 0 when every goal is met, 1 when one is missed."""
    options = _arguments(arguments)
    outcomes, healths = _judged(options)
    if options.failures:
        write_records(options.failures, _failures(outcomes, healths))
    if options.json:
        sys.stdout.write(json.dumps(figures(outcomes, goals(outcomes, healths)), indent=2) + "\n")
    else:
        shown = failures(outcomes) if options.show else iter(())
        sys.stdout.writelines(f"{line}\n" for line in (*shown, *report(outcomes, healths)))
    return 0 if all(goal.met for goal in goals(outcomes, healths)) else 1


if __name__ == "__main__":
    sys.exit(main())
