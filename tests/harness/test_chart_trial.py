"""The scores for charts, with stand-ins for the tool that repair everything, nothing, or wrongly."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import chart_mutants, chart_trial
from benchmarks.chart_faults import Mutant, ground, mutants
from benchmarks.chart_folders import Copy, own, worlds
from benchmarks.chart_health import examined
from benchmarks.chart_report import failures
from benchmarks.chart_trial import Bench, bench, run

CASE = next(case for case in own() if case.name == "own/storefront")
SERVICE = "templates/service.yaml"


@dataclass(frozen=True)
class Answer:
    findings: tuple[Any, ...] = ()
    diff: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[Any, ...] = ()
    counts: Any = field(default_factory=lambda: SimpleNamespace(renders=3))
    plan: Any = field(default_factory=lambda: SimpleNamespace(declined=()))


def finding(kind: str, name: str, category: str = "broken") -> Any:
    resource = SimpleNamespace(kind=kind, name=name)
    return SimpleNamespace(
        rule="r", path="p", line=1, resource=resource, message="m", reason=None, category=category, values=()
    )


def writing(folder: Path, files: Mapping[str, str], write: bool, findings: tuple[Any, ...]) -> Answer:
    """What a tool answers that turns `folder` into one with `files` changed."""
    there = {path: (folder / path).read_bytes().decode() for path in files}
    new = {path: text for path, text in files.items() if there[path] != text}
    if write:
        for path, text in new.items():
            (folder / path).write_bytes(text.encode())
    diff = "-a\n+b\n" if new else ""
    return Answer(findings, diff, {f"{folder.as_posix()}/{path}": text for path, text in new.items()})


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    copy = Copy(CASE, tmp_path_factory.mktemp("chart"))
    return bench(copy, worlds(copy.files, CASE.sets), ())


@pytest.fixture(scope="module")
def mutant(ready: Bench) -> Mutant:
    """The Service sends to a port name with a slip in it."""
    made = mutants(ground(ready.copy), 2, 200, "template name")
    return next(one for one in made if one.place.path == SERVICE and one.place.key == "targetPort")


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Answer]], None]:
    """Puts a stand-in in the tool's place."""
    return lambda stand_in: monkeypatch.setattr(chart_trial, "fix_manifests", stand_in)


def restoring(ready: Bench, **changed: str) -> Callable[..., Answer]:
    """A tool that puts back what was there, but for the files in `changed`."""
    texts = ready.copy.texts() | changed

    def fix(paths: list[str], write: bool = False, **_: Any) -> Answer:
        return writing(Path(paths[0]), texts, write, (finding("Service", "release-name-storefront"),))

    return fix


def test_a_perfect_tool_is_found_perfect(ready: Bench, mutant: Mutant, tool: Callable[..., None]) -> None:
    tool(restoring(ready))
    found = run(ready, mutant)
    assert (found.detected, found.repaired, found.restored, found.settled) == (True, True, True, True)
    assert (found.harmed, found.wrong, found.comments_lost, found.foreign) == (0, 0, 0, 0)
    assert (found.crash, found.failed, found.changed_lines) == ("", False, 2)
    assert found.renders == 3
    assert ready.copy.snapshot() == ready.copy.files


def test_a_blind_tool_detects_and_repairs_nothing(
    ready: Bench, mutant: Mutant, tool: Callable[..., None]
) -> None:
    tool(lambda _paths, **_: Answer())
    found = run(ready, mutant)
    assert (found.detected, found.repaired, found.restored, found.failed) == (False, False, False, True)
    assert (found.harmed, found.wrong, found.settled, found.agreed) == (0, 0, True, None)
    assert "not detected, not repaired" in next(failures([found]))


@pytest.mark.parametrize(
    "told",
    [finding("Service", "release-name-cache"), finding("Service", "release-name-storefront", "fragile")],
)
def test_a_finding_elsewhere_or_of_taste_detects_nothing(
    ready: Bench, mutant: Mutant, tool: Callable[..., None], told: Any
) -> None:
    tool(lambda _paths, **_: Answer((told,)))
    assert not run(ready, mutant).detected


def test_a_finding_that_was_there_before_detects_nothing(
    ready: Bench, mutant: Mutant, tool: Callable[..., None]
) -> None:
    told = finding("Service", "release-name-storefront")
    tool(lambda _paths, **_: Answer((told,)))
    assert run(ready, mutant).detected
    assert not run(bench(ready.copy, ready.worlds, (told,)), mutant).detected


def test_harm_and_lost_comments_are_seen(ready: Bench, mutant: Mutant, tool: Callable[..., None]) -> None:
    path = "templates/deployment.yaml"
    text = ready.copy.texts()[path]
    assert "port: admin # not" in text
    tool(restoring(ready, **{path: text.replace("port: admin # not through the front door", "port: admn")}))
    found = run(ready, mutant)
    assert (found.repaired, found.restored, found.harmed, found.comments_lost) == (True, False, 1, 1)
    assert found.wrong == 1, "the probe, under default safety"


def test_a_repair_to_another_port_is_wrong(ready: Bench, mutant: Mutant, tool: Callable[..., None]) -> None:
    text = ready.copy.texts()[SERVICE]
    right = ready.copy.texts()[SERVICE][mutant.place.start : mutant.place.end]
    other = {"http": "admin", "admin": "http"}[right]
    tool(restoring(ready, **{SERVICE: text[: mutant.place.start] + other + text[mutant.place.end :]}))
    found = run(ready, mutant)
    assert not found.repaired
    assert found.wrong == len(mutant.broken)
    assert found.harmed == 0


def test_an_edit_in_a_dependency_is_seen(tmp_path: Path, tool: Callable[..., None]) -> None:
    case = next(case for case in own() if case.name == "own/passed")
    copy = Copy(case, tmp_path)
    ready = bench(copy, worlds(copy.files, ()), ())
    mutant = mutants(ground(copy), 1, 1)[0]
    library = "charts/shared/templates/_ingress.tpl"

    def fix(paths: list[str], write: bool = False, **_: Any) -> Answer:
        text = copy.files[library].decode() + "\n"
        return writing(Path(paths[0]), copy.texts() | {library: text}, write, ())

    tool(fix)
    found = run(ready, mutant)
    assert (found.foreign, found.repaired, found.agreed) == (1, True, True)
    assert "a dependency edited" in next(failures([found]))


def test_a_crash_is_a_figure_and_not_an_end(ready: Bench, mutant: Mutant, tool: Callable[..., None]) -> None:
    def fix(_paths: list[str], **_: Any) -> Answer:
        raise KeyError("spec")

    tool(fix)
    assert "KeyError: 'spec'" in run(ready, mutant).crash
    health, nothing = examined(ready.copy)
    assert nothing is None
    assert health.told == ("crash: KeyError: 'spec'",)
    assert ready.copy.snapshot() == ready.copy.files


def test_files_that_are_named_otherwise_are_a_crash(
    ready: Bench, mutant: Mutant, tool: Callable[..., None]
) -> None:
    tool(lambda _paths, **_: Answer(files={"/elsewhere/values.yaml": "a: 1\n"}))
    assert "isn't below the chart" in run(ready, mutant).crash
    path = f"{ready.copy.folder.as_posix()}/values.yaml"
    tool(lambda _paths, **_: Answer(files={path: "a: 1\n"}))
    assert "isn't what was written" in run(ready, mutant).crash


def test_the_health_of_a_chart_that_is_left_alone(ready: Bench, tool: Callable[..., None]) -> None:
    tool(lambda _paths, **_: Answer())
    health, found = examined(ready.copy)
    assert found is not None
    assert (health.rendered, health.routes, health.told) == (True, len(ready.healthy), ())


def test_alarms_changes_and_moves_of_a_healthy_chart_are_seen(
    ready: Bench, tool: Callable[..., None]
) -> None:
    def fix(paths: list[str], write: bool = False, **_: Any) -> Answer:
        text = ready.copy.texts()[SERVICE].replace("targetPort: admin", "targetPort: http")
        told = (finding("Service", "x"), finding("Service", "y", "suspect"))
        answer = writing(Path(paths[0]), {SERVICE: text}, write, told)
        return replace(answer, diff="-a\n+b\n", errors=(SimpleNamespace(path="p", message="m"),))

    tool(fix)
    health, _ = examined(ready.copy)
    assert len(health.false_alarms) == len(health.changed) == len(health.errors) == 1
    assert len(health.moved) == 2, "the Service's admin port and the Ingress path that asks for it"
    assert (health.named, len(health.unsettled), health.comments_lost, health.foreign) == (1, 1, 0, 0)
    assert health.disagreed == ()


@pytest.mark.parametrize(("revealing", "hidden", "false"), [("targetPort=1", 1, 0), ("x=1", 0, 1)])
def test_a_fault_that_other_values_reveal_is_no_false_alarm(
    tmp_path: Path, tool: Callable[..., None], revealing: str, hidden: int, false: int
) -> None:
    copy = Copy(next(case for case in own() if case.name == "own/toggled"), tmp_path)
    path = copy.folder / SERVICE
    path.write_bytes(path.read_bytes().replace(b"5000", b"{{ .Values.targetPort | default 5000 }}"))
    copy.files = copy.snapshot()
    told = finding("Service", "release-name-toggled")
    told.values = (revealing,)
    tool(lambda _paths, sets, **_: Answer(() if sets else (told,)))
    health, _ = examined(copy)
    assert (health.hidden, len(health.false_alarms)) == (hidden, false)


def test_the_door(capsys: pytest.CaptureFixture[str], tmp_path: Path, tool: Callable[..., None]) -> None:
    tool(lambda _paths, **_: Answer())
    options = ["--charts", "own/toggled", "--limit", "2", "--jobs", "1", "--failures", str(tmp_path / "f")]
    assert chart_mutants.main([*options, "--show"]) == 1
    text = capsys.readouterr().out
    assert "MISSED" in text
    assert "not detected, not repaired" in text
    records = [json.loads(line) for line in (tmp_path / "f").read_text(encoding="utf-8").splitlines()]
    assert {record["chart"] for record in records} == {"own/toggled"}
    assert chart_mutants.main([*options, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["mutants"] == 2
    assert chart_mutants.main(["--charts", "own/toggled", "--limit", "0", "--jobs", "1"]) == 0


class Dying:
    """A pool in which the chart `listed` ends its process, and with it all that stands in line."""

    def __init__(self, jobs: int, _context: object) -> None:
        self.dead = False

    def __enter__(self) -> "Dying":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, work: Callable[[Any], Any], task: chart_mutants.Task) -> "Future[Any]":
        future: Future[Any] = Future()
        self.dead = self.dead or task.case.name == "own/listed"
        if self.dead:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(work(task))
        return future


def test_a_chart_that_ends_its_process_ends_no_run(
    monkeypatch: pytest.MonkeyPatch, tool: Callable[..., None]
) -> None:
    tool(lambda _paths, **_: Answer())
    monkeypatch.setattr(chart_mutants, "ProcessPoolExecutor", Dying)
    tasks = [chart_mutants.Task(case, 1, 0, "") for case in own()]
    healths = {health.chart: health for health, _ in chart_mutants.run(tasks, 2)}
    assert healths.keys() == {case.name for case in own()}
    assert [name for name, health in healths.items() if health.crash] == ["own/listed"]
    assert healths["own/listed"].told == ("crash: the process died",)
