"""Runs every folder of tests/cases; tests/cases/README.md says what a case holds."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks.judge import resolve
from refactor import Result, fix_manifests
from refactor.rules import RULES
from tests.comments import comments

CASES = Path(__file__).parent / "cases"
ENDINGS = {".yaml", ".yml", ".json"}
KEYS = {
    "select",
    "ignore",
    "unsafe",
    "stage",
    "kube_version",
    "context",
    "external",
    "expect_declined",
    "gains",
}
KINDS = {"fixes", "reports", "leaves"}
IDENTITY = ("kind", "namespace", "name")
SECTIONS = ("What it does", "Why it matters", "Example", "Fix safety", "https://kubernetes.io/")


@dataclass(frozen=True, slots=True)
class Case:
    """One folder below tests/cases."""

    folder: Path

    @property
    def rule(self) -> str:
        return self.folder.parent.name.replace("_", "-")

    @property
    def kind(self) -> str:
        return self.folder.name.partition("_")[0]

    def settings(self) -> dict[str, Any]:
        """What case.toml says; an unknown key fails, so that a misspelt one can't be ignored silently."""
        path = self.folder / "case.toml"
        settings = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        assert settings.keys() <= KEYS, f"{path}: unknown keys {sorted(settings.keys() - KEYS)}"
        return settings

    def options(self) -> dict[str, Any]:
        """Keyword arguments for fix_manifests, valid in any working directory."""
        options = {"select": [self.rule]} | self.settings()
        options.pop("expect_declined", None)
        options.pop("gains", None)
        if "context" in options:
            options["context"] = [str(self.folder / name) for name in options["context"]]
        return options

    def surroundings(self) -> dict[str, str]:
        """{path: text} of the manifests that are only read."""
        folders = [self.folder / name for name in self.settings().get("context", ())]
        files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in ENDINGS]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes().decode() for path in files}

    def texts(self) -> dict[str, str]:
        """{path relative to the case folder: text} of the manifests, line endings as they are."""
        files = sorted(path for path in (self.folder / "input").rglob("*") if path.suffix in ENDINGS)
        assert files, f"{self.folder}/input holds no manifests"
        return {path.relative_to(self.folder).as_posix(): path.read_bytes().decode() for path in files}


ALL = [Case(folder) for folder in sorted(CASES.glob("*/*/")) if folder.is_dir()]
FIXES = [case for case in ALL if case.kind == "fixes"]
each_case = pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.rule}/{case.folder.name}")
each_fix = pytest.mark.parametrize("case", FIXES, ids=lambda case: f"{case.rule}/{case.folder.name}")
each_rule = pytest.mark.parametrize("name", sorted(RULES))


@cache
def solved(case: Case) -> Result:
    """The result of a case given as texts; for tests that only look at it."""
    return fix_manifests(case.texts(), **case.options())


def applied(case: Case) -> set[str]:
    return {"safe", "unsafe"} if case.options().get("unsafe") else {"safe"}


def mendable(case: Case, result: Result) -> list[Any]:
    """The findings of the case's own rule that a run with its options repairs."""
    own = [finding for finding in result.findings if finding.rule == case.rule]
    return [finding for finding in own if finding.fixable and finding.safety in applied(case)]


def record(finding: Any) -> dict[str, Any]:
    """What findings.json says of a finding."""
    plain = ("rule", "category", "path", "line", "column", "fixable", "safety")
    entry = {name: getattr(finding, name) for name in plain}
    return entry | {"resource": {name: getattr(finding.resource, name) for name in IDENTITY}}


def as_json(result: Result) -> str:
    lines = [json.dumps(record(finding), ensure_ascii=False) for finding in result.findings]
    return "[\n  " + ",\n  ".join(lines) + "\n]\n" if lines else "[]\n"


def summary(result: Result) -> tuple[object, ...]:
    messages = [(finding.message, finding.reason) for finding in result.findings]
    return as_json(result), messages, result.diff, dict(result.files), result.errors


@each_case
def test_findings_and_diff_are_exact(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_cases: bool
) -> None:
    shutil.copytree(case.folder / "input", tmp_path / "input")
    monkeypatch.chdir(tmp_path)
    result = fix_manifests("input", **case.options())
    findings, diff = case.folder / "findings.json", case.folder / "expected.diff"
    if update_cases:
        findings.write_bytes(as_json(result).encode())
        if case.kind == "fixes":
            diff.write_bytes(result.diff.encode())
    assert findings.exists(), "no findings.json yet: run with --update-cases, then read what it wrote"
    assert json.loads(as_json(result)) == json.loads(findings.read_bytes())
    assert result.diff == (diff.read_bytes().decode() if case.kind == "fixes" else "")
    assert bool(result.diff) == (case.kind == "fixes") == result.changed
    assert not result.errors


@each_case
def test_the_kind_of_a_case_is_true(case: Case) -> None:
    own = [finding for finding in solved(case).findings if finding.rule == case.rule]
    if case.kind == "fixes":
        assert mendable(case, solved(case)), "a fixes_ case needs a finding of its own rule that is mended"
    elif case.kind == "reports":
        assert own, "a reports_ case needs a finding of its own rule"
    else:
        assert not mendable(case, solved(case))


@each_case
def test_every_finding_explains_itself(case: Case) -> None:
    result = solved(case)
    for finding in result.findings:
        assert finding.message.strip()
        assert finding.fixable or finding.reason, f"not fixable, and no reason: {finding}"
    reasons = [declined.reason for declined in result.plan.declined]
    for part in case.settings().get("expect_declined", ()):
        assert any(part in reason for reason in reasons), f"{part!r} is in none of {reasons}"


@each_case
def test_text_and_folder_agree_in_any_order(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(case.folder / "input", tmp_path / "input")
    monkeypatch.chdir(tmp_path)
    by_folder = fix_manifests("input", **case.options())
    backwards = dict(reversed(case.texts().items()))
    assert summary(by_folder) == summary(solved(case))
    assert summary(fix_manifests(backwards, **case.options())) == summary(solved(case))


@each_fix
def test_git_applies_the_diff(case: Case, tmp_path: Path) -> None:
    shutil.copytree(case.folder / "input", tmp_path / "input")
    command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, input=solved(case).diff.encode(), cwd=tmp_path, check=True)
    on_disk = {name: (tmp_path / name).read_bytes().decode() for name in case.texts()}
    assert on_disk == case.texts() | dict(solved(case).files)


@each_fix
def test_a_second_run_changes_nothing(case: Case) -> None:
    again = fix_manifests(case.texts() | dict(solved(case).files), **case.options())
    assert again.diff == ""
    assert not again.changed
    assert mendable(case, again) == []


@each_fix
def test_only_the_edits_change_the_text(case: Case) -> None:
    fixes = [fix for fix in solved(case).plan.fixes if fix.safety in applied(case)]
    edits = [edit for fix in fixes for edit in fix.edits]
    waiting = dict.fromkeys((e.file.path, e.file.text, e.span.start, e.span.end, e.old, e.new) for e in edits)
    texts = case.texts()
    # One repair can uncover the next: an edit fits the text that it names, not always the first one.
    while fitting := [edit for edit in waiting if edit[1] == texts[edit[0]]]:
        in_order = sorted(fitting, key=lambda edit: edit[2:4])
        for path, _, start, end, old, new in reversed(in_order):
            assert texts[path][start:end] == old
            texts[path] = texts[path][:start] + new + texts[path][end:]
        waiting = {edit: None for edit in waiting if edit not in fitting}
    assert not waiting
    assert texts == case.texts() | dict(solved(case).files)


@each_fix
def test_no_comment_is_lost(case: Case) -> None:
    for path, text in solved(case).files.items():
        assert comments(text) == comments(case.texts()[path])


@each_case
def test_working_routes_end_at_the_same_containers(case: Case) -> None:
    files = case.texts() | case.surroundings()
    before, after = resolve(files), resolve(files | dict(solved(case).files))
    working = {route: verdict.landings for route, verdict in before.items() if verdict.resolved}
    now = {route: after[route].landings for route in working if route in after}
    if case.settings().get("gains"):
        assert all(now[route] >= landings for route, landings in working.items())
        assert now != working
    else:
        assert now == working


@each_case
def test_everything_selected_is_stable_and_keeps_comments(case: Case) -> None:
    options = case.options() | {"select": "broken,suspect,deprecated", "unsafe": False}
    before = case.texts()
    result = fix_manifests(before, **options)
    after = before | dict(result.files)
    assert fix_manifests(after, **options).diff == ""
    assert {path: comments(text) for path, text in after.items()} == {
        path: comments(text) for path, text in before.items()
    }


def test_every_case_belongs_to_a_rule() -> None:
    assert {case.rule for case in ALL} <= RULES.keys()
    assert {case.kind for case in ALL} <= KINDS


@each_rule
def test_every_rule_has_its_cases(name: str) -> None:
    kinds = Counter(case.kind for case in ALL if case.rule == name)
    wanted = "fixes" if RULES[name].fix else "reports"
    assert kinds[wanted] >= 1, f"{name} needs a case {wanted}_…"
    assert kinds["leaves"] >= 2, f"{name} needs two cases leaves_…"


@each_rule
def test_every_rule_has_its_page(name: str) -> None:
    page = sys.modules[RULES[name].check.__module__].__doc__ or ""
    assert [section for section in SECTIONS if section not in page] == []
