"""Reshaping: scalars and their comments move into another form, or everything stays."""

from __future__ import annotations

from typing import Any

import pytest

from refactor.source.verbs import Kept, reshape
from tests.source.judging import Verb, edited, reason

BACKENDS = """\
paths:
- path: /
  backend:   # be
    # the name
    serviceName: "web"  # svc

    # the port
    # of it
    servicePort: 80     # port
  # after
- backend: {serviceName: 'x', servicePort: y}  # flow
- backend: {
    serviceName: z,
    servicePort: 1
  }
- serviceName: a
  servicePort: 2 # item
- backend:
    serviceName: b
    extra: 1 # lost
    servicePort: 3
"""


def to_service(*path: str | int) -> Verb:
    shape = {
        "service": {"name": Kept((*path, "serviceName")), "port": {"number": Kept((*path, "servicePort"))}}
    }
    return lambda d: reshape(d, path, shape)


@pytest.mark.parametrize(
    "path, old, new",
    [
        (
            ("paths", 0, "backend"),
            BACKENDS[BACKENDS.index("    # the name") : BACKENDS.index("  # after")],
            """\
    service:
      # the name
      name: "web"  # svc
      port:
        # the port
        # of it
        number: 80     # port
""",
        ),
        (
            ("paths", 1, "backend"),
            "{serviceName: 'x', servicePort: y}",
            "{service: {name: 'x', port: {number: y}}}",
        ),
        (
            ("paths", 2, "backend"),
            "{\n    serviceName: z,\n    servicePort: 1\n  }",
            "{\n    service: {\n      name: z,\n      port: {\n        number: 1\n      }\n    }\n  }",
        ),
        (
            ("paths", 3),
            "- serviceName: a\n  servicePort: 2 # item\n",
            "- service:\n    name: a\n    port:\n      number: 2 # item\n",
        ),
    ],
)
@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_scalars_and_comments_move_into_the_new_shape(
    path: tuple[str | int, ...], old: str, new: str, eol: str
) -> None:
    text = BACKENDS.replace("\n", eol)
    old, new = old.replace("\n", eol), new.replace("\n", eol)
    assert text.count(old) == 1
    assert edited(text, to_service(*path)) == text.replace(old, new)


def test_a_comment_without_a_place_keeps_the_old_shape() -> None:
    assert "'# lost'" in reason(BACKENDS, to_service("paths", 4, "backend"))


@pytest.mark.parametrize(
    "text, shape, new",
    [
        ("a: web # c\n", {"name": Kept(("a",))}, "a:\n  name: web # c\n"),
        ("a: web # c\n", {"name": "x"}, "a: # c\n  name: x\n"),
        ("a:\n  b: 1 # c\n", Kept(("a", "b")), "a: 1 # c\n"),
        ("a: # k\n  b: 1\n", Kept(("a", "b")), "a: 1 # k\n"),
        ("a:\n  b: 1\n", [Kept(("a", "b"))], "a:\n  - 1\n"),
        ("a:\n  b: 1\n", {}, "a: {}\n"),
        (
            "a:\n    b: '1'",
            {"c": {"d": Kept(("a", "b")), "e": "on"}},
            "a:\n    c:\n        d: '1'\n        e: \"on\"",
        ),
        ("a: {b: 1}\n", Kept(("a", "b")), "a: 1\n"),
    ],
)
def test_other_shapes(text: str, shape: Any, new: str) -> None:
    if text == "a: web # c\n" and shape == {"name": "x"}:
        # The comment is about the value that goes.
        assert "'# c'" in reason(text, lambda d: reshape(d, ("a",), shape))
    else:
        assert edited(text, lambda d: reshape(d, ("a",), shape)) == new


@pytest.mark.parametrize(
    "text, shape, words",
    [
        ("a: {b: &x 1}\n", {"c": 1}, "anchor"),
        ("a:\n  b: |\n    x\n", {"c": 1}, "block of text"),
        ("a:\n  b: x\n    y\n", {"c": Kept(("a", "b"))}, "one line"),
        ("a:\n  b: {c: 1}\n", {"c": Kept(("a", "b"))}, "one line"),
        ("a:\n  b: 1\n", {"c": Kept(("a", "b")), "d": Kept(("a", "b"))}, "once"),
        ("a:\n  b: 1\nx: 2\n", {"c": Kept(("x",))}, "from a"),
        ("a: [1]\n", {"c": 1}, "isn't a mapping"),
        ("a: {b: 1, # c\n  d: 2}\n", {"c": Kept(("a", "b"))}, "'# c'"),
        ("a:\n  b: # c\n    d: 2\n", {"c": Kept(("a", "b", "d"))}, "'# c'"),
        ("a: # k\n  b: 1 # c\n", Kept(("a", "b")), "no place"),
        ("a:\n  # c\n  b: 1\n", Kept(("a", "b")), "no place"),
        ("a:\n  b:\n", {"c": Kept(("a", "b"))}, "one line"),
    ],
)
def test_what_reshape_leaves_alone(text: str, shape: Any, words: str) -> None:
    assert words in reason(text, lambda d: reshape(d, ("a",), shape))
