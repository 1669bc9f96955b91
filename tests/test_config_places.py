"""Patterns for paths, and the lines of keys in a settings file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.configuration.lines import line_of
from refactor.configuration.patterns import matches


@pytest.mark.parametrize(
    "pattern, path, expected",
    [
        ("vendor", "vendor/a.yaml", True),
        ("vendor", "deep/vendor/a.yaml", True),
        ("vendor/", "vendor/a.yaml", True),
        ("vendor", "vendored/a.yaml", False),
        ("/vendor", "deep/vendor/a.yaml", False),
        ("*.gen.yaml", "a/b.gen.yaml", True),
        ("*.gen.yaml", "a/b.yaml", False),
        ("a/*", "a/b/c.yaml", True),
        ("a/*.yaml", "a/b/c.yaml", False),
        ("a/**/c.yaml", "a/c.yaml", True),
        ("a/**/c.yaml", "a/b/d/c.yaml", True),
        ("a/**/c.yaml", "b/a/c.yaml", False),
        ("**/c.yaml", "c.yaml", True),
        ("a/**", "a/b", True),
        ("a/**", "ab", False),
        ("./a", "a/b", True),
        ("a?", "ab", True),
        ("a[bc].yaml", "ac.yaml", True),
        ("a[!bc].yaml", "ac.yaml", False),
        ("a.b", "axb", False),
    ],
)
def test_patterns(pattern: str, path: str, expected: bool) -> None:
    assert matches(path, [pattern]) is expected


names = st.text("abc.", min_size=1, max_size=4).filter(lambda text: text.strip("."))


@given(st.lists(names, min_size=1, max_size=4))
def test_a_path_matches_itself_and_every_folder_above_it(parts: list[str]) -> None:
    path = "/".join(parts)
    for count in range(1, len(parts) + 1):
        assert matches(path, ["/" + "/".join(parts[:count])])
        assert matches(path, [parts[count - 1]])
    assert not matches(path, [f"{path}/x", "d", "/d/**"])


@given(st.integers(0, 5), st.sampled_from(["stage = 1", "stage = [\n1,\n2]", "'stage' = '''\nx\n'''"]))
def test_the_line_of_a_key_is_where_its_statement_begins(before: int, statement: str) -> None:
    text = (
        '# stage\na = "stage"\nb = """\nstage = 1\n"""\n'
        + "\n" * before
        + statement
        + "\n[other]\nstage = 5\n"
    )
    assert line_of(text, ("stage",)) == 6 + before
    assert line_of(text, ("other", "stage")) == text.count("\n")
    assert line_of(text, ("none",)) == 1
