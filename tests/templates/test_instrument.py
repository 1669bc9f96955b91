"""With the marks taken out, an instrumented chart renders to what the plain one does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_analysis.instrument import Instrumented, instrument, printed_call
from templates_analysis.trace import read_marks
from tests.templates.adversarial import adversarial
from tests.templates.in_process import Files, chart, corpus_charts, read, render, undigested

UNITS = """\
{{- define "one" }}{{ .x }}{{ end }}
{{- define "two" }}
a: {{ include "one" . }}
{{ if .x }}b: "c d"{{ end }}
{{ end }}
{{- define "none" }} {{/* nothing */}}
{{ end }}
{{- define "late" }}{{ "" | nindent 2 }}  e: {{ template "one" . }} {{ .x }} {{ end }}
"""
CALLS = [
    *(f'{{{{ include "{name}" $.Values }}}}' for name in ("one", "two", "none", "late")),
    *(f'{{{{- include "{name}" $.Values | nindent 4 -}}}}' for name in ("two", "late")),
    *(f'{{{{ include "{name}" $.Values | trim }}}}' for name in ("one", "two", "none", "late")),
    '{{ include "two" $.Values | trim | indent 2 | quote }}',
    '{{ (include "two" $.Values | indent 2) | trim }}',
    '{{ template "late" $.Values }}',
    '{{ include "two" $.Values | trunc 3 }}',
    '{{ include "none" $.Values | default "empty" }}',
    '{{ if include "none" $.Values }}yes{{ else }}no{{ end }}',
    '{{ if eq (include "one" $.Values) "7" }}seven{{ end }}',
    '{{ $y := include "one" $.Values }}{{ $y | len }}{{ $y }}',
    '{{ include "one" $.Values | quote | trim | squote }}',
    '{{ block "inner" $.Values }}in {{ .x }}{{ end }}',
]
OTHERS = ["a: ", "\n", "  b\n", " ", "{{ $.Values.x }}", "{{- $.Values.x -}}", "{{/* c */ -}}", "\r\n", "-"]
BLOCKS = [
    "{{ if $.Values.x }}%s{{ end }}",
    "{{ range until 2 }}%s{{ else }}%s{{ end }}",
    "{{- with $ }}%s{{- end }}",
]


def marked(files: Files, *, clones: bool = True) -> tuple[Instrumented, dict[str, str], dict[str, str]]:
    """The instrumentation of all manifests, the plain rendering and the marked one."""
    plain = render(files.pinned())
    instrumented = instrument(files.templates, files.manifests, clones=clones)
    return instrumented, plain, render(files.pinned().with_texts(instrumented.files))


def stripped(instrumented: Instrumented, rendering: dict[str, str]) -> dict[str, str]:
    return {name: read_marks(text, instrumented).plain for name, text in rendering.items()}


def masked(rendering: dict[str, str]) -> dict[str, str]:
    return {name: undigested(text) for name, text in rendering.items()}


@pytest.mark.parametrize("clones", [True, False])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_adversarial_chart(newline: str, clones: bool) -> None:
    instrumented, plain, rendering = marked(adversarial(newline), clones=clones)
    assert masked(stripped(instrumented, rendering)) == masked(plain)
    assert rendering != plain


@pytest.mark.parametrize("row", corpus_charts())
def test_real_charts(row: Any) -> None:
    instrumented, plain, rendering = marked(read(row))
    assert masked(stripped(instrumented, rendering)) == masked(plain)


pieces = st.recursive(
    st.lists(st.sampled_from(CALLS[:-1] + OTHERS), max_size=5).map("".join),
    lambda inner: st.tuples(st.sampled_from(BLOCKS), inner, inner).map(lambda t: t[0].replace("%s", t[1])),
    max_leaves=4,
)


@settings(max_examples=200)
@given(st.lists(pieces, max_size=4).map("".join), st.booleans(), st.sampled_from(["7", "''", "' 8 '"]))
def test_any_composition(text: str, clones: bool, x: str) -> None:
    files = chart(
        {"templates/a.yaml": text + CALLS[-1], "templates/_u.tpl": UNITS, "values.yaml": f"x: {x}\n"}
    )
    instrumented, plain, rendering = marked(files, clones=clones)
    assert stripped(instrumented, rendering) == plain


def test_only_targets_and_what_they_print_change() -> None:
    templates = adversarial().templates
    instrumented = instrument(templates, ["templates/ingress.yaml"])
    assert set(instrumented.files) == {"templates/ingress.yaml", "templates/_helpers.tpl"}
    assert set(instrument(templates, ["templates/ingress.yaml"], clones=False).files) == {
        "templates/ingress.yaml"
    }
    assert instrument(templates, ["templates/none.yaml"]).files == {}


def test_the_last_definition_still_wins() -> None:
    definition = '{{ define "d" }}from %s{{ end }}'
    files = chart(
        {
            "templates/_a.tpl": definition % "a",
            "templates/_z.tpl": definition % "z",
            "templates/deep/er/_m.tpl": definition % "m",
            "templates/a.yaml": '{{ include "d" . }}',
        }
    )
    instrumented, plain, rendering = marked(files)
    assert stripped(instrumented, rendering) == plain
    trace = read_marks(rendering["web/templates/a.yaml"], instrumented)
    [part] = trace.parts(0, len(trace.plain))
    assert files.templates[part.file].text[part.start : part.end] == trace.plain


def test_random_functions_are_pinned_in_what_changes() -> None:
    files = chart({"templates/a.yaml": "a: {{ uuidv4 }}{{ if uuidv4 }} b{{ end }}"})
    instrumented = instrument(files.templates, files.manifests)
    assert "uuidv4" not in instrumented.files["templates/a.yaml"]


@pytest.mark.parametrize(
    "body, name",
    [
        ('include "a" .', "a"),
        ('include `a` (dict "b" (include "c" .))', "a"),
        ('include "a" . | nindent 4 | quote', "a"),
        ('(include "a" .) | indent (int .x)', "a"),
        ('( include "a" . | trim ) | nindent 2', "a"),
        ('template "a"', "a"),
        ('template "a" .', "a"),
        ('include "a|b" . | indent 2', "a|b"),
        ('include "a" . | trunc 63', None),
        ('include "a" . | trimSuffix "-"', None),
        ('(include "a" . | fromYaml) | toYaml | quote', None),
        ('(include "a" . | fromYaml).b', None),
        ("include $name .", None),
        ('include (print $.Template.BasePath "/a.yaml") . | sha256sum', None),
        ('printf "%s" (include "a" .)', None),
        ('default (include "a" .) .b', None),
        (".Values.include", None),
        ("", None),
    ],
)
def test_calls_that_print_what_they_get(body: str, name: str | None) -> None:
    call = printed_call(body)
    assert (call and call.name) == name
    if call:
        assert body[call.start + 1 : call.end - 1] == name
        assert all(body[start:end] == "trim" for start, end in call.trims)


def test_a_call_in_very_many_parentheses_is_no_printed_call() -> None:
    assert printed_call("(" * 5000 + 'include "a" .' + ")" * 5000) is None
    assert printed_call("(" * 20 + 'include "a" .' + ")" * 20) is not None
