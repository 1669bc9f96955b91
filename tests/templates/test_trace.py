"""What a range of a rendering was written by, to the code point; changing that place changes the range."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from templates_analysis.instrument import Instrumented, instrument
from templates_analysis.markers import CLOSING, literal, opening
from templates_analysis.trace import Frame, Part, Trace, read_marks
from tests.templates.adversarial import adversarial
from tests.templates.in_process import Files, chart, corpus_charts, read, render, undigested

NEW = "zq9z"


def traces(files: Files) -> dict[str, tuple[str, Trace]]:
    """For each rendered manifest by Helm's name the inside-path and the trace."""
    instrumented = instrument(files.templates, files.manifests)
    rendering = render(files.pinned().with_texts(instrumented.files))
    named = {name: files.inside(name) for name in rendering}
    return {
        name: (named[name], read_marks(text, instrumented))
        for name, text in rendering.items()
        if named[name] in instrumented.files and named[name] in files.manifests
    }


def scalars(text: str) -> Iterator[tuple[int, int]]:
    """The spans of all scalars on one line that aren't empty, keys too, as PyYAML sees them."""
    try:
        events = list(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return
    for event in events:
        if isinstance(event, yaml.ScalarEvent) and event.style not in ("|", ">"):
            assert event.start_mark is not None
            assert event.end_mark is not None
            start, end = event.start_mark.index, event.end_mark.index
            if start < end and "\n" not in text[start:end]:
                yield start, end


def source(files: Files, part: Part) -> str:
    return files.templates[part.file].text[part.start : part.end]


def check(files: Files, trace: Trace, start: int, end: int) -> tuple[Part, ...]:
    """Parts stand in order and cover the scalar; texts quote it, actions are whole."""
    parts = trace.parts(start, end)
    assert parts[0].rendered_start == start
    assert parts[-1].rendered_end == end
    for part in parts:
        said = trace.plain[part.rendered_start : part.rendered_end]
        if part.kind == "text":
            assert source(files, part) == said
        else:
            segment = files.templates[part.file].segments[part.stack[-1].segment]
            assert (part.start, part.end, part.file) == (segment.start, segment.end, part.stack[-1].file)
            assert source(files, part).startswith("{{")
    return parts


ADVERSARIAL = adversarial()
TRACES = traces(ADVERSARIAL)
PLACES = [
    # file, scalar, which of its occurrences, kind and source of each part, templates of the stack
    ("service", "v1", 0, ["v1"], 0),
    ("service", "storefront-svc", 0, ["{{ $name }}", "-svc"], 1),
    ("service", "one of first", 0, ["{{ $value }}", " of ", "{{ $key }}"], 2),
    ("service", "first", 0, ["{{ $key }}"], 2),
    ("service", "demo prod", 0, ["{{ .Release.Name }}", " ", "{{ .Release.Namespace }}"], 1),
    ("service", "ademob c", 0, ["a", "{{ .Release.Name }}", "b", '{{- " c" }}'], 0),
    ("service", "http", 0, ["{{ $port.name }}"], 1),
    ("service", "targetPort: http", 0, ["targetPort: ", "http"], 0),
    ("service", "9101", 0, ["{{ $port.target }}"], 1),
    ("service", "9090", 0, ['{{ (include "web.map" . | fromYaml).port }}'], 1),
    ("flow", "back-in", 0, ["{{ .Values.tier }}", "-in"], 2),
    ("deep/deployment", "livenessProbe", 0, ["{{ $kind }}", "Probe"], 2),
    ("deep/deployment", "httpGet", 0, ["httpGet"], 1),
    ("deep/deployment", "port: http", 0, ["port: ", '{{ $probe.port | default "http" }}'], 1),
    ("deep/deployment", "readinessz", 0, ["{{ $kind -}}", "z"], 2),
    ("deep/deployment", "tail", 0, ["tail"], 1),
    ("deep/deployment", "outer", 0, ["outer"], 1),
    ("deep/deployment", "8080", 1, ["{{- toYaml .Values.env | nindent 12 }}"], 1),
    ("ingress", "number", 0, ["number"], 1),
    ("ingress", "8080", 0, ["{{ .port }}"], 2),
    ("ingress", "web.local", 0, ["{{ .host | quote }}"], 1),
    (
        "ingress",
        "storefront",
        0,
        ['{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}'],
        2,
    ),
]


@pytest.mark.parametrize("name, said, nth, sources, depth", PLACES)
def test_known_places(name: str, said: str, nth: int, sources: list[str], depth: int) -> None:
    _, trace = TRACES[f"web/templates/{name}.yaml"]
    start = -1
    for _ in range(nth + 1):
        start = trace.plain.index(said, start + 1)
    parts = check(ADVERSARIAL, trace, start, start + len(said))
    assert [source(ADVERSARIAL, part) for part in parts] == sources
    assert len(parts[0].stack) == depth


def test_the_stack_names_the_calls() -> None:
    _, trace = TRACES["web/templates/deep/deployment.yaml"]
    start = trace.plain.index("storefront", trace.plain.index("outer"))
    [part] = trace.parts(start, start + 3)
    said = [(frame.file, ADVERSARIAL.templates[frame.file].body(frame.segment)) for frame in part.stack]
    assert said == [
        ("templates/deep/deployment.yaml", 'include "web.nested" . | nindent 8'),
        ("templates/_helpers.tpl", 'include "web.labels" . | nindent 2'),
        ("templates/_helpers.tpl", 'include "web.name" .'),
        ("templates/_helpers.tpl", 'default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-"'),
    ]


def test_text_that_was_quoted_on_its_way_belongs_to_the_action() -> None:
    _, trace = TRACES["web/templates/service.yaml"]
    start = trace.plain.index('say \\"hi\\"')
    [part, *_] = trace.parts(start, start + 10)
    assert (part.kind, source(ADVERSARIAL, part)) == ("action", '{{ include "web.quoted" . | quote }}')


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_scalar_of_the_adversarial_chart(newline: str) -> None:
    files = adversarial(newline)
    seen = 0
    for _, trace in traces(files).values():
        for start, end in scalars(trace.plain):
            check(files, trace, start, end)
            seen += 1
    assert seen > 100


def written(trace: Trace, part: Part) -> list[Part]:
    """All pieces of a rendering that a literal's place wrote, in order."""
    every = (part.file, part.start, part.end)
    return [
        piece
        for other in trace.parts(0, len(trace.plain))
        if other.kind == "text" and other.file == part.file
        for piece in trace.parts(other.rendered_start, other.rendered_end)
        if piece.start <= every[1] and every[2] <= piece.end
    ]


def expected(trace: Trace, part: Part) -> str:
    """The rendering with a new word wherever a literal's place wrote."""
    text = trace.plain
    for piece in reversed(written(trace, part)):
        begin = piece.rendered_start + part.start - piece.start
        text = text[:begin] + NEW + text[begin + part.end - part.start :]
    return text


def edited(files: Files, part: Part) -> Files:
    text = files.texts[part.file].decode()
    return files.with_texts({part.file: text[: part.start] + NEW + text[part.end :]})


def literals(trace: Trace, own: bool) -> list[Part]:
    """Scalars that are one piece of text: words of the file itself, or of named templates."""
    found = [trace.parts(start, end) for start, end in scalars(trace.plain)]
    return [
        parts[0]
        for parts in found
        if len(parts) == 1 and parts[0].kind == "text" and bool(parts[0].stack) is not own
    ]


def prove(files: Files, name: str, trace: Trace, part: Part) -> None:
    """With a literal changed at its place, Helm writes the new word where the trace says, nowhere else."""
    after = render(edited(files, part).pinned())[name]
    assert undigested(after) == undigested(expected(trace, part))


@pytest.mark.parametrize("name", ["flow", "deep/deployment", "ingress"])
def test_a_literal_changed_at_its_place_changes_the_rendering_there(name: str) -> None:
    _, trace = TRACES[f"web/templates/{name}.yaml"]
    for part in literals(trace, own=True) + literals(trace, own=False):
        prove(ADVERSARIAL, f"web/templates/{name}.yaml", trace, part)


@pytest.mark.parametrize("row", corpus_charts())
def test_scalars_of_real_charts(row: Any) -> None:
    files = read(row)
    chosen = random.Random(row["path"])
    found = traces(files)
    spans = [(name, span) for name, (_, trace) in found.items() for span in scalars(trace.plain)]
    for name, (start, end) in chosen.sample(spans, min(len(spans), 400)):
        check(files, found[name][1], start, end)
    own = [(name, part) for name, (_, trace) in found.items() for part in literals(trace, own=True)]
    for name, part in chosen.sample(own, min(len(own), 2)):
        prove(files, name, found[name][1], part)


def plain_file(text: str) -> Instrumented:
    files = {"templates/a.yaml": text.encode()}
    return instrument(Files(files).templates, list(files))


def test_marks_nobody_wrote_are_taken_out_and_harm_nothing() -> None:
    trace = read_marks(f"a{CLOSING}b{opening(99)}c{literal(77)}d{CLOSING}", plain_file("a {{ .x }}"))
    assert trace.plain == "abcd"
    assert trace.parts(0, 4) == ()


@given(
    st.lists(
        st.sampled_from(
            [
                CLOSING,
                opening(0),
                opening(1),
                literal(0),
                literal(1),
                literal(2),
                " ",
                "a",
                "a: ",
                "\n",
                "b\n  c\n",
                "  ",
            ]
        )
    ),
    st.integers(0, 12),
    st.integers(0, 12),
)
def test_any_marked_text_is_read(pieces: list[str], start: int, end: int) -> None:
    trace = read_marks("".join(pieces), plain_file("a: {{ .x }}\n  b\n  c\n{{ .y }}b"))
    last = start
    for part in trace.parts(start, end):
        assert last <= part.rendered_start < part.rendered_end <= end
        last = part.rendered_end


def test_empty_ranges_have_no_parts() -> None:
    _, trace = TRACES["web/templates/flow.yaml"]
    assert trace.parts(5, 5) == ()
    assert read_marks("", plain_file("a")).parts(0, 9) == ()
    assert Frame("a", 1) == Frame("a", 1)


def test_a_byte_order_mark_is_seen_by_nobody() -> None:
    files = chart({"templates/a.yaml": "\ufeffport: 80\nname: {{ .Values.name }}\n"}, {"name": "web"})
    instrumented = instrument(files.templates, files.manifests)
    text = render(
        Files({**files.texts, "templates/a.yaml": files.texts["templates/a.yaml"][3:]}, files.values)
    )
    marked = render(files.pinned().with_texts(instrumented.files))["web/templates/a.yaml"]
    trace = read_marks(marked, instrumented)
    assert trace.plain == text["web/templates/a.yaml"]
    [part] = trace.parts(6, 8)
    assert (part.kind, source(files, part)) == ("text", "80")
    [part] = trace.parts(15, 18)
    assert (part.kind, source(files, part)) == ("action", "{{ .Values.name }}")
