"""What Helm says, told in one line with its place, and without values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_analysis.render import CommandRenderer, Failure, SdkRenderer
from templates_analysis.render.failures import explain
from tests.manifests import chart_yaml
from tests.templates.render_charts import PATIENCE, RELEASE, both, chart, one

X = "web/templates/x.yaml"
SECRET = "hunter2-[tr0ub4dor"


@pytest.fixture(scope="module")
def renderers() -> Iterator[tuple[SdkRenderer, CommandRenderer]]:
    with both() as found:
        yield found


TABLE: dict[str, tuple[Mapping[str, str | bytes], Failure]] = {
    "nil": (
        {"x.yaml": "a:\n  b: {{ .Values.a.b }}"},
        Failure("render", "at <.Values.a.b>: nil pointer evaluating interface {}.b", X, 2, 16),
    ),
    "columns are code points": (
        {"x.yaml": "é😀: {{ .Values.a.b }}"},
        Failure("render", "at <.Values.a.b>: nil pointer evaluating interface {}.b", X, 1, 15),
    ),
    "no map": (
        {"x.yaml": "a: {{ .Values.a.b }}", "values.yaml": f"a: {SECRET}"},
        Failure("render", "at <.Values.a.b>: can't evaluate field b in type interface {}", X, 1, 14),
    ),
    "required": (
        {"x.yaml": '\n\n\na: {{ required "a password is required" .Values.pw }}'},
        Failure("render", "a password is required", X, 4, 7),
    ),
    "fail over lines": (
        {"x.yaml": '{{ fail "\\n  set a password:\\n\\n    helm …" }}'},
        Failure("render", "set a password: helm …", X, 1, 4),
    ),
    "unknown function": (
        {"x.yaml": "\na: {{ foo }}"},
        Failure("render", 'function "foo" not defined', X, 2),
    ),
    "open action": ({"x.yaml": "a: {{ if }}"}, Failure("render", "missing value for if", X, 1)),
    "no such include": (
        {"x.yaml": 'a: {{ include "nope" . }}'},
        Failure("render", 'at <include "nope" .>: no template "nope"', X, 1, 7),
    ),
    "no such template": (
        {"x.yaml": 'a: {{ template "nope" . }}'},
        Failure("render", 'at <{{template "nope" .}}>: template "nope" not defined', X, 1, 16),
    ),
    "below an include": (
        {
            "x.yaml": '\na: {{ include "h" . }}',
            "_h.tpl": '{{ define "h" }}\n\n{{ .Values.a.b.c }}{{ end }}',
        },
        Failure(
            "render",
            f"at <.Values.a.b.c>: nil pointer evaluating interface {{}}.b (included from {X}:2)",
            "web/templates/_h.tpl",
            3,
            11,
        ),
    ),
    "in a subchart": (
        {
            "charts/cache/Chart.yaml": chart_yaml("cache"),
            "charts/cache/templates/x.yaml": "a: {{ .Values.a.b }}",
        },
        Failure(
            "render",
            "at <.Values.a.b>: nil pointer evaluating interface {}.b",
            "web/charts/cache/templates/x.yaml",
            1,
            14,
        ),
    ),
    "recursion": (
        {"x.yaml": '{{ include "a" . }}', "_h.tpl": '{{define "a"}}{{ include "a" . }}{{end}}'},
        Failure(
            "render",
            'at <include "a" .>: rendering template has a nested reference name: a:'
            f" unable to execute template (included from {X}:1)",
            "web/templates/_h.tpl",
            1,
            18,
        ),
    ),
    "deep recursion": (
        {"x.yaml": '{{define "a"}}{{ template "a" . }}{{end}}{{ template "a" . }}'},
        Failure("render", 'at <{{template "a" .}}>: exceeded maximum template depth (100000)', X, 1, 27),
    ),
    "values in a loop": (
        {"x.yaml": "{{ range .Values.a }}{{ end }}", "values.yaml": f'a: "{SECRET}"'},
        Failure("render", "at <.Values.a>: range can't iterate over it", X, 1, 17),
    ),
    "values as a date": (
        {"x.yaml": '{{ mustToDate "2006" .Values.a }}', "values.yaml": f'a: "{SECRET}"'},
        Failure(
            "render",
            'at <mustToDate "2006" .Values.a>: parsing time … as …: cannot parse … as …',
            X,
            1,
            4,
        ),
    ),
    "values as a template": (
        {"x.yaml": "{{ tpl .Values.a . }}", "values.yaml": f'a: "{SECRET} {{{{ hunter2 }}}}"'},
        Failure("render", "at <tpl .Values.a .>: in the text given to tpl: function … not defined", X, 1, 4),
    ),
    "values as a template that fails": (
        {"x.yaml": "{{ tpl .Values.a . }}", "values.yaml": f'a: "{SECRET} {{{{ .Values.b.c }}}}"'},
        Failure(
            "render",
            "at <tpl .Values.a .>: in the text given to tpl: nil pointer evaluating interface {}.c",
            X,
            1,
            4,
        ),
    ),
    "a secret in the chart's own words": (
        {
            "x.yaml": '{{ fail (printf "the password %s is too short" .Values.auth.password) }}',
            "values.yaml": f'auth: {{password: "{SECRET}"}}',
        },
        Failure("render", "the password … is too short", X, 1, 4),
    ),
    "values that aren't YAML": (
        {"x.yaml": "a: 1", "values.yaml": "a: [hunter2"},
        Failure("values", "cannot load values.yaml: line 1: did not find expected ',' or ']'"),
    ),
    "values that are no map": (
        {"x.yaml": "a: 1", "values.yaml": f"- {SECRET}"},
        Failure("values", "values.yaml isn't a map but of type array"),
    ),
    "a schema that isn't one": (
        {"x.yaml": "a: 1", "values.schema.json": '{"type":'},
        Failure("values", "the values don't meet the schema of web: unexpected EOF"),
    ),
    "no version": (
        {"Chart.yaml": "apiVersion: v2\nname: web\n"},
        Failure("chart", "validation: chart.metadata.version is required"),
    ),
    "Chart.yaml that isn't YAML": (
        {"Chart.yaml": "name: [x"},
        Failure("chart", "cannot load Chart.yaml: line 1: did not find expected ',' or ']'"),
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_both_tell_it_the_same(name: str, renderers: tuple[SdkRenderer, CommandRenderer]) -> None:
    files, expected = TABLE[name]
    for renderer in renderers:
        assert one(renderer, chart(files)) == expected


SCHEMA = """{"properties": {
  "a": {"type": "integer"}, "b": {"enum": ["x"]}, "c": {"pattern": "^x$"}, "d": {"format": "email"}}}"""
QUOTING: dict[str, str] = {
    "date": '{{ mustToDate "2006" .Values.a }}',
    "duration": "{{ mustDateModify .Values.a now }}",
    "regex": '{{ mustRegexMatch .Values.a "x" }}',
    "json": "{{ mustFromJson .Values.a }}",
    "semver": "{{ semver .Values.a }}",
    "semver constraint": '{{ semverCompare .Values.a "1.2.3" }}',
    "url": "{{ urlParse (print .Values.a) }}{{ fail .Values.password }}",
    "tpl": "{{ tpl .Values.a . }}",
    "range": "{{ range .Values.a }}{{ end }}",
    "key": '{{ index .Values .Values.a "b" "c" }}',
    "include": "{{ include .Values.a . }}",
    "conversion": '{{ dict "a" .Values.a | toYaml | fromYaml | merge 3 }}',
    "slice": "{{ slice .Values.a 1000 }}",
    "call": "{{ call .Values.a }}",
    "required": '{{ required (print "secret: " .Values.password) "" }}',
    "fail with a number": "{{ fail (print .Values.token) }}",
}


@pytest.mark.parametrize("name", QUOTING)
def test_messages_keep_values_to_themselves(
    name: str, renderers: tuple[SdkRenderer, CommandRenderer]
) -> None:
    files = chart({"x.yaml": QUOTING[name]})
    secret = SECRET + "{{ hunter2 | hunter2 }}" if name == "tpl" else SECRET
    for renderer in renderers:
        failure = one(renderer, files, {"a": secret, "password": secret, "token": 8672531})
        assert isinstance(failure, Failure)
        assert "hunter2" not in failure.message
        assert "8672531" not in failure.message
        assert "\n" not in failure.message


def test_a_schema_tells_what_is_wrong_but_not_the_value(
    renderers: tuple[SdkRenderer, CommandRenderer],
) -> None:
    files = chart({"x.yaml": "a: 1", "values.schema.json": SCHEMA})
    values = dict.fromkeys("abcd", SECRET)
    for renderer in renderers:
        failure = one(renderer, files, values)
        assert isinstance(failure, Failure)
        assert failure.kind == "values"
        assert failure.message.startswith("the values don't meet the schema of web: ")
        assert "pattern '^x$'" in failure.message
        assert "hunter2" not in failure.message
        assert failure == one(renderer, files, values)


def test_values_that_json_cannot_hold_are_told(renderers: tuple[SdkRenderer, CommandRenderer]) -> None:
    sdk, _ = renderers
    failure = one(sdk, chart({"x.yaml": "a: 1"}), {"a": float("nan")})
    assert isinstance(failure, Failure)
    assert failure.kind == "values"


def test_a_result_that_is_not_yaml_names_the_template_but_no_line_of_it(
    renderers: tuple[SdkRenderer, CommandRenderer],
) -> None:
    _, command = renderers
    files = chart({"x.yaml": "a: {{ .Values.a }}: c", "values.yaml": f'a: "{SECRET}"'})
    failure = command.plain(files, {}, RELEASE, PATIENCE)
    assert isinstance(failure, Failure)
    assert failure.message.startswith("what it renders isn't YAML: ")
    assert "hunter2" not in failure.message
    assert (failure.template, failure.line, failure.column) == (X, 0, 0)


@given(st.text(), st.dictionaries(st.sampled_from(["password", "a"]), st.text()))
def test_any_message_is_one_line(message: str, values: dict[str, str]) -> None:
    failure = explain(message, {"values.yaml": message.encode("utf-8", "replace")}, values)
    assert len(failure.message.splitlines()) <= 1
    assert len(failure.message) <= 400
