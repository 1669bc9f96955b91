"""Which literals of the templates an action prints, told by reading alone."""

from __future__ import annotations

import pytest

from templates_analysis.resolve import Literal
from tests.templates.traced import VALUES, Scalar, Traced, at, traced


def literals(found: Traced, scalar: Scalar) -> list[tuple[str, str, str, bool]]:
    rows = found.resolver.literals(scalar.stack, scalar.value, found.layers)
    return [(_content(found, row), row.file[-8:], row.role, row.sure) for row in rows]


def _content(found: Traced, row: Literal) -> str:
    text = found.chart.templates[row.file].text
    assert not row.quoted or (text[row.start - 1] == text[row.end] and text[row.end] in '"`')
    return text[row.start : row.end]


@pytest.mark.parametrize(
    "template, expected",
    [
        ('x: {{ "http" }}', [("http", "s/x.yaml", "argument", True)]),
        ("x: {{ .Values.none | default 8080 }}", [("8080", "s/x.yaml", "default", True)]),
        ("x: {{ .Values.port | default 8080 }}", []),
        ('x: {{ coalesce .Values.none "http" }}', [("http", "s/x.yaml", "default", True)]),
        ('x: {{ ternary "https" "http" .Values.hidden }}', [("http", "s/x.yaml", "argument", True)]),
        ("{{ $p := 80 }}\nx: {{ $p }}", [("80", "s/x.yaml", "argument", True)]),
        ('x: {{ include "own.of" (dict "what" "http") }}', [("http", "s/x.yaml", "argument", True)]),
        ('x: {{ include "own.of" (dict "what" `http`) }}', [("http", "s/x.yaml", "argument", True)]),
        ('x: {{ include "own.fixed" . | trim | int }}', [("7777", "_own.tpl", "text", True)]),
        (
            'x: {{ "a-http" | trimPrefix "a-" | replace "q" "http" }}',
            [("http", "s/x.yaml", "argument", False)],
        ),
        ("x: {{ add 7000 8 | int | sub 14016 | int }}", []),
        ("x: {{ add 7008 0 }}", [("7008", "s/x.yaml", "argument", False)]),
        ('x: {{ upper "http" | lower | indent 0 }}', [("http", "s/x.yaml", "argument", True)]),
    ],
)
def test_the_literals_behind_an_action(template: str, expected: list[tuple[str, str, str, bool]]) -> None:
    found = traced(template, VALUES.replace("port: 8080", "port: 8089"))
    scalar = at(found)
    assert literals(found, scalar) == expected


def test_literals_in_an_inner_call_come_first() -> None:
    helper = '{{- define "own.two" -}}{{ default "http" .name }}{{- end }}'
    template = f'{helper}\nx: {{{{ include "own.two" (dict "name" "http" "other" "http") }}}}'
    found = traced(template)
    scalar = at(found)
    without_values = found.resolver.literals(scalar.stack, "http")
    assert [row.role for row in without_values] == ["argument"]
    assert without_values[0].start == template.index('"name" "http"') + 8
