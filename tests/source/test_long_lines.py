"""Long indented lines are passed over when a stream is cut; nothing that counts may hide behind them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refactor.source import streams
from refactor.source.text import SourceFile
from tests.source.test_streams import read
from tests.source.texts import DOUBTFUL, SKIPPED, anything

LONG = "x" * 9_000


def test_long_lines_are_passed_over_and_hide_nothing() -> None:
    dashboard = f"kind: ConfigMap\ndata:\n  a: '{LONG}'\n  b: |\n    {LONG}\n"
    stream = read(f"{dashboard}---\nkind: Service\n---\n{dashboard}kind: Service\n---\n{dashboard}")
    assert [(one.index, one.data["kind"]) for one in stream.documents] == [(1, "Service"), (2, "Service")]
    assert [one.kind for one in stream.skipped] == ["ConfigMap", "ConfigMap"]


@pytest.mark.parametrize("line", [f"kind: Service # {LONG}", f'"kind": Service # {LONG}', f"# {LONG}"])
def test_a_long_line_in_the_first_column_is_looked_at(line: str) -> None:
    text = f"kind: ConfigMap\na:\n  b: {LONG}\n{line}\nkind: Service\n"
    assert read(text).skipped == ()


@settings(max_examples=800, deadline=None)
@given(st.lists(st.one_of(anything, st.sampled_from([*SKIPPED, *DOUBTFUL])), min_size=1, max_size=4))
def test_passing_over_long_lines_only_ever_costs_certainty(parts: list[str]) -> None:
    file = SourceFile("x.yaml", "---\n".join(parts).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "_LONG", 3)
        patch.setattr(streams, "_STRIDE", 3)
        short = streams._cut(file)
        patch.setattr(streams, "_LONG", 1 << 20)
        whole = streams._cut(file)
    assert (short is None) == (whole is None)
    for part, known in zip(short or (), whole or (), strict=True):
        assert part == known or part[:3] == (*known[:2], None) or part == (*known[:3], None)
