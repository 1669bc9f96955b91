"""The quick way reads exactly what the parser reads, or leaves the document to it."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from hypothesis import given, settings

from refactor.source import nodes, quick
from refactor.source.nodes import YamlProblem
from tests.source import corpus
from tests.source.texts import ALL, VARIANTS, anything

MISSING = object()
# Markers, directives and odd line breaks never get here: the stream is cut, or not, before.
BEFORE_THE_CUT = re.compile("\n---|\n\\.\\.\\.|^%|\r(?!\n)|[\x85\u2028\u2029]")


def by_the_parser(data: bytes) -> Any:
    try:
        documents = nodes.load_all(data)
    except YamlProblem:
        return MISSING
    if len(documents) > 1:
        return MISSING
    return (documents[0].value if documents else None) or {}


def assert_same(text: str) -> bool:
    """Whether the quick way took it; that both ways agree is asserted."""
    found = quick.quick_load(text.encode())
    if found is None:
        return False
    expected = by_the_parser(text.encode())
    assert repr(found) == repr(expected), text
    return True


@settings(max_examples=1500, deadline=None)
@given(anything)
def test_both_ways_agree_on_bent_manifests(text: str) -> None:
    if not BEFORE_THE_CUT.search(text):
        assert_same(text)


@pytest.mark.parametrize("variant", range(len(VARIANTS)))
@pytest.mark.parametrize("text", ALL)
def test_both_ways_agree_on_the_samples(text: str, variant: int) -> None:
    assert_same(VARIANTS[variant](text))


@pytest.mark.parametrize(
    "text, value",
    [
        ("a: 1", {"a": 1}),
        ("a:\n- 1\n- x: w\n  z: on\nb:\n", {"a": [1, {"x": "w", "z": True}], "b": None}),
        ("a:\n  - b:\n    - 1\n  - c: 2\nd: '#'\n", {"a": [{"b": [1]}, {"c": 2}], "d": "#"}),
        ("--- # c\r\na: b #c\r\n\r\n  # d\r\nc: 'x'\r\n", {"a": "b", "c": "x"}),
        (
            "a: [x, 'y', \"z\", 1, -v]\nb: {}\nc:\n  []\nd: http://x:80/#y\n",
            {"a": ["x", "y", "z", 1, "-v"], "b": {}, "c": [], "d": "http://x:80/#y"},
        ),
        ('"k": 1\nl: "a # b"\nm: "" # c\n', {"k": 1, "l": "a # b", "m": ""}),
        ("# only a comment\n", {}),
    ],
)
def test_what_the_quick_way_takes(text: str, value: object) -> None:
    assert quick.quick_load(text.encode()) == value
    assert assert_same(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: b\n  c",
        "a: b\n  c: d",
        "a: |\n  b",
        "a: &x 1",
        "a: *x",
        "a: !!str 1",
        "<<: {a: 1}",
        "a: {b: 1}",
        "? a",
        "a: 1\na: 2",
        "on: 1",
        "80: 1",
        "- a",
        "  a: 1",
        "a:\n - 1\n- 2",
        "a: 'it''s'",
        'a: "\\n"',
        "a:\t1",
        "a: b: c",
        "a: - b",
        "a: @x",
        "a: `x`",
        "a: %x",
        "a: b # \x07",
        "a: \u00a0",
        "--- a: 1",
        "---x: 1",
        "a: [b, {c: d}]",
        "a: [b\n  c]",
        "a: 'b\n  c'",
        "a:\n  b:\n c: 1",
        "a: 1\n- b",
        "- a: 1\n- b: 2",
        "a: {{ .Values.x }}",
        "a:\n  {}\n  b: 1",
        "\ufeffa: 1",
        "a\n",
        "a: :",
        "a: b:",
        "a: ?",
        "a: 'x' y",
        "~: 1",
        "null: 1",
        "a: {}\n  b: 1",
        "a:\n  []\n  - 1",
        "a: [,]",
        "a: [a,]",
    ],
)
def test_what_the_quick_way_leaves_to_the_parser(text: str) -> None:
    assert quick.quick_load(text.encode()) is None


def test_collections_are_never_shared_between_documents() -> None:
    text = b"a: []\nb:\n  {}\nc: [x]\n"
    first, second = quick.quick_load(text), quick.quick_load(text)
    assert first is not None
    first["a"].append(1)
    first["b"]["x"] = 1
    first["c"].append(1)
    assert second == {"a": [], "b": {}, "c": ["x"]} == quick.quick_load(text)


def test_deep_nesting_is_left_to_the_parser() -> None:
    text = "".join(" " * depth + "a:\n" for depth in range(300))
    assert quick.quick_load(text.encode()) is None
    assert quick.quick_load("".join(" " * depth + "a:\n" for depth in range(150)).encode()) is not None


def test_the_memory_is_bounded() -> None:
    for number in range(30_000):
        assert quick.quick_load(f"key: value-{number}".encode()) == {"key": f"value-{number}"}
    assert len(quick._LINES) <= 20_000


@corpus.needs_corpus
def test_both_ways_agree_on_the_corpus() -> None:
    taken = total = 0
    for file in corpus.files():
        for part in file.data.decode(errors="ignore").replace("\r\n", "\n").split("\n---"):
            total += 1
            taken += assert_same(part.partition("\n...")[0])
    assert taken > total * 0.8


@corpus.needs_corpus
def test_both_ways_agree_on_bent_files_of_the_corpus() -> None:
    chance = random.Random(1)
    pieces = [
        "\n",
        " ",
        "  ",
        "- ",
        ": ",
        ":",
        "#",
        " #",
        "'",
        '"',
        "|",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "!x ",
        ",",
        "\t",
        "x",
        "?",
        "on",
    ]
    for file in chance.sample(corpus.files(), 250):
        text = file.data.decode(errors="ignore").replace("\r\n", "\n").split("\n---")[0]
        for _ in range(12):
            start = chance.randrange(len(text) + 1)
            changed = text[:start] + chance.choice(pieces) + text[start + chance.randrange(4) :]
            if "\n---" not in changed and "\n..." not in changed and not changed.startswith(("...", "%")):
                assert_same(changed)
