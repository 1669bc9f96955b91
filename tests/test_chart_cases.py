"""Runs every folder of tests/chart_cases; tests/chart_cases/README.md says what a case holds."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from typing import Any

import pytest

from benchmarks.chart_folders import dependencies
from refactor import Result, fix_manifests
from tests.charts import CASES, Case, after, charts_of, laid_out, routes, run, solved
from tests.comments import comments
from tests.test_cases import record

KINDS = {"fixes", "reports", "leaves"}
TEMPLATE_COMMENT = re.compile(r"\{\{(?:- )?/\*.*?\*/(?: -)?\}\}", re.DOTALL)


def _marked(case: Case) -> Any:
    """The case, marked where its expectation is right and the tool isn't there yet."""
    defect = case.settings().get("defect")
    marks = [pytest.mark.xfail(reason=defect, strict=True)] if defect else []
    return pytest.param(case, marks=marks, id=case.name)


def _is_text(case: Case) -> bool:
    """Whether a case could be given as texts: one with a package can't."""
    try:
        return bool([content.decode() for content in case.files().values()])
    except UnicodeDecodeError:
        return False


ALL = [Case(folder) for folder in sorted(CASES.glob("*/*/")) if folder.is_dir()]
FIXES = [case for case in ALL if case.kind == "fixes" and not case.settings().get("defect")]
# What a defect spoils is the expectation, and what is known of a repair; all other laws hold for every case.
each_expectation = pytest.mark.parametrize("case", [_marked(case) for case in ALL])
each_case = pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
each_text = pytest.mark.parametrize("case", [c for c in ALL if _is_text(c)], ids=lambda case: case.name)
each_fix = pytest.mark.parametrize("case", FIXES, ids=lambda case: case.name)


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


@each_text
def test_folder_and_texts_agree_in_any_order(case: Case) -> None:
    files = case.files()
    texts = {path: content.decode() for path, content in files.items()}
    options = case.options()
    with laid_out({path: content for path, content in files.items() if path in options.get("values", ())}):
        results = [fix_manifests(given, **options) for given in (texts, dict(reversed(list(texts.items()))))]
    for result in results:
        assert as_json(result) == as_json(solved(case))
        assert result.diff == solved(case).diff
        assert result.errors == solved(case).errors


@each_fix
def test_git_applies_the_diff(case: Case) -> None:
    zero = ["--unidiff-zero"] if any("--unidiff-zero" in note for note in solved(case).notes) else []
    command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", *zero, "-"]
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
    for folder in charts_of(case.files()):
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


def test_every_case_is_of_a_known_kind() -> None:
    assert {case.kind for case in ALL} <= KINDS
    assert len(ALL) >= 40
    kept = Counter("fixes" if case.kind == "fixes" else "kept" for case in ALL)
    assert kept["kept"] >= kept["fixes"]
