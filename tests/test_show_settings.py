"""`--show-settings`: what holds, with where it comes from, as a file that could hold it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from refactor.cli import main
from refactor.configuration import Asked, govern
from tests.manifests import put


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, with two folders in it."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_settings_that_hold_are_shown_with_their_places(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put("one/.refactor.toml", 'ignore = ["suspect"]\nstage = 1\n\n[per-path-ignores]\n"a*" = ["broken"]\n')
    put("two/.refactor.toml", "stage = 1\n")
    words = ["--show-settings", "--ignore", "fragile", "--unsafe-fixes", "one", "two"]
    assert main(words) == 0
    blocks = capsys.readouterr().out.split("\n\n")
    assert [block.split("\n")[0] for block in blocks] == [
        "# one: one/.refactor.toml",
        "# two: two/.refactor.toml",
    ]
    assert 'ignore = ["fragile", "suspect"]  # command line and one/.refactor.toml:1' in blocks[0]
    assert "stage = 1  # one/.refactor.toml:2" in blocks[0]
    assert 'per-path-ignores."a*" = ["broken"]  # one/.refactor.toml:4' in blocks[0]
    assert "unsafe-fixes = true  # command line" in blocks[1]
    assert 'select = ["broken", "suspect", "fragile", "deprecated"]  # default' in blocks[1]


def test_what_is_shown_could_be_the_file(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(".refactor.toml", 'select = ["broken"]\nexternal = ["a"]\n[per-path-ignores]\n"a/*" = ["suspect"]\n')
    assert main(["--show-settings", "one"]) == 0
    shown = capsys.readouterr().out
    assert tomllib.loads(shown)["per-path-ignores"] == {"a/*": ["suspect"]}
    put("again.toml", shown)
    again = govern(["one"], Asked(config="again.toml"))
    assert again.settings.external == {"a"}
    assert again.settings.select == {"broken"}
