"""The speed of charts: a small one repaired, and the real ones of the corpus.

Helm renders in a process of its own, so this is time on the clock, on a machine that has nothing else to do;
the worker is up, as it is for every chart of a run but the first.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.applications import CORPUS
from benchmarks.chart_folders import corpus
from benchmarks.measuring import Line
from refactor import fix_manifests
from refactor.results import Result

_ROW = "a chart of `helm create`, its Ingress's port wrong: analysed, repaired, proven"
_REAL = "the median real chart ({} of them), analysed and every port named with proof"


def charts(repeats: int) -> Iterator[Line]:
    """The rows; a skipped one says why."""
    helm = shutil.which("helm") or shutil.which("helm", path=str(Path(sys.executable).parent))
    if helm is None:
        yield Line("charts", "skipped: there is no helm command to create one", "", None)
    else:
        yield from _created(helm, 3 * repeats)
    if CORPUS.is_dir():
        yield from _real()
    else:
        yield Line("real charts", "skipped: ../shared/corpus isn't here", "", None)


def _created(helm: str, repeats: int) -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([helm, "create", "web"], cwd=folder, check=True, capture_output=True)
        ingress = Path(folder) / "web" / "templates" / "ingress.yaml"
        text = ingress.read_text(encoding="utf-8")
        ingress.write_text(text.replace("{{ $.Values.service.port }}", "8080"), encoding="utf-8")
        tries = [_timed(Path(folder) / "web", ()) for _ in range(repeats + 1)][1:]
    took = statistics.median(seconds for seconds, _ in tries) * 1000
    renders = tries[0][1].counts.renders
    mended = bool(tries[0][1].files)
    yield Line(_ROW, f"{took:.0f} ms, {renders} renders", "< 60 ms", mended and took < 60)


def _real() -> Iterator[Line]:
    tries = [_timed(case.folder, case.sets) for case in corpus(CORPUS)]
    took = statistics.median(seconds for seconds, _ in tries) * 1000
    renders = statistics.median(result.counts.renders for _, result in tries)
    title = _REAL.format(len(tries))
    yield Line(title, f"{took:.0f} ms, {renders:.0f} renders", "< 250 ms", took < 250)


def _timed(chart: Path, sets: tuple[str, ...]) -> tuple[float, Result]:
    """Seconds on the clock, with the SDK alone, and the result."""
    start = time.perf_counter()
    result = fix_manifests(chart, sets=sets, helm="sdk")
    return time.perf_counter() - start, result
