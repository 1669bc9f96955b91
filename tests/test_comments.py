"""The counter of comments that other tests lean on."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.comments import comments


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a: 1 # one\n# two\nb: 2\n", {"# one": 1, "# two": 1}),
        ("# same\na: 1 # same\n", {"# same": 2}),
        ("a: 'no # comment'\nb: no#comment\nc: \"# neither\"\n", {}),
        ("a: | # kept\n  # text\n  more # text\n# kept too\n", {"# kept": 1, "# kept too": 1}),
        ("a: [1, # in flow\n  2]\r\n# last  \r\n", {"# in flow": 1, "# last": 1}),
        ("\ufeff# after a mark\nünïcode: ü # ü\n", {"# after a mark": 1, "# ü": 1}),
        ("a: {{ template }}: b # not YAML\n", {"# not YAML": 1}),
        ("", {}),
    ],
)
def test_comments_are_counted(text: str, expected: dict[str, int]) -> None:
    assert comments(text) == Counter(expected)
