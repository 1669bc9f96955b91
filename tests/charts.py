"""The folders of tests/chart_cases: what they hold, what the tool does to it, and what Helm makes of that.

What a repair is worth is told by code that shares nothing with the tool: the charts are rendered by Helm
again, under all of their values, and the routes of what comes out are followed anew.
"""

from __future__ import annotations

import contextlib
import posixpath
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.chart_folders import World, worlds
from benchmarks.chart_render import RenderError, render
from benchmarks.judge import Route, Verdict, resolve
from refactor import Result, fix_manifests

CASES = Path(__file__).parent / "chart_cases"
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


def routes(case: Case, files: Mapping[str, bytes]) -> dict[str, dict[Route, Verdict]]:
    """Where each route of the input lands, by chart and values; manifests beside charts join all of them."""
    folders = charts_of(files)
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


def charts_of(files: Mapping[str, bytes]) -> list[str]:
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
