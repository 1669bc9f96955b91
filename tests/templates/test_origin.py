"""Every rendered scalar has an origin: what wrote it, what feeds that, and how sure that is."""

from __future__ import annotations

from collections import Counter

import pytest

from refactor.source import Span
from templates_analysis.origin import Origin, driven, origin_of
from templates_analysis.perturb import drivers
from templates_analysis.trace import Frame
from tests.templates.traced import Scalar, Traced, at, corpus_ports, traced, value_of


def origin(found: Traced, scalar: Scalar) -> Origin:
    """The origin of a scalar whose parts cover it."""
    span = Span(scalar.parts[0].rendered_start, scalar.parts[-1].rendered_end)
    return origin_of(found.resolver, found.layers, found.traces[scalar.template], span, field=scalar.path)


def of(template: str) -> Origin:
    """The origin of x in a template."""
    found = traced(template)
    return origin(found, at(found))


@pytest.mark.parametrize(
    "template, kind, evidence, names",
    [
        ("x: plain", "literal", "text", []),
        ('x: "plain"', "literal", "text", []),
        ("x: {{ .Values.port }}", "action", "static", ["port"]),
        ('x: "{{ .Values.deep.svc.name }}"', "action", "static", ["deep.svc.name"]),
        ("x: {{ .Values.name }}-svc", "mixed", "static", ["name"]),
        ("x: {{ .Values.name }}-{{ .Values.port }}", "mixed", "static", ["name", "port"]),
        ("{{ range .Values.list }}\n---\nx: {{ .port }}\n{{ end }}", "action", "static", ["list[0].port"]),
        ("x: {{ .Release.Name }}", "action", "static", []),
        ('x: {{ include "own.fixed" . | trim }}', "literal", "text", []),
        ("x: {{ len .Values.names }}", "action", "unknown", []),
    ],
)
def test_kind_and_settings(template: str, kind: str, evidence: str, names: list[str]) -> None:
    found = of(template)
    assert (found.kind, found.evidence) == (kind, evidence)
    assert [one.name for one in found.settings] == names


def test_a_setting_tells_its_file_and_line() -> None:
    one = of("x: {{ .Values.port }}").setting
    assert one is not None
    assert one.file is not None
    assert one.position is not None
    assert (one.file.path, one.position.line, one.position.column) == ("values.yaml", 2, 7)
    assert (one.owner, one.match, one.exact, one.editable) == ("own", "equal", True, True)


def test_a_scalar_of_several_pieces_has_no_setting_of_its_own() -> None:
    found = of("x: {{ .Values.name }}-svc")
    assert found.setting is None
    assert [(piece.text, piece.literal) for piece in found.pieces] == [("web", False), ("-svc", True)]


def test_the_sources_of_all_pieces_stand_side_by_side() -> None:
    template = "x: {{ .Values.name }}-svc"
    action, text = of(template).parts
    assert {action.file, text.file} == {"templates/x.yaml"}
    assert (action.start, action.end, text.end) == (3, text.start, len(template))


def test_calls_are_told_outermost_first() -> None:
    found = traced('x: {{ include "own.deep" (dict "it" .Values.deep.svc) }}')
    one = origin(found, at(found))
    (part,) = one.parts
    assert part.file == "templates/_own.tpl"
    assert [_frame(found, frame) for frame in part.stack] == [
        ("templates/x.yaml", 1, 'include "own.deep" (dict "it" .Values.deep.svc)'),
        ("templates/_own.tpl", 3, 'include "own.of" (dict "what" .it.port)'),
        ("templates/_own.tpl", 2, ".what"),
    ]
    assert one.setting is not None
    assert one.setting.name == "deep.svc.port"


def _frame(found: Traced, frame: Frame) -> tuple[str, int, str]:
    """The file, the line and the text of an action."""
    template, file = found.chart.templates[frame.file], found.chart.files[frame.file]
    start = template.segments[frame.segment].start
    return file.path, file.position(start).line, template.body(frame.segment)


def test_an_action_of_a_block_prints_more_than_the_scalar() -> None:
    found = traced("x:\n  {{- toYaml .Values.deep | nindent 2 }}")
    assert origin(found, found.scalar("x", "svc", "port")).block
    assert not of("x: {{ .Values.port }}").block


def test_keys_builtins_and_literals() -> None:
    key = of("{{ range $name, $port := .Values.ports }}\n---\nx: {{ $name }}\n{{ end }}")
    assert key.keys == (("ports", "grpc"),) or key.keys == (("ports", "http"),)
    assert of("x: {{ .Release.Name }}").builtins == ("Release.Name",)
    (literal,) = of("x: {{ .Values.absent | default 7777 }}").literals
    assert literal.sure


def test_gaps_and_missing_traces_are_unknown() -> None:
    found = traced("x: {{ .Values.port }}")
    assert origin_of(found.resolver, found.layers, None, Span(0, 1)).kind == "unknown"
    trace = found.traces["web/templates/x.yaml"]
    assert origin_of(found.resolver, found.layers, trace, Span(3, 3)).pieces == ()


def test_settings_that_were_seen_to_drive_it_take_the_place_of_guesses() -> None:
    found = traced('x: {{ index (dict "a" .Values.port "b" .Values.other) (lower "A") }}')
    scalar = at(found)
    plain = origin(found, scalar)
    paths = drivers(found.layers, scalar.value, found.render, lambda texts: value_of(texts, scalar))
    seen = driven(plain, found.layers, paths)
    assert seen.evidence == "rendered"
    assert [one.name for one in seen.settings] == ["port"]
    assert seen.setting is not None
    assert driven(plain, found.layers, ()) is plain


def test_ports_of_real_charts_have_an_origin() -> None:
    """Every field that holds a port or its name; literals and exact settings say what was rendered."""
    kinds: Counter[str] = Counter()
    evidence: Counter[str] = Counter()
    for _, found, scalar in corpus_ports():
        if scalar.parts:
            one = origin(found, scalar)
            kinds[one.kind] += 1
            evidence[one.evidence] += 1
            _says(found, one, scalar)
    total = sum(kinds.values())
    assert total > 1000
    assert kinds["unknown"] == 0
    assert evidence["unknown"] / total < 0.02


def _says(found: Traced, one: Origin, scalar: Scalar) -> None:
    """A literal's source is the scalar's text; an exact setting's place holds its value."""
    assert "".join(piece.text for piece in one.pieces) == scalar.value
    if one.kind == "literal":
        texts = [found.chart.templates[part.file].text[part.start : part.end] for part in one.parts]
        assert "".join(texts) == scalar.value
    if one.setting is not None and one.setting.file is not None and one.setting.position is not None:
        place = one.setting.position
        line = one.setting.file.line_text(place.line)[place.column - 1 :]
        assert line.lstrip("\"'").startswith(scalar.value)
