"""Adopting on a large tree: single files with their folder, context, the summary by folder, the hook."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from refactor import Result, fix_manifests
from refactor.cli import main
from refactor.cli.arguments import parse
from refactor.report.folders import ENOUGH, folder_lines
from refactor.report.summary import summary
from refactor.results import Finding, ResourceName
from tests.manifests import APP, DEPLOYMENT, INGRESS, SERVICE, chart_yaml


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "app"
    folder.mkdir()
    for name, text in (("ingress", INGRESS), ("service", SERVICE), ("deployment", DEPLOYMENT)):
        (folder / f"{name}.yaml").write_text(text)
    return folder


def rules(result: Result) -> list[tuple[str, str]]:
    return [(finding.rule, finding.path) for finding in result.findings]


def test_given_files_are_read_with_their_folder(app: Path) -> None:
    result = fix_manifests("app/ingress.yaml", siblings=True)
    assert rules(result) == [("missing-backend-port", "app/ingress.yaml")]
    assert list(result.files) == ["app/ingress.yaml"]
    assert result.counts.files == 1
    assert result.notes == ("2 files beside the given ones read for references, not reported on or changed",)


def test_what_stands_beside_is_never_reported_nor_written(app: Path) -> None:
    before = {path: path.read_bytes() for path in app.iterdir()}
    result = fix_manifests(
        ["app/service.yaml", "app/deployment.yaml"], write=True, unsafe=True, siblings=True
    )
    assert result.findings == ()
    assert {path: path.read_bytes() for path in app.iterdir()} == before


def test_a_fix_that_needs_a_file_beside_is_declined_and_names_it(app: Path) -> None:
    (app / "deployment.yaml").write_text(DEPLOYMENT.replace("name: http, ", ""))
    assert list(fix_manifests("app", select="missing-target-port").files) == ["app/deployment.yaml"]
    alone = fix_manifests("app/service.yaml", siblings=True)
    assert not alone.changed
    (finding,) = alone.findings
    assert finding.reason == (
        "Deployment web in app/deployment.yaml would have to change, "
        "which is only context: give that file too"
    )
    assert fix_manifests(["app/service.yaml", "app/deployment.yaml"], select="broken", siblings=True).changed


def test_a_folder_or_texts_take_nothing_from_beside(app: Path) -> None:
    (app / "sub").mkdir()
    (app / "sub" / "ingress.yaml").write_text(INGRESS)
    for given in (["app/sub"], ["app/ingress.yaml", "app/sub"]):
        result = fix_manifests(given)
        assert {rule for rule, _ in rules(result)} == {"missing-backend-service"}
        assert result.notes == ()
    assert rules(fix_manifests({"ingress.yaml": INGRESS})) == [("missing-backend-service", "ingress.yaml")]


def test_only_the_folder_itself_is_read(app: Path) -> None:
    (app / "sub").mkdir()
    (app / "service.yaml").rename(app / "sub" / "service.yaml")
    (app / ".service.yaml").write_text(SERVICE)
    assert rules(fix_manifests("app/ingress.yaml", siblings=True)) == [
        ("missing-backend-service", "app/ingress.yaml")
    ]


def test_a_folder_at_hand_has_no_name(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(app)
    for path in ("ingress.yaml", "./ingress.yaml", str(app / "ingress.yaml")):
        assert rules(fix_manifests(path, siblings=True)) == [("missing-backend-port", path)]


def test_what_is_unreadable_beside_is_a_note(app: Path) -> None:
    (app / "service.yaml").write_text("kind: [Service\n")
    (app / "zeta.yaml").write_text("kind: {{ .Values.kind }}\nx: {{ y }}\n")
    result = fix_manifests("app/ingress.yaml", siblings=True)
    assert result.errors == ()
    (note,) = [note for note in result.notes if "isn't known" in note]
    assert note.startswith("beside the given files, what this holds isn't known: app/service.yaml:")
    assert note.endswith("(and 1 more)")
    assert fix_manifests("app/service.yaml", siblings=True).errors


def test_excluded_files_beside_arent_read(app: Path) -> None:
    result = fix_manifests("app/ingress.yaml", exclude="service.yaml", siblings=True)
    assert rules(result) == [("missing-backend-service", "app/ingress.yaml")]


def test_a_template_that_is_named_means_its_chart(app: Path) -> None:
    (app / "templates").mkdir()
    (app / "Chart.yaml").write_text(chart_yaml("app"))
    text = INGRESS.replace("name: web", "name: {{ .Release.Name }}", 1)
    (app / "templates" / "ingress.yaml").write_text(text)
    result = fix_manifests("app/templates/ingress.yaml", siblings=True)
    assert result.errors == ()
    assert result.counts.charts == 1
    assert rules(fix_manifests("app/ingress.yaml", siblings=True)) == [
        ("missing-backend-port", "app/ingress.yaml")
    ]


def test_a_patch_is_known_by_the_kustomization_beside_it(app: Path) -> None:
    (app / "service.yaml").unlink()
    (app / "kustomization.yaml").write_text("kind: Kustomization\npatches: [{path: ingress.yaml}]\n")
    assert fix_manifests("app/ingress.yaml", siblings=True).findings == ()


def test_context_is_read_and_nothing_else(app: Path) -> None:
    other = app.parent / "shared"
    other.mkdir()
    (app / "service.yaml").rename(other / "service.yaml")
    (other / "fault.yaml").write_text(INGRESS.replace("{name: web}", "{name: fault}", 1))
    assert rules(fix_manifests("app")) == [("missing-backend-service", "app/ingress.yaml")]
    for context in ("shared", ["shared/service.yaml"], "./shared", other):
        result = fix_manifests("app", context=context)
        assert rules(result) == [("missing-backend-port", "app/ingress.yaml")]
        assert list(result.files) == ["app/ingress.yaml"]
        assert result.counts.files == 2


def test_context_that_was_given_too_is_no_twin(app: Path) -> None:
    for context in (".", "./app", "app/../app", app):
        assert rules(fix_manifests("app", context=context)) == rules(fix_manifests("app"))


@pytest.mark.parametrize(
    "external, expected", [("web", 0), ("default/web", 0), ("a,web", 0), ("other/web", 1), ("we", 1)]
)
def test_external_services(external: str, expected: int) -> None:
    assert len(fix_manifests({"ingress.yaml": INGRESS}, external=external).findings) == expected
    assert len(fix_manifests({"ingress.yaml": INGRESS}, external=external.split(",")).findings) == expected


def test_an_external_service_has_the_namespace_of_who_asks() -> None:
    text = INGRESS.replace("{name: web}", "{name: web, namespace: shop}", 1)
    for external, expected in (("shop/web", 0), ("default/web", 1), ("web", 0)):
        assert len(fix_manifests({"ingress.yaml": text}, external=external).findings) == expected


def finding(path: str, category: str, fixed: bool = False) -> Finding:
    return Finding("rule", category, "message", path, 1, 1, ResourceName("Service", None, "x"), fixed=fixed)


def test_few_folders_need_no_summary() -> None:
    few = [finding(f"{number}/a.yaml", "broken") for number in range(ENOUGH)] * 3
    assert list(folder_lines(few)) == []
    fixed = finding("more/a.yaml", "broken", fixed=True)
    assert list(folder_lines([*few, fixed])) == []
    assert next(folder_lines([*few, finding("more/a.yaml", "broken")])) == "By folder:"


def test_the_worst_folder_comes_first() -> None:
    found = [finding("d/a.yaml", "fragile") for _ in range(9)]
    found += [finding(f"{name}/a.yaml", "suspect") for name in "cbb"]
    found += [finding("e/x/a.yaml", "broken"), finding("top.yaml", "broken"), finding("top.yaml", "suspect")]
    assert list(folder_lines(found)) == [
        "By folder:",
        "  1 broken, 1 suspect  .",
        "  1 broken             e/x",
        "  2 suspect            b",
        "  1 suspect            c",
        "  9 fragile            d",
    ]


def test_many_folders_are_cut_short() -> None:
    lines = list(folder_lines(finding(f"{number:02}/a.yaml", "broken") for number in range(13)))
    assert (len(lines), lines[-1]) == (12, "  and 3 more in 3 other folders")


def test_the_summary_of_a_run_has_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(ENOUGH + 1):
        Path(f"{number}").mkdir()
        Path(f"{number}/app.yaml").write_text(APP)
    lines = list(summary(fix_manifests("."), "check"))
    assert lines[:2] == ["By folder:", "  1 broken  ./0"]
    assert lines[ENOUGH + 2].startswith(f"Found {ENOUGH + 1} problems")


def test_the_hook_calls_what_there_is(root: Path) -> None:
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())
    assert (hook["id"], hook["language"], hook["require_serial"]) == ("manifest-refactor", "python", True)
    program, *words = hook["entry"].split()
    assert program == "manifest-refactor"
    parsed = parse([*words, *hook["args"], "a.yaml"])
    assert (parsed.check, parsed.force_exclude, parsed.paths) == (True, True, ["a.yaml"])
    # What the README says to write instead.
    parsed = parse([*words, "--write", "a.yaml"])
    assert (parsed.write, parsed.siblings, parsed.paths) == (True, True, ["a.yaml"])


def test_the_hook_on_some_files_of_a_tree(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path(".refactor.toml").write_text('exclude = ["generated"]\n')
    Path("generated").mkdir()
    Path("generated/bad.yaml").write_text("a: [\n")
    Path("values.yaml").write_text("a: 1\n")
    words = ["--check", "--siblings", "--force-exclude"]
    assert main([*words, "app/service.yaml", "generated/bad.yaml", "values.yaml"]) == 0
    assert main([*words, "app/ingress.yaml", "generated/bad.yaml"]) == 1
    assert "app/ingress.yaml:6:" in capsys.readouterr().out


def test_json_tells_what_was_accepted(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--write-baseline", "base.json", "app"]) == 0
    capsys.readouterr()
    assert main(["--output-format", "json", "--baseline", "base.json", "app"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["findings"], document["summary"]["baselined"]) == ([], 1)
