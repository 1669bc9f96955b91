"""Which settings, keys and objects of Helm feed an action, told by reading alone."""

from __future__ import annotations

from typing import Any

import pytest

from templates_analysis.express import expression
from templates_analysis.trace import Frame, Part
from tests.manifests import chart_yaml
from tests.templates.in_process import chart
from tests.templates.traced import Scalar, Traced, at, traced

CACHE = "a: {{ .Values.port }}\nb: {{ .Values.global.mode }}\nc: {{ .Values.other }}\n"


def paths(found: Traced, scalar: Scalar) -> list[str]:
    rows = found.resolver.values(scalar.stack, scalar.value, found.layers)
    return [".".join(map(str, row.path)) + ("" if row.exact else "?") for row in rows]


@pytest.mark.parametrize(
    "template, feeding",
    [
        # fields and what only lays out
        ("x: {{ .Values.port }}", ["port"]),
        ("x: {{ $.Values.deep.svc.port | int | quote }}", ["deep.svc.port"]),
        ("x: {{ .Values.port | toString | trim | lower | trunc 63 }}", ["port"]),
        ("x: {{ toYaml .Values.port }}", ["port"]),
        ('x: {{ required "a port" .Values.port }}', ["port"]),
        ('x: {{ printf "%v" .Values.port }}', ["port"]),
        ('x: {{ index .Values "dashed-key" }}', ["dashed-key"]),
        ("x: {{ (index .Values.list 1).port }}", ["list.1.port"]),
        ('x: {{ index .Values.ports "grpc" "port" }}', ["ports.grpc.port"]),
        ('x: {{ get .Values.ports.http "port" }}', ["ports.http.port"]),
        ('x: {{ dig "svc" "port" 1 .Values.deep }}', ["deep.svc.port"]),
        ('x: {{ pluck "port" .Values.deep.svc .Values | first }}', ["deep.svc.port"]),
        ("x: {{ first .Values.names }}", ["names.0"]),
        ("x: {{ .Values.names | last }}", ["names.1?"]),
        # choices are decided by the values
        ("x: {{ .Values.port | default 1 }}", ["port"]),
        ("x: {{ .Values.empty | default .Values.other }}", ["other"]),
        ("x: {{ coalesce .Values.none .Values.empty .Values.other .Values.port }}", ["other"]),
        ("x: {{ ternary .Values.port .Values.other .Values.shown }}", ["port"]),
        ("x: {{ .Values.hidden | ternary .Values.port .Values.other }}", ["other"]),
        ("x: {{ or .Values.hidden .Values.port }}", ["port"]),
        ("x: {{ and .Values.shown .Values.port }}", ["port"]),
        ("x: {{ not .Values.shown | ternary .Values.other .Values.port }}", ["port"]),
        ('x: {{ eq .Values.name "web" | ternary .Values.port .Values.other }}', ["port"]),
        ('x: {{ kindIs "map" .Values.deep | ternary .Values.port .Values.other }}', ["port"]),
        ('x: {{ hasKey .Values.deep "svc" | ternary .Values.port .Values.other }}', ["port"]),
        ('x: {{ .Release.Name | eq "demo" | ternary .Values.port .Values.other }}', ["port?"]),
        # variables
        ("{{ $p := .Values.port }}x: {{ $p }}", ["port"]),
        ("{{ $p := .Values.other }}{{ $p = .Values.port }}x: {{ $p }}", ["port"]),
        ("{{ $p := 1 }}{{ if .Values.shown }}{{ $p = .Values.port }}{{ end }}x: {{ $p }}", ["port"]),
        ("{{ $p := .Values.port }}{{ if .Values.hidden }}{{ $p = 1 }}{{ end }}x: {{ $p }}", ["port"]),
        ("{{ $p := .Values.port }}{{ if .Values.shown }}{{ $p := 1 }}{{ end }}x: {{ $p }}", ["port"]),
        ("{{ $s := .Values.deep.svc }}x: {{ $s.port }}", ["deep.svc.port"]),
        ("{{ if $p := .Values.port }}x: {{ $p }}{{ end }}", ["port"]),
        ("{{ if $p := .Values.hidden }}{{ else }}x: {{ $.Values.port }}{{ end }}", ["port"]),
        # cursors
        ("{{ with .Values.deep.svc }}x: {{ .port }}{{ end }}", ["deep.svc.port"]),
        ("{{ with .Values.deep }}{{ with .svc }}x: {{ .port }}{{ end }}{{ end }}", ["deep.svc.port"]),
        ("{{ with .Values.empty }}{{ else }}x: {{ .Values.port }}{{ end }}", ["port"]),
        ("{{ with .Values.none }}{{ else with .Values.deep.svc }}x: {{ .port }}{{ end }}", ["deep.svc.port"]),
        ("{{ with .Values }}x: {{ $.Values.port }}{{ end }}", ["port"]),
        ("{{ range .Values.list }}\n---\nx: {{ .port }}\n{{ end }}", ["list.0.port"]),
        ("{{ range $i, $e := .Values.list }}\n---\nx: {{ $e.port }}\n{{ end }}", ["list.0.port"]),
        ("{{ range $k, $v := .Values.ports }}\n---\nx: {{ $v.port }}\n{{ end }}", ["ports.grpc.port"]),
        ("{{ range $e := .Values.names }}\n---\nx: {{ $e }}\n{{ end }}", ["names.0"]),
        ("{{ range list .Values.deep.svc }}x: {{ .port }}{{ end }}", ["deep.svc.port"]),
        # named templates, by trace and by reading
        ('x: {{ include "own.port" . }}', ["port"]),
        ('x: {{ include "own.port" . | int }}', ["port"]),
        ('{{ $p := include "own.port" . }}x: {{ $p }}', ["port"]),
        ('x: {{ template "own.port" . }}', ["port"]),
        ('x: {{ include "own.of" (dict "what" .Values.port) }}', ["port"]),
        ('x: {{ include "own.of" (dict "no" 1 "what" .Values.port) | default 1 }}', ["port"]),
        ('x: {{ include "own.deep" (dict "it" .Values.deep.svc) }}', ["deep.svc.port"]),
        ('x: {{ include "own.either" . }}', ["port"]),
        ('x: {{ include "own.either" . | int }}', ["port"]),
        ('x: {{ (include "own.data" . | fromYaml).port }}', ["port?"]),
        # texts that are templates, and what is printed whole
        ("x: {{ tpl .Values.written . }}", ["port?"]),
        ('x: {{ include "own.render" (dict "value" .Values.port "context" $) }}', ["port"]),
        ('x: {{ include "own.render" (dict "value" .Values.written "context" $) }}', ["port?"]),
        ("x: {{ (toYaml .Values.block | fromYaml).a.port }}", ["block.a.port"]),
        # mappings that are changed on the way
        ('{{ $d := dict }}{{ $_ := set $d "p" .Values.port }}x: {{ $d.p }}', ["port?"]),
        ('{{ $d := dict }}{{ $_ := set $d .Values.name .Values.port }}x: {{ $d.web }}', ["port?"]),
        ('{{ $d := list }}{{ $d = append $d .Values.port }}x: {{ first $d }}', ["port"]),
        ('{{ $d := merge (dict "p" .Values.port) .Values.deep }}x: {{ $d.p }}', ["port"]),
        # a part of a text
        ('x: {{ splitList ":" .Values.address | last }}', ["address?"]),
        ('x: {{ (split ":" .Values.address)._1 }}', ["address?"]),
        ('x: {{ printf "%s-http" .Values.name }}', ["name?"]),
        # what no setting feeds
        ("x: {{ add .Values.port 1 }}", []),
        ("x: {{ .Release.Name }}", []),
        ('x: {{ "plain" }}', []),
    ],
)  # fmt: skip
def test_the_settings_behind_an_action(template: str, feeding: list[str]) -> None:
    found = traced(template)
    assert paths(found, at(found)) == feeding


def test_more_than_one_setting_is_a_guess_and_the_fields_name_decides_the_order() -> None:
    found = traced("x:\n  {{- toYaml .Values.block | nindent 2 }}", "block: {a: {port: 80}, b: {port: 80}}")
    scalar = found.scalar("x", "b", "port")
    assert paths(found, scalar) == ["block.a.port?", "block.b.port?"]
    rows = found.resolver.values(scalar.stack, "80", found.layers, field=scalar.path)
    assert [row.path for row in rows] == [("block", "b", "port"), ("block", "a", "port")]


@pytest.mark.parametrize(
    "template, names",
    [
        ("x: {{ .Release.Name }}", ("Release.Name",)),
        ("x: {{ .Chart.Name | quote }}", ("Chart.Name",)),
        ('x: {{ include "own.name" . }}', ("Release.Name", "Chart.Name")),
        ("x: {{ .Values.none | default .Release.Namespace }}", ("Release.Namespace",)),
        ("x: {{ .Values.port | default .Release.Namespace }}", ()),
        ("x: {{ .Values.port }}", ()),
    ],
)
def test_helms_own_objects(template: str, names: tuple[str, ...]) -> None:
    found = traced(template)
    assert found.resolver.builtin(at(found).stack, found.layers) == names


@pytest.mark.parametrize(
    "template, printed",
    [
        ("a:\n  {{- toYaml .Values.block | nindent 2 }}", [("block",)]),
        ("{{ with .Values.block }}\na: {{- toYaml . | nindent 2 }}\n{{ end }}", [("block",)]),
        ("a:\n  {{- tpl (toYaml .Values.block) $ | nindent 2 }}", [("block",)]),
        (
            'a:\n  {{- include "own.render" (dict "value" .Values.block "context" $) | nindent 2 }}',
            [("block",)],
        ),
        ("a: {{ toJson .Values.block }}", [("block",)]),
        ("a: {{ .Values.block.a.port }}", []),
        ("a: {{ toYaml .Values.block.a.port }}", []),
    ],
)
def test_what_is_printed_whole(template: str, printed: list[Any]) -> None:
    found = traced(template)
    scalar = next(scalar for scalar in found.scalars() if scalar.path[0] == "a")
    assert list(found.resolver.block(scalar.stack, found.layers)) == printed


def test_a_block_is_told_without_values_too() -> None:
    found = traced("a:\n  {{- toYaml .Values.block | nindent 2 }}")
    assert found.resolver.block(found.scalar("a", "a", "port").stack) == (("block",),)


def test_keys_of_the_values_that_are_printed() -> None:
    found = traced("{{ range $name, $port := .Values.ports }}\n---\nx: {{ $name }}\n{{ end }}")
    scalar = at(found)
    assert found.resolver.names(scalar.stack, scalar.value, found.layers) == (("ports", scalar.value),)


def test_a_subcharts_settings_have_the_way_from_the_root() -> None:
    texts = {
        "values.yaml": "cache: {port: 6380}\nglobal: {mode: fast}\n",
        "charts/cache/Chart.yaml": chart_yaml("cache"),
        "charts/cache/values.yaml": "port: 6379\nother: 1\n",
        "charts/cache/templates/c.yaml": CACHE,
        "templates/x.yaml": "d: {{ .Values.cache.other }}\n",
    }
    found = Traced(chart(texts))
    rows = {key: paths(found, at(found, key)) for key in "abcd"}
    assert rows["a"] == ["cache.port"]
    assert rows["c"] == rows["d"] == ["cache.other"]
    assert rows["b"][0].endswith("global.mode")


def test_a_library_reads_the_values_of_the_chart_that_calls_it() -> None:
    library = '{{- define "lib.port" -}}{{ .Values.port }}{{- end }}'
    texts = {
        "values.yaml": "port: 80\n",
        "charts/lib/Chart.yaml": chart_yaml("lib", "type: library\n"),
        "charts/lib/templates/_lib.tpl": library,
        "templates/x.yaml": 'x: {{ include "lib.port" . }}\n',
    }
    found = Traced(chart(texts))
    assert paths(found, at(found)) == ["port"]


@pytest.mark.parametrize(
    "template",
    [
        '{{ define "a" }}{{ include "a" . }}{{ end }}x: {{ if .Values.hidden }}{{ include "a" . }}{{ end }}1',
        '{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ range until 3 }}{{ $_ := set $d "b" $d.a }}{{ end }}'
        "x: {{ $d.b.a.b.c | default 1 }}",
        "x: {{ $unknown := 1 }}{{ $unknown }}",
    ],
)
def test_circles_end(template: str) -> None:
    texts = {"values.yaml": 'hidden: false\nself: "{{ tpl .Values.self . }}"\n', "templates/x.yaml": template}
    found = Traced(chart(texts))
    inside = "templates/x.yaml"
    for index, _ in enumerate(found.chart.templates[inside].segments):
        found.resolver.values((Frame(inside, index),), "1", found.layers)
        found.resolver.literals((Frame(inside, index),), "1", found.layers)


def test_a_text_that_evaluates_itself_ends() -> None:
    texts = {
        "values.yaml": 'self: "{{ tpl .Values.self . }}"\n',
        "templates/x.yaml": "x: {{ tpl .Values.self . }}",
    }
    found = Traced(chart(texts))
    stack = (Frame("templates/x.yaml", 1),)
    assert [row.match for row in found.resolver.values(stack, "1", found.layers)] == ["template"]


def test_unknown_places_have_no_answer() -> None:
    found = traced("x: {{ .Values.port }}")
    for stack in ((), (Frame("templates/none.yaml", 0),), (Frame("templates/x.yaml", 99),)):
        assert found.resolver.values(stack, "8080", found.layers) == ()
        assert found.resolver.literals(stack, "8080") == ()
        assert found.resolver.builtin(stack) == ()


CHAIN = "".join(f"{{{{ $v{n} := $v{n - 1} }}}}" for n in range(1, 2000))
NESTED = "{{ with .Values }}" * 2000 + "x: {{ .port }}" + "{{ end }}" * 2000
CALLED = "".join(f'{{{{ define "t{n}" }}}}{{{{ include "t{n + 1}" . }}}}{{{{ end }}}}' for n in range(2000))
WIDE = "".join(
    f'{{{{ define "w{n}" }}}}{f"{{{{ include `w{n + 1}` (dict `a` .) }}}}" * 10}{{{{ end }}}}'
    for n in range(20)
)


@pytest.mark.parametrize(
    "template",
    [
        f"{{{{ $v0 := .Values.port }}}}{CHAIN}x: {{{{ $v1999 }}}}",
        NESTED,
        f'{CALLED}x: {{{{ include "t0" . }}}}',
        f'{WIDE}x: {{{{ include "w0" . }}}}',
        "x: {{ " + "(default 1 " * 90 + ".Values.port" + ")" * 90 + " }}",
        "{{ $d := dict }}"
        + "".join(f'{{{{ $_ := set $d "k{n}" $d.k{n + 1} }}}}' for n in range(500))
        + "x: {{ $d.k0 }}",
    ],
    ids=["variables", "cursors", "calls", "many-calls", "parentheses", "additions"],
)
def test_what_is_meant_to_be_too_much_ends_soon(template: str) -> None:
    """None of these need be answered; they must not take the tool down."""
    files = chart({"values.yaml": "port: 80\n", "templates/x.yaml": template})
    found = Traced(files)
    segments = found.chart.templates["templates/x.yaml"].segments
    last = max(index for index, segment in enumerate(segments) if segment.keyword == "output")
    stack = (Frame("templates/x.yaml", last),)
    found.resolver.values(stack, "80", found.layers)
    found.resolver.literals(stack, "80")
    part = Part("action", "templates/x.yaml", segments[last].start, segments[last].end, 0, 2, stack)
    expression(found.resolver, (part,), "templates/x.yaml", 0)
    found.resolver.calls.scopes("t1999")
