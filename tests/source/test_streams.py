"""Cutting a stream: what is skipped unparsed, what is read, and problems that stay where they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from refactor.source import nodes, streams
from refactor.source.nodes import YamlProblem, load_all
from refactor.source.streams import Stream, read_stream
from refactor.source.text import BOM, SourceFile
from tests.source import corpus
from tests.source.texts import DOUBTFUL, SKIPPED, anything


def read(text: str | bytes, *kinds: str) -> Stream:
    data = text.encode() if isinstance(text, str) else text
    wanted = frozenset(kinds or ("Service", "Ingress", "List"))
    return read_stream(SourceFile("x.yaml", data), lambda kind, _: kind in wanted)


def everything(text: str | bytes) -> Stream:
    data = text.encode() if isinstance(text, str) else text
    return read_stream(SourceFile("x.yaml", data), lambda *_: True)


def values(stream: Stream) -> list[object]:
    return [document.data for document in stream.documents]


def test_documents_are_numbered_over_all_of_the_stream() -> None:
    stream = read(
        "kind: Service\n---\nkind: ConfigMap\n---\na: b: c\n---\n# nothing\n---\nkind: Ingress\n...\n"
    )
    assert [(one.index, one.data["kind"], one.line) for one in stream.documents] == [
        (0, "Service", 1),
        (3, "Ingress", 9),
    ]
    assert [(one.kind, one.start, one.end) for one in stream.skipped] == [("ConfigMap", 14, 34)]
    assert [(one.line, one.column) for one in stream.malformed] == [(5, 5)]


@pytest.mark.parametrize("text", SKIPPED)
def test_a_document_of_no_interest_is_not_parsed(text: str) -> None:
    stream = read(text)
    assert (values(stream), len(stream.skipped)) == ([], 1)
    assert everything(text).documents[0].data["kind"] == "ConfigMap"


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_document_whose_kind_is_doubtful_is_parsed(text: str) -> None:
    assert read(text).skipped == ()


def by_the_parser(text: str) -> list[Any] | None:
    try:
        return [loaded.value for loaded in load_all(text.encode()) if loaded.value is not None]
    except YamlProblem:
        return None


@settings(max_examples=800, deadline=None)
@given(
    st.lists(st.one_of(anything, st.sampled_from([*SKIPPED, *DOUBTFUL])), min_size=1, max_size=4),
    st.sampled_from(["---\n", "--- # c\n", "...\n---\n", "---\r\n"]),
)
def test_a_cut_stream_holds_what_the_whole_stream_holds(parts: list[str], marker: str) -> None:
    text = marker.join(part if part.endswith("\n") else part + "\n" for part in parts)
    expected = by_the_parser(text)
    stream = everything(text)
    # The pure parser, which reads what libyaml refuses, takes a marker for the text of a block scalar at the
    # root.
    assume(not any(isinstance(value, str) and value.startswith(("---", "...")) for value in expected or ()))
    if expected is not None:
        assert stream.malformed == ()
        assert repr(values(stream)) == repr(expected)
    elif "..." not in text and BOM not in text[1:]:  # the pure parser takes no mark amid a stream
        assert stream.malformed != ()


@settings(max_examples=800, deadline=None)
@given(st.one_of(anything, st.tuples(st.sampled_from(SKIPPED), anything).map("".join)))
def test_nothing_of_interest_is_ever_skipped(text: str) -> None:
    for skipped in read(text).skipped:
        loaded = by_the_parser(text.encode()[skipped.start : skipped.end].decode())
        if loaded is not None:
            assert [one["kind"] for one in loaded if isinstance(one, dict)] == [skipped.kind]


def test_one_malformed_document_leaves_the_others() -> None:
    stream = everything("a: 1\n---\nb: [\n---\nc: '\n---\nd: 4\n")
    assert values(stream) == [{"a": 1}, {"d": 4}]
    assert [one.line for one in stream.malformed] == [3, 5]


@pytest.mark.parametrize(
    "text, line, column, words",
    [
        ("a: b: c\n", 1, 5, "second `: `"),
        ("a: 1\n b: 2\n", 2, 3, "second `: `"),
        ("a:\n\tb: 1\n", 2, 1, "tab"),
        ("a:\n  - b\n - c\n", 3, 2, "list|mapping"),
        ("a: {{ .Values.x }}\n", 1, 5, "`{{`"),
        ("{{- if .Values.x }}\na: 1\n{{- end }}\n", 1, 3, "`{{`"),
        ("a: @x\n", 1, 4, "quotes"),
        ("x: 1\na: 'b\nc: 1\n", 2, 4, "isn't closed"),
        ("a:\n  - {b: 1, c: 2\n---\nd: 1\n", 2, 5, "`{` that opens here isn't closed"),
        ("a: {b: [1, 2\n---\nd: 1\n", 1, 8, r"`\[` that opens here isn't closed"),
        ("a: [b,\n  c,\n# the end\n", 1, 4, r"`\[` that opens here isn't closed"),
        ("a:\n  - {b: 1\n  - {b: 2}\n", 3, 5, "`{` isn't closed, or a comma is missing"),
        ("a: {b: 1 c: 2}\n", 1, 11, "`{` isn't closed, or a comma is missing"),
        ("a\nb: 1\n", 2, 2, "colon|second"),
        ('a: "\\q"\n', 1, 5, "backslash"),
        ("a: *x\n", 1, 4, "no anchor"),
        ("a: 1\x00\n", 1, 5, "binary"),
        ("é: 1\nb: \x07\n", 2, 4, "U\\+0007"),
        ("a: 1\n...\nb: 2\n", 3, 1, "`---`"),
        ("a:\n  service\n    name: x\n", 3, 9, "colon seems to be missing behind `service`"),
        ("a: 1\n  service: x\n    name: x\n", 2, 10, "second `: `"),
        ("a: |x\n  b\n", 1, 5, "`|`"),
        ("a: &\n", 1, 5, "anchor"),
        ("a: 1\n]\n", 2, 1, "fit|begin|expected"),
    ],
)
def test_problems_say_where_and_why(text: str, line: int, column: int, words: str) -> None:
    for lead, shift in (("", 0), ("z: é\n---\n", 2), ("kind: Secret\r\n---\r\n# c\r\n", 3)):
        problem = everything(lead + text).malformed[0]
        assert (problem.path, problem.line) == ("x.yaml", line + shift)
        assert problem.column == column
        assert any(
            word in problem.message.replace("\\", "") for word in words.replace("\\", "").split("|") if word
        )


def test_an_open_bracket_behind_a_byte_order_mark() -> None:
    (problem,) = everything("\ufeffa: [b\n---\nd: 1\n").malformed
    assert (problem.line, problem.column) == (1, 4)


@pytest.mark.parametrize(
    "text, template",
    [("a: {{ x }}\n", True), ("a: [\n# {{ x }}\n", True), ("a: [\n", False), ("a: [{{\n", False)],
)
def test_a_template_is_known_by_its_actions(text: str, template: bool) -> None:
    assert everything(text).malformed[0].template is template


def test_a_template_that_happens_to_be_yaml_is_known_too() -> None:
    assert everything("a: x-{{ .Values.b }}\n---\na: 1\n").documents[0].template
    assert not everything("a: x-{{ .Values.b }}\n---\na: 1\n").documents[1].template


@pytest.mark.parametrize(
    "data, line, column, words",
    [
        (b"a: 1\nb: \xff\n", 2, 4, "0xff"),
        ("é: ".encode() + b"\xc3\n", 1, 4, "0xc3"),
        (b"kind: ConfigMap\n---\na: \x80", 3, 4, "0x80"),
        ("a: 1\n".encode("utf-16"), 1, 1, "UTF-16"),
    ],
)
def test_bytes_that_are_not_utf8_are_a_problem_and_no_documents(
    data: bytes, line: int, column: int, words: str
) -> None:
    stream = everything(data)
    assert stream.documents == ()
    assert [(one.line, one.column) for one in stream.malformed] == [(line, column)]
    assert words in stream.malformed[0].message


@pytest.mark.parametrize(
    "text", ["", "\n", "# c\n", "---\n", "---\n---\n# c\n...\n", "\ufeff", "...\n", "a: 1\n...\n# c\n"]
)
def test_emptiness_is_no_document_and_no_problem(text: str) -> None:
    stream = everything(text)
    assert (len(stream.documents), stream.malformed) == (1 if "a" in text else 0, ())


JSON = [
    ('{"spec": {"ports": [{"port": 80.0}], "x": null}}', {"spec": {"ports": [{"port": 80}], "x": None}}),
    ('{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
    ('{\n\t"a": 1e3\n}\n', {"a": 1000}),
    ('{"a": 1, "a": 2}', {"a": 2}),
    ("{a: 1, 'b': on}", {"a": 1, "b": True}),
]


@pytest.mark.parametrize("text, value", JSON)
def test_json_is_read_as_kubectl_reads_it(text: str, value: object) -> None:
    assert values(everything(text)) == [value]
    if "\\u" not in text:  # behind a `---` it is YAML, which has no surrogates
        assert values(everything(f"a: 1\n---\n{text}\n---\nb: 1")) == [{"a": 1}, value, {"b": 1}]


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": "\\ud83d"}', '{"a": 1} {"b": 2}', '{"a": 1,}x'])
def test_json_that_is_none_is_left_to_yaml(text: str) -> None:
    stream = everything(text)
    assert (values(stream), len(stream.malformed)) in (([], 1), ([{"a": "NaN"}], 0))


def test_a_key_is_doubled_in_json_and_reported() -> None:
    assert everything('{"a": {"b": 1, "b": 2}}').documents[0].duplicates == (("a", "b"),)


@corpus.needs_corpus
def test_cutting_changes_nothing_on_the_corpus() -> None:
    for file in corpus.files():
        expected = by_the_parser(file.text)
        if expected is not None:
            assert values(read_stream(file, lambda *_: True)) == expected, file.path


@corpus.needs_corpus
@pytest.mark.parametrize("folder", ["plain", "rendered"])
def test_nothing_is_skipped_wrongly_on_the_corpus(folder: str) -> None:
    skipped = 0
    for file in corpus.files(folder):
        for one in read_stream(
            file, lambda kind, _: kind in ("Service", "Ingress", "Deployment", "List")
        ).skipped:
            loaded = by_the_parser(file.data[one.start : one.end].decode())
            assert loaded is None or [document["kind"] for document in loaded] == [one.kind]
            skipped += 1
    assert skipped > 50


def test_the_parts_of_a_stream_are_all_of_it() -> None:
    data = b"a: 1\n---\nb: 2\n--- x\n---y\n...\n# e\n"
    parts = streams._cut(SourceFile("all.yaml", data))
    assert parts is not None
    assert b"".join(data[start:end] for start, end, *_ in parts) == data
    assert len(parts) == 4


def test_without_a_c_build_the_pure_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "\ufeffa: &x {b: é, c: }\n---\nd: |\n  e\nf: [1,\n---\ng: 'h\n---\ni: \x07\n---\n"
        + "[" * 500
        + "\n---\nj: 1\n"
    )
    by_c = everything(text)
    spans = [document.span(("a", "b")) for document in by_c.documents]
    monkeypatch.setattr(nodes, "HAS_C_PARSER", False)
    pure = everything(text)
    assert values(pure) == values(by_c) == [{"a": {"b": "é", "c": None}}, {"j": 1}]
    assert [document.span(("a", "b")) for document in pure.documents] == spans
    assert [one.line for one in pure.malformed] == [one.line for one in by_c.malformed]
    assert all(one.message.startswith("not ") for one in pure.malformed)
