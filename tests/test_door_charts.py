"""The door where charts are concerned: options without one, what several values come to, fetched ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor import fix_manifests
from refactor.cli import main
from tests.manifests import APP, SERVICE, chart_yaml, put_all

MENDED = APP.replace("{number: 80}", "{name: http}")
NOT_HERE = "no chart in what was given: "
NO_OBJECT = "no Kubernetes object in what was given"
CHART = {"Chart.yaml": chart_yaml(), "values.yaml": "{}\n", "templates/app.yaml": MENDED}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put_chart(folder: Path, **more: str) -> None:
    """A chart with one more environment; `more`: other texts, by the names of its files without endings."""
    named = {"values": "values.yaml", "app": "templates/app.yaml", "schema": "values.schema.json"}
    changed = {named.get(name, f"values-{name}.yaml"): text for name, text in more.items()}
    put_all(folder, {**CHART, "values-production.yaml": "{}\n", **changed})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-f", "more.yaml"], "-f has no effect"),
        (["--set", "x=1"], "--set has no effect"),
        (["--set-string", "x=1", "-f", "more.yaml"], "-f, --set-string have no effect"),
    ],
)
def test_values_without_a_chart_are_told(
    here: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put_all(here, {"web.yaml": MENDED, "more.yaml": "x: 1\n"})
    assert main([*words, "web.yaml"]) == 0
    assert f"note: {NOT_HERE}{told}\n" in capsys.readouterr().err
    assert main(["trace", *words, "web.yaml"]) == 0
    assert f"note: {NOT_HERE}{told}\n" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["web.yaml", "chart"])
def test_a_values_file_must_be_there(here: Path, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    put_all(here, {"web.yaml": MENDED})
    put_chart(here / "chart")
    assert main(["-f", "nope.yaml", path]) == 2
    err = capsys.readouterr().err
    assert err.count("error: nope.yaml: the values file doesn't exist; check the path\n") == 1
    assert (NOT_HERE in err) == (path == "web.yaml")


def test_the_same_error_of_several_values_and_charts_is_told_once(here: Path) -> None:
    put_chart(here / "a")
    put_chart(here / "b")
    (error,) = fix_manifests(["a", "b"], sets=["service.port"]).errors
    assert error.path == "--set service.port"


@pytest.mark.parametrize(
    ("changed", "place", "message"),
    [
        ({"app": "{{ if }}\n"}, "chart/templates/app.yaml:1:1", "missing value for if"),
        ({"app": '{{ fail "no" }}\n'}, "chart/templates/app.yaml:1:4", "no"),
        ({"app": "a: {{ .Values.b.c }}\n"}, "chart/templates/app.yaml:1:14", "nil pointer"),
        ({"schema": '{"required": ["b"]}'}, "chart", "the values don't meet the schema of web"),
    ],
)
def test_the_same_failure_with_several_values_is_told_once(
    here: Path, changed: dict[str, str], place: str, message: str
) -> None:
    put_chart(here / "chart", **changed)
    (error,) = fix_manifests("chart").errors
    assert str(error).startswith(f"{place}: ")
    assert "(values.yaml, values-production.yaml): " in error.message
    assert message in error.message


def test_many_values_that_fail_alike_are_counted(here: Path) -> None:
    put_chart(here / "chart", app='{{ fail "no" }}', a="{}", b="{}", c="{}")
    (error,) = fix_manifests("chart").errors
    assert error.message.count("yaml") == 3
    assert " and 2 more): no" in error.message


def test_failures_that_differ_stay_apart(here: Path) -> None:
    app = '{{ if .Values.a }}{{ fail "one" }}{{ else }}{{ fail "other" }}{{ end }}'
    put_chart(here / "chart", app=app, production="a: true\n")
    assert len(fix_manifests("chart").errors) == 2


def test_found_values_that_fail_alike_are_one_note(here: Path) -> None:
    app = f'{{{{ if .Values.bad }}}}{{{{ fail "no" }}}}{{{{ end }}}}\n{MENDED}'
    put_chart(here / "chart", app=app, production="bad: true\n", staging="bad: true\n")
    result = fix_manifests("chart")
    told = [note for note in result.notes if note.startswith("not analysed with ")]
    assert (result.errors, len(told)) == ((), 1)
    assert told[0].startswith(
        "not analysed with values-production.yaml, values-staging.yaml: chart/templates"
    )


@pytest.mark.parametrize("text", ["replicas: 3\n", "hello\n", "- 1\n", "a: 1\n---\nb: 2\n", '{"kind": ""}'])
def test_what_holds_no_object_is_told(here: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    put_all(here, {"some.yaml": text, "more/some.yaml": text})
    assert main(["some.yaml"]) == 0
    assert f"note: {NO_OBJECT}: some.yaml\n" in capsys.readouterr().err
    assert fix_manifests(["some.yaml", "more/some.yaml"], config=False).notes == (NO_OBJECT,)
    assert fix_manifests({"<stdin>": text}).notes == (NO_OBJECT,)


@pytest.mark.parametrize(
    "files",
    [
        {"web.yaml": SERVICE, "some.yaml": "a: 1\n"},
        {"some.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"},
        {"some.yaml": "kind: Widget\napiVersion: example.com/v1\nmetadata: {name: a}\n"},
        {"some.yaml": "apiVersion: v1\nkind: List\nitems: []\n"},
        {"kustomization.yaml": "resources: []\n"},
        {"some.yaml": "a: [1\n"},
        {"some.yaml": "# nothing\n"},
    ],
)
def test_where_an_object_or_an_error_is_nothing_is_told(files: dict[str, str]) -> None:
    assert not [note for note in fix_manifests(files).notes if NO_OBJECT in note]


def parent_yaml(repository: str, name: str = "web") -> str:
    dependency = f"dependencies:\n  - {{name: {name}, version: 1.0.0, repository: {repository}}}\n"
    return chart_yaml("shop", dependency)


@pytest.mark.parametrize("repository", ["https://example.com/charts", '"@ours"', "oci://example.com/charts"])
def test_a_chart_that_another_one_fetches_is_changed_and_that_is_told(here: Path, repository: str) -> None:
    put_all(here, {"shop/Chart.yaml": parent_yaml(repository)})
    put_chart(here / "shop/charts/web", app=APP)
    result = fix_manifests("shop/charts/web", write=True)
    assert list(result.files) == ["shop/charts/web/templates/app.yaml"]
    told = "shop/charts/web is fetched by shop: helm dependency update shop overwrites what is changed in it"
    assert told in result.notes
    assert told in fix_manifests("shop/charts").notes
    assert not [note for note in fix_manifests("shop").notes if "overwrites" in note]


def test_whoever_fetches_a_chart_or_one_around_it_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = {"Chart.yaml": chart_yaml("shop"), "requirements.yaml": parent_yaml("https://x", "mid")}
    put_all(here / "shop", older)
    put_all(here / "shop/charts/mid", {"Chart.yaml": chart_yaml("mid")})
    put_chart(here / "shop/charts/mid/charts/web")
    monkeypatch.chdir(here / "shop/charts/mid/charts/web")
    (told,) = fix_manifests(".").notes
    assert told.startswith(". is fetched by ../../../..: helm dependency update ../../../.. overwrites")


@pytest.mark.parametrize("parent", [parent_yaml("file://charts/web"), parent_yaml('""'), "a: [", None])
def test_a_chart_that_nobody_fetches_is_its_own(here: Path, parent: str | None) -> None:
    if parent is not None:
        put_all(here, {"shop/Chart.yaml": parent})
    put_chart(here / "shop/charts/web")
    assert fix_manifests("shop/charts/web").notes == ()
