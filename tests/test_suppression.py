"""Suppressing findings: comments, annotations, those of other linters, and writing them."""

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
from refactor.rules import RULES
from refactor.suppression.annotations import KUBE_LINTER_CHECKS, KUBE_SCORE_CHECKS
from tests.comments import comments

CASES = Path(__file__).parent / "cases"
INGRESS = """\
--- #0
apiVersion: networking.k8s.io/v1 #1
kind: Ingress #2
metadata: #3
  name: web
  annotations: {kept: "yes"} #4
spec:
  defaultBackend:
    service: #5
      name: web
      port:
        number: 80 #6
"""
SERVICE = """\
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: 8080
"""
RULE = "missing-backend-port"


def with_remark(place: int, remark: str, text: str = INGRESS) -> str:
    """The text with a remark at a numbered place, and nothing at the others."""
    lines = text.split("\n")
    for number in range(7):
        lines = [line.replace(f"#{number}", remark if number == place else "").rstrip() for line in lines]
    return "\n".join(lines) + SERVICE


def annotated(annotation: str) -> str:
    return with_remark(9, "").replace('kept: "yes"', f'kept: "yes", {annotation}')


def outcome(text: str, **options: Any) -> tuple[int, int]:
    """How many findings are reported, and how many are suppressed."""
    result = fix_manifests({"web.yaml": text}, **options)
    return len(result.findings), result.counts.suppressed


def test_without_a_remark_it_is_reported() -> None:
    assert outcome(with_remark(9, "")) == (1, 0)


@pytest.mark.parametrize("place", [0, 1, 2, 6])
@pytest.mark.parametrize(
    "remark",
    [
        f"# refactor: ignore[{RULE}]",
        f"#refactor:ignore[ {RULE} ]  because of us",
        f"# old words # refactor: ignore[unmatched-selector, {RULE}]",
        "# refactor: ignore[broken]",
    ],
)
def test_a_remark_on_the_line_or_the_head_suppresses(place: int, remark: str) -> None:
    assert outcome(with_remark(place, remark)) == (0, 1)


@pytest.mark.parametrize(
    "place, remark",
    [
        (3, f"# refactor: ignore[{RULE}]"),
        (4, f"# refactor: ignore[{RULE}]"),
        (5, f"# refactor: ignore[{RULE}]"),
        (6, "# refactor: ignore[unmatched-selector]"),
        (6, "# refactor: ignore[suspect]"),
        (6, "# refactor: ignore"),
        (6, "# refactor: ignore[]"),
        (6, f"# refactor: ignores[{RULE}]"),
        (6, f"# refactor: ignore-all[{RULE}]"),
        (6, f"# noqa[{RULE}]"),
    ],
)
def test_other_places_and_other_words_dont(place: int, remark: str) -> None:
    assert outcome(with_remark(place, remark)) == (1, 0)


def test_text_that_looks_like_a_remark_is_none() -> None:
    remark = f"# refactor: ignore[{RULE}]"
    quoted = with_remark(9, "").replace("number: 80", f'number: 80\n        "{remark}": 1')
    assert outcome(quoted)[1] == 0
    block = with_remark(9, "").replace("name: web\n  ann", f"name: web\n  note: |\n    {remark}\n  ann")
    assert outcome(block) == (1, 0)
    flow = with_remark(9, "").replace("number: 80", f'name: "{remark}"')
    assert outcome(flow) == (1, 0)


def test_only_its_own_resource_is_suppressed() -> None:
    both = with_remark(1, f"# refactor: ignore[{RULE}]") + with_remark(9, "").replace(SERVICE, "").replace(
        "  name: web\n  ann", "  name: other\n  ann"
    )
    assert outcome(both) == (1, 1)


def test_an_item_of_a_list_has_a_head_of_its_own() -> None:
    items = "apiVersion: v1\nkind: List\nitems:\n"
    for name, remark in (("one", f"  # refactor: ignore[{RULE}]"), ("two", "")):
        items += f"""\
- apiVersion: networking.k8s.io/v1{remark}
  kind: Ingress
  metadata: {{name: {name}}}
  spec: {{defaultBackend: {{service: {{name: web, port: {{number: 80}}}}}}}}
"""
    assert outcome(items + SERVICE) == (1, 1)
    whole = items.replace("kind: List", f"kind: List  # refactor: ignore[{RULE}]")
    assert outcome(whole + SERVICE) == (0, 2)


@pytest.mark.parametrize(
    "annotation, hidden",
    [
        (f'refactor/ignore: "{RULE}"', True),
        (f'refactor/ignore: " unmatched-selector ,{RULE}"', True),
        ("refactor/ignore: broken", True),
        ('refactor/ignore: "unmatched-selector"', False),
        (f"refactor/ignore: [{RULE}]", False),
        (f'other/ignore: "{RULE}"', False),
        ('ignore-check.kube-linter.io/dangling-ingress: "known"', True),
        ('ignore-check.kube-linter.io/dangling-service: "known"', False),
        ('ignore-check.kube-linter.io/no-such-check: "known"', False),
        ('kube-score/ignore: "pod-probes, ingress-targets-service"', True),
        ('kube-score/ignore: "service-targets-pod"', False),
    ],
)
def test_annotations(annotation: str, hidden: bool) -> None:
    reported, suppressed = outcome(annotated(annotation))
    assert suppressed == int(hidden)
    assert bool(reported) is not hidden


def test_the_checks_of_others_are_rules_of_ours() -> None:
    named = [
        name
        for table in (KUBE_LINTER_CHECKS, KUBE_SCORE_CHECKS)
        for names in table.values()
        for name in names
    ]
    assert set(named) <= set(RULES)


def test_a_fix_that_needs_a_suppressed_object_may_still_change_it() -> None:
    text = with_remark(9, "").replace("number: 80", "number: 8080") + (
        "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: b}\n"
        "spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n"
    )
    plain = fix_manifests({"a.yaml": text}, select="broken")
    hidden = fix_manifests(
        {"a.yaml": text.replace("kind: Service", "kind: Service  # refactor: ignore[broken]")},
        select="broken",
    )
    assert [f.rule for f in plain.findings] == [f.rule for f in hidden.findings] == [RULE]
    assert plain.changed
    assert hidden.changed


@pytest.mark.parametrize(
    "text, told",
    [
        (
            with_remark(6, "# refactor: ignore"),
            "web.yaml:12:20: `# refactor: ignore` names no rule and has no",
        ),
        (
            with_remark(6, "# refactor: ignore[]"),
            "web.yaml:12:20: `# refactor: ignore` names no rule and has no",
        ),
        (
            with_remark(6, "# refactor: ignore[missing-bakend-port]"),
            "web.yaml:12:20: suppressed is an unknown rule or category 'missing-bakend-port'; "
            "did you mean 'missing-backend-port'?",
        ),
        (
            f"# refactor: ignore[{RULE}]\n" + with_remark(9, "").removeprefix("---\n"),
            "web.yaml:1:1: this `# refactor: ignore` stands on a line of its own and has no effect",
        ),
        (
            annotated('refactor/ignore: "missing-backend-prt"'),
            "web.yaml:6:47: suppressed is an unknown rule or category 'missing-backend-prt'; did you mean",
        ),
    ],
)
def test_words_without_effect_are_told_and_harm_nothing(text: str, told: str) -> None:
    result = fix_manifests({"web.yaml": text})
    assert [note for note in result.notes if note.startswith(told)], result.notes
    assert len(result.findings) == 1


def test_good_words_are_no_news() -> None:
    assert not fix_manifests({"web.yaml": with_remark(6, f"# refactor: ignore[{RULE}]")}).notes


def test_suppressed_findings_dont_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "web.yaml"
    path.write_text(with_remark(6, f"# refactor: ignore[{RULE}]"))
    before = path.read_bytes()
    assert main(["--write", str(path)]) == 0
    assert "Not counted: 1 suppressed in the files.\n" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert main(["--check", "--output-format", "json", str(path)]) == 0
    assert '"suppressed": 1' in capsys.readouterr().out


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
