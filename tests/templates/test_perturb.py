"""Settings that are changed show where they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from templates_analysis.perturb import changed, drivers
from templates_analysis.values import Layers, ValuesSet
from tests.manifests import chart_yaml
from tests.templates.in_process import chart
from tests.templates.traced import Scalar, Traced, at, value_of

VALUES = """\
name: web
scheme: http
port: 8080
same: 8080
text: "8080"
host: web.example.org:8080
written: "{{ .Values.scheme }}"
list: [{port: 9000}, {port: 9001}]
empty: ""
on: true
global: {mode: fast}
"""


class Counting:
    """Renders a chart and counts the calls and renders."""

    def __init__(self, found: Traced) -> None:
        self.found = found
        self.calls: list[int] = []

    def __call__(self, overrides: Sequence[Mapping[str, Any]]) -> list[dict[str, str] | None]:
        self.calls.append(len(overrides))
        return self.found.render(overrides)


def driving(template: str, values: str = VALUES, **texts: str) -> tuple[list[str], list[int]]:
    found = Traced(chart({"values.yaml": values, "templates/x.yaml": template, **texts}))
    return asked(found, at(found))


def asked(found: Traced, scalar: Scalar) -> tuple[list[str], list[int]]:
    render = Counting(found)
    paths = drivers(found.layers, scalar.value, render, lambda rendering: value_of(rendering, scalar))
    return [".".join(map(str, path)) for path in paths], render.calls


@pytest.mark.parametrize(
    "template, paths",
    [
        ("x: {{ .Values.port }}", ["port"]),
        ("x: {{ .Values.same | int }}", ["same"]),
        ("x: {{ .Values.text }}", ["text"]),
        ("x: {{ tpl .Values.written . }}", ["scheme"]),
        ("x: {{ (index .Values.list 1).port }}", ["list.1.port"]),
        ('x: {{ (printf "a: %v" .Values.port | fromYaml).a }}', ["port"]),
        ("x: {{ .Values.name }}-{{ .Values.scheme }}", ["name", "scheme"]),
        ('x: {{ printf "%s-svc" .Values.name | trunc 9 | trimSuffix "-" }}', ["name"]),
        ("x: {{ .Values.global.mode }}", ["global.mode"]),
        ("x: {{ .Release.Name }}", []),
        ("x: 8080", []),
        ("x: {{ .Values.empty }}", ["empty"]),
        ("x: {{ .Values.on }}", []),
        ("x: {{ add .Values.port 1 }}", []),
    ],
)
def test_what_drives_a_scalar(template: str, paths: list[str]) -> None:
    assert driving(template)[0] == paths


def test_one_or_two_renders_do_as_a_rule() -> None:
    assert driving("x: {{ .Values.port }}") == (["port"], [1])
    assert driving("x: 8080") == ([], [1])
    assert driving("x: {{ .Values.name }}8080") == (["name"], [2])
    assert driving("x: {{ .Values.port }}-{{ .Values.name }}") == (["name", "port"], [2])
    assert driving("x: {{ .Release.Name }}-x") == ([], [])


def test_where_all_changes_together_do_not_render_each_is_tried() -> None:
    template = '{{ if ne (int .Values.same) 8080 }}{{ fail "no" }}{{ end }}x: {{ .Values.port }}'
    paths, calls = driving(template)
    assert paths == ["port"]
    assert calls == [1, 3]


def test_no_more_are_tried_than_asked_for() -> None:
    many = "\n".join(f"p{number}: 80" for number in range(50))
    check = "{{ range $k, $v := .Values }}{{ if ne (int $v) 80 }}{{ fail $k }}{{ end }}{{ end }}"
    template = check + "x: {{ .Values.p49 }}"
    found = Traced(chart({"values.yaml": many, "templates/x.yaml": template}))
    render = Counting(found)
    scalar = at(found)
    assert drivers(found.layers, "80", render, lambda one: value_of(one, scalar), singles=20) == ()
    assert sum(render.calls) == 1 + 20


def test_a_scalar_that_vanishes_is_no_answer() -> None:
    assert driving("{{ if eq (int .Values.port) 8080 }}x: 8080{{ end }}")[0] == []


def test_a_subchart_is_driven_by_the_parents_settings_and_globals_by_the_roots() -> None:
    texts = {
        "charts/cache/Chart.yaml": chart_yaml("cache"),
        "charts/cache/values.yaml": "port: 6379\n",
        "charts/cache/templates/c.yaml": "x: {{ .Values.port }}\nm: {{ .Values.global.mode }}\n",
    }
    found = Traced(chart({"values.yaml": VALUES, **texts}))
    assert asked(found, at(found))[0] == ["cache.port"]
    assert asked(found, at(found, "m"))[0] == ["global.mode"]


def test_a_list_is_handed_over_whole_and_what_was_overridden_stays() -> None:
    found = Traced(chart({"values.yaml": VALUES}))
    layers = Layers(found.chart, ValuesSet("set", sets=("name=shop", "deep.a=1")))
    assert changed(layers, {("list", 1, "port"): 30001, ("deep", "b"): "zqz"}) == {
        "name": "shop",
        "deep": {"a": 1, "b": "zqz"},
        "list": [{"port": 9000}, {"port": 30001}],
    }
    assert layers.overrides == {"name": "shop", "deep": {"a": 1}}
    assert layers.merged["list"][1]["port"] == 9001
