"""The folders below examples, run through the library and through the command line as the README does."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.chart_folders import World
from benchmarks.chart_render import render
from benchmarks.judge import resolve
from refactor import fix_manifests
from tests.command import run
from tests.comments import comments

# The exit code after --write: in the shop, one repair is a guess and waits for --unsafe-fixes.
AFTER_WRITE = {"chart": 0, "healthy": 0, "incident": 0, "shop": 1}
each_example = pytest.mark.parametrize("name", AFTER_WRITE)
each_set_of_manifests = pytest.mark.parametrize("name", sorted(AFTER_WRITE.keys() - {"chart"}))
each_world = pytest.mark.parametrize(
    "files", [(), ("values-production.yaml",)], ids=["default", "production"]
)


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".tpl"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@each_example
def test_library_gives_the_expected_diff(
    name: str, root: Path, monkeypatch: pytest.MonkeyPatch, update_cases: bool
) -> None:
    monkeypatch.chdir(root)
    result = fix_manifests(f"examples/{name}")
    expected = root / "examples" / name / "expected.diff"
    if update_cases:
        expected.write_bytes(result.diff.encode())
    assert result.diff == expected.read_bytes().decode()
    assert not result.errors


@each_example
def test_command_line_prints_the_expected_diff(name: str, root: Path) -> None:
    done = run(root, f"examples/{name}", cwd=root)
    assert done.stdout == (root / "examples" / name / "expected.diff").read_bytes()
    assert done.returncode == (0 if name == "healthy" else 1), done.stderr.decode()


@each_example
def test_write_equals_git_apply(name: str, root: Path, tmp_path: Path) -> None:
    written, patched = tmp_path / "written" / "examples" / name, tmp_path / "patched" / "examples" / name
    for target in (written, patched):
        shutil.copytree(root / "examples" / name, target)
    done = run(root, "--write", f"examples/{name}", cwd=tmp_path / "written")
    assert done.returncode == AFTER_WRITE[name], done.stderr.decode()
    diff = (root / "examples" / name / "expected.diff").read_bytes()
    if diff:
        apply = ["git", "-c", "core.autocrlf=false", "apply", "-"]
        subprocess.run(apply, input=diff, cwd=tmp_path / "patched", check=True)
    assert contents(written) == contents(patched)


@each_example
def test_all_fixes_together_end_in_a_clean_check(name: str, root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "examples" / name, tmp_path / name)
    before = contents(tmp_path / name)
    done = run(root, "--write", "--unsafe-fixes", name, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert run(root, "--check", name, cwd=tmp_path).returncode == 0
    for file, text in contents(tmp_path / name).items():
        assert comments(text.decode()) == comments(before[file].decode())


@each_set_of_manifests
def test_in_the_end_every_route_finds_its_container(name: str, root: Path) -> None:
    texts = {path: data.decode() for path, data in contents(root / "examples" / name).items()}
    assert lost(texts | dict(fix_manifests(texts, unsafe=True).files)) == {}


@each_world
def test_the_chart_flows_in_the_end_with_all_of_its_values(
    root: Path, tmp_path: Path, files: tuple[str, ...]
) -> None:
    shutil.copytree(root / "examples" / "chart", tmp_path / "chart")
    world = World("", files)
    assert lost(render(tmp_path / "chart", world))
    assert run(root, "--write", "chart", cwd=tmp_path).returncode == 0
    assert lost(render(tmp_path / "chart", world)) == {}


def lost(texts: Mapping[str, str]) -> dict[str, str]:
    """The routes that don't arrive, with the reason."""
    return {
        route.label: verdict.reason
        for route, verdict in resolve(texts).items()
        if not verdict.resolved and not verdict.outside
    }


def test_the_chart_is_mended_by_an_expression_and_a_setting(root: Path) -> None:
    diff = fix_manifests(str(root / "examples" / "chart"), select="broken").diff.splitlines()
    added = [line for line in diff if line.startswith("+") and not line.startswith("+++")]
    assert [line.strip("+ ") for line in added] == [
        "number: {{ $.Values.service.port }}  # plain HTTP inside the cluster",
        "port: http  # the name of the container's port",
    ]


def test_the_incident_is_mended_in_two_lines(root: Path) -> None:
    diff = fix_manifests(str(root / "examples" / "incident"), select="broken").diff.splitlines()
    removed = [line for line in diff if line.startswith("-") and not line.startswith("---")]
    added = [line for line in diff if line.startswith("+") and not line.startswith("+++")]
    assert [line.split(":")[0].strip("- ") for line in removed] == ["number", "targetPort"]
    assert [line.strip("+ ") for line in added] == [
        "number: 8080  # plain HTTP inside the cluster",
        "targetPort: 3000",
    ]


def test_the_shop_shows_several_rules_at_once(root: Path) -> None:
    rules = {
        finding.rule for finding in fix_manifests(str(root / "examples" / "shop"), select="broken").findings
    }
    assert rules == {
        "missing-backend-service",
        "missing-probe-port",
        "missing-target-port",
        "misshapen-backend",
        "unmatched-selector",
    }


def test_the_healthy_one_is_left_alone_whatever_is_allowed(root: Path) -> None:
    result = fix_manifests(str(root / "examples" / "healthy"), unsafe=True)
    assert result.findings == ()
    assert not result.changed


def test_the_demo_ends_well(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "examples/demo.py"], cwd=root, capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Repaired." in done.stdout
    assert "number: {{ $.Values.service.port }}" in done.stdout
    assert "\033[" not in done.stdout
