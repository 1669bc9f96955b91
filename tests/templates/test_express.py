"""An expression that is written elsewhere prints the same there; what can't be said is left unsaid."""

from __future__ import annotations

import pytest

from templates_analysis.express import expression, setting_expression
from tests.manifests import chart_yaml
from tests.templates.in_process import chart, corpus_charts, read
from tests.templates.traced import Scalar, Traced, at, is_portish, leaves, traced

TARGET = """\
top: 0
{{- $port := "other" }}
{{- range list 1 }}
inner: 0
{{- end }}
{{- with .Values }}
with: 0
{{- end }}
"""
OFFSETS = {key: TARGET.index(f"{key}: 0") + len(key) + 2 for key in ("top", "inner", "with")}
BESIDE = "templates/beside.yaml"


def beside(found: Traced) -> Traced:
    """The same chart with the template to write into."""
    return found.with_template(BESIDE, TARGET)


@pytest.mark.parametrize(
    "template, top, inner",
    [
        ("x: {{ .Values.port }}", "{{ .Values.port }}", "{{ $.Values.port }}"),
        ("x: {{.Values.port}}", "{{.Values.port}}", "{{$.Values.port}}"),
        ('x: "{{- .Values.port -}} "', "{{ .Values.port }}", "{{ $.Values.port }}"),
        ("x: {{ $.Values.port }}", "{{ .Values.port }}", "{{ $.Values.port }}"),
        ("x: {{ .Values.port  |\n default 80 }}", "{{ .Values.port | default 80 }}", None),
        (
            'x: {{ include "own.name" . }}-api',
            '{{ include "own.name" . }}-api',
            '{{ include "own.name" $ }}-api',
        ),
        ("x: a-{{ .Values.name }}-{{ .Values.port }}", "a-{{ .Values.name }}-{{ .Values.port }}", None),
        ("x: {{ .Values.name | nindent 2 }}", None, None),
        (
            "{{ with .Values.deep.svc }}x: {{ .port }}{{ end }}",
            "{{ .Values.deep.svc.port }}",
            "{{ $.Values.deep.svc.port }}",
        ),
        (
            '{{ with get .Values.ports "http" }}x: {{ .port }}{{ end }}',
            '{{ (get .Values.ports "http").port }}',
            None,
        ),
        (
            "{{ with .Values.deep }}{{ with .svc }}x: {{ .port }}{{ end }}{{ end }}",
            "{{ .Values.deep.svc.port }}",
            None,
        ),
        ("{{ $p := .Values.port }}x: {{ $p }}", "{{ .Values.port }}", "{{ $.Values.port }}"),
        ("{{ $port := .Values.port }}x: {{ $port }}", "{{ .Values.port }}", None),
        ("{{ $p := .Values.port | int }}x: {{ $p }}", "{{ (.Values.port | int) }}", None),
        ("{{ $s := .Values.deep.svc }}x: {{ $s.port }}", "{{ .Values.deep.svc.port }}", None),
        ("{{ $p := .Values.port }}{{ $p = .Values.other }}x: {{ $p }}", "{{ .Values.other }}", None),
        ("{{ $p := 1 }}{{ if .Values.shown }}{{ $p = .Values.other }}{{ end }}x: {{ $p }}", None, None),
        ("{{ range .Values.list }}\n---\nx: {{ .port }}\n{{ end }}", None, None),
        ("{{ range $k, $v := .Values.ports }}\n---\nx: {{ $v.port }}\n{{ end }}", None, None),
        (
            "{{ range .Values.list }}\n---\nx: {{ $.Values.port }}\n{{ end }}",
            "{{ .Values.port }}",
            "{{ $.Values.port }}",
        ),
        (
            'x: {{ include "own.of" (dict "what" .Values.port) }}',
            '{{ include "own.of" (dict "what" .Values.port) }}',
            None,
        ),
        (
            "a:\n  {{- toYaml .Values.block | nindent 2 }}\nx: {{ .Values.block.a.port }}",
            "{{ .Values.block.a.port }}",
            None,
        ),
        ("x: {{ .Template.Name }}", None, None),
        ("x: plain", "plain", "plain"),
    ],
)
def test_what_is_written(template: str, top: str | None, inner: str | None) -> None:
    found = beside(traced(template))
    scalar = at(found)
    assert expression(found.resolver, scalar.parts, BESIDE, OFFSETS["top"]) == top
    if inner is not None:
        assert expression(found.resolver, scalar.parts, BESIDE, OFFSETS["inner"]) == inner
    assert all(again == scalar.value for again in printed(found, scalar))


def printed(found: Traced, scalar: Scalar) -> list[str]:
    """What Helm prints for the expression at each target."""
    text = TARGET
    written = []
    for key, offset in sorted(OFFSETS.items(), key=lambda item: -item[1]):
        said = expression(found.resolver, scalar.parts, BESIDE, offset)
        if said is not None:
            text = text[:offset] + said + text[offset + 1 :]
            written.append(key)
    rendered = found.with_template(BESIDE, text).plain[f"web/{BESIDE}"]
    return [node.value for _, path, node in leaves(rendered) if path[0] in written]


@pytest.mark.parametrize(
    "template, said",
    [
        ("x: {{ .Values.text | quote }}", "{{ .Values.text }}"),
        ("x: {{ quote .Values.text }}", "{{ .Values.text }}"),
        ('x: {{ .Values.port | toString | default "a" }}', '{{ .Values.port | default "a" }}'),
    ],
)
def test_where_a_number_is_wanted_no_pipe_makes_a_text_of_it(template: str, said: str) -> None:
    found = beside(traced(template))
    assert expression(found.resolver, at(found).parts, BESIDE, OFFSETS["top"], number=True) == said


HELPERS = """\
{{- define "svc" }}
name: {{ .name }}
port: {{ .ctx.Values.port }}
all: {{ include "own.port" .ctx }}
{{- end }}
{{- define "root" }}
to: 0
{{- end }}
{{- define "other" }}
to: 0
{{- end }}
"""


@pytest.mark.parametrize(
    "key, said",
    [
        ("name", "{{ .Values.name }}"),
        ("port", "{{ .Values.port }}"),
        ("all", '{{ include "own.port" . }}'),
    ],
)
def test_what_a_caller_handed_over_is_said_in_its_place(key: str, said: str) -> None:
    call = '{{ include "svc" (dict "name" .Values.name "ctx" $) }}'
    found = beside(traced(f"{HELPERS}\n{call}"))
    scalar = at(found, key)
    assert expression(found.resolver, scalar.parts, BESIDE, OFFSETS["top"]) == said
    assert all(again == scalar.value for again in printed(found, scalar))


def test_a_named_template_is_written_into_only_where_its_callers_agree() -> None:
    calls = (
        '{{ include "root" . }}\n{{ with 1 }}{{ include "root" $ }}{{ end }}\n{{ include "other" .Values }}'
    )
    found = traced(f"{HELPERS}\nx: {{{{ .Values.port }}}}\n{calls}")
    text = found.chart.templates["templates/x.yaml"].text
    parts = next(scalar for scalar in found.scalars() if scalar.path == ("x",)).parts
    into_root = text.index("to: 0") + 4
    assert expression(found.resolver, parts, "templates/x.yaml", into_root) == "{{ .Values.port }}"
    assert expression(found.resolver, parts, "templates/x.yaml", text.rindex("to: 0") + 4) is None


def test_inside_the_same_block_nothing_needs_another_name() -> None:
    body = "{{ $q := $p.port }}\n---\nx: {{ .port }}\ny: {{ $q }}\nz: 0\n"
    template = f"{{{{ range $n, $p := .Values.ports }}}}{body}{{{{ end }}}}"
    found = traced(template)
    offset = template.index("z: 0") + 3
    for key, said in (("x", "{{ .port }}"), ("y", "{{ $q }}")):
        assert expression(found.resolver, at(found, key).parts, "templates/x.yaml", offset) == said


def test_another_charts_values_are_out_of_reach() -> None:
    texts = {
        "values.yaml": "cache: {port: 6380}\n",
        "charts/cache/Chart.yaml": chart_yaml("cache"),
        "charts/cache/templates/c.yaml": "x: {{ .Values.port }}\nend: 0\n",
        BESIDE: TARGET,
    }
    found = Traced(chart(texts))
    inside = "charts/cache/templates/c.yaml"
    assert expression(found.resolver, at(found).parts, BESIDE, OFFSETS["top"]) is None
    assert setting_expression(found.resolver, ("cache", "port"), BESIDE, 0) == "{{ .Values.cache.port }}"
    assert setting_expression(found.resolver, ("cache", "port"), inside, 0) == "{{ .Values.port }}"
    assert setting_expression(found.resolver, ("port",), inside, 0) is None


@pytest.mark.parametrize(
    "path, said",
    [
        (("deep", "svc", "port"), "{{ $.Values.deep.svc.port }}"),
        (("list", 1, "port"), None),
        (("dashed-key",), '{{ index $.Values "dashed-key" }}'),
    ],
)
def test_a_setting_by_its_path(path: tuple[str | int, ...], said: str) -> None:
    found = beside(traced("x: 1"))
    assert setting_expression(found.resolver, path, BESIDE, OFFSETS["inner"]) == said


def test_unknown_places_have_no_expression() -> None:
    found = beside(traced("x: {{ .Values.port }}"))
    assert expression(found.resolver, (), BESIDE, 0) is None
    assert expression(found.resolver, at(found).parts, "templates/none.yaml", 0) is None
    assert setting_expression(found.resolver, ("port",), "templates/none.yaml", 0) is None


@pytest.mark.parametrize("row", corpus_charts())
def test_in_real_charts_it_prints_the_same(row: dict[str, str]) -> None:
    found = beside(Traced(read(row)))
    wanted: dict[str, set[tuple[str, str]]] = {key: set() for key in OFFSETS}
    for scalar in found.scalars():
        if scalar.stack and scalar.value and is_portish(scalar.path):
            for key, offset in OFFSETS.items():
                said = expression(found.resolver, scalar.parts, BESIDE, offset)
                if said is not None:
                    wanted[key].add((said, scalar.value))
    text = TARGET
    for key, rows in wanted.items():
        lines = [f"{key}-{number}: {said}" for number, (said, _) in enumerate(sorted(rows))]
        text = text.replace(f"{key}: 0", "\n".join(lines))
    rendered = found.with_template(BESIDE, text).plain[f"{found.chart.name}/{BESIDE}"]
    again = {path[0]: node.value for _, path, node in leaves(rendered)}
    expected = {f"{key}-{n}": value for key in wanted for n, (_, value) in enumerate(sorted(wanted[key]))}
    assert again == expected
