"""Scalars know their place, whatever the text is like."""

import pytest

from benchmarks.documents import leaf_at, plain_value, read


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nport: 80 # c\n",
        "\ufeffa: é\nport: 80\n",
        "a: 😀\r\nport: 80\r\n",
        "{a: [1, 2], port: 80}",
        "x: 1\n---\nport: 80\n",
    ],
)
def test_a_span_is_where_the_scalar_stands(text: str) -> None:
    leaf = leaf_at(read("f", text)[-1].root, "port")
    assert leaf is not None
    assert (text[leaf.start : leaf.end], leaf.value) == ("80", 80)


def test_quotes_belong_to_the_span_and_make_text() -> None:
    leaf = leaf_at(read("f", 'port: "80"')[0].root, "port")
    assert leaf is not None
    assert (leaf.value, leaf.style, leaf.start, leaf.end) == ("80", '"', 6, 10)


def test_what_an_anchor_shares_is_known() -> None:
    found = read("f", "a: &x {port: 80}\nb: *x\nport: 81\n")[0]
    shared, own = leaf_at(found.root, "b", "port"), leaf_at(found.root, "port")
    assert shared is not None
    assert own is not None
    assert (shared.start in found.shared, own.start in found.shared) == (True, False)


def test_merges_yield_to_what_stands_beside_them() -> None:
    root = read("f", "d: &d {a: 1, b: 2}\nm:\n  <<: *d\n  b: 3\n")[0].root
    values = [leaf.value for key in "ab" if (leaf := leaf_at(root, "m", key))]
    assert values == [1, 3]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("80", 80),
        ("-1", -1),
        ("http", "http"),
        ("yes", True),
        ("off", False),
        ("~", None),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        ("080", "080"),
    ],
)
def test_plain_scalars(text: str, value: object) -> None:
    assert plain_value(text) == value
    assert type(plain_value(text)) is type(value)
