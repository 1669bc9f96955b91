"""What each verb writes, to the letter, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from refactor.source.verbs import (
    Kept,
    add_key,
    insert_item,
    remove_key,
    rename_key,
    reshape,
    set_scalar,
)
from tests.source import judging
from tests.source.judging import Verb, edited, reason


@pytest.mark.parametrize(
    "old, value, new",
    [
        ("80", 8080, "8080"),
        ("80", "http", "http"),
        ("80", "80", '"80"'),
        ('"80"', 80, "80"),
        ('"x"', "on", '"on"'),
        ("'x'", "it's", "'it''s'"),
        ("'x'", "a\nb", '"a\\nb"'),
        ("x", "yes", '"yes"'),
        ("x", "1e3", '"1e3"'),
        ("x", "0o8", '"0o8"'),
        ("x", "1:30", '"1:30"'),
        ("x", "2001-01-01", '"2001-01-01"'),
        ("x", "", '""'),
        ("x", "null", '"null"'),
        ("x", "nginx:1.25", "nginx:1.25"),
        ("x", "8080-tcp", "8080-tcp"),
        ("x", "\u2028", '"\\u2028"'),
        ("x", None, "null"),
        ("x", True, "true"),
        ("x", "true", '"true"'),
        ("x y\n    z", "w", "w"),
    ],
)
@pytest.mark.parametrize("around", ["spec:\n  port: {}  # why\n  b: 1\n", "spec: {{port: {}, b: 1}}  # x\n"])
def test_a_scalar_is_set_in_the_quotes_it_has(old: str, value: Any, new: str, around: str) -> None:
    if "{{" in around and new == "nginx:1.25":
        new = '"nginx:1.25"'
    text = around.format(old)
    assert edited(text, lambda d: set_scalar(d, ("spec", "port"), value)) == around.format(new)


@pytest.mark.parametrize(
    "text, new",
    [
        ("a:\nb: 1\n", "a: v\nb: 1\n"),
        ("a:   # c\n", "a: v   # c\n"),
        ("a: ", "a: v"),
        ("a: \t\nb: 1\n", "a: v\nb: 1\n"),
        ("a:  \r\n", "a: v\r\n"),
        ("a:", "a: v"),
        ("{a: , b: 1}", "{a: v , b: 1}"),
        ('{"a":}', '{"a": "v"}'),
        ("a:\r\n# c\r\nb: 1\r\n", "a: v\r\n# c\r\nb: 1\r\n"),
    ],
)
def test_a_missing_value_is_filled_in(text: str, new: str) -> None:
    assert edited(text, lambda d: set_scalar(d, ("a",), "v")) == new


def test_a_missing_item_is_filled_in() -> None:
    assert edited("a:\n-\n- 1\n", lambda d: set_scalar(d, ("a", 0), 0)) == "a:\n- 0\n- 1\n"


def test_json_stays_json() -> None:
    text = '{\n  "a": {"p": 80, "n": "x"},\n  "b": []\n}\n'
    assert '"p": "http"' in edited(text, lambda d: set_scalar(d, ("a", "p"), "http"))
    assert '"n": "x", "k": {"q": ["v", null]}}' in edited(
        text, lambda d: add_key(d, ("a",), "k", {"q": ["v", None]})
    )
    assert '"b": [],\n  "k": "v"\n}' in edited(text, lambda d: add_key(d, (), "k", "v"))
    assert '"b": ["v"]' in edited(text, lambda d: insert_item(d, ("b",), 0, "v"))
    shape = {"service": {"name": Kept(("a", "n")), "port": {"number": Kept(("a", "p"))}}}
    assert '"a": {"service": {"name": "x", "port": {"number": 80}}}' in edited(
        text, lambda d: reshape(d, ("a",), shape)
    )


@pytest.mark.parametrize(
    "text, path, words",
    [
        ("a: &x 1\nb: *x\n", ("a",), "shared"),
        ("a: &x 1\nb: *x\n", ("b",), "shared"),
        ("a: &x {c: 1}\nb: {<<: *x}\n", ("b", "c"), "shared"),
        ("a: &x 1\n", ("a",), "anchor"),
        ("a: !!str 80\n", ("a",), "tag"),
        ("a: 1\na: 2\n", ("a",), "more than once"),
        ("b: {a: 1, a: 2, c: 3}\n", ("b", "c"), "more than once"),
        ("? a\n: 1\n", ("a",), "`?`"),
        ("a: |\n  x\n", ("a",), "block of text"),
        ("a: [1]\n", ("a",), "sequence"),
        ("a: 1\n", ("b",), "nothing at b"),
        ("a: [{b: 1}]\n", ("a", 1, "b"), "nothing at a[1].b"),
        ("a: {b}\n", ("a", "b"), "no colon"),
        ('{"a": "\\ud83d\\ude00"}', ("a",), "JSON"),
    ],
)
def test_what_set_scalar_leaves_alone(text: str, path: tuple[str | int, ...], words: str) -> None:
    assert words in reason(text, lambda d: set_scalar(d, path, "v"))


@pytest.mark.parametrize("value", [float("inf"), float("nan"), "\ud800", 2**70 + 1])
def test_values_that_yaml_cannot_say_are_refused(value: Any) -> None:
    assert "can't be written" in reason("a: 1\n", lambda d: set_scalar(d, ("a",), value))


BLOCK = """\
spec:
  ports:
  - port: 80 # web
    # targetPort: x
  # done
  type: NodePort
  selector:
      app: x

other: |
  text

last:
- 1
"""


@pytest.mark.parametrize(
    "verb, old, new",
    [
        (
            lambda d: add_key(d, ("spec", "ports", 0), "name", "http"),
            "80 # web\n",
            "80 # web\n    name: http\n",
        ),
        (
            lambda d: add_key(d, ("spec", "ports", 0), "name", "http", before="port"),
            "- port: 80",
            "- name: http\n    port: 80",
        ),
        (
            lambda d: add_key(d, ("spec",), "x", {"w": [1, {"z": 2}]}, after="ports"),
            "x\n  # done\n",
            "x\n  x:\n      w:\n      - 1\n      - z: 2\n  # done\n",
        ),
        (lambda d: add_key(d, ("spec",), "x", [], before="type"), "  type:", "  x: []\n  type:"),
        (lambda d: add_key(d, ("spec",), "x", 1), "app: x\n", "app: x\n  x: 1\n"),
        (lambda d: add_key(d, (), "x", 1, after="other"), "  text\n", "  text\nx: 1\n"),
        (lambda d: add_key(d, (), "x", 1), "- 1\n", "- 1\nx: 1\n"),
        (lambda d: remove_key(d, ("spec", "type")), "  type: NodePort\n", ""),
        (lambda d: remove_key(d, ("spec", "selector", "app")), "selector:\n      app: x\n", "selector: {}\n"),
        (lambda d: remove_key(d, ("other",)), "other: |\n  text\n\n", ""),
        (lambda d: rename_key(d, ("spec", "ports"), "on"), "  ports:", '  "on":'),
        (
            lambda d: insert_item(d, ("spec", "ports"), 0, {"a": 1, "b": 2}),
            "  - port",
            "  - a: 1\n    b: 2\n  - port",
        ),
        (lambda d: insert_item(d, ("spec", "ports"), 1, "x"), "targetPort: x\n", "targetPort: x\n  - x\n"),
        (lambda d: insert_item(d, ("last",), 1, [1, 2]), "- 1\n", "- 1\n- - 1\n  - 2\n"),
    ],
)
@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_block_style_follows_what_surrounds_it(verb: Verb, old: str, new: str, eol: str) -> None:
    text = BLOCK.replace("\n", eol)
    assert text.count(old.replace("\n", eol)) == 1
    assert edited(text, verb) == text.replace(old.replace("\n", eol), new.replace("\n", eol))


@pytest.mark.parametrize(
    "text, verb, new",
    [
        ("a: 1", lambda d: add_key(d, (), "b", 2), "a: 1\nb: 2"),
        ("a: 1\r\nc: 3", lambda d: add_key(d, (), "b", [1]), "a: 1\r\nc: 3\r\nb:\r\n  - 1"),
        ("a:", lambda d: add_key(d, ("a",), "b", 2), "a:\n  b: 2"),
        ("a: # c\nd: 1\n", lambda d: add_key(d, ("a",), "b", 2), "a: # c\n  b: 2\nd: 1\n"),
        ("a: {}\n", lambda d: add_key(d, ("a",), "b", {"c": [1]}), "a: {b: {c: [1]}}\n"),
        ("a: {b: 1,}\n", lambda d: add_key(d, ("a",), "c", 2), "a: {b: 1, c: 2,}\n"),
        ("a: {b: }\n", lambda d: add_key(d, ("a",), "c", 2), "a: {b: , c: 2 }\n"),
        ("a: {b}\n", lambda d: add_key(d, ("a",), "c", 2), "a: {b, c: 2}\n"),
        ("a: {\n  b: 1\n}\n", lambda d: add_key(d, ("a",), "c", 2), "a: {\n  b: 1,\n  c: 2\n}\n"),
        ("a: {\n  b: 1 # x\n}\n", lambda d: add_key(d, ("a",), "c", 2), "a: {\n  b: 1, # x\n  c: 2\n}\n"),
        (
            "a: {\n  b: 1, # x\n  d: 2\n}\n",
            lambda d: add_key(d, ("a",), "c", 2, after="b"),
            "a: {\n  b: 1, # x\n  c: 2,\n  d: 2\n}\n",
        ),
        ("a: {b: 1, c: 2, d: 3}\n", lambda d: remove_key(d, ("a", "b")), "a: {c: 2, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", lambda d: remove_key(d, ("a", "d")), "a: {b: 1, c: 2}\n"),
        ("a: {b: 1,}\n", lambda d: remove_key(d, ("a", "b")), "a: {}\n"),
        ("a: {b: , c: 1}\n", lambda d: remove_key(d, ("a", "c")), "a: {b: }\n"),
        ("a: 1\nb: 2", lambda d: remove_key(d, ("b",)), "a: 1"),
        ("a: 1\r\n\r\nb:\r\n- 2", lambda d: remove_key(d, ("b",)), "a: 1"),
        ("a: |\n  x\nb: 2", lambda d: remove_key(d, ("b",)), "a: |\n  x\n"),
        ("a: |+\n  x\n\nb: 2", lambda d: remove_key(d, ("b",)), "a: |+\n  x\n\n"),
        ("\ufeffa: 1\nb: 2\n", lambda d: remove_key(d, ("a",)), "\ufeffb: 2\n"),
        ("\ufeffa: 1\n", lambda d: add_key(d, (), "b", 2, before="a"), "\ufeffb: 2\na: 1\n"),
        ("- a: 1\n  b: 2\n", lambda d: remove_key(d, (0, "a")), "- b: 2\n"),
        ("- a: 1\n- b\n", lambda d: remove_key(d, (0, "a")), "- {}\n- b\n"),
        ("a: |+\n  x\n\nb: 1\n", lambda d: add_key(d, (), "c", 1, after="a"), "a: |+\n  x\n\nc: 1\nb: 1\n"),
        ("a: []\n", lambda d: insert_item(d, ("a",), 0, {"b": "x, y"}), 'a: [{b: "x, y"}]\n'),
        ("a: [1, 2]\n", lambda d: insert_item(d, ("a",), 1, "x"), "a: [1, x, 2]\n"),
        ('{"a":1}', lambda d: rename_key(d, ("a",), "b"), '{"b":1}'),
        ("'a': 1", lambda d: rename_key(d, ("a",), "it's"), "'it''s': 1"),
    ],
)  # fmt: skip
def test_odd_places_are_edited_right(text: str, verb: Verb, new: str) -> None:
    assert edited(text, verb) == new


@pytest.mark.parametrize(
    "text, verb, words",
    [
        ("a: 1\n", lambda d: add_key(d, (), "a", 2), "already there"),
        ("x: &x {a: 1}\nb:\n  <<: *x\n", lambda d: add_key(d, ("b",), "a", 2), "already there"),
        ("a: 1\n", lambda d: add_key(d, ("a",), "b", 2), "isn't a mapping"),
        ("a: 1\n", lambda d: add_key(d, (), "b", 2, after="c"), "no key c"),
        ("a: {b: 1}\n", lambda d: add_key(d, ("a",), "c", 1, before="x"), "no key x"),
        ("a: [b: 1]\n", lambda d: add_key(d, ("a", 0), "c", 2), "without braces"),
        ("a: [b: 1]\n", lambda d: remove_key(d, ("a", 0, "b")), "without braces"),
        ("a: |\n  x", lambda d: add_key(d, (), "b", 2), "without a line break"),
        ("--- {a: 1}\n", lambda d: remove_key(d, ("b",)), "nothing"),
        ("a: { # c\n}\n", lambda d: add_key(d, ("a",), "b", 1), "comment"),
        ("a: {b: 1 # c\n  , c: 2}\n", lambda d: remove_key(d, ("a", "b")), "comment"),
        ("a: 1 # c\nb: 2\n", lambda d: remove_key(d, ("a",)), "'# c'"),
        ("a:\n  # c\n  b: 1\nd: 1\n", lambda d: remove_key(d, ("a",)), "'# c'"),
        ("a:\n  # c\n  b: 1\n", lambda d: remove_key(d, ("a", "b")), "unused"),
        ("a: | # c\n  x\nb: 1\n", lambda d: remove_key(d, ("a",)), "'# c'"),
        ("- a: 1\n  # c\n  b: 2\n", lambda d: remove_key(d, (0, "a")), "'# c'"),
        ("x: &x {a: 1}\nb:\n  <<: *x\n  c: 1\n", lambda d: remove_key(d, ("b", "c")), "<<"),
        ("x: &x {a: 1}\nb:\n  <<: *x\n  c: 1\n", lambda d: rename_key(d, ("b", "c"), "d"), "<<"),
        ("a: {b: &x 1}\nc: 2\n", lambda d: remove_key(d, ("a",)), "anchor"),
        ("a: 1\nb: 2\n", lambda d: rename_key(d, ("a",), "b"), "already there"),
        ("a: [1]\n", lambda d: rename_key(d, ("a", 0), "b"), "value of a key"),
        ("a: 1\n", lambda d: rename_key(d, (), "b"), "value of a key"),
        ("a: 1\n", lambda d: rename_key(d, ("a",), "k" * 2000), "too long"),
        ("a: 1\n", lambda d: insert_item(d, ("a",), 0, 1), "isn't a list"),
        ("a: [1]\n", lambda d: insert_item(d, ("a",), 2, 1), "place 2"),
        ("a:\n-\n  1\n", lambda d: insert_item(d, ("a",), 0, 1), "lines of their own"),
        ("a: 1 # \u2028b: 2\n", lambda d: add_key(d, (), "c", 1), "line breaks"),
        ("a: 1\rb: 2\r", lambda d: add_key(d, (), "c", 1), "line breaks"),
    ],
)
def test_what_the_verbs_leave_alone(text: str, verb: Verb, words: str) -> None:
    if words == "unused":
        assert edited(text, lambda d: set_scalar(d, ("a", "b"), 2)) == text.replace("1", "2")
    else:
        assert words in reason(text, verb)


@pytest.mark.parametrize("text", ["# only\n", "---\n# c\n", ""])
def test_a_document_without_content_is_never_edited(text: str) -> None:
    assert judging.read(text).documents == ()
