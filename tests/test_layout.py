"""Holds what no linter can: sizes, names, who opens files, what an import loads, what is shipped."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import refactor

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = sorted([*ROOT.glob("refactor/**/*.py"), *ROOT.glob("templates_analysis/**/*.py")])
SOURCE = sorted([*PRODUCT, *ROOT.glob("benchmarks/**/*.py"), *ROOT.glob("tests/**/*.py")])
OPENERS = {
    "refactor/source/files.py",
    "refactor/config.py",
    "templates_analysis/chart.py",
}
# A folder may start processes as a whole: the worker and the command of Helm have files of their own.
RENDERERS = "templates_analysis/render/"
YAML_READERS = {"refactor/source/nodes.py"}
YAML_LIBRARIES = {"ruamel", "_ruamel_yaml", "yaml"}
FILES = {"fileinput", "glob", "pathlib", "shutil", "tempfile"}
PROCESSES = {"multiprocessing", "subprocess"}
NETWORK = {"http", "httpx", "requests", "socket", "ssl", "urllib"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def in_the_bot(path: Path) -> bool:
    return name_of(path).startswith("refactor/bot/")


def imported(path: Path) -> set[str]:
    """Top-level names of all modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def renders(path: Path) -> bool:
    return name_of(path).startswith(RENDERERS)


def opens_a_file(path: Path) -> bool:
    """Whether a file calls the built-in `open`, or `open` of os, io or codecs."""
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    plain = any(isinstance(call, ast.Name) and call.id == "open" for call in calls)
    modules = [call.value for call in calls if isinstance(call, ast.Attribute) and call.attr == "open"]
    return plain or any(isinstance(node, ast.Name) and node.id in {"os", "io", "codecs"} for node in modules)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = node.body[0]
    has_docstring = ast.get_docstring(node) is not None
    spent = (first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - spent


each_product_file = pytest.mark.parametrize("path", PRODUCT, ids=name_of)


@pytest.mark.parametrize("path", SOURCE, ids=name_of)
def test_sizes_and_names(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines < 300
    assert {node.name: length(node) for node in functions(path) if length(node) > 40} == {}
    assert path.stem not in VAGUE


@each_product_file
def test_only_the_ends_touch_the_outside(path: Path) -> None:
    modules, name = imported(path), name_of(path)
    assert name in YAML_READERS or not modules & YAML_LIBRARIES
    outside = in_the_bot(path) or renders(path)
    assert name in OPENERS or outside or not (modules & FILES or opens_a_file(path))
    assert outside or not modules & PROCESSES
    assert in_the_bot(path) or not modules & NETWORK


@each_product_file
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(tree(path))


def loaded_by(statement: str) -> set[str]:
    """The modules of ours that a fresh interpreter holds after `statement`."""
    probe = f"import sys\n{statement}\nprint(*[name for name in sys.modules if name.startswith('refactor')])"
    call = [sys.executable, "-c", probe]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    return set(done.stdout.split())


def test_imports_load_no_more_than_they_need() -> None:
    assert loaded_by("import refactor") == {"refactor"}
    for statement in ("import refactor.source", "import templates_analysis"):
        strangers = {name for name in loaded_by(statement) if not f"{name}.".startswith("refactor.source.")}
        assert strangers <= {"refactor"}


def test_every_room_has_its_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = " ".join(contracts["contracts"][0]["layers"]).replace("|", " ")
    placed = {name.strip("()") for name in layers.split()}
    rooms = {f"refactor.{path.stem}" for path in ROOT.glob("refactor/[a-z]*.py")}
    rooms |= {f"refactor.{path.parent.name}" for path in ROOT.glob("refactor/*/__init__.py")}
    assert rooms - placed == set()


def test_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert project["version"] == refactor.__version__
    assert f"## [{refactor.__version__}]" in changelog


def test_only_the_two_packages_are_shipped() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert build["targets"]["wheel"]["packages"] == ["refactor", "templates_analysis"]
    shipped = {path.parent.name for path in ROOT.glob("*/py.typed")}
    assert shipped == {"refactor", "templates_analysis"}
