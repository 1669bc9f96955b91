"""Segments of templates: exact places, trims as Go has them, blocks."""

from __future__ import annotations

import re
import time
from typing import Any

import helm_python
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_analysis.actions import LexError, Template, lex
from tests.templates.in_process import Files, chart, corpus_charts, read, render

PIECES = [
    *("{{", "}}", "{{-", "-}}", " -}}", "{{- ", "{", "}", "-", " ", "\n", "\r\n", "\t", "a", ": ", "é", "ꀀ"),
    *('"', "'", "`", "\\", "/*", "*/", "{{/*", "*/}}", "{{- /*", "*/ -}}", "(", ")", "|", ".x", "$v"),
    *("{{ if .x }}", "{{ else }}", "{{- end }}", '{{ "}}" }}', '{{ define "d" -}}', "{{ $v := 1 }}"),
    *('{{ include "d" . | nindent 2 }}', '{{- template "d" . -}}', "{{ range until 2 }}", "{{ break }}"),
]
soup = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def words(template: Template) -> list[str]:
    """Each segment as its kind or keyword and what it says, trims shown by hyphens."""
    shown = []
    for index, segment in enumerate(template.segments):
        if segment.kind == "action":
            said = f"{segment.keyword}: {template.body(index)}"
        else:
            said = f"{segment.kind}: {template.text[segment.text_start : segment.text_end]}"
        shown.append("-" * segment.trims_left + said + "-" * segment.trims_right)
    return shown


def helm(text: str) -> str | None:
    """What Helm renders a template to, None where it refuses."""
    try:
        return render(chart({"templates/a.yaml": text, "values.yaml": "x: 1\n"}))["web/templates/a.yaml"]
    except helm_python.HelmError:
        return None


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", []),
        ("plain { } text", ["text: plain { } text"]),
        ("a {{ .x }} b", ["text: a ", "output: .x", "text:  b"]),
        ("a {{- .x -}} b", ["text: a", "-output: .x-", "text: b"]),
        ("a \r\n\t{{- .x -}}\n{{- .y }}", ["text: a", "-output: .x-", "text: ", "-output: .y"]),
        ("{{-3}}{{ 3-}}", ["output: -3", "output: 3-"]),
        ("{{- -3 -}}", ["-output: -3-"]),
        ('{{ "}}" }}{{ `{{` }}', ['output: "}}"', "output: `{{`"]),
        (r'{{ "\"}}" | f }}', [r'output: "\"}}" | f']),
        ("{{ '\"' }}{{ '\\'' }}", ["output: '\"'", "output: '\\''"]),
        ("{{ `a\n}}b` }}", ["output: `a\n}}b`"]),
        ('{{ "-" -}} x', ['output: "-"-', "text: x"]),
        ("a {{/* }} ** {{ */}} b", ["text: a ", "comment: ", "text:  b"]),
        ("a {{- /* x */ -}} b", ["text: a", "-comment: -", "text: b"]),
        (
            "{{ $x := 1 }}{{$a = 2}}{{ $ }}{{$x}}",
            ["assign: $x := 1", "assign: $a = 2", "output: $", "output: $x"],
        ),
        ("{{ eq $x 1 }}{{ $x | eq 2 }}", ["output: eq $x 1", "output: $x | eq 2"]),
        ("{{ iffy }}{{ endless }}{{ .end }}", ["output: iffy", "output: endless", "output: .end"]),
        ('{{ template "a" . }}{{template `a`}}', ['template: template "a" .', "template: template `a`"]),
        (
            "{{range .}}{{break}}{{continue}}{{end}}",
            ["range: range .", "break: break", "continue: continue", "end: end"],
        ),
        ("{\n{{ .x\n | f }}", ["text: {\n", "output: .x\n | f"]),
    ],
)
def test_segments(text: str, expected: list[str]) -> None:
    assert words(lex(text)) == expected


def test_blocks_know_where_they_stand() -> None:
    text = "{{if .a}}A{{else if .b}}B{{else}}C{{end}}{{define `d`}}{{with .c}}D{{end}}{{end}}E"
    template = lex(text)
    place = {template.text[s.start : s.end]: s for s in template.segments if s.kind == "text"}
    names = {text[s.start : s.end]: index for index, s in enumerate(template.segments)}
    opener, second, third = names["{{if .a}}"], names["{{else if .b}}"], names["{{else}}"]
    assert [place[letter].parent for letter in "ABC"] == [opener, second, third]
    segments = template.segments
    assert [segments[second].parent, segments[third].parent] == [opener, opener]
    end = third + 2
    assert [segments[index].close for index in (opener, second, third)] == [end, third, end]
    assert (segments[end].keyword, segments[end].parent) == ("end", opener)
    assert (place["D"].unit, place["E"].unit, place["E"].parent) == ("d", "", None)
    assert template.defines == {"d": names["{{define `d`}}"]}
    assert segments[names["{{define `d`}}"]].unit == ""
    assert segments[names["{{with .c}}"]].unit == "d"


def test_a_block_is_a_definition() -> None:
    template = lex('{{ block "web.x" . }}in{{ end }}out')
    assert dict(template.defines) == {"web.x": 0}
    assert [segment.unit for segment in template.segments] == ["", "web.x", "", ""]


@pytest.mark.parametrize(
    "text, offset, message",
    [
        ("ab {{ .x", 3, "closed"),
        ('{{ "x }}', 0, "closed"),
        ('{{ "a\nb" }}', 0, "closed"),
        ("{{ ` }}", 0, "closed"),
        ("x{{/* open", 1, "comment"),
        ("{{ /* not at the start */ }}", 0, "comment"),
        ("{{/* x */-}}", 0, "comment"),
        ("a{{ if .x }}b", 1, "if isn't closed"),
        ("{{ define `a` }}{{ if 1 }}{{ end }}", 0, "define isn't closed"),
        ("a{{ end }}", 1, "end belongs to no block"),
        ("{{ else }}", 0, "else belongs to no block"),
        ("{{ define `a` }}{{ else }}{{ end }}", 16, "define has no else"),
    ],
)
def test_what_go_refuses(text: str, offset: int, message: str) -> None:
    with pytest.raises(LexError) as caught:
        lex(text)
    assert caught.value.offset == offset
    assert message in caught.value.message
    assert helm(text) is None


@given(soup | st.text(alphabet="{}-\"'`\\/* \nax.", max_size=30))
def test_segments_make_up_the_text(text: str) -> None:
    try:
        template = lex(text)
    except LexError:
        return
    segments = template.segments
    assert "".join(text[s.start : s.end] for s in segments) == text
    assert all(s.start < s.end for s in segments)
    for offset in range(len(text)):
        found = segments[template.at(offset)]
        assert found.start <= offset < found.end
    for index, segment in enumerate(segments):
        assert segment.start <= segment.text_start <= segment.text_end <= segment.end
        assert segment.parent is None or segment.parent < index
        assert segment.close is None or segment.close > index


@settings(max_examples=300)
@given(soup)
def test_what_helm_renders_is_lexed(text: str) -> None:
    if helm(text) is not None:
        lex(text)


@given(
    st.lists(
        st.sampled_from(
            [
                " ",
                "\n",
                "\t",
                "\r\n",
                "a",
                "-",
                '{{ "x" }}',
                '{{- "x" }}',
                '{{ "x" -}}',
                '{{- "x" -}}',
                "{{/* c */}}",
                "{{- /* c */}}",
                "{{/* c */ -}}",
            ]
        ),
        max_size=12,
    )
)
def test_trims_are_those_of_go(pieces: list[str]) -> None:
    template = lex("".join(pieces))
    printed = [
        "x" if segment.keyword else template.text[segment.text_start : segment.text_end]
        for segment in template.segments
    ]
    assert "".join(printed) == helm(template.text)


@pytest.mark.parametrize("row", corpus_charts())
def test_real_templates_are_lexed(row: dict[str, str]) -> None:
    files: Files = read(row)
    for template in files.templates.values():
        assert "".join(template.text[s.start : s.end] for s in template.segments) == template.text
        openers = [
            s for s in template.segments if s.keyword in ("if", "range", "with", "define", "block", "else")
        ]
        assert all(segment.close is not None for segment in openers)
        assert len(re.findall(r"\{\{-?\s*define\b", template.text)) >= len(template.defines)


def test_lexing_is_fast_enough_and_kept() -> None:
    text = 'port: {{ .Values.service.port | default "http" }} # text that stands between actions\n' * 20_000
    begin = time.process_time()
    template = lex(text)
    spent = time.process_time() - begin
    assert len(text) / spent > 1_500_000
    assert lex(str(text)) is template


def test_a_hostile_text_ends_at_its_first_fault() -> None:
    begin = time.process_time()
    for text in ('{{ "' * 50_000, "{{ (" * 50_000, "{{/*" + "*" * 200_000, "{{ " + "a" * 500_000):
        with pytest.raises(LexError):
            lex(text)
    assert time.process_time() - begin < 2


def test_helm_agrees_on_definitions() -> None:
    files: Any = chart({"templates/a.yaml": '{{- define "d" }}x{{ end -}}\n v: {{ template "d" }}'})
    assert render(files)["web/templates/a.yaml"] == "v: x"
    assert list(files.templates["templates/a.yaml"].defines) == ["d"]
