"""What tests share: the option that rewrites expectations, where things are, and tracing a text."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.tracing import traced

ROOT = Path(__file__).resolve().parent.parent

# How long an example takes says nothing about it. A pipeline repeats itself; a developer's machine explores.
settings.register_profile("here", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="rewrite expected.diff and findings.json from what the tool does now (then read the difference)",
    )


@pytest.fixture(scope="session")
def update_cases(request: pytest.FixtureRequest) -> bool:
    """True when expectations are to be rewritten rather than compared."""
    return bool(request.config.getoption("--update-cases"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Path:
    """A folder of real applications beside the project; tests that need it are skipped without it."""
    folder = ROOT.parent / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip("no corpus beside the project")
    return folder


@pytest.fixture
def trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Traces a text as app.yaml; gives the exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    return partial(traced, capsys, tmp_path)
