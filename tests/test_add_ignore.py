"""Writing suppressions for everything that stands today, and breaking nothing by it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from refactor import fix_manifests
from refactor.adopting import Ignored, add_ignores
from refactor.cli import main
from refactor.configuration import Asked, govern
from tests.comments import comments
from tests.test_suppression import RULE, with_remark

CASES = Path(__file__).parent / "cases"


def ignored(texts: dict[str, str], **asked: Any) -> Ignored:
    return add_ignores(texts, govern([], Asked(config=False, **asked)), None, write=False)


def documents(text: str) -> list[Any]:
    return [document for document in yaml.safe_load_all(text) if document is not None]


def test_a_remark_is_written_behind_the_line() -> None:
    text = with_remark(9, "")
    done = ignored({"web.yaml": text})
    assert (done.count, done.refused) == (1, ())
    expected = text.replace("number: 80", f"number: 80  # refactor: ignore[{RULE}]", 1)
    assert done.files == {"web.yaml": expected}
    assert ignored(dict(done.files)).files == {}


@pytest.mark.parametrize(
    "there, then",
    [
        ("# old words", f"# old words  # refactor: ignore[{RULE}]"),
        ("# refactor: ignore[suspect]", f"# refactor: ignore[suspect, {RULE}]"),
        ("# refactor: ignore[] x", f"# refactor: ignore[{RULE}] x"),
        ("# refactor: ignore", f"# refactor: ignore[{RULE}]"),
    ],
)
def test_a_comment_that_stands_there_is_kept(there: str, then: str) -> None:
    text = with_remark(6, there)
    assert ignored({"web.yaml": text}).files["web.yaml"] == text.replace(there, then)


@pytest.mark.parametrize(
    "number",
    ["80 \n", "&a 80\n", "80\t\n", "80\r\n"],
)
def test_odd_ends_of_lines(number: str) -> None:
    text = with_remark(9, "").replace("number: 80\n", f"number: {number}")
    done = ignored({"web.yaml": text})
    remark = f"# refactor: ignore[{RULE}]"
    (new,) = done.files.values()
    assert new.count(remark) == 1
    assert new.replace(f"  {remark}", "").replace(remark, "") == text


def test_where_no_comment_can_stand_the_resource_is_annotated() -> None:
    json_text = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},\n "spec": {"selector": '
    json_text += '{"app": "gone"}, "ports": [{"port": 80, "targetPort": "nope"}]}}\n'
    json_text += '---\n{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": '
    json_text += '{"template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}}}}\n'
    done = ignored({"all.json": json_text})
    assert done.count >= 1
    (new,) = done.files.values()
    assert "#" not in new
    assert documents(new)[0]["metadata"]["annotations"]["refactor/ignore"]
    assert not fix_manifests(dict(done.files)).findings


def test_a_scalar_over_several_lines_gets_an_annotation() -> None:
    text = with_remark(9, "").replace("name: web\n      port", 'name: "we\n        bs"\n      port')
    (finding,) = fix_manifests({"web.yaml": text}).findings
    assert finding.rule == "missing-backend-service"
    done = ignored({"web.yaml": text})
    (new,) = done.files.values()
    assert documents(new)[0]["metadata"]["annotations"] == {"kept": "yes", "refactor/ignore": finding.rule}
    again = ignored({"web.yaml": new.replace(finding.rule, "fragile")})
    assert f"fragile, {finding.rule}" in again.files["web.yaml"]


def test_what_cant_be_suppressed_is_said() -> None:
    text = with_remark(9, "").replace('annotations: {kept: "yes"}', "annotations: *shared")
    text = text.replace("  name: web\n  ann", "  name: web\n  labels: &shared {a: b}\n  ann")
    text = text.replace("name: web\n      port", 'name: "we\n        bs"\n      port')
    done = ignored({"web.yaml": text})
    assert (done.count, done.files) == (0, {})
    ((place, rule, reason),) = done.refused
    assert (place, rule) == ("web.yaml:11:13", "missing-backend-service")
    assert "shared" in reason


def inputs() -> list[Path]:
    return sorted(folder / "input" for folder in CASES.glob("*/*/") if (folder / "input").is_dir())


BENDS = (
    lambda text: text,
    lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"),
    lambda text: text.removesuffix("\n"),
    lambda text: "\ufeff" + text.removeprefix("\ufeff"),
    lambda text: "# refactor\n# ünïcode 日本 😀\n" + text,
)


@pytest.mark.parametrize(
    "folder", inputs(), ids=lambda folder: f"{folder.parent.parent.name}-{folder.parent.name}"
)
@given(bend=st.sampled_from(BENDS))
def test_everything_that_stands_can_be_suppressed(folder: Path, bend: Any) -> None:
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in (".yaml", ".yml", ".json")]
    texts = {path.relative_to(folder).as_posix(): bend(path.read_bytes().decode()) for path in files}
    done = ignored(texts)
    assert done.refused == ()
    after = fix_manifests({**texts, **done.files})
    assert (after.findings, after.diff) == ((), "")
    assert after.counts.suppressed == done.count
    for path, new in done.files.items():
        if "refactor/ignore" not in new:
            assert without_remarks(new) == texts[path]
        assert sum(comments(new).values()) >= sum(comments(texts[path]).values())


def without_remarks(text: str) -> str:
    return re.sub(r" {0,2}# refactor: ignore\[[a-z-]+(?:, [a-z-]+)*\]", "", text)


@pytest.mark.parametrize("option, written", [([], True), (["--diff"], False)])
def test_the_command_writes_or_shows(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: list[str],
    written: bool,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("web.yaml").write_text(with_remark(9, ""))
    assert main(["--add-ignore", *option, "."]) == 0
    captured = capsys.readouterr()
    assert ("ignore[" in Path("web.yaml").read_text()) is written
    assert ("+        number: 80  # refactor: ignore[missing-backend-port]" in captured.out) is not written
    verb = "Suppressed" if written else "Would suppress"
    assert captured.err == f"{verb} 1 problem in 1 file.\n"
    assert main(["--check", "-q", "."]) == int(not written)


@pytest.mark.parametrize(
    "words", [["--check", "."], ["--write", "."], ["--output-format", "json", "."], ["-"]]
)
def test_the_command_stands_alone(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--add-ignore", *words]) == 2
    assert "--add-ignore" in capsys.readouterr().err
