"""Bytes → values and bytes → nodes with exact places, by libyaml and by the pure parser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from refactor.source.nodes import (
    HAS_C_PARSER,
    Kind,
    Loaded,
    Node,
    YamlProblem,
    compose,
    compose_all,
    load,
    load_all,
)
from refactor.source.values import construct
from tests.source import corpus
from tests.source.texts import ALL, VARIANTS, anything

PARSERS = [
    pytest.param(False, marks=pytest.mark.skipif(not HAS_C_PARSER, reason="no C build"), id="c"),
    pytest.param(True, id="pure"),
]


def root_of(text: str, pure: bool = False, **where: int) -> Node:
    root = compose(text.encode(), pure=pure, **where)
    assert root is not None
    return root


def at(root: Node, *path: str | int) -> Node:
    node = root
    for step in path:
        if isinstance(step, int):
            node = node.children[step]
        else:
            node = next(value for key, value in node.pairs() if key.text == step)
    return node


def sources(text: str, root: Node) -> list[str]:
    return [text[node.start : node.end] for node in root.walk() if node.kind is not Kind.MAPPING]


@pytest.mark.parametrize("pure", PARSERS)
@pytest.mark.parametrize(
    "text, expected",
    [
        ("a: 1\nb: 'x y'  # c\n", ["a", "1", "b", "'x y'"]),
        ('a: 1\r\nb: "x"\r\n', ["a", "1", "b", '"x"']),
        ("\ufeffa: 1\n", ["a", "1"]),
        ("é: 😀\nb: ünï\n", ["é", "😀", "b", "ünï"]),
        ("a: |\n  x\n\nb: 1\n", ["a", "|\n  x\n\n", "b", "1"]),
        ("a: >-\n  x\n  y", ["a", ">-\n  x\n  y"]),
        ("a: |+\n  x\n\n", ["a", "|+\n  x\n\n"]),
        ("a: x\n  y\nb: 1", ["a", "x\n  y", "b", "1"]),
        ("a: &x 1\nb: !!str 2\nc: *x\n", ["a", "&x 1", "b", "!!str 2", "c", "*x"]),
        ("a: [b, 'c']\n", ["a", "[b, 'c']", "b", "'c'"]),
        ("a:\n- b\n# c\n\nd: 1\n", ["a", "- b", "b", "d", "1"]),
        ("a:\n  - b\n  # c\n", ["a", "- b", "b"]),
        ("---\na: 1\n...\n", ["a", "1"]),
    ],
)
def test_spans_are_exact(text: str, expected: list[str], pure: bool) -> None:
    assert sources(text, root_of(text, pure)) == expected


@pytest.mark.parametrize("pure", PARSERS)
@pytest.mark.parametrize(
    "text, key, before",
    [
        ("a:\nb: 1\n", "a", "a:"),
        ("a:   # c\nb: 1\n", "a", "a:"),
        ("a:\n\n  # c\n\nb: 1\n", "a", "a:"),
        ("x: {a: , b: 1}", "a", "x: {a:"),
        ("x: {b: 1, a: }", "a", "x: {b: 1, a:"),
        ("x: {a}", "a", "x: {a"),
        ("\ufeffx: é\na:", "a", "\ufeffx: é\na:"),
        ('x: {"a":}', "a", 'x: {"a":'),
        ("a :\nb: 1", "a", "a :"),
    ],
)
def test_a_missing_value_stands_right_after_its_colon(text: str, key: str, before: str, pure: bool) -> None:
    root = root_of(text, pure)
    node = at(root, key) if any(k.text == key for k, _ in root.pairs()) else at(root, "x", key)
    assert (text[: node.start], node.start) == (before, node.end)


@pytest.mark.parametrize("pure", PARSERS)
def test_a_missing_item_stands_right_after_its_dash(pure: bool) -> None:
    root = root_of("-\n- a\n-\n", pure)
    assert [(node.start, node.end) for node in root.children] == [(1, 1), (4, 5), (7, 7)]


@pytest.mark.parametrize("pure", PARSERS)
def test_lines_columns_and_offsets_count_from_where_the_text_begins(pure: bool) -> None:
    root = root_of("a:\n  b: 1\n", pure, offset=100, line=7)
    node = at(root, "a", "b")
    assert (node.start, node.end, node.line, node.column) == (108, 109, 8, 6)


@pytest.mark.parametrize("pure", PARSERS)
def test_styles_tags_anchors_and_duplicates_are_kept(pure: bool) -> None:
    root = root_of("a: &x !!str 'v'\nb: {c: *x}\nb: |\n  t\n", pure)
    first, second, third = (value for _, value in root.pairs())
    assert (first.anchor, first.tag, first.style, first.text) == ("x", "tag:yaml.org,2002:str", "'", "v")
    assert (second.flow, second.children[1].kind, second.children[1].value) == (True, Kind.ALIAS, "x")
    assert (third.style, third.value, len(root.children)) == ("|", "t\n", 6)
    assert (root.flow, first.plain, root.children[0].plain) == (False, False, True)


def test_several_documents_are_composed_and_loaded_apart() -> None:
    text = b"a: 1\n---\n- 2\n--- 3\n"
    assert [root.kind for root in compose_all(text)] == [Kind.MAPPING, Kind.SEQUENCE, Kind.SCALAR]
    assert [loaded.value for loaded in load_all(text)] == [{"a": 1}, [2], 3]
    with pytest.raises(YamlProblem, match="single document"):
        load(text)


@pytest.mark.parametrize("text", [b"", b"# only\n", b"\xef\xbb\xbf"])
def test_nothing_is_no_document(text: bytes) -> None:
    assert compose(text) is None
    assert load(text).value is None


VALUES: list[tuple[str, Any]] = [
    ("a: [1, x, on, '1', \"on\", ~, 1.5]", {"a": [1, "x", True, "1", "on", None, 1.5]}),
    ("on: 1\n80: 2\n1.5: 3\n0x10: 4\n", {"true": 1, "80": 2, "1.5": 3, "16": 4}),
    ("a: =\nb: <<\n", {"a": "=", "b": "<<"}),
    (
        'a: !!str 80\nb: !!int "80"\nc: ! "80"\nd: !foo 80\ne: !!float 80\nf: ! 80\n',
        {"a": "80", "b": 80, "c": "80", "d": "80", "e": 80, "f": 80},
    ),
    ("a: !!binary aGk=\n", {"a": "hi"}),
    ("a: !!set {x, w}\n", {"a": {"x": None, "w": None}}),
    ("x: &a 1\nw: &a 2\nz: *a\n", {"x": 1, "w": 2, "z": 2}),
    ("k: &k key\nm: {*k : 1}\n", {"k": "key", "m": {"key": 1}}),
    # What stands later wins, a merge like any key; earlier sources of one merge win over later ones.
    (
        "a: &a {x: 1, w: 2}\nb: {w: 3, <<: *a}\nc:\n  <<: *a\n  w: 3\n",
        {"a": {"x": 1, "w": 2}, "b": {"w": 2, "x": 1}, "c": {"x": 1, "w": 3}},
    ),
    (
        "a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b]}\n",
        {"a": {"x": 1}, "b": {"x": 2, "z": 3}, "c": {"x": 1, "z": 3}},
    ),
    ("a: &a {x: 1}\n<<: *a\nx: 5\n<<: {x: 6}\n", {"a": {"x": 1}, "x": 6}),
    ('a: {"<<": 1}\n', {"a": {"<<": 1}}),
    ("a: |\n x\n  y\n\nb: >-\n fold\n ed\n", {"a": "x\n y\n", "b": "fold ed"}),
]


@pytest.mark.parametrize("pure", PARSERS)
@pytest.mark.parametrize("text, value", VALUES)
def test_values_are_what_kubectl_reads(text: str, value: Any, pure: bool) -> None:
    assert load(text.encode(), pure=pure).value == value


@pytest.mark.parametrize("pure", PARSERS)
@pytest.mark.parametrize(
    "text, line, column, words",
    [
        ("a: *x\n", 1, 4, "no anchor"),
        ("a: 1\nb: &a [*a]\n", 2, 8, "contains itself"),
        ("a:\n  ? [1]\n  : 2\n", 2, 5, "can't be a key"),
        ("a: {{ .Values.x }}\n", 1, 5, "can't be a key"),
        ("a: 1\n~: 1\n", 2, 1, "can't be null"),
        ("a: !!int abc\n", 1, 4, "tag !!int"),
        ("a: !!binary '*'\n", 1, 4, "base64"),
        ("a: {<<: 1}\n", 1, 9, "only merge mappings"),
    ],
)
def test_what_kubernetes_refuses_is_a_problem_with_its_place(
    text: str, line: int, column: int, words: str, pure: bool
) -> None:
    with pytest.raises(YamlProblem, match=words) as caught:
        load(text.encode(), pure=pure)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "text, paths",
    [
        ("a: 1\na: 2\n", [("a",)]),
        ("a:\n- x: 1\n- x: 1\n  w: {z: 1, z: 2}\n", [("a", 1, "w", "z")]),
        ("1: x\n'1': w\n", [("1",)]),
        ("a: 1\na: 2\na: 3\n", [("a",), ("a",)]),
        ("b: &b {x: 1}\nc:\n  <<: *b\n  x: 2\n", []),
    ],
)
def test_duplicate_keys_are_reported_and_the_last_wins(text: str, paths: list[tuple[str | int, ...]]) -> None:
    loaded = load(text.encode())
    assert list(loaded.duplicates) == paths
    if paths and len(paths[0]) == 1:
        assert loaded.value[paths[0][0]] in (2, 3, "w")


def test_aliases_are_shared_references_and_said_so() -> None:
    loaded = load(b"a: &x {b: 1}\nc: *x\n")
    assert loaded.value["a"] is loaded.value["c"]
    assert loaded.aliased
    assert not load(b"a: &x {b: 1}\nc: 2\n").aliased


@settings(max_examples=600, deadline=None)
@given(anything)
def test_the_hot_way_and_the_exact_way_agree(text: str) -> None:
    assert by_way(text, load_all) == by_way(
        text, lambda data: [construct(root) for root in compose_all(data)]
    )


def by_way(text: str, way: Callable[[bytes], list[Loaded]]) -> str:
    """The values that a way of reading finds, or its complaint."""
    try:
        return repr([one.value for one in way(text.encode())])
    except YamlProblem as problem:
        return problem.message


@pytest.mark.parametrize("variant", range(len(VARIANTS)))
@pytest.mark.parametrize("text", ALL)
def test_the_pure_parser_gives_the_same_nodes(text: str, variant: int) -> None:
    changed = VARIANTS[variant](text).encode()
    assert described(compose(changed, pure=True)) == described(compose(changed))
    assert load(changed, pure=True) == load(changed)


def described(root: Node | None) -> list[tuple[object, ...]]:
    assert root is not None
    return [
        (
            node.kind,
            node.start,
            node.end,
            node.text,
            node.tag,
            node.anchor,
            node.style,
            node.line,
            node.column,
        )
        for node in root.walk()
    ]


@corpus.needs_corpus
def test_the_pure_parser_agrees_on_the_corpus() -> None:
    for file in corpus.files()[::15]:
        try:
            roots = compose_all(file.data)
        except YamlProblem:
            continue
        pure = compose_all(file.data, pure=True)
        assert [described(root) for root in pure] == [described(root) for root in roots], file.path


def test_colons_in_flow_scalars_read_as_kubernetes_reads_them() -> None:
    """kubectl takes `{image: nginx:1.29}`; the C build's older libyaml doesn't, so the pure parser does."""
    data = "# ñ\n{image: nginx:1.29, at: [http://x/y, a:b], b:1}\n".encode()
    assert load(data).value == {"image": "nginx:1.29", "at": ["http://x/y", "a:b"], "b:1": None}
    root = compose(data)
    assert root is not None
    image = root.value[1]
    assert not isinstance(image, str)
    assert data.decode()[image.start : image.end] == "nginx:1.29"
