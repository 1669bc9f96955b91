"""The speed that the project claims: `python -m benchmarks.speed`.

Everything but the charts is CPU time, measured in one run with the repeats of both sides taking turns, and
compared as ratios of medians: so a slow or busy machine changes the milliseconds, not the verdicts.
"""

from __future__ import annotations

import argparse
import compileall
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import yaml

from benchmarks.applications import CORPUS, ROOT
from benchmarks.chart_speed import charts
from benchmarks.generate import documents
from benchmarks.measuring import Line, cpu, medians
from refactor import fix_manifests
from refactor.api import examined
from refactor.collecting import without_collector
from refactor.config import settings
from refactor.loading import load

# A few milliseconds are short for one run: what the other side left in the caches is a third of them.
_IN_A_ROW = 10
_ENDINGS = (".yaml", ".yml", ".json")
# Finding and repairing faults; naming every port on top of it changes most files, and has a row of its own.
ANALYSIS = "broken,suspect,deprecated"


def _children(action: Callable[[], object]) -> float:
    """Seconds of CPU time that the processes started by `action` take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _analyse(path: Path) -> None:
    """From files to findings: read, resolve every route, run every rule that finds faults."""
    with without_collector():
        examined(load(str(path)), settings(ANALYSIS))


_FRESH = """\
import sys, time
from refactor import fix_manifests
from refactor.api import examined
from refactor.collecting import without_collector
from refactor.config import settings
from refactor.loading import load
fix_manifests({"warm-up.yaml": sys.argv[2]}, select="{rules}")
start = time.process_time()
fix_manifests(sys.argv[1], select="{rules}")
print(time.process_time() - start)
"""


def _fresh(path: Path) -> float:
    """Seconds of CPU time for a folder in a new process, which has seen one small file before.

    Start-up has goals of its own; lines and scalars that were understood earlier must not help here.
    """
    code = _FRESH.replace("{rules}", ANALYSIS)
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), _BROKEN], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return float(done.stdout)


def _against(repeats: int, path: Path, texts: Sequence[bytes]) -> tuple[float, float]:
    """Medians of our analysis (each in a new process) and of a plain parse, taking turns."""
    rounds = [(_fresh(path), cpu(lambda: _compose(texts))) for _ in range(repeats + 1)][1:]
    ours, compose = (statistics.median(column) for column in zip(*rounds, strict=True))
    return ours, compose


def _again(repeats: int, path: Path, texts: Sequence[bytes], times: int = 1) -> tuple[float, float, float]:
    """Medians of the analysis, of the analysis with its repairs, and of a plain parse.

    They take turns, in each of which they run `times` times.
    """
    analysis, repaired, compose = medians(
        repeats,
        partial(cpu, times=times),
        lambda: _analyse(path),
        lambda: fix_manifests(str(path), select=ANALYSIS),
        lambda: _compose(texts),
    )
    return analysis, repaired, compose


def _compose(texts: Sequence[bytes]) -> None:
    for text in texts:
        try:
            for _ in yaml.compose_all(text, Loader=yaml.CSafeLoader):
                pass
        except yaml.YAMLError:
            continue


def _plain(repeats: int) -> Iterator[Line]:
    folder = CORPUS / "plain"
    if not folder.is_dir():
        yield Line("plain corpus", "skipped: ../shared/corpus/plain isn't here", "", None)
        return
    texts = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.suffix in _ENDINGS]
    size = f"{len(texts)} files, {sum(map(len, texts)) // 1000} kB"
    analysis, repaired, compose = _again(repeats, folder, texts)
    yield _at_most(f"plain corpus ({size}), analysed / compose_all", analysis, compose, 1.6)
    yield Line("the same, and every fault's repair proven", _ratio(repaired, compose), "", None)
    whole, compose = _against(repeats, folder, texts)
    yield Line("the same, the first time in a process", _ratio(whole, compose), "", None)
    named, compose = medians(
        max(1, repeats // 3), cpu, lambda: fix_manifests(str(folder)), lambda: _compose(texts)
    )
    yield Line("the same, and every port named", _ratio(named, compose), "", None)


def _rendered(repeats: int) -> Iterator[Line]:
    path = CORPUS / "rendered" / "kube-prometheus-stack.yaml"
    if not path.is_file():
        yield Line("kube-prometheus-stack", "skipped: ../shared/corpus/rendered isn't here", "", None)
        return
    text = path.read_bytes()
    analysis, repaired, compose = _again(repeats, path, [text])
    title = f"compose_all / kube-prometheus-stack ({len(text) // 1000} kB), analysed"
    yield _at_least(title, compose, analysis, 5)
    yield Line("the same, and every fault's repair proven", _ratio(compose, repaired), "", None)
    analysis, repaired, compose = _again(repeats, path, [text], _IN_A_ROW)
    yield Line(f"analysed, {_IN_A_ROW} runs in a row in each turn", _ratio(compose, analysis), "", None)
    yield Line("the same, and every fault's repair proven", _ratio(compose, repaired), "", None)


def _ratio(one: float, two: float) -> str:
    return f"{one / two:.2f}  ({one * 1000:.0f} ms / {two * 1000:.0f} ms)"


def _at_most(title: str, one: float, two: float, most: float) -> Line:
    return Line(title, _ratio(one, two), f"<= {most:g}", one / two <= most)


def _at_least(title: str, one: float, two: float, least: float) -> Line:
    return Line(title, _ratio(one, two), f">= {least:g}", one / two >= least)


_BROKEN = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: door
spec:
  rules:
    - host: door.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1
          ports:
            - containerPort: 8080
"""


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "refactor", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def _commands(repeats: int) -> Iterator[Line]:
    # As pip leaves an installed package: what was edited since isn't compiled anew by every process.
    for package in ("refactor", "templates_analysis"):
        compileall.compile_dir(ROOT / package, quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "web.yaml"
        path.write_text(_BROKEN, encoding="utf-8")
        repair = ("--select", "broken", "--exit-zero", str(path))
        for title, arguments, most in (
            ("python -m refactor --version", ("--version",), 100),
            ("one small file repaired", repair, 300),
        ):
            tried = _command(*arguments)
            if tried.returncode or not tried.stdout:
                said = tried.stderr.strip().rpartition("\n")[2]
                yield Line(title, f"failed, exit {tried.returncode}: {said}", f"< {most} ms", False)
                continue
            (took,) = medians(repeats, _children, partial(_command, *arguments))
            yield Line(title, f"{took * 1000:.0f} ms", f"< {most} ms", took * 1000 < most)


def _linear(repeats: int) -> Iterator[Line]:
    small, large = {"all.yaml": documents(1000)}, {"all.yaml": documents(10000)}
    times = medians(
        repeats,
        cpu,
        lambda: fix_manifests(small, select=ANALYSIS),
        lambda: fix_manifests(large, select=ANALYSIS),
    )
    one, ten = times[0] / 1000, times[1] / 10000
    figure = f"{ten / one:.2f}  ({one * 1e6:.0f} µs -> {ten * 1e6:.0f} µs)"
    yield Line("a document among 10,000 / among 1,000", figure, "<= 1.3", ten / one <= 1.3)


def _table(lines: Sequence[Line]) -> Iterator[str]:
    widths = [max(len(getattr(line, name)) for line in lines) for name in ("title", "figure", "wanted")]
    for line in lines:
        verdict = "" if line.met is None else "met" if line.met else "MISSED"
        cells = zip((line.title, line.figure, line.wanted), widths, strict=True)
        yield "  ".join([*(cell.ljust(width) for cell, width in cells), verdict]).rstrip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the table. Returns 0 when every goal is met, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--repeats", type=int, default=7, help="rounds that count (default 7)")
    repeats = max(1, parser.parse_args(arguments).repeats)
    lines = [Line("CPU time, median", "figure", "wanted", None)]
    # The shortest first: a heap that the long ones have left in pieces costs it up to a fifth.
    for measure in (_rendered, _plain, _commands):
        lines.extend(measure(repeats))
    lines.extend(_linear(max(1, repeats // 2)))
    lines.extend(charts(repeats))
    sys.stdout.writelines(f"{line}\n" for line in _table(lines))
    return 1 if any(line.met is False for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
