"""Charts rendered and traced: each rendered scalar with what wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import helm_python
import pytest
import yaml

from templates_analysis.chart import Chart, ChartProblem, chart_of_texts
from templates_analysis.instrument import instrument
from templates_analysis.resolve import Resolver
from templates_analysis.trace import Frame, Part, Trace, read_marks
from templates_analysis.values import Layers, ValuesSet
from tests.templates.in_process import NAME, NAMESPACE, Files, chart, corpus_charts, packed, read, render

Path = tuple[str | int, ...]
PORTS = frozenset({"port", "targetPort", "containerPort", "nodePort", "number", "hostPort"})


@dataclass(frozen=True)
class Scalar:
    """A rendered scalar: Helm's name of its template, its document, path, text and what wrote it."""

    template: str
    document: int
    path: Path
    value: str
    parts: tuple[Part, ...]

    @property
    def stack(self) -> tuple[Frame, ...]:
        """The actions that wrote it; nothing where literal text or several actions did."""
        return self.parts[0].stack if len(self.parts) == 1 and self.parts[0].kind == "action" else ()


class Traced:
    """A chart, one set of its values, and its rendering by Helm's library."""

    def __init__(self, files: Files) -> None:
        found = chart_of_texts("", files.texts)
        assert not isinstance(found, ChartProblem)
        self.chart: Chart = found
        self.layers = Layers(found, ValuesSet("test", extra=files.values))
        self.resolver = Resolver(found)
        self.files = Files(found.archive_files(), files.values)

    @cached_property
    def plain(self) -> dict[str, str]:
        return {name: text for name, text in render(self.files).items() if not name.endswith("NOTES.txt")}

    @cached_property
    def traces(self) -> dict[str, Trace]:
        insides = {name: self.chart.inside(name) for name in self.plain}
        targets = [inside for inside in insides.values() if inside]
        instrumented = instrument(self.chart.templates, targets)
        marked = render(self.files.with_texts(instrumented.files))
        return {name: read_marks(marked[name], instrumented) for name, inside in insides.items() if inside}

    def scalars(self) -> Iterator[Scalar]:
        for name, trace in self.traces.items():
            for document, path, node in leaves(self.plain[name]):
                quoted = node.style in ("'", '"')
                start, end = node.start_mark.index + quoted, node.end_mark.index - quoted
                parts = trace.parts(start, end)
                yield Scalar(name, document, path, node.value, parts)

    def scalar(self, *path: str | int) -> Scalar:
        """The only scalar at a path, whichever template renders it."""
        (found,) = (scalar for scalar in self.scalars() if scalar.path == path)
        return found

    def with_template(self, inside: str, text: str) -> Traced:
        return Traced(replace(self.files, texts={**self.files.texts, inside: text.encode()}))

    def render(self, overrides: Sequence[Mapping[str, Any]]) -> list[dict[str, str] | None]:
        """A rendering for each of several overrides of the chart's values, None for what fails."""
        return [self._rendered(dict(one)) for one in overrides]

    def _rendered(self, overrides: dict[str, Any]) -> dict[str, str] | None:
        try:
            texts: dict[str, str] = self._loaded.render(overrides, name=NAME, namespace=NAMESPACE)
        except helm_python.HelmError:
            return None
        return texts

    @cached_property
    def _loaded(self) -> helm_python.Chart:
        return helm_python.Chart.load_archive(packed(self.files))


def corpus_ports() -> Iterator[tuple[str, Traced, Scalar]]:
    """The ports of the charts of the corpus and their names: the chart's id, the chart, the scalar."""
    for row in corpus_charts():
        if row.values[0] is None:
            pytest.skip("no corpus beside the project")
        found = Traced(read(row.values[0]))
        for scalar in found.scalars():
            if scalar.value and is_portish(scalar.path):
                yield row.id, found, scalar


def value_of(rendering: Mapping[str, str], scalar: Scalar) -> str | None:
    """What a scalar's place holds in another rendering."""
    for document, path, node in leaves(rendering.get(scalar.template, "")):
        if (document, path) == (scalar.document, scalar.path):
            return str(node.value)
    return None


def leaves(text: str) -> Iterator[tuple[int, Path, yaml.ScalarNode]]:
    """The scalars of a text's documents; nothing from a text that isn't YAML."""
    try:
        documents = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return
    for number, document in enumerate(documents):
        if document is not None:
            yield from ((number, path, node) for path, node in _below(document, ()))


def _below(node: yaml.Node, path: Path) -> Iterator[tuple[Path, yaml.ScalarNode]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _below(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _below(value, (*path, place))
    elif isinstance(node, yaml.ScalarNode):
        yield path, node


def is_portish(path: Path) -> bool:
    """Whether a field holds a port, a port's name or the name of a backend."""
    if path[-1:] and path[-1] in PORTS:
        return True
    return (path[-3:-2] == ("ports",) and path[-1] == "name") or path[-3:] == ("backend", "service", "name")


VALUES = """\
name: web
port: 8080
empty: ""
hidden: false
shown: true
other: 9090
text: "8080"
address: 0.0.0.0:7070
deep: {svc: {port: 8081, name: api}}
ports: {http: {port: 8082}, grpc: {port: 8083}}
list: [{port: 8084, name: one}, {port: 8085, name: two}]
names: [first, second]
written: "{{ .Values.port }}"
block: {a: {port: 8086}, b: {port: 8087}}
dashed-key: 8088
"""
HELPERS = """\
{{- define "own.port" -}}{{ .Values.port }}{{- end }}
{{- define "own.of" -}}{{ .what }}{{- end }}
{{- define "own.deep" -}}{{ include "own.of" (dict "what" .it.port) }}{{- end }}
{{- define "own.name" -}}{{ printf "%s-%s" .Release.Name .Chart.Name }}{{- end }}
{{- define "own.fixed" }} 7777 {{ end }}
{{- define "own.either" -}}
{{- if .Values.hidden }}{{ .Values.other }}{{ else if .Values.shown }}{{ .Values.port }}{{ else }}1{{ end }}
{{- end }}
{{- define "own.render" -}}
{{- $value := typeIs "string" .value | ternary .value (.value | toYaml) }}
{{- if contains "{{" (toJson .value) }}{{ tpl $value .context }}{{ else }}{{ $value }}{{ end }}
{{- end }}
{{- define "own.data" -}}
port: {{ .Values.port }}
{{- end }}
"""


def traced(template: str, values: str = VALUES) -> Traced:
    """A chart of one manifest template beside the helpers above."""
    texts = {"values.yaml": values, "templates/_own.tpl": HELPERS, "templates/x.yaml": template}
    return Traced(chart(texts))


def at(found: Traced, key: str = "x") -> Scalar:
    """The first scalar under a key."""
    return next(scalar for scalar in found.scalars() if scalar.path[-1:] == (key,))
