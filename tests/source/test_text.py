"""Text: decoding that keeps everything, positions, and splicing that never guesses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.source.text import Edit, Position, SourceFile, Span, TextMoved, splice

ODD = st.text(alphabet="ab é😀\ufeff\r\n\u2028\x0c\t#", max_size=60)


def edit(text: str, start: int, end: int, new: str, old: str | None = None) -> Edit:
    return Edit(
        SourceFile("x", text.encode()), Span(start, end), text[start:end] if old is None else old, new
    )


@given(ODD)
def test_decoding_keeps_every_byte(text: str) -> None:
    assert SourceFile("x", text.encode()).text.encode() == text.encode()


def test_bytes_that_are_not_utf8_raise() -> None:
    with pytest.raises(UnicodeDecodeError):
        _ = SourceFile("x", b"a: \xff").text


@given(ODD, st.data())
def test_position_and_line_text_agree_with_counting(text: str, data: st.DataObject) -> None:
    file = SourceFile("x", text.encode())
    offset = data.draw(st.integers(0, len(text)))
    before = text[:offset]
    position = file.position(offset)
    assert position.line == before.count("\n") + 1
    marked = text.startswith("\ufeff") and position.line == 1 and offset > 0
    assert position.column == len(before) - (before.rfind("\n") + 1) + 1 - marked
    line = text.split("\n")[position.line - 1].removesuffix("\r")
    assert file.line_text(position.line) == (line.removeprefix("\ufeff") if position.line == 1 else line)


@given(ODD.filter(lambda text: "\n" in text), st.data())
def test_positions_in_a_long_text_agree_in_whatever_order_they_are_asked_for(
    text: str, data: st.DataObject
) -> None:
    text *= 200
    file = SourceFile("x", text.encode())
    lines = text.split("\n")
    for _ in range(5):
        offset = data.draw(st.integers(text.index("\n") + 1, len(text)))
        before = text[:offset]
        expected = Position(before.count("\n") + 1, offset - before.rfind("\n"))
        assert file.position(offset) == expected
        number = data.draw(st.integers(2, len(lines) + 2))
        line = lines[number - 1].removesuffix("\r") if number <= len(lines) else ""
        assert file.line_text(number) == line


def test_lines_beyond_the_text_are_empty() -> None:
    file = SourceFile("x", b"a\nb\n")
    assert [file.line_text(line) for line in (0, 1, 2, 3, 4)] == ["", "a", "b", "", ""]
    assert file.position(99) == Position(3, 1)
    assert file.position(-1) == Position(1, 1)


@given(st.text(max_size=40).map(lambda text: text * 400), st.data())
def test_byte_offsets_become_code_points(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    file = SourceFile("x", text.encode("utf-8", "replace"))
    assert file.code_point(len(text[:offset].encode("utf-8", "replace"))) == offset


def test_edits_are_applied_in_any_order_of_giving() -> None:
    text = "one two three"
    edits = [edit(text, 8, 13, "3"), edit(text, 0, 3, "1"), edit(text, 4, 7, "")]
    assert splice(text, edits) == "1  3" == splice(text, edits[::-1])


def test_the_same_edit_twice_counts_once() -> None:
    text = "port: 80"
    assert splice(text, [edit(text, 6, 8, "8080")] * 2) == "port: 8080"


def test_insertions_at_one_place_keep_their_order_and_stand_before_a_replacement() -> None:
    text = "abc"
    edits = [edit(text, 1, 2, "X"), edit(text, 1, 1, "2"), edit(text, 1, 1, "1")]
    assert splice(text, edits) == "a21Xc"


@pytest.mark.parametrize(
    "edits",
    [
        [(0, 2, "x"), (1, 3, "y")],
        [(0, 3, "x"), (1, 1, "y")],
        [(0, 2, "x"), (0, 2, "y")],
        [(2, 9, "x")],
        [(2, 1, "x")],
    ],
)
def test_edits_that_overlap_or_reach_outside_are_refused(edits: list[tuple[int, int, str]]) -> None:
    with pytest.raises(TextMoved):
        splice("abcd", [edit("abcd", *one, old="abcd"[one[0] : one[1]]) for one in edits])


def test_a_text_that_moved_is_refused() -> None:
    with pytest.raises(TextMoved, match="offset 6"):
        splice("port: 81", [edit("port: 80", 6, 8, "8080")])


@given(st.text(max_size=30), st.data())
def test_splicing_equals_replacing_from_behind(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    news = [data.draw(st.text(max_size=5)) for _ in spans]
    expected = text
    for (start, end), new in reversed(list(zip(spans, news, strict=True))):
        expected = expected[:start] + new + expected[end:]
    file = SourceFile("x", b"")
    edits = [Edit(file, Span(*span), text[slice(*span)], new) for span, new in zip(spans, news, strict=True)]
    assert splice(text, edits) == expected
