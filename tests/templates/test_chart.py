"""Charts in memory: whose files they are, what Helm calls them, what is missing, what is refused."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import helm_python
import pytest

from templates_analysis.actions import LexError, lex
from templates_analysis.assembly import is_template
from templates_analysis.chart import (
    Chart,
    ChartProblem,
    chart_of_texts,
    read_chart_folder,
    read_chart_package,
    read_values_file,
)
from templates_analysis.environments import environment_files
from templates_analysis.problems import ValuesError
from tests.manifests import chart_yaml, put_all
from tests.source.corpus import CORPUS
from tests.templates.in_process import Files, chart_in_memory, corpus_charts, packed, render

WEB = """apiVersion: v2
name: web
version: 1.0.0
dependencies:
- {name: redis, version: 1.0.0, repository: https://charts.example, alias: cache}
- {name: redis, version: 1.0.0, repository: https://charts.example, alias: queue}
- name: ours
  version: 1.0.0
  repository: file://../ours
- {name: tools, version: 1.0.0}
- {name: gone, version: 1.0.0, repository: https://charts.example}
"""
SERVICE = "kind: Service\nmetadata: {name: {{ .Chart.Name }}}\n"
TEXTS = {
    "Chart.yaml": WEB,
    "values.yaml": "port: 80\n",
    "templates/service.yaml": SERVICE,
    "charts/redis-folder/Chart.yaml": chart_yaml("redis"),
    "charts/redis-folder/templates/service.yaml": SERVICE,
    "charts/redis-folder/charts/deep/Chart.yaml": chart_yaml("deep"),
    "charts/redis-folder/charts/deep/templates/service.yaml": SERVICE,
    "charts/ours/Chart.yaml": chart_yaml("ours"),
    "charts/ours/templates/service.yaml": SERVICE,
    "charts/tools/Chart.yaml": chart_yaml("tools", "type: library\n"),
    "charts/tools/templates/_tools.tpl": '{{ define "tools" }}x{{ end }}',
    "charts/undeclared/Chart.yaml": chart_yaml("undeclared"),
    "charts/undeclared/templates/service.yaml": SERVICE,
}


def encoded(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in texts.items()}


def web(more: Mapping[str, str] | None = None) -> Chart:
    return chart_in_memory({**TEXTS, **(more or {})})


def unlexed(chart: Chart) -> set[str]:
    """The templates that are left out because Helm won't read them."""
    return {inside for inside in chart.files if is_template(inside)} - chart.hidden - chart.templates.keys()


def test_owners() -> None:
    chart = web()
    owners = {inside: (chart.owner(inside), chart.editable(inside)) for inside in chart.templates}
    assert owners == {
        "templates/service.yaml": ("own", True),
        "charts/redis-folder/templates/service.yaml": ("dependency", False),
        "charts/redis-folder/charts/deep/templates/service.yaml": ("dependency", False),
        "charts/ours/templates/service.yaml": ("subchart", True),
        "charts/tools/templates/_tools.tpl": ("library", True),
        "charts/undeclared/templates/service.yaml": ("subchart", True),
    }
    assert [(one.name, one.line) for one in chart.missing] == [("gone", 11)]


def test_the_names_that_helm_gives_lead_back() -> None:
    chart = web()
    rendered = render(Files(dict(chart.archive_files())))
    assert {name: chart.inside(name) for name in rendered if name.endswith(".yaml")} == {
        "web/templates/service.yaml": "templates/service.yaml",
        "web/charts/cache/templates/service.yaml": "charts/redis-folder/templates/service.yaml",
        "web/charts/queue/templates/service.yaml": "charts/redis-folder/templates/service.yaml",
        "web/charts/cache/charts/deep/templates/service.yaml": (
            "charts/redis-folder/charts/deep/templates/service.yaml"
        ),
        "web/charts/queue/charts/deep/templates/service.yaml": (
            "charts/redis-folder/charts/deep/templates/service.yaml"
        ),
        "web/charts/ours/templates/service.yaml": "charts/ours/templates/service.yaml",
        "web/charts/undeclared/templates/service.yaml": "charts/undeclared/templates/service.yaml",
    }
    assert chart.inside("web/templates/other.yaml") is None
    assert chart.inside("other/templates/service.yaml") is None
    assert chart.rendered_scope("web/charts/queue/charts/deep/templates/service.yaml") == ("queue", "deep")
    deep = "charts/redis-folder/charts/deep/templates/service.yaml"
    assert chart.scopes(deep) == (("cache", "deep"), ("queue", "deep"))
    assert chart.scope("templates/service.yaml") == ()


def test_a_package_in_charts_is_read_and_never_edited() -> None:
    package = packed(Files(encoded({"Chart.yaml": chart_yaml("redis"), "templates/service.yaml": SERVICE})))
    texts = {name: data for name, data in encoded(TEXTS).items() if "redis" not in name}
    chart = chart_of_texts("web", {**texts, "charts/redis-1.0.0.tgz": package})
    assert isinstance(chart, Chart)
    inside = "charts/redis-1.0.0/templates/service.yaml"
    assert (chart.owner(inside), chart.editable(inside)) == ("dependency", False)
    assert chart.files[inside].path == "web/charts/redis-1.0.0.tgz/templates/service.yaml"
    assert chart.inside("web/charts/cache/templates/service.yaml") == inside
    assert "web/charts/queue/templates/service.yaml" in render(Files(dict(chart.archive_files())))


def test_a_package_itself(tmp_path: Path) -> None:
    (tmp_path / "web.tgz").write_bytes(packed(Files(encoded(TEXTS))))
    chart = read_chart_package(os.fspath(tmp_path / "web.tgz"))
    assert isinstance(chart, Chart)
    assert chart.packed
    assert (chart.owner("templates/service.yaml"), chart.editable("templates/service.yaml")) == ("own", False)


def test_dependencies_in_folders_elsewhere_are_read_from_there(tmp_path: Path) -> None:
    texts = {name: text for name, text in TEXTS.items() if not name.startswith("charts/ours")}
    put_all(tmp_path / "web", texts)
    circle = "dependencies:\n- {name: web, version: 1.0.0, repository: file://../web}\n"
    put_all(
        tmp_path / "ours",
        {"Chart.yaml": chart_yaml("ours", circle), "templates/service.yaml": SERVICE, "notes.md": "-"},
    )
    chart = read_chart_folder(os.fspath(tmp_path / "web"))
    assert isinstance(chart, Chart)
    inside = "charts/ours/templates/service.yaml"
    assert (chart.owner(inside), chart.editable(inside)) == ("dependency", False)
    assert chart.files[inside].path == os.fspath(tmp_path / "ours/templates/service.yaml")
    assert [one.name for one in chart.missing] == ["gone"]
    assert "charts/ours/notes.md" not in chart.files


def test_links_that_lead_out_or_in_a_circle_are_left_out(tmp_path: Path) -> None:
    folder = put_all(tmp_path / "web", TEXTS)
    put_all(tmp_path, {"secret.yaml": "kind: Secret\n"})
    (folder / "templates/secret.yaml").symlink_to("../../secret.yaml")
    (folder / "templates/again").symlink_to("..")
    (folder / "templates/same.yaml").symlink_to("service.yaml")
    chart = read_chart_folder(os.fspath(folder))
    assert isinstance(chart, Chart)
    assert set(chart.left_out) == {"templates/secret.yaml", "templates/again"}
    assert "templates/same.yaml" in chart.templates


def test_environments_are_read_though_helm_ignores_them(tmp_path: Path) -> None:
    texts = {
        ".helmignore": "ci/\nvalues-*.yaml\n*.bak\n",
        "values-prod.yaml": "port: 81\n",
        "staging.values.yml": "port: 82\n",
        "ci/ingress-values.yaml": "port: 83\n",
        "ci/ct.yaml": "charts: []\n",
        "valuesque.yaml": "a: 1\n",
        "templates/old.yaml.bak": "{{ nonsense",
        "templates/.hidden.yaml": "{{ nonsense",
    }
    folder = put_all(tmp_path, {**TEXTS, **texts})
    for chart in (read_chart_folder(os.fspath(folder)), web(texts)):
        assert isinstance(chart, Chart)
        names = [name for name, _ in environment_files(chart)]
        assert names == ["ci/ingress-values.yaml", "staging.values.yml", "values-prod.yaml"]
        assert not unlexed(chart)
        assert not {"values-prod.yaml", "ci/ingress-values.yaml"} & chart.archive_files().keys()


def test_other_files_go_to_helm_only_where_templates_read_them() -> None:
    more = {"README.md": "#", "files/x.txt": "x"}
    assert not {*more} & web(more).archive_files().keys()
    reading = {**more, "templates/x.yaml": 'x: {{ .Files.Get "files/x.txt" }}\n'}
    assert {*more} <= web(reading).archive_files().keys()


def test_random_functions_are_pinned_for_helm_only() -> None:
    chart = web({"templates/secret.yaml": "a: {{ randAlphaNum 5 }}\n"})
    first, second = (render(Files(dict(chart.archive_files()))) for _ in range(2))
    assert first == second
    assert "randAlphaNum" in chart.files["templates/secret.yaml"].text


def test_a_changed_chart_keeps_what_it_knows() -> None:
    chart = web()
    before, documents = chart.templates, chart.documents("values.yaml")
    again = chart.changed(
        {"templates/service.yaml": "new: {{ 1 }}\n", "templates/tests/test.yaml": "{{ 2 }}"}
    )
    assert again.templates["templates/service.yaml"].text == "new: {{ 1 }}\n"
    assert again.files["templates/tests/test.yaml"].path == "web/templates/tests/test.yaml"
    assert again.documents("values.yaml") is documents
    same = "charts/ours/templates/service.yaml"
    assert again.templates[same] is before[same]
    assert chart.files["templates/service.yaml"].text == SERVICE


def test_templates_that_cannot_be_lexed_are_left_out() -> None:
    text = "a: 1\nb: {{ if }\n"
    chart = web({"templates/broken.yaml": text})
    assert unlexed(chart) == {"templates/broken.yaml"}
    with pytest.raises(LexError) as refused:
        lex(text)
    assert chart.files["templates/broken.yaml"].position(refused.value.offset).line == 2


def test_dependencies_of_the_first_format() -> None:
    texts = {
        "Chart.yaml": "name: old\nversion: 0.1.0\n",
        "requirements.yaml": "dependencies:\n# the cache\n- name: redis\n  version: 1.0.0\n  alias: cache\n",
    }
    chart = chart_of_texts("old", encoded(texts))
    assert isinstance(chart, Chart)
    (missing,) = chart.missing
    assert (missing.key, missing.inside, missing.line) == ("cache", "requirements.yaml", 3)


@pytest.mark.parametrize(
    "texts, path, line, words",
    [
        ({"Chart.yaml": None}, "web", 0, "no Chart.yaml"),
        ({"Chart.yaml": "a: [\n"}, "web/Chart.yaml", 1, "not valid YAML"),
        ({"Chart.yaml": "- a\n"}, "web/Chart.yaml", 1, "Chart.yaml must be a map of settings, it is a list"),
        ({"Chart.yaml": "version: 1.0.0\n"}, "web/Chart.yaml", 1, "no `name`"),
        ({"Chart.yaml": "name: web\n"}, "web/Chart.yaml", 1, "no `version`"),
        ({"Chart.yaml": chart_yaml("a/b")}, "web/Chart.yaml", 1, "slash"),
        (
            {"Chart.yaml": chart_yaml("web", "dependencies: {a: 1}\n")},
            "web/Chart.yaml",
            4,
            "a list of charts",
        ),
        (
            {"Chart.yaml": chart_yaml("web", "dependencies:\n- {a: 1}\n")},
            "web/Chart.yaml",
            5,
            "needs a `name`",
        ),
        (
            {"values.yaml": "\n- a\n"},
            "web/values.yaml",
            2,
            "values.yaml must be a map of settings, it is a list",
        ),
        ({"values.yaml": "just text\n"}, "web/values.yaml", 1, "a single value"),
        ({"values.yaml": "a: b: c\n"}, "web/values.yaml", 1, "not valid YAML"),
        ({"charts/ours/values.yaml": "- a\n"}, "web/charts/ours/values.yaml", 1, "it is a list"),
        ({"templates/x.yaml": b"a: 1\nb: \xff\n"}, "web/templates/x.yaml", 2, "not UTF-8: byte 0xff"),
        ({"charts/x.tgz": b"no archive"}, "web/charts/x.tgz", 0, "isn't a gzip archive"),
        ({".helmignore": "a\n**/b\n"}, "web/.helmignore", 2, "doesn't know `**`"),
    ],
)
def test_what_is_wrong_is_one_line(texts: dict[str, Any], path: str, line: int, words: str) -> None:
    merged: dict[str, Any] = {**encoded(TEXTS), **texts}
    given = {name: text.encode() if isinstance(text, str) else text for name, text in merged.items() if text}
    problem = chart_of_texts("web", given)
    assert isinstance(problem, ChartProblem)
    assert (problem.path, problem.line) == (path, line)
    assert words in problem.message
    assert "\n" not in problem.message


def test_what_is_not_there() -> None:
    folder, package = read_chart_folder("no/such/chart"), read_chart_package("no/such.tgz")
    assert isinstance(folder, ChartProblem)
    assert isinstance(package, ChartProblem)
    assert "exist" in package.message
    with pytest.raises(ValuesError, match="doesn't exist"):
        read_values_file("no/such/values.yaml")


def test_what_helm_makes_by_itself(tmp_path: Path) -> None:
    helm_python.Chart.create("web", os.fspath(tmp_path)).close()
    chart = read_chart_folder(os.fspath(tmp_path / "web"))
    assert isinstance(chart, Chart)
    rendered = render(Files(dict(chart.archive_files())))
    assert all(chart.inside(name) in chart.templates for name in rendered)


@pytest.mark.parametrize("row", corpus_charts())
def test_real_charts_are_read(row: Mapping[str, str]) -> None:
    chart = read_chart_folder(os.fspath(CORPUS / row["path"]))
    assert isinstance(chart, Chart)
    assert not chart.missing
    assert not unlexed(chart)
    assert all(chart.owner(inside) == "own" for inside in chart.templates if "charts/" not in inside)
