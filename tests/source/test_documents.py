"""A document's places: spans in the file's text, sharing, positions."""

from __future__ import annotations

import pytest

from refactor.source.documents import Document
from refactor.source.streams import read_stream
from refactor.source.text import Position, SourceFile
from tests.source import corpus
from tests.source.judging import paths
from tests.source.texts import ALL, ANCHORS, VARIANTS


def documents(text: str | bytes) -> tuple[Document, ...]:
    data = text.encode() if isinstance(text, str) else text
    return read_stream(SourceFile("x.yaml", data), lambda *_: True).documents


def source(document: Document, *path: str | int) -> str:
    span = document.span(path)
    assert span is not None
    return document.file.text[span.start : span.end]


TEXT = "\ufeff# é\r\n---\r\nkind: Ä\r\n---\r\n# 😀\r\n\r\na:\r\n- b: 'ö'\r\n  c: x\r\nd:\r\n"


def test_places_are_absolute_in_the_text_of_the_file() -> None:
    _, document = documents(TEXT)
    assert source(document, "a", 0, "b") == "'ö'"
    assert source(document, "a", 0, "c") == "x"
    absent = document.span(("d",))
    assert absent is not None
    assert document.file.text[: absent.end].endswith("d:")
    assert document.position(("a", 0, "c")) == Position(9, 6)
    assert document.line == 7
    assert document.file.data[document.start : document.end].decode() == TEXT[TEXT.index("---\r\n# 😀") :]


@pytest.mark.parametrize(
    "text, line",
    [
        ("a: 1", 1),
        ("---\na: 1", 2),
        ("--- # c\n\n# d\n  # e\na: 1", 5),
        ("--- {a: 1}", 1),
        ("\ufeff\n\na: 1", 3),
        ("\r\n a: 1", 2),
    ],
)
def test_the_line_of_a_document_is_that_of_its_content(text: str, line: int) -> None:
    assert documents(text)[0].line == line


def test_properties_are_no_part_of_a_span() -> None:
    (document,) = documents("a: &x !!str 'v' # c\nb: &y\n  c: 1\nd: !!map\n  # c\n  e: 1\nf: !<!x> g\n")
    assert source(document, "a") == "'v'"
    assert source(document, "b") == "c: 1"
    assert source(document, "d") == "e: 1"
    assert source(document, "f") == "g"


def test_what_is_absent_has_no_node_and_the_place_of_its_ancestor() -> None:
    (document,) = documents("a:\n  b:\n  - c: 1\n")
    assert document.node(("a", "x")) is None
    assert document.span(("a", "b", 3)) is None
    assert document.key_node(("a", "b", 0)) is None
    assert document.node(("a", "b", "x")) is None
    assert document.node(("a", 0)) is None
    assert document.position(("a", "b", 0, "x", "y")) == Position(3, 5)
    assert document.position(("a", "x")) == Position(1, 1)
    assert document.position(("x",)) == Position(1, 1)
    assert document.position(("a", "b", 0, "c")) == Position(3, 8)


def test_keys_are_found_by_what_kubernetes_calls_them() -> None:
    (document,) = documents("on: 1\n'80': 2\n0x10: 3\n&k key: 4\n")
    for key, text in (("true", "on"), ("80", "'80'"), ("16", "0x10")):
        node = document.key_node((key,))
        assert node is not None
        assert document.file.text[node.start : node.end] == text


def test_the_last_of_duplicates_is_the_one() -> None:
    (document,) = documents("a: 1\na: 2\n")
    assert source(document, "a") == "2"
    assert document.duplicates == (("a",),)


def test_sharing_is_known() -> None:
    (document,) = documents(ANCHORS)
    shared = {path for path in paths(document.data) if document.shared(path)}
    assert {("base",), ("base", "port"), ("copy",), ("copy", "name"), ("list", 0), ("again", 1)} <= shared
    assert ("merged", "name") in shared
    assert shared.isdisjoint({(), ("merged",), ("merged", "port"), ("lone",), ("lone", "a"), ("tagged",)})
    assert document.shared(("base", "absent"))
    assert not document.shared(("absent",))


def test_a_redefined_anchor_is_shared_only_where_it_is_used() -> None:
    (document,) = documents("a: &x {p: 1}\nb: &x {p: 2}\nc: *x\n")
    assert [document.shared((key,)) for key in "abc"] == [False, True, True]
    assert source(document, "c", "p") == "2"


def test_merges_are_followed_in_the_order_that_wins() -> None:
    (document,) = documents("a: &a {p: 1, q: 2}\nb: &b {p: 3}\nc:\n  p: 4\n  <<: [*b, *a]\n  q: 5\n")
    assert document.data["c"] == {"p": 3, "q": 5}
    assert [source(document, "c", key) for key in "pq"] == ["3", "5"]
    assert [document.shared(("c", key)) for key in "pq"] == [True, False]


def test_several_documents_in_one_part_have_their_own_places() -> None:
    # U+2028 ends a line for YAML, so that the stream isn't cut before it is parsed.
    first, second, third = documents("# \u2028\na: 1\n---\nb: 2\n---\nc: 3\n")
    assert [source(first, "a"), source(second, "b"), source(third, "c")] == ["1", "2", "3"]
    assert [document.line for document in (first, second, third)] == [2, 4, 6]
    assert (first.start, first.end, second.end) == (0, second.start, third.start)
    node = second.node(("b",))
    assert node is not None
    assert (node.line, node.column) == (4, 4)


def test_json_that_yaml_refuses_has_data_and_no_places() -> None:
    (document,) = documents('{"a": "\\ud83d\\ude00"}')
    assert document.data == {"a": "😀"}
    assert (document.root, document.span(("a",)), document.shared(("a",))) == (None, None, False)
    assert document.position(("a",)) == Position(1, 1)


def agrees(document: Document) -> None:
    """Every path of the data has a place, and the text there reads as that value."""
    for path in paths(document.data):
        node = document.node(path)
        assert node is not None, path
        position = document.position(path)
        span = document.span(path)
        assert span is not None
        assert document.file.position(span.start) == position


@pytest.mark.parametrize("variant", range(len(VARIANTS)))
@pytest.mark.parametrize("text", ALL)
def test_every_value_has_its_place(text: str, variant: int) -> None:
    for document in documents(VARIANTS[variant](text)):
        agrees(document)


@corpus.needs_corpus
def test_every_value_of_the_corpus_has_its_place() -> None:
    for file in corpus.files()[::4]:
        for document in read_stream(file, lambda *_: True).documents:
            agrees(document)
            root = document.root
            assert root is not None
            for node in root.walk():
                assert (node.line, node.column) == (lambda p: (p.line, p.column))(file.position(node.start))
