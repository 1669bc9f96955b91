"""The apiVersion of a document that isn't parsed: told only where it is sure, as reading hangs on it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refactor.source.streams import read_stream
from refactor.source.text import SourceFile
from tests.source.test_streams import by_the_parser, read
from tests.source.texts import DOUBTFUL, SKIPPED, anything

VERSIONED = [
    ("apiVersion: old/v1beta1\nkind: ConfigMap\na: 1\n", "old/v1beta1"),
    ("# c\napiVersion: 'old/v1beta1' # c\n\nkind: ConfigMap\n", "old/v1beta1"),
    ("kind: ConfigMap\napiVersion: old/v1beta1\n", "old/v1beta1"),
    ('kind: ConfigMap\r\na:\r\n  apiVersion: v0\r\napiVersion: "old/v1beta1"\r\n', "old/v1beta1"),
    ("kind: ConfigMap\na: |\n  apiVersion: v0\n", ""),
    ("kind: ConfigMap\napiVersion: v1\napiVersion: old/v1beta1\n", None),
    ("apiVersion: v1\nkind: ConfigMap\napiVersion: old/v1beta1\n", None),
    ("kind: ConfigMap\napiVersion: old/\n  v1beta1\n", None),
    ("kind: ConfigMap\napiVersion: old/v1beta1\n\n  more\n", None),
    ("kind: ConfigMap\napiVersion: !!str old/v1beta1\n", None),
    ("kind: ConfigMap\napiVersion: &a old/v1beta1\n", None),
    ("kind: ConfigMap\napiVersion: |-\n  old/v1beta1\n", None),
    ('kind: ConfigMap\napiVersion: "old/v1\\x62eta1"\n', None),
    ("kind: ConfigMap\napiVersion : old/v1beta1\n", None),
    ("kind: ConfigMap\napiVersions: v1\n", None),
]


@pytest.mark.parametrize("text, version", VERSIONED)
@pytest.mark.parametrize("lead", ["", "---\n", "a: 1\n---\n"])
def test_an_api_version_is_told_where_it_is_plain(lead: str, text: str, version: str | None) -> None:
    [skipped] = read(lead + text).skipped
    assert (skipped.kind, skipped.api_version) == ("ConfigMap", version)


def test_two_api_versions_before_the_kind_are_for_the_parser() -> None:
    assert read("apiVersion: v1\napiVersion: old/v1beta1\nkind: ConfigMap\n").skipped == ()


def test_what_is_interesting_is_asked_with_the_api_version() -> None:
    text = "---\n".join(text for text, _ in VERSIONED)
    asked: list[tuple[str, str | None]] = []

    def note(kind: str, version: str | None) -> bool:
        asked.append((kind, version))
        return False

    read_stream(SourceFile("x.yaml", text.encode()), note)
    assert asked == [("ConfigMap", version) for _, version in VERSIONED]


@settings(max_examples=800, deadline=None)
@given(
    st.lists(
        st.one_of(anything, st.sampled_from([*SKIPPED, *DOUBTFUL, *(text for text, _ in VERSIONED)])),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(["", "---\n", "--- # c\n", "---\r\n"]),
)
def test_an_object_of_a_version_that_counts_is_never_skipped(parts: list[str], marker: str) -> None:
    text = marker.join(part if part.endswith("\n") else part + "\n" for part in parts)
    counts = (None, "old/v1beta1")
    stream = read_stream(SourceFile("x.yaml", text.encode()), lambda _, version: version in counts)
    for skipped in stream.skipped:
        loaded = by_the_parser(text.encode()[skipped.start : skipped.end].decode())
        for one in loaded or ():
            told = one.get("apiVersion", "") if isinstance(one, dict) else ""
            assert told != "old/v1beta1"
            assert not isinstance(told, str) or told == skipped.api_version
