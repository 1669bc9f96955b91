"""What was found and isn't reported is never told as success, nor as repaired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from refactor import fix_manifests
from refactor.cli import main
from tests.tracing import HEALTHY, traced

BROKEN = HEALTHY.replace("number: 80", "number: 81")
DOUBTFUL = HEALTHY.replace("service: {name: web,", "service: {name: elsewhere,")
MADE = "Without `trace` these fixes are shown as a diff; with --write they are made.\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def unselected(text: str, **options: Any) -> dict[str, int]:
    return dict(fix_manifests({"app.yaml": text}, config=False, **options).counts.unselected)


def test_what_a_selection_leaves_out_is_counted() -> None:
    assert unselected(DOUBTFUL, select="broken") == {"suspect": 1}
    assert unselected(BROKEN, select="deprecated,missing-probe-port") == {"broken": 1}


def test_nothing_is_left_out_where_all_is_asked_for_or_nothing_is_there() -> None:
    assert unselected(DOUBTFUL) == {}
    assert unselected(DOUBTFUL, ignore="suspect") == {}
    assert unselected(HEALTHY, select="broken") == {}


@pytest.mark.parametrize("options", [{"ignore": "suspect"}, {"ignore": "missing-backend-service"}])
def test_what_is_ignored_or_suppressed_is_no_news(options: dict[str, str]) -> None:
    assert unselected(DOUBTFUL, select="broken", **options) == {}
    quiet = DOUBTFUL.replace("kind: Ingress\n", "kind: Ingress # refactor: ignore[suspect]\n")
    assert unselected(quiet, select="broken") == {}


def test_what_a_baseline_holds_is_no_news(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(DOUBTFUL, encoding="utf-8")
    assert main(["-q", "--write-baseline", "base.json", "app.yaml"]) == 0
    assert not fix_manifests("app.yaml", select="broken", baseline="base.json").counts.unselected
    assert fix_manifests("app.yaml", select="broken").counts.unselected


def test_success_is_told_of_what_was_selected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "app.yaml").write_text(DOUBTFUL, encoding="utf-8")
    assert main(["--check", "--select", "broken", "app.yaml"]) == 0
    told = capsys.readouterr().err
    assert "Found no problems of the selected rules (broken) in 3 documents" in told
    assert "1 other wasn't selected (1 suspect): see it with --select suspect.\n" in told


def test_a_trace_tells_what_write_makes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert traced(capsys, tmp_path, BROKEN)[2].endswith(MADE)


def test_a_trace_promises_nothing_of_what_is_suppressed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = BROKEN.replace("number: 81}}}", "number: 81}}} # refactor: ignore[missing-backend-port]")
    code, out, err = traced(capsys, tmp_path, quiet)
    assert code == 1
    assert "fix (suppressed): Ingress web: port 81 → 80" in out
    assert "--write" not in err


def test_a_trace_promises_nothing_of_what_the_baseline_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.yaml").write_text(BROKEN, encoding="utf-8")
    assert main(["-q", "--write-baseline", "base.json", "app.yaml"]) == 0
    _, out, err = traced(capsys, tmp_path, BROKEN, "--baseline", "base.json")
    assert "fix (in the baseline): " in out
    assert "--write" not in err


def test_a_trace_promises_nothing_of_what_the_settings_leave_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".refactor.toml").write_text('ignore = ["missing-backend-port"]\n', encoding="utf-8")
    _, out, err = traced(capsys, tmp_path, BROKEN)
    assert "fix (not selected): " in out
    assert "--write" not in err
