"""Settings files: which one holds, what it may say, what wins, and how mistakes are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from refactor import fix_manifests
from refactor.cli import main
from refactor.config import ConfigurationError
from refactor.configuration import Asked, govern
from tests.command import run
from tests.manifests import APP, INGRESS, put


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two applications with the same fault, below one folder."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.yaml").write_text(APP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*paths: str, **options: Any) -> list[str]:
    result = fix_manifests(list(paths), **options)
    return [finding.path for finding in result.findings]


def test_without_a_file_everything_is_looked_for(tree: Path) -> None:
    assert found(".") == ["./one/app.yaml", "./two/app.yaml"]


@pytest.mark.parametrize(
    "name, text",
    [
        (".refactor.toml", 'ignore = ["broken"]\n'),
        ("pyproject.toml", '[tool.refactor]\nignore = ["broken"]\n'),
        ("pyproject.toml", '[tool]\nrefactor.ignore = ["missing-backend-port"]\n'),
    ],
)
def test_the_file_above_the_path_holds(tree: Path, name: str, text: str) -> None:
    put(name, text)
    assert found("one") == found("one/app.yaml") == found(".") == found(str(tree / "one")) == []


def test_the_nearest_folder_wins_and_in_it_our_own_file(tree: Path) -> None:
    put("pyproject.toml", '[tool.refactor]\nignore = ["broken"]\n')
    put("one/pyproject.toml", '[project]\nname = "refactor"\n')
    assert found("one") == []
    put("one/pyproject.toml", "[tool.refactor]\n")
    assert found("one") == ["one/app.yaml"]
    put("one/.refactor.toml", 'ignore = ["broken"]\n')
    assert found("one") == []
    assert found("one", "two") == []


def test_each_path_has_its_own_selection(tree: Path) -> None:
    put("one/.refactor.toml", 'ignore = ["broken"]\n')
    put("two/.refactor.toml", 'select = ["broken"]\n')
    assert found("one", "two") == ["two/app.yaml"]
    put("two/.refactor.toml", 'select = ["suspect"]\n')
    assert found("one", "two") == []


def test_a_file_below_a_given_folder_is_told_and_doesnt_hold(tree: Path) -> None:
    put("one/.refactor.toml", 'ignore = ["broken"]\n')
    result = fix_manifests(".")
    assert len(result.findings) == 2
    assert [note for note in result.notes if note.startswith("not read: one/.refactor.toml")]
    assert not fix_manifests(".", config=False).notes
    assert not fix_manifests("one").notes


def test_what_holds_for_a_run_must_agree(tree: Path) -> None:
    put("one/.refactor.toml", "stage = 1\n")
    with pytest.raises(ConfigurationError) as raised:
        found("one", "two")
    assert str(raised.value) == (
        "stage: the given paths have different settings (one/.refactor.toml:1, the default); "
        "run them apart, or name one file with --config"
    )
    assert (
        found("one", "two", stage=1) == found("one", "two", config=False) == ["one/app.yaml", "two/app.yaml"]
    )
    put("two/.refactor.toml", "stage = 1\n")
    assert found("one", "two") == ["one/app.yaml", "two/app.yaml"]


def test_what_is_asked_for_wins(tree: Path) -> None:
    put(".refactor.toml", 'select = ["suspect"]\nignore = ["missing-backend-port"]\nunsafe-fixes = true\n')
    assert found("one") == []
    assert found("one", select="broken") == ["one/app.yaml"]
    assert found("one", select="broken", ignore="missing-backend-port") == []
    assert found("one", config=False) == ["one/app.yaml"]
    put("other.toml", 'select = ["broken"]\n')
    assert found("one", config="other.toml") == ["one/app.yaml"]
    assert govern(["one"], Asked()).settings.unsafe is True
    assert govern(["one"], Asked(unsafe=False)).settings.unsafe is False


def test_texts_look_for_no_file_but_take_one_that_is_named(tree: Path) -> None:
    put(".refactor.toml", 'ignore = ["broken"]\n')
    assert len(fix_manifests({"one/app.yaml": APP}).findings) == 1
    assert fix_manifests({"one/app.yaml": APP}, config=".refactor.toml").findings == ()


def test_every_key_has_its_effect(tree: Path) -> None:
    put(
        ".refactor.toml",
        'unsafe-fixes = true\nstage = 2\nexternal = ["a", "b/c"]\ncontext = ["../shared"]\n'
        'fail-on = ["broken"]\nkube-version = "1.30"\nvalues = {chart = [["a.yaml"], []]}\n',
    )
    held = govern(["one"], Asked(external=["d"], context=["here"]))
    assert (held.settings.unsafe, held.settings.stage) == (True, 2)
    assert held.settings.external == {"a", "b/c", "d"}
    assert held.settings.kube_version == (1, 30)
    assert held.fail_on == {"broken"}
    assert held.context == ("here", str(tree.parent / "shared"))
    assert held.holding["one"] is not None
    assert held.holding["one"].values["values"] == {"chart": (("a.yaml",), ())}


def test_external_services_of_the_file_count(tree: Path) -> None:
    put("one/app.yaml", INGRESS)
    assert found("one") == ["one/app.yaml"]
    put(".refactor.toml", 'external = ["web"]\n')
    assert found("one") == []
    put(".refactor.toml", 'external = ["default/web", "other/web"]\n')
    assert found("one") == []
    put(".refactor.toml", 'external = ["other/web"]\n')
    assert found("one") == ["one/app.yaml"]


def test_rules_are_ignored_where_a_pattern_says(tree: Path) -> None:
    put(".refactor.toml", '[per-path-ignores]\n"one/**" = ["broken"]\n"thr*" = ["suspect"]\n')
    assert found(".") == ["./two/app.yaml"]
    assert found("one") == found(str(tree / "one")) == []
    assert found("two", select="missing-backend-port") == ["two/app.yaml"]
    assert found("one", select="missing-backend-port") == []


def test_excluded_files_are_not_read_unless_they_are_named(tree: Path) -> None:
    put("one/app.yaml", "not: [closed\n")
    put(".refactor.toml", 'exclude = ["one"]\n')
    assert not fix_manifests(".").errors
    assert len(fix_manifests("one/app.yaml").errors) == 1
    assert not fix_manifests("one/app.yaml", force_exclude=True).errors
    assert fix_manifests(".", exclude="two").errors
    assert found(".", exclude="two") == []
    assert found(".", exclude=["*/app.yaml"]) == []


@pytest.mark.parametrize(
    "text, told",
    [
        ('selct = ["broken"]', ":1: unknown key 'selct'; did you mean 'select'?"),
        ("\nunsafe_fixes = true", ":2: unknown key 'unsafe_fixes'; did you mean 'unsafe-fixes'?"),
        ("zzz = 1", ":1: unknown key 'zzz'; there are select, ignore, exclude, "),
        (
            'select = [\n  "broken",\n  "brokn",\n]',
            ":3: select: unknown rule or category 'brokn'; did you mean",
        ),
        ('ignore = "broken"', ":1: ignore: must be a list of texts, not 'broken'"),
        ("ignore = [1]", ":1: ignore: must be a list of texts, not a list with something else"),
        ('fail-on = ["missing-backend-port"]', ":1: fail-on: unknown category 'missing-backend-port'"),
        ("unsafe-fixes = 1", ":1: unsafe-fixes: must be true or false, not 1"),
        ("stage = 3", ":1: stage: must be 1 or 2, not 3"),
        ("stage = true", ":1: stage: must be 1 or 2, not true"),
        ("kube-version = 1.33", ':1: kube-version: must be a text like "1.33", not 1.33'),
        ('kube-version = "new"', ":1: kube-version: Kubernetes version 'new': write it like 1.33"),
        ("stage = 1\n[per-path-ignores]\nx = 'broken'", ":3: per-path-ignores: must be a list of texts, not"),
        ('per-path-ignores."a/*" = ["x"]', ":1: per-path-ignores: unknown rule or category 'x'"),
        ('values = {c = ["a"]}', ":1: values: must be a list of lists of values files"),
        ("exclude = {}", ":1: exclude: must be a list of texts, not a table"),
        ("context = 1979-05-27", ":1: context: must be a list of texts, not a date or time"),
        ("[tool.refactor]\nstage = 1", ":1: unknown key 'tool'"),
        ("stage = ", ":1:9: not valid TOML: Invalid value"),
        ("a = 1\na = 2", ":2:6: not valid TOML: Cannot overwrite a value"),
        ("a = [1,\n", ":2:1: not valid TOML: "),
    ],
)
def test_a_mistake_is_one_line_with_its_place(
    tree: Path, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put("one/.refactor.toml", text)
    assert main(["--check", "one"]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"error: one/.refactor.toml{told}")
    assert (captured.out, captured.err.count("\n")) == ("", 1)


def test_a_mistake_in_a_pyproject_has_its_line_too(tree: Path) -> None:
    put("pyproject.toml", '[project]\nname = "x"  # stage\n\n[tool.refactor]\n# stage\nstage = "one"\n')
    with pytest.raises(ConfigurationError, match=r"^pyproject\.toml:6: stage: must be 1 or 2, not 'one'$"):
        found("one")
    put("pyproject.toml", "[tool]\nrefactor = 1\n")
    with pytest.raises(ConfigurationError, match=r"^pyproject\.toml:2: tool\.refactor must be a table$"):
        found("one")


def test_other_peoples_files_are_none_of_our_business(tree: Path) -> None:
    put("one/pyproject.toml", "broken = [\n")
    assert found("one") == ["one/app.yaml"]
    put("one/pyproject.toml", "tool = 1  # refactor\n")
    assert found("one") == ["one/app.yaml"]


@pytest.mark.parametrize(
    "name, told", [("none.toml", "there is no such file"), ("pyproject.toml", "has no table [tool.refactor]")]
)
def test_a_named_file_must_have_settings(tree: Path, name: str, told: str) -> None:
    put("pyproject.toml", "[project]\n")
    with pytest.raises(ConfigurationError) as raised:
        found("one", config=name)
    assert str(raised.value) == f"{name}: {told}"


def test_fail_on_of_the_file_decides_the_exit(tree: Path) -> None:
    assert main(["--check", "-q", "one"]) == 1
    put(".refactor.toml", 'fail-on = ["deprecated"]\n')
    assert main(["--check", "-q", "one"]) == 0
    assert main(["--check", "-q", "--fail-on", "broken", "one"]) == 1
    assert main(["--check", "-q", "--isolated", "one"]) == 1


def test_standard_input_has_the_settings_of_the_current_folder(tree: Path, root: Path) -> None:
    put(".refactor.toml", 'ignore = ["broken"]\n')
    for extra, code in (([], 0), (["--isolated"], 1)):
        done = run(root, "--check", "-", *extra, cwd=tree, stdin=APP.encode())
        assert done.returncode == code


def test_trace_knows_the_settings(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put("one/app.yaml", INGRESS)
    put(".refactor.toml", 'external = ["web"]\n')
    assert main(["trace", "one"]) == 0
    assert main(["trace", "--isolated", "one"]) == 1
