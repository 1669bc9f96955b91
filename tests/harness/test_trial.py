"""The scores, with stand-ins for the tool that repair everything, nothing, or the wrong thing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import trial
from benchmarks.applications import own
from benchmarks.faults.catalogue import Mutant, mutants
from benchmarks.mutants import goals, main, report
from benchmarks.telling import changed_lines, comments, lost_comments
from benchmarks.trial import Outcome, check, run

APP = next(app for app in own() if app.name == "own/commented")


@dataclass(frozen=True)
class Answer:
    files: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Any, ...] = ()
    diff: str = ""
    plan: Any = field(default_factory=lambda: SimpleNamespace(declined=()))


def finding(path: str, name: str) -> Any:
    resource = SimpleNamespace(name=name)
    return SimpleNamespace(
        rule="r", path=path, line=1, resource=resource, message="m", reason=None, category="broken"
    )


@pytest.fixture(scope="module")
def mutant() -> Mutant:
    """The Ingress asks for another number."""
    return next(one for one in mutants(APP, 1, 60) if one.kind == "ingress-port-number")


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[..., Answer]], None]]:
    """Puts a stand-in in the tool's place."""
    trial._known.cache_clear()
    yield lambda stand_in: monkeypatch.setattr(trial, "fix_manifests", stand_in)
    trial._known.cache_clear()


def mending(mutant: Mutant, diff: str = "-a\n+b\n") -> Callable[..., Answer]:
    def fix(files: Mapping[str, str], **_: Any) -> Answer:
        if files == mutant.application.files:
            return Answer()
        return Answer(mutant.application.files, (finding("app.yml", "payments"),), diff)

    return fix


def test_a_perfect_tool_is_found_perfect(mutant: Mutant, tool: Callable[..., None]) -> None:
    tool(mending(mutant))
    found = run(mutant)
    assert (found.detected, found.repaired, found.restored, found.settled) == (True, True, True, True)
    assert (found.harmed, found.wrong, found.comments_lost, found.crash, found.failed) == (0, 0, 0, "", False)
    assert found.changed_lines == 2


def test_a_blind_tool_detects_and_repairs_nothing(mutant: Mutant, tool: Callable[..., None]) -> None:
    tool(lambda _files, **_: Answer())
    found = run(mutant)
    assert (found.detected, found.repaired, found.restored, found.failed) == (False, False, False, True)
    assert (found.harmed, found.wrong) == (0, 0)


def test_a_finding_that_was_there_before_detects_nothing(mutant: Mutant, tool: Callable[..., None]) -> None:
    tool(lambda _files, **_: Answer(findings=(finding("app.yml", "payments"),)))
    assert not run(mutant).detected


def test_a_finding_on_another_resource_detects_nothing(mutant: Mutant, tool: Callable[..., None]) -> None:
    def fix(files: Mapping[str, str], **_: Any) -> Answer:
        return Answer() if files == APP.files else Answer(findings=(finding("app.yml", "orders"),))

    tool(fix)
    assert not run(mutant).detected


def test_harm_and_lost_comments_are_seen(mutant: Mutant, tool: Callable[..., None]) -> None:
    def fix(files: Mapping[str, str], **_: Any) -> Answer:
        text = mutant.application.files["app.yml"]
        wrong = text.replace("port: tls-port # by name", "port: tls-prt")
        return Answer({"app.yml": wrong}, (finding("app.yml", "payments"),), "-a\n+b\n")

    tool(fix)
    found = run(mutant)
    assert (found.repaired, found.harmed, found.comments_lost, found.settled) == (True, 1, 1, False)
    assert found.wrong == 1, "the probe, under default safety"
    assert found.failed


def test_a_repair_to_another_port_is_wrong(mutant: Mutant, tool: Callable[..., None]) -> None:
    def fix(files: Mapping[str, str], **_: Any) -> Answer:
        text = mutant.application.files["app.yml"]
        return Answer({"app.yml": text.replace("targetPort: tls-port", "targetPort: metrics")})

    tool(fix)
    found = run(mutant)
    assert not found.repaired
    assert found.wrong == 2, "the Ingress and the Service itself"


def test_a_crash_is_a_figure_and_not_an_end(mutant: Mutant, tool: Callable[..., None]) -> None:
    def fix(_files: Mapping[str, str], **_: Any) -> Answer:
        raise KeyError("spec")

    tool(fix)
    found = run(mutant)
    assert "KeyError: 'spec'" in found.crash
    assert "KeyError: 'spec'" in check(APP).crash
    assert found.failed


def test_false_alarms_on_a_healthy_application(tool: Callable[..., None]) -> None:
    tool(lambda _files, **_: Answer(findings=(finding("app.yml", "payments"),)))
    health = check(APP)
    assert (len(health.false_alarms), health.harmed, health.failed) == (1, (), True)
    tool(lambda _files, **_: Answer())
    assert not check(APP).failed


def test_routes_that_a_run_moves_in_a_healthy_application(tool: Callable[..., None]) -> None:
    broken = {"app.yml": APP.files["app.yml"].replace("app: payments #", "app: payment #")}
    tool(lambda _files, **_: Answer(broken, diff="-a\n+b\n"))
    health = check(APP)
    assert health.harmed
    assert len(health.unsettled) == 3


def test_comments_are_counted_not_just_collected() -> None:
    before = {"a": "x: 1 # one\ny: 2 # one\n# two\nz: a#b\n"}
    assert comments(before) == {"# one": 2, "# two": 1}
    assert lost_comments(before, {"a": "x: 1 # one\n  # two\n"}) == 1
    assert lost_comments(before, {"b": before["a"], "a": "# three\n"}) == 0


def test_changed_lines_leaves_headers_out() -> None:
    assert changed_lines("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n+d\n") == 3


def perfect(kind: str = "selector-key", **other: Any) -> Outcome:
    base = Outcome(
        application="app",
        kind=kind,
        variant="a typo",
        undecidable="",
        detected=True,
        repaired=True,
        settled=True,
        changed_lines=2,
    )
    return replace(base, **other)


def missed(*outcomes: Outcome) -> set[str]:
    return {goal.title for goal in goals(outcomes, []) if not goal.met}


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"detected": False}, "detected"),
        ({"repaired": False}, "repaired to the same container"),
        ({"settled": False}, "second run empty"),
        ({"harmed": 1}, "other routes harmed"),
        ({"comments_lost": 1}, "comments lost"),
        ({"wrong": 1}, "default safety: wrong repairs"),
        ({"crash": "x"}, "crashes"),
    ],
)
def test_every_goal_can_be_missed(change: dict[str, Any], title: str) -> None:
    assert missed(*[perfect()] * 9) == set()
    assert missed(*[perfect()] * 9, perfect(**change)) == {title}


def test_the_undecidable_need_no_repair_but_everything_else() -> None:
    excluded = perfect(undecidable="nobody knows", repaired=False)
    assert missed(perfect(), excluded) == set()
    assert missed(perfect(), replace(excluded, harmed=1)) == {"other routes harmed"}
    assert any("1  nobody knows" in line for line in report([perfect(), excluded], []))


def test_the_command_line_tells_by_its_exit(
    tool: Callable[..., None], capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    tool(lambda _files, **_: Answer())
    failures = tmp_path / "failures.jsonl"
    options = ["--only", "own/crlf", "--generated", "0", "--jobs", "1", "--limit", "5"]
    assert main([*options, "--failures", str(failures)]) == 1
    assert "repaired to the same container" in capsys.readouterr().out
    assert failures.read_text().count("\n") >= 5
