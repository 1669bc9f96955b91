"""`templates/tests/`: a Pod that calls what the chart's routes reach, where no test of the chart does yet.

What is written is proven: with every set of values it renders, and calls the Services that are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from refactor.guards.calls import Call, calls_of
from refactor.guards.pods import layout_of, test_text
from refactor.guards.trial import Trial
from refactor.guards.wording import Wording
from refactor.kubernetes import INTERESTING
from refactor.source import SourceFile, read_stream
from templates_analysis.render import Failure, Rendered

_NAMES = ("templates/tests/test-connection.yaml", "templates/tests/test-routes.yaml")
_HOOK = "helm.sh/hook"
_HTTP = 80


@dataclass(frozen=True, slots=True)
class Test:
    """The template at an inside-path; None for both where nothing is written. `notes`: why, or what isn't."""

    __test__ = False

    inside: str | None = None
    text: str | None = None
    notes: tuple[str, ...] = ()


def connection_test(trial: Trial) -> Test:
    """The test of a chart's connections that isn't there yet."""
    inside = next((name for name in _NAMES if name not in trial.chart.files), None)
    found = calls_of(trial, Wording(trial.chart, inside or _NAMES[0]))
    chart = trial.chart.path
    notes = [f"{chart}: {note}" for note in found.notes]
    open_calls = [call for call in found.calls if not _is_made(trial, call)]
    if found.calls and not open_calls:
        return Test(notes=(*notes, f"{chart}: the tests that are there call every Service port that counts"))
    if not open_calls or inside is None:
        taken = f"{chart}: no test is written, for {' and '.join(_NAMES)} are there"
        return Test(notes=(*notes, *([taken] if open_calls else ())))
    writable = [call for call in open_calls if "'" not in "".join((call.host, call.port, call.path or ""))]
    good = [call for call in writable if not _fault(trial, inside, [call])]
    notes += (f"{chart}: no test calls {_told(call)}: {_fault(trial, inside, [call]) or _QUOTES}"
              for call in open_calls if call not in good)  # fmt: skip
    fault = _fault(trial, inside, good) if good else ""
    if fault or not good:
        return Test(notes=(*notes, *([f"{chart}: no test is written: {fault}"] if fault else ())))
    if any(call.labels is None for call in good):
        notes.append(f"{chart}: the test has no labels where the Service's would make it one of its pods")
    return Test(inside, _text(trial, good), tuple(notes))


_QUOTES = "its words hold a quote"


def _told(call: Call) -> str:
    host, port = next(iter(call.met.values()))
    return f"{host}:{port}"


def _text(trial: Trial, calls: list[Call]) -> str:
    chart = trial.chart
    own = [chart.files[inside].text for inside in chart.templates if inside.startswith("templates/")]
    return test_text(calls, layout_of(own))


def _is_made(trial: Trial, call: Call) -> bool:
    """Whether a test of the chart makes a call, with all values with which it counts."""
    for number, (host, port) in call.met.items():
        pods = (pod for reading in [trial.application.readings[number]] for pod in _tests(reading.texts))
        if not any(_mentions(pod, host, port) for pod in pods):
            return False
    return True
