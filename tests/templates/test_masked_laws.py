"""Laws of masked text: it keeps its shape, no edit cuts an action, Helm prints what was asked and no more."""

from __future__ import annotations

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from refactor.source import Document, Edit, Refusal, SourceFile, Span, add_key, splice
from refactor.source.targets import replace
from templates_analysis.actions import lex
from templates_analysis.masked import regions
from templates_analysis.views import Sight, View
from tests.templates.effects import Trial, judged
from tests.templates.in_process import chart

VALUES = {"n": 7, "t": "text", "yes": True, "no": False, "m": {"x": 1, "z": "2"}, "l": [{"q": 1}]}
HELPERS = '{{- define "h" }}{{ .Values.t }}-{{ .Values.n }}{{ end }}{{ define "b" -}}\nu: 1\nv: 2\n{{- end }}'
SCALARS = st.sampled_from(
    [
        "80",
        "plain words",
        '"quoted"',
        "{{ $.Values.n }}",
        "{{$.Values.t}}",
        '"{{ $.Values.t }}"',
        "{{ $.Values.t | quote }} # why",
        "x-{{ $.Values.t }}:{{ $.Values.n }}",
        '{{ include "h" $ }}',
        '{{ include "h"\n  $ }}',
        "{{ $.Values.t }}{{/* told */}}",
        "{{ if $.Values.no }}a{{ else }}b{{ end }}",
        "{{- if $.Values.yes }} a {{- end }}",
        "{a: {{ $.Values.n }}, b: 1}",
        "[{{ $.Values.n }}, x]",
        "{{- toYaml $.Values.m | nindent INNER }}",
        '{{ include "b" $ | nindent INNER }}',
        "|\nINDENTtext {{ $.Values.t }}\nINDENT{{- if $.Values.yes }}\nINDENTmore\nINDENT{{- end }}",
    ]
)
LINES = st.sampled_from(
    [
        "# a comment",
        "{{/* told */}}",
        "{{- /* told\n  further */}}",
        "{{- $x := $.Values.n }}",
        "{{- toYaml $.Values.m | nindent COLUMN }}",
        '{{ include "b" $ | nindent COLUMN }}',
        "",
    ]
)
OPENERS = st.sampled_from(
    ["if $.Values.yes", "if $.Values.no", "with $.Values.m", "range $.Values.l", "if not $.Values.yes"]
)
TRIMS = st.sampled_from(["{{- %s }}", "{{ %s }}", "{{- %s -}}", "{{ %s -}}"])


class Drawn:
    """A template that is written line by line, with keys that stand once in it."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.keys = 0
        self.used: set[str] = set()

    def text(self) -> str:
        lines = ["top: 1", *self.mapping(0, 3)]
        return "\n".join(lines) + self.draw(st.sampled_from(["", "\n"]))

    def mapping(self, column: int, depth: int) -> list[str]:
        return [line for _ in range(self.draw(st.integers(1, 3))) for line in self.entry(column, depth)]

    def entry(self, column: int, depth: int) -> list[str]:
        kind = self.draw(
            st.sampled_from(["scalar"] * 3 + ["line"] + (["nested", "list", "block"] if depth else []))
        )
        blanks = " " * column
        if kind == "line":
            # Keys printed by a block of lines may stand once in a template.
            line = self.draw(LINES)
            if "nindent" in line and line in self.used:
                return []
            self.used.add(line)
            return [blanks + line.replace("COLUMN", str(column))]
        if kind == "block":
            return self.block(column, depth)
        self.keys += 1
        head = f"{blanks}k{self.keys}:"
        if kind == "nested":
            return [head, *self.mapping(column + 2, depth - 1)]
        if kind == "list":
            indent = column + self.draw(st.sampled_from([0, 2]))
            return [
                head,
                *(line for _ in range(self.draw(st.integers(1, 2))) for line in self.item(indent, depth)),
            ]
        scalar = self.draw(SCALARS).replace("INNER", str(column + 2)).replace("INDENT", blanks + "  ")
        return [f"{head} {scalar}"]

    def item(self, column: int, depth: int) -> list[str]:
        self.keys += 1
        return [f"{' ' * column}- k{self.keys}: {{{{ $.Values.n }}}}", *self.mapping(column + 2, depth - 1)]

    def block(self, column: int, depth: int) -> list[str]:
        opener, trims = self.draw(OPENERS), self.draw(TRIMS)
        lead = " " * self.draw(st.sampled_from([0, column]))
        inner = self.mapping(column, depth - 1)
        closer = self.draw(TRIMS)
        if self.draw(st.booleans()) and opener.startswith("if"):
            middle = [lead + self.draw(TRIMS) % "else", *self.mapping(column, depth - 1)]
        else:
            middle = []
        return [lead + trims % opener, *inner, *middle, lead + closer % "end"]


@st.composite
def templates(draw: st.DrawFn) -> str:
    return Drawn(draw).text()


def keys(text: str) -> list[int]:
    return [match.start() for match in re.finditer(r"\bk\d+(?=:)", text)]


@given(templates(), st.sampled_from([0, 1, None]), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_masked_text_keeps_its_length_and_line_breaks(
    text: str, pick: int | None, with_blocks: bool, eol: str
) -> None:
    template = lex(text.replace("\n", eol))
    masked = View(template, 0, len(template.text), (), Sight(pick, with_blocks)).masked
    assert [len(line) for line in masked.split("\n")] == [len(line) for line in template.text.split("\n")]
    assert [line.endswith("\r") for line in masked.split("\n")] == [
        line.endswith("\r") for line in template.text.split("\n")
    ]
    assert not re.search("{{|}}", masked)


@settings(max_examples=150)
@given(st.data())
def test_helm_prints_what_was_asked_and_nothing_else(data: st.DataObject) -> None:
    text = data.draw(templates())
    offset = data.draw(st.sampled_from(keys(text))) if keys(text) else 0
    files = chart({"templates/x.yaml": text, "templates/_h.tpl": HELPERS}, VALUES)
    trial = Trial(files, "templates/x.yaml")
    # What the trims of a drawn template glue together needn't be YAML.
    assume(trial.documents is not None and not trial.duplicates)
    for region in regions(SourceFile("templates/x.yaml", text.encode()), lex(text), offset):
        path = region.path_at(offset)
        assert path is not None
        judged(trial, region, path)


@given(templates(), st.data())
def test_no_edit_cuts_an_action(text: str, data: st.DataObject) -> None:
    template = lex(text)
    offset = data.draw(st.sampled_from(keys(text))) if keys(text) else 0
    for region in regions(SourceFile("templates/x.yaml", text.encode()), template, offset):

        def anywhere(document: Document) -> tuple[Edit, ...]:
            places = st.integers(0, len(document.file.text))
            start, end = sorted((data.draw(places), data.draw(places)))
            return (replace(document, start, end, "x"),)

        edits = region.edits(anywhere)
        for edit in edits if not isinstance(edits, Refusal) else ():
            start, end = edit.span.start, edit.span.end
            assert text[start:end] == edit.old
            for segment in template.segments:
                if segment.kind != "text" and segment.start < end and start < segment.end:
                    assert start <= segment.start <= segment.end <= end
                    assert segment.keyword in ("output", "template")


@given(templates())
def test_adding_is_the_only_difference(text: str) -> None:
    file = SourceFile("templates/x.yaml", text.encode())
    for region in regions(file, lex(text), 0):
        edits = region.edits(lambda document: add_key(document, (), "zz", 1))
        if not isinstance(edits, Refusal):
            assert splice(text, edits).replace("zz: 1", "", 1).split() == text.split()


def test_an_edit_that_covers_the_text_of_a_word_covers_its_action() -> None:
    text = "a: {{ .x }}\n"
    file = SourceFile("templates/x.yaml", text.encode())
    region = next(regions(file, lex(text), 0))
    assert region.edits(lambda document: (replace(document, 3, 11, "1"),)) == (
        Edit(file, Span(3, 11), "{{ .x }}", "1"),
    )
    assert isinstance(region.edits(lambda document: (replace(document, 3, 10, "1"),)), Refusal)
