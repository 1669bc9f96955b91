"""A baseline: only new findings are reported, whatever happens to lines, order and files around them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refactor import Result, fix_manifests
from refactor.baseline import Fingerprint
from refactor.cli import main
from refactor.config import ConfigurationError
from tests.manifests import APP, DEPLOYMENT, INGRESS, SERVICE

RULE = "missing-backend-port"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "web.yaml").write_text(APP)
    assert main(["--write-baseline", "base.json", "app"]) == 0
    return tmp_path


def run(*paths: str, **options: Any) -> Result:
    return fix_manifests(list(paths) or ["app"], baseline="base.json", **options)


def entries() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(Path("base.json").read_text())["findings"]
    return listed


def test_a_baseline_is_readable_and_hides_what_stands(here: Path) -> None:
    assert entries() == [
        {
            "path": "app/web.yaml",
            "resource": "Ingress web",
            "rule": RULE,
            "place": "spec.defaultBackend.service.port.number",
            "value": "80",
            "count": 1,
        }
    ]
    result = run()
    assert (result.findings, result.diff, result.notes) == ((), "", ())
    assert result.counts.baselined == 1
    assert len(fix_manifests("app").findings) == 1


def test_what_is_in_it_doesnt_count_and_isnt_changed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--write", "--baseline", "base.json", "app"]) == 0
    assert Path("app/web.yaml").read_text() == APP
    assert "Not counted: 1 in the baseline.\n" in capsys.readouterr().err


def test_a_new_finding_is_reported(here: Path) -> None:
    Path("app/new.yaml").write_text(INGRESS.replace("{name: web}", "{name: new}", 1))
    assert [finding.path for finding in run().findings] == ["app/new.yaml"]
    Path("app/new.yaml").unlink()
    Path("app/web.yaml").write_text(APP.replace("number: 80}", "number: 81}"))
    result = run()
    assert [finding.line for finding in result.findings] == [6]
    assert result.changed


def test_of_equal_findings_as_many_are_known_as_were_written(here: Path) -> None:
    backend = "{service: {name: web, port: {number: 80}}}"
    rule = f"    - http: {{paths: [{{path: /, pathType: Prefix, backend: {backend}}}]}}\n"
    head = INGRESS.split("  defaultBackend")[0] + "  rules:\n"
    rest = f"---\n{SERVICE}---\n{DEPLOYMENT}"
    Path("app/web.yaml").write_text(head + rule * 2 + rest)
    assert main(["--write-baseline", "base.json", "app"]) == 0
    assert [entry["count"] for entry in entries()] == [2]
    assert run().findings == ()
    Path("app/web.yaml").write_text(head + rule * 3 + rest)
    assert [finding.line for finding in run().findings] == [8]
    Path("app/web.yaml").write_text(head + rule + rest)
    result = run()
    assert result.findings == ()
    assert "1 entry stands for nothing any more" in result.notes[0]


def test_items_are_known_by_what_they_are_not_by_their_number(here: Path) -> None:
    backend = "{service: {name: web, port: {number: 80}}}"
    listed = (f"{{path: /{name}, pathType: Prefix, backend: {backend}}}" for name in ("b", "c"))
    paths = "\n".join(f"          - {path}" for path in listed)
    text = INGRESS.split("  defaultBackend")[0] + "  rules:\n    - host: x.org\n      http:\n        paths:\n"
    Path("app/web.yaml").write_text(f"{text}{paths}\n---\n{SERVICE}---\n{DEPLOYMENT}")
    assert main(["--write-baseline", "base.json", "app"]) == 0
    places = [entry["place"] for entry in entries()]
    assert places[0] == "spec.rules[host=x.org].http.paths[path=/b].backend.service.port.number"
    first = paths.split("\n")[0]
    more = first.replace("/b,", "/a,")
    Path("app/web.yaml").write_text(f"{text}{more}\n{paths}\n---\n{SERVICE}---\n{DEPLOYMENT}")
    assert [finding.line for finding in run().findings] == [9]


def test_it_counts_from_its_own_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here / "app")
    for path in (".", "web.yaml", "../app", str(here / "app")):
        assert fix_manifests(path, baseline="../base.json").findings == ()


def test_what_stands_no_more_is_told(here: Path) -> None:
    Path("app/web.yaml").write_text(APP.replace("number: 80}", "number: 8080}"))
    note = (
        "base.json: 1 entry stands for nothing any more (first: missing-backend-port of Ingress web in "
        "app/web.yaml); write it again with --write-baseline base.json"
    )
    assert run(select="broken").notes == (note,)
    Path("app/web.yaml").rename("app/moved.yaml")
    assert run(select="broken").notes == (note,)


def test_what_wasnt_looked_for_isnt_called_gone(here: Path) -> None:
    Path("app/web.yaml").write_text(APP.replace("number: 80}", "number: 8080}"))
    Path("other").mkdir()
    assert run(select="suspect").notes == ()
    assert run("other").notes == ()
    assert run(ignore=RULE, select="broken").notes == ()


def test_suppressed_findings_arent_written(here: Path) -> None:
    Path("app/web.yaml").write_text(APP.replace("80}}", f"80}}}}  # refactor: ignore[{RULE}]"))
    assert main(["--write-baseline", "base.json", "app"]) == 0
    assert entries() == []
    assert run().counts.suppressed == 1


def test_writing_is_repeatable_and_sorted(here: Path) -> None:
    for name in ("z", "a"):
        Path(f"app/{name}.yaml").write_text(APP.replace("{name: web}", f"{{name: {name}}}"))
    assert main(["--write-baseline", "base.json", "app/z.yaml", "app/web.yaml", "app/a.yaml"]) == 0
    first = Path("base.json").read_bytes()
    assert main(["--write-baseline", "base.json", "app"]) == 0
    assert Path("base.json").read_bytes() == first
    assert [entry["path"] for entry in entries()] == sorted(entry["path"] for entry in entries())
    assert not list(Path().glob("*.tmp"))


def test_only_what_is_selected_is_written(here: Path) -> None:
    assert main(["--write-baseline", "base.json", "--ignore", "broken", "app"]) == 0
    assert entries() == []


GOOD = {"path": "a", "resource": "b", "rule": "c", "place": "d", "value": "e", "count": 1}


@pytest.mark.parametrize(
    "text, told",
    [
        ("", "base.json:1: not valid JSON"),
        ('{\n"version": 1,\n', "base.json:3: not valid JSON"),
        ("[]", "base.json: not a baseline: it has no list of findings"),
        ('{"version": 1, "findings": {}}', "base.json: not a baseline: it has no list of findings"),
        ('{"findings": []}', "base.json: version None isn't known here, only 1 is"),
        ('{"version": 2, "findings": []}', "base.json: version 2 isn't known here, only 1 is"),
        (json.dumps({"version": 1, "findings": [GOOD, 1]}), "base.json: finding 2 isn't one of a baseline"),
        (json.dumps({"version": 1, "findings": [GOOD | {"count": 0}]}), "base.json: finding 1 isn't one"),
        (json.dumps({"version": 1, "findings": [GOOD | {"count": True}]}), "base.json: finding 1 isn't one"),
        (json.dumps({"version": 1, "findings": [GOOD | {"path": 1}]}), "base.json: finding 1 isn't one"),
        (json.dumps({"version": 1, "findings": [GOOD | {"x": ""}]}), "base.json: finding 1 isn't one"),
        ("[" * 100_000, "base.json:1: not valid JSON: nested too deeply"),
    ],
    ids=lambda value: value[:30],
)
def test_a_corrupt_file_is_one_line_and_exit_2(
    here: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    Path("base.json").write_text(text)
    capsys.readouterr()
    assert main(["--check", "--baseline", "base.json", "app"]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"error: {told}")
    assert captured.err.endswith("; write it anew with --write-baseline base.json\n")
    assert (captured.out, captured.err.count("\n")) == ("", 1)


def test_a_missing_or_unwritable_file_is_one_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigurationError, match=r"^none\.json: there is no such baseline; make it with "):
        fix_manifests("app", baseline="none.json")
    capsys.readouterr()
    assert main(["--write-baseline", "no/such/folder.json", "app"]) == 2
    assert capsys.readouterr().err.startswith("error: no/such/folder.json: can't be written: ")


def test_unreadable_input_is_2_also_when_writing(here: Path) -> None:
    Path("app/bad.yaml").write_text("a: [\n")
    assert main(["--write-baseline", "base.json", "app"]) == 2
    assert len(entries()) == 1


def test_it_stands_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--baseline", "base.json"], ["--check"], ["--write"], ["--diff"], ["--add-ignore"]):
        assert main(["--write-baseline", "base.json", *words, "app"]) == 2
        assert "--write-baseline" in capsys.readouterr().err


def test_standard_input_is_known_by_its_name(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"<stdin>": APP}
    Path("base.json").write_text(Path("base.json").read_text().replace("app/web.yaml", "<stdin>"))
    assert fix_manifests(texts, baseline="base.json").findings == ()


movements = st.lists(
    st.sampled_from(
        [
            lambda text: "# a comment\n\n" + text,
            lambda text: text.replace("\n", "\r\n") if "\r" not in text else text,
            lambda text: text.replace("spec:", "spec:  # here", 1),
            lambda text: "---\n".join(reversed(text.split("---\n"))) if text.endswith("\n") else text,
            lambda text: text.replace("  defaultBackend:", "  # behind\n  defaultBackend:"),
            lambda text: text.replace("kind: Ingress", "kind: 'Ingress'"),
            lambda text: f"{text.rstrip()}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\n",
        ]
    ),
    max_size=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(movements)
def test_moved_lines_and_other_spelling_make_nothing_new(here: Path, moves: list[Any]) -> None:
    text = APP
    for move in moves:
        text = move(text)
    Path("app/web.yaml").write_bytes(text.encode())
    result = run()
    assert (result.findings, result.notes, result.counts.baselined) == ((), (), 1)


@pytest.mark.parametrize("case", sorted((Path(__file__).parent / "cases").glob("*/*/input")), ids=str)
def test_every_case_is_covered_by_its_own_baseline(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    known = fix_manifests(str(case)).findings
    code = main(["--write-baseline", "base.json", str(case)])
    result = fix_manifests(str(case), baseline="base.json")
    assert code == (2 if result.errors else 0)
    assert (result.findings, result.diff) == ((), "")
    assert result.counts.baselined >= sum(1 for finding in known if finding.category != "fragile") / 2
    assert bool(result.counts.baselined) is bool(known)


def test_fingerprints_have_an_order() -> None:
    texts = [
        Fingerprint("b", "", "", "", ""),
        Fingerprint("a", "z", "", "", ""),
        Fingerprint("a", "b", "", "", ""),
    ]
    assert [(one.path, one.resource) for one in sorted(texts)] == [("a", "b"), ("a", "z"), ("b", "")]


def test_a_baseline_holds_for_every_set_of_values_of_a_chart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(Path(__file__).parents[1] / "examples" / "chart", tmp_path / "chart")
    monkeypatch.chdir(tmp_path)
    before = {path: path.read_bytes() for path in Path("chart").rglob("*") if path.is_file()}
    assert main(["--write-baseline", "base.json", "chart"]) == 0
    assert "Wrote 4 problems" in capsys.readouterr().err
    assert main(["--check", "--baseline", "base.json", "chart"]) == 0
    assert "Not counted: 4 in the baseline." in capsys.readouterr().err
    assert main(["--write", "--unsafe-fixes", "--baseline", "base.json", "chart"]) == 0
    assert {path: path.read_bytes() for path in before} == before
    values = Path("chart/values.yaml")
    values.write_text(values.read_text().replace("port: 8080", "port: 8081"))
    assert main(["--check", "--baseline", "base.json", "chart"]) == 0, "another number of the same Service"
