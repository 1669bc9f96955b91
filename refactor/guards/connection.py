"""`templates/tests/`: a Pod that calls what the chart's routes reach, where no test of the chart does yet.

What is written is proven: with every set of values it renders, and calls the Services that are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from refactor.guards.calls import Call, calls_of
from refactor.guards.pods import layout_of, test_text
from refactor.guards.trial import Trial
from refactor.guards.wording import Wording
from refactor.kubernetes import is_interesting
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
    if open_calls and inside is not None and trial.is_excluded(inside):
        return Test(notes=(*notes, f"{trial.path(inside)} is excluded: it isn't written"))
    if open_calls and inside is not None and trial.is_ignored(inside):
        return Test(notes=(*notes, f"{chart}: no test is written: .helmignore hides {inside} from Helm"))
    if found.calls and not open_calls:
        return Test(notes=(*notes, f"{chart}: the tests that are there call every Service port that counts"))
    if not open_calls or inside is None:
        taken = f"{chart}: no test is written, for {' and '.join(_NAMES)} are there"
        return Test(notes=(*notes, *([taken] if open_calls else ())))
    judged = [(call, _fault(trial, inside, [call])) for call in open_calls]
    notes += [f"{chart}: no test calls {_told(call)}: {fault}" for call, fault in judged if fault]
    good = [call for call, fault in judged if not fault]
    fault = _fault(trial, inside, good) if good else ""
    if fault or not good:
        return Test(notes=(*notes, *([f"{chart}: no test is written: {fault}"] if fault else ())))
    withheld = dict.fromkeys(call.withheld for call in good if call.withheld)
    notes += [_unlabelled(chart, list(withheld))] if withheld else []
    return Test(inside, _text(trial, good), tuple(notes))


def _unlabelled(chart: str, helpers: list[str]) -> str:
    told = f"`{helpers[0]}`" + (f" and {len(helpers) - 1} more" if len(helpers) > 1 else "")
    return (
        f"{chart}: the test has no labels: with those of {told}, a Service would send requests to "
        "the test itself"
    )


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
        resources = trial.application.readings[number].resources
        pods = [resource.data for resource in resources if resource.values and _is_test(resource.data)]
        if not any(_mentions(pod, host, port) for pod in pods):
            return False
    return True


def _fault(trial: Trial, inside: str, calls: list[Call]) -> str:
    """What is wrong with a test that makes these calls; "" where it does what it should."""
    if any("'" in word for call in calls for word in (call.host, call.port, call.path or "")):
        return "the words for it hold a quote"
    texts = {inside: _text(trial, calls)}
    rendered = trial.rendered(texts)
    if isinstance(rendered, Failure):
        return f"the chart with it wouldn't render: {rendered.message}"
    name = f"{trial.chart.name}/{inside}"
    for number, one in enumerate(rendered):
        pods = _pods(name, one)
        if pods is None:
            return "its text wouldn't be YAML"
        met = [call.met[number] for call in calls if number in call.met]
        if not all(any(_mentions(pod, *host_and_port) for pod in pods) for host_and_port in met):
            return "it wouldn't call the Service by the name and number that are rendered"
        services = [(s.name, port.port) for s in trial.graphs[number].targets for port in s.body.spec.ports]
        if not all(any(_mentions(pod, host, port) for host, port in services) for pod in pods):
            return "with some values it would call a Service that isn't there"
    return "it would make a new fault" if trial.worsened(texts, rendered) else ""


def _pods(name: str, rendered: Rendered) -> list[Any] | None:
    """The tests in a rendered template; None where it isn't YAML."""
    stream = read_stream(SourceFile(name, rendered.get(name, "").encode()), is_interesting)
    if stream.malformed:
        return None
    return [document.data for document in stream.documents if _is_test(document.data)]


def _is_test(data: Any) -> bool:
    metadata = data.get("metadata") if isinstance(data, dict) else None
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    hooks = annotations.get(_HOOK) if isinstance(annotations, dict) else None
    return isinstance(hooks, str) and any(hook.strip().startswith("test") for hook in hooks.split(","))


def _mentions(pod: Any, host: str, port: int | None) -> bool:
    """Whether what a test runs names a Service and its port: `host:port`, or one after the other."""
    words = " ".join(_texts(pod.get("spec")))
    named = rf"(?<![\w.-]){re.escape(host)}(?:\.[\w.-]+)?"
    plain = port == _HTTP and re.search(rf"http://{named}(?![\w.:-])", words)
    return bool(plain or re.search(rf"{named}[: ]{port}(?!\d)", words))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
        case str() | int():
            yield str(value)
