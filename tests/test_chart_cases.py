"""Runs every folder of tests/chart_cases; tests/chart_cases/README.md says what a case holds.

What a repair is worth is told by code that shares nothing with the tool: the charts are rendered by Helm
again, under all of their values, and the routes of what comes out are followed anew.
"""

from __future__ import annotations

import contextlib
import json
import posixpath
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from benchmarks.chart_folders import World, dependencies, worlds
from benchmarks.chart_render import RenderError, render
from benchmarks.judge import Route, Verdict, resolve
from refactor import Result, fix_manifests
from tests.comments import comments
from tests.test_cases import record

CASES = Path(__file__).parent / "chart_cases"
KINDS = {"fixes", "reports", "leaves"}
OPTIONS = {"select", "ignore", "unsafe", "stage", "values", "sets", "release", "namespace", "external"}
EXPECTED = {
    "paths",
    "expect_declined",
    "expect_errors",
    "expect_fixes",
    "expect_messages",
    "expect_notes",
    "reveal",
    "unresolved",
    "defect",
}
DEFAULT = ["broken", "suspect", "deprecated"]
TEMPLATE_COMMENT = re.compile(r"\{\{(?:- )?/\*.*?\*/(?: -)?\}\}", re.DOTALL)
SOURCE = (".yaml", ".yml", ".tpl", ".txt", ".json")


@dataclass(frozen=True, slots=True)
class Case:
    """One folder below tests/chart_cases."""

    folder: Path

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def kind(self) -> str:
        return self.folder.name.partition("_")[0]

    def settings(self) -> dict[str, Any]:
        """What case.toml says; an unknown key fails, so that a misspelt one can't be ignored silently."""
        path = self.folder / "case.toml"
        settings = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        unknown = settings.keys() - OPTIONS - EXPECTED
        assert not unknown, f"{path}: unknown keys {sorted(unknown)}"
        return settings

    def options(self) -> dict[str, Any]:
        """Keyword arguments for fix_manifests."""
        given = {key: value for key, value in self.settings().items() if key in OPTIONS}
        return {"select": DEFAULT} | given

    def files(self) -> dict[str, bytes]:
        """{path relative to the case folder: content} of everything in the input."""
        found = sorted(path for path in (self.folder / "input").rglob("*") if path.is_file())
        assert found, f"{self.folder}/input is empty"
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}


def _marked(case: Case) -> Any:
    """The case, marked where its expectation is right and the tool isn't there yet."""
    defect = case.settings().get("defect")
    marks = [pytest.mark.xfail(reason=defect, strict=True)] if defect else []
    return pytest.param(case, marks=marks, id=case.name)


ALL = [Case(folder) for folder in sorted(CASES.glob("*/*/")) if folder.is_dir()]
FIXES = [case for case in ALL if case.kind == "fixes" and not case.settings().get("defect")]
# What a defect spoils is the expectation, and what is known of a repair; all other laws hold for every case.
each_expectation = pytest.mark.parametrize("case", [_marked(case) for case in ALL])
each_case = pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
each_fix = pytest.mark.parametrize("case", FIXES, ids=lambda case: case.name)


@contextlib.contextmanager
def laid_out(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder with these files, as the current one."""
    with TemporaryDirectory() as temporary, contextlib.chdir(temporary):
        for path, content in files.items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_bytes(content)
        yield Path(temporary)


def run(case: Case, files: Mapping[str, bytes]) -> Result:
    with laid_out(files):
        return fix_manifests(case.settings().get("paths", "input"), config=False, **case.options())


@cache
def solved(case: Case) -> Result:
    """The result of a case, for tests that only look at it."""
    return run(case, case.files())


def after(case: Case, result: Result) -> dict[str, bytes]:
    """The files of a case with a result made."""
    return case.files() | {path: text.encode() for path, text in result.files.items()}


def as_json(result: Result) -> str:
    """The findings; of a chart also the values with which one occurs, where not all bring it."""
    entries = [record(one) | ({"values": list(one.values)} if one.values else {}) for one in result.findings]
    lines = [json.dumps(entry, ensure_ascii=False) for entry in entries]
    return "[\n  " + ",\n  ".join(lines) + "\n]\n" if lines else "[]\n"


def told(case: Case, result: Result) -> str | None:
    """What the result should say in words and doesn't: each part must occur in one of the texts."""
    texts = {
        "expect_declined": [declined.reason for declined in result.plan.declined],
        "expect_errors": [str(error) for error in result.errors],
        "expect_fixes": [fix.title for fix in result.plan.fixes],
        "expect_messages": [finding.message for finding in result.findings],
        "expect_notes": list(result.notes),
    }
    for key, said in texts.items():
        for part in case.settings().get(key, ()):
            if not any(part in text for text in said):
                return f"{key}: {part!r} is in none of {said}"
    return None


@each_expectation
def test_findings_and_diff_are_exact(case: Case, update_cases: bool) -> None:
    result = solved(case)
    findings, diff = case.folder / "findings.json", case.folder / "expected.diff"
    if update_cases and not case.settings().get("defect"):
        findings.write_bytes(as_json(result).encode())
        if case.kind == "fixes":
            diff.write_bytes(result.diff.encode())
    assert findings.exists(), "no findings.json yet: run with --update-cases, then read what it wrote"
    assert told(case, result) is None
    assert json.loads(as_json(result)) == json.loads(findings.read_bytes())
    assert result.diff == (diff.read_bytes().decode() if case.kind == "fixes" else "")
    assert bool(result.diff) == (case.kind == "fixes") == result.changed
    assert bool(result.errors) == bool(case.settings().get("expect_errors"))


@each_case
def test_the_kind_of_a_case_is_true(case: Case) -> None:
    expected = json.loads((case.folder / "findings.json").read_bytes())
    if case.kind == "leaves":
        assert not any(entry["fixable"] for entry in expected)
    else:
        assert expected or case.settings().get("expect_errors")


@each_case
def test_every_finding_explains_itself(case: Case) -> None:
    for finding in solved(case).findings:
        assert finding.message.strip()
        assert finding.fixable or finding.reason, f"not fixable, and no reason: {finding}"
        assert finding.line >= 1
        assert finding.column >= 1


@each_case
def test_folder_and_texts_agree_in_any_order(case: Case) -> None:
    files = case.files()
    try:
        texts = {path: content.decode() for path, content in files.items()}
    except UnicodeDecodeError:
        pytest.skip("holds what is no text")
    options = case.options()
    with laid_out({path: content for path, content in files.items() if path in options.get("values", ())}):
        results = [fix_manifests(given, **options) for given in (texts, dict(reversed(list(texts.items()))))]
    for result in results:
        assert as_json(result) == as_json(solved(case))
        assert result.diff == solved(case).diff
        assert result.errors == solved(case).errors


@each_fix
def test_git_applies_the_diff(case: Case) -> None:
    command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
    with laid_out(case.files()) as folder:
        subprocess.run(command, input=solved(case).diff.encode(), cwd=folder, check=True)
        on_disk = {path: (folder / path).read_bytes() for path in case.files()}
    assert on_disk == after(case, solved(case))


@each_fix
def test_writing_gives_the_same_files(case: Case) -> None:
    paths = case.settings().get("paths", "input")
    with laid_out(case.files()) as folder:
        fix_manifests(paths, config=False, write=True, **case.options())
        on_disk = {path: (folder / path).read_bytes() for path in case.files()}
    assert on_disk == after(case, solved(case))


@each_fix
def test_a_second_run_changes_nothing(case: Case) -> None:
    again = run(case, after(case, solved(case)))
    assert again.diff == ""
    assert not again.errors or again.errors == solved(case).errors


@each_case
def test_no_comment_is_lost(case: Case) -> None:
    before = case.files()
    for path, text in solved(case).files.items():
        old = before[path].decode()
        assert comments(text) == comments(old)
        assert Counter(TEMPLATE_COMMENT.findall(text)) == Counter(TEMPLATE_COMMENT.findall(old))


@each_case
def test_nothing_of_others_is_touched(case: Case) -> None:
    for folder in _charts(case.files()):
        inside = {path[len(folder) :]: data for path, data in case.files().items() if path.startswith(folder)}
        foreign = tuple(folder + path for path in dependencies(inside))
        assert not any(path.startswith(foreign) for path in solved(case).files)


@each_case
def test_working_routes_end_at_the_same_containers(case: Case) -> None:
    before, now = routes(case, case.files()), routes(case, after(case, solved(case)))
    assert before.keys() == now.keys()
    for world, found in before.items():
        for route, verdict in found.items():
            if verdict.resolved:
                assert now[world][route].landings == verdict.landings, f"{route.label} ({world})"


@each_fix
def test_after_the_repair_every_route_arrives(case: Case) -> None:
    lost = {
        route.label
        for found in routes(case, after(case, solved(case))).values()
        for route, verdict in found.items()
        if not verdict.resolved and not verdict.outside
    }
    assert lost == set(case.settings().get("unresolved", ()))


def routes(case: Case, files: Mapping[str, bytes]) -> dict[str, dict[Route, Verdict]]:
    """Where each route of the input lands, by chart and values; manifests beside charts join all of them."""
    folders = _charts(files)
    plain = {
        path: content.decode()
        for path, content in files.items()
        if path.endswith((".yaml", ".yml")) and not any(path.startswith(folder) for folder in folders)
    }
    found = {} if folders else {"": resolve(plain)}
    with laid_out(files) as root:
        for folder in folders:
            inside = {path[len(folder) :]: data for path, data in files.items() if path.startswith(folder)}
            for world in _worlds(case, folder, inside):
                with contextlib.suppress(RenderError):
                    texts = dict(render(root / folder, world))
                    found[f"{folder} {world.name}"] = resolve(plain | texts)
    return found


def _charts(files: Mapping[str, bytes]) -> list[str]:
    """The folders of charts that aren't part of another one, with a trailing slash."""
    every = sorted(posixpath.dirname(path) + "/" for path in files if path.endswith("/Chart.yaml"))
    return [one for one in every if not any(one != other and one.startswith(other) for other in every)]


def _worlds(case: Case, folder: str, inside: Mapping[str, bytes]) -> Iterator[World]:
    """All that a chart has to hold under: as asked, its environments, and what its switches reveal."""
    options = case.options()
    given = tuple(posixpath.relpath(path, folder) for path in options.get("values", ()))
    asked, *environments = worlds(inside, tuple(options.get("sets", ())))
    yield replace(asked, files=given)
    yield from environments
    for switch in case.settings().get("reveal", ()):
        yield World(switch, given, (*asked.sets, switch))


def test_every_case_is_of_a_known_kind() -> None:
    assert {case.kind for case in ALL} <= KINDS
    assert len(ALL) >= 40
    kept = Counter("fixes" if case.kind == "fixes" else "kept" for case in ALL)
    assert kept["kept"] >= kept["fixes"]
