"""Verbs at work in templates: what they write, what they leave alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from refactor.source import (
    Document,
    Edit,
    Kept,
    Refusal,
    SourceFile,
    add_key,
    remove_key,
    rename_key,
    reshape,
    set_scalar,
    splice,
)
from templates_analysis.actions import lex
from templates_analysis.masked import Region, regions
from tests.templates.effects import Path

Verb = Callable[[Document, Path], tuple[Edit, ...] | Refusal]


def at(text: str, needle: str) -> list[Region]:
    """The regions around the only place of a text."""
    assert text.count(needle) == 1
    return list(regions(SourceFile("templates/x.yaml", text.encode()), lex(text), text.index(needle)))


def done(text: str, needle: str, verb: Verb) -> str:
    """The text after a verb in the smallest region around a place."""
    region = at(text, needle)[0]
    path = region.path_at(text.index(needle))
    assert path is not None
    edits = region.edits(lambda document: verb(document, path))
    assert not isinstance(edits, Refusal), edits.reason
    return splice(text, edits)


def reason(text: str, needle: str, verb: Verb) -> str:
    region = at(text, needle)[0]
    path = region.path_at(text.index(needle))
    assert path is not None
    refusal = region.edits(lambda document: verb(document, path))
    assert isinstance(refusal, Refusal)
    return refusal.reason


def add_name(document: Document, path: Path) -> tuple[Edit, ...] | Refusal:
    return add_key(document, path[:-1], "name", "http")


def to_port(document: Document, path: Path) -> tuple[Edit, ...] | Refusal:
    return reshape(document, path, {"port": {"number": Kept(path)}})


SERVICE = """\
{{- if .Values.on -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "web.fullname" . }}
  labels:
    {{- include "web.labels" . | nindent 4 }}
spec:
  type: {{ .Values.service.type }}
  ports:
    {{- range .Values.ports }}
    - port: {{ .port }}
      {{- if .nodePort }}
      nodePort: {{ .nodePort }}
      {{- end }}
    {{- end }}
    - port: 8080 # plain
      targetPort: {{ .Values.target }} {{/* told */}}
  selector:
    {{- toYaml .Values.selector | nindent 4 }}
{{- end }}
"""


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "needle, verb, old, new",
    [
        ("port: 8080", add_name, "{{/* told */}}\n", "{{/* told */}}\n      name: http\n"),
        # Behind the whole block: within it, the name would come and go with the node port.
        ("port: {{ .port }}", add_name, "      {{- end }}\n", "      {{- end }}\n      name: http\n"),
        ("{{ .Values.target }}", lambda d, p: set_scalar(d, p, "web"), "{{ .Values.target }}", "web"),
        ("8080", lambda d, p: set_scalar(d, p, 80), "8080", "80"),
        ("targetPort", lambda d, p: rename_key(d, p, "nodePort"), "targetPort", "nodePort"),
        (
            "labels:",
            lambda d, p: add_key(d, p[:-1], "namespace", "x"),
            '    {{- include "web.labels" . | nindent 4 }}\n',
            '    {{- include "web.labels" . | nindent 4 }}\n  namespace: x\n',
        ),
        (
            "labels:",
            lambda d, p: add_key(d, p, "x", "y"),
            '    {{- include "web.labels" . | nindent 4 }}\n',
            '    {{- include "web.labels" . | nindent 4 }}\n    x: "y"\n',
        ),
        ("nodePort: {{", lambda d, p: set_scalar(d, p, 1), "{{ .nodePort }}", "1"),
        (
            "type:",
            to_port,
            "type: {{ .Values.service.type }}",
            "type:\n    port:\n      number: {{ .Values.service.type }}",
        ),
    ],
)
def test_what_a_verb_writes_in_a_template(needle: str, verb: Verb, old: str, new: str, eol: str) -> None:
    assert SERVICE.count(old) == 1
    text = SERVICE.replace("\n", eol)
    assert done(text, needle, verb) == text.replace(old.replace("\n", eol), new.replace("\n", eol))


@pytest.mark.parametrize(
    "text, needle, new",
    [
        ("a: {port: {{ .x }}, b: 1}\n", "port", "a: {port: {{ .x }}, b: 1, name: http}\n"),
        ("a:\n- port: '{{ .x }}'\n", "port", "a:\n- port: '{{ .x }}'\n  name: http\n"),
        ("a:\n- port: {{ .x }}", "port", "a:\n- port: {{ .x }}\n  name: http"),
        (
            'a:\n  port: {{ include "x" (dict\n    "a" 1) }}\nb: 1\n',
            "port",
            'a:\n  port: {{ include "x" (dict\n    "a" 1) }}\n  name: http\nb: 1\n',
        ),
        (
            "a:\n  port: {{ if .x }}80{{ else }}81{{ end }}\nb: 1\n",
            "port",
            "a:\n  port: {{ if .x }}80{{ else }}81{{ end }}\n  name: http\nb: 1\n",
        ),
        (
            "a:\n  port: 80\n  {{ .key }}: {{ .value }}\n",
            "port",
            "a:\n  port: 80\n  {{ .key }}: {{ .value }}\n  name: http\n",
        ),
        (
            "{{ if .x -}} c: {{- else -}} d: {{- end }}\n  port: 80\n",
            "port",
            "{{ if .x -}} c: {{- else -}} d: {{- end }}\n  port: 80\n  name: http\n",
        ),
        (
            "a:\n  {{- if .x }}\n  b: 1\n  {{- else }}\n  b: 2\n  {{- end }}\n  port: 80\nc: |\n{{ .y }}\n",
            "port",
            "a:\n  {{- if .x }}\n  b: 1\n  {{- else }}\n  b: 2\n  {{- end }}\n  port: 80\n"
            "  name: http\nc: |\n{{ .y }}\n",
        ),
        (
            '{{- define "p" -}}\nport: 80\n{{- end -}}\n',
            "port",
            '{{- define "p" -}}\nport: 80\nname: http\n{{- end -}}\n',
        ),
        (
            "x: 1\n---\na:\n  port: {{ .x }}\n---\n: not yaml: at all\n",
            "port",
            "x: 1\n---\na:\n  port: {{ .x }}\n  name: http\n---\n: not yaml: at all\n",
        ),
        (
            "a:\n  b: {{- toYaml .b | nindent 4 }}\n    c: 1\n  port: 80\n",
            "port",
            "a:\n  b: {{- toYaml .b | nindent 4 }}\n    c: 1\n  port: 80\n  name: http\n",
        ),
    ],
)
def test_a_name_beside_a_port(text: str, needle: str, new: str) -> None:
    assert done(text, needle, add_name) == new


@pytest.mark.parametrize(
    "text, needle, verb, words",
    [
        # The line that is added would be trimmed onto what the action prints.
        ("a:\n  port: {{ .x -}}\nb: 1\n", "port", add_name, None),
        ("a:\n  port: 80\n  {{- .more }}\n", "port", add_name, "{{- .more }}"),
        ("a:\n  port: {{ if .x }}80{{ end }}\n", "port", lambda d, p: set_scalar(d, p, 1), "{{ if .x }}"),
        (
            "a:\n  b:\n    c: 1\n    {{- if .x }}\n    d: 2\n    {{- end }}\n  e: 1\n",
            "b:",
            lambda d, p: remove_key(d, p),
            "{{- if .x }}",
        ),
        (
            "{{ if .x }}\n  port: 80\n{{ end }}",
            "port",
            lambda d, p: remove_key(d, p),
            "nothing would be left",
        ),
        (
            "a:\n  {{- if .x }}\n  b: 1\n  {{- else }}\n  name: 2\n  {{- end }}\n  port: 80\n",
            "port",
            add_name,
            "another branch",
        ),
        ("a:\n  port: 80\n  name: {{ .x }}\n", "port", add_name, "already there"),
        (
            "a:\n  l: {{ toYaml .l | nindent 4 }}\n  port: 80\n",
            "l:",
            lambda d, p: reshape(d, p, {"x": Kept(p), "y": 1}),
            "",
        ),
    ],
)
def test_what_is_left_alone(text: str, needle: str, verb: Verb, words: str | None) -> None:
    if words is None:
        assert not at(text, needle)
    else:
        assert words in reason(text, needle, verb)


@pytest.mark.parametrize(
    "text, needle",
    [
        ("a: |\n  {{- if .x }}\n  port: 80\n  {{- end }}\n", "port"),
        ("a: {{ .x }}-{{ .y }}\n", "{{ .y }}"),
        ("{{ .a }}: [\n", "{{ .a }}"),
        ("a: {{ if .x }}80{{ end }}\n", "80"),
        ("a: 1\na: {{ .x }}\n", "{{ .x }}"),
        ("\ua000: 1\na: 2\n", "a:"),
        ("a:\n  b: 1 {{- end }}\n".replace("{{- end }}", "{{- .x }}{{ .y -}}\n  c: 2"), "c: 2"),
    ],
)
def test_no_region_where_places_are_doubtful(text: str, needle: str) -> None:
    assert not at(text, needle)


def test_regions_grow_from_the_innermost_block_to_the_document() -> None:
    text = SERVICE + "---\nother: {{ .x }}\n"
    paths = [region.path_at(text.index("nodePort: {{")) for region in at(text, "nodePort: {{")]
    assert paths == [("nodePort",), (0, "nodePort"), *[("spec", "ports", 0, "nodePort")] * 2]


def test_a_quoted_scalar_begins_at_its_quote_and_behind_it() -> None:
    text = 'a: "{{ .x }}"\n'
    region = at(text, "{{")[0]
    assert region.path_at(3) == region.path_at(4) == ("a",)
    assert region.path_at(5) is None


def test_actions_are_quoted_as_they_are_written() -> None:
    region = at("a:\n  port: {{ .x }} # why\n", "port")[0]
    edits = region.edits(lambda d: reshape(d, ("a",), {"b": {"port": Kept(("a", "port"))}}))
    assert not isinstance(edits, Refusal)
    assert [(edit.old, edit.new) for edit in edits] == [
        ("\n  port: {{ .x }} # why", "\n  b:\n    port: {{ .x }} # why")
    ]
