"""The pieces of guards that need no Helm: shapes of settings, members added to JSON, conditions."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.guards.jsontext import object_at, with_member
from refactor.guards.pods import layout_of
from refactor.guards.shapes import EITHER, NAME, NUMBER, SERVICE_PORT_NAME, Shape
from refactor.guards.wording import Every, all_of, any_of
from refactor.source import unified

KEYS = st.text('ab"\\é ', max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, JSON, max_size=4), st.none() | st.integers(0, 4), JSON)
def test_a_member_is_added_and_nothing_else_moves(
    data: dict[str, object], indent: int | None, new: object
) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    after = with_member(text, (), "new", new)
    assert json.loads(after) == {**data, "new": new}
    assert list(json.loads(after)) == [*data, "new"]
    # What was there stands there still, in one piece before the addition and one behind it.
    kept = text.rstrip("} \n")
    assert after.startswith(kept) or not data


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, JSON, max_size=3), min_size=1, max_size=3), st.data())
def test_a_member_is_added_deep_down(data: dict[str, dict[str, object]], draw: st.DataObject) -> None:
    key = draw.draw(st.sampled_from(sorted(data)))
    after = with_member(json.dumps(data, indent=2), (key,), "new", {"a": 1})
    assert json.loads(after) == {**data, key: {**data[key], "new": {"a": 1}}}


@pytest.mark.parametrize("feed", ["\n", "\r\n"])
@pytest.mark.parametrize("step", ["  ", "    ", "\t"])
def test_an_addition_is_indented_as_the_rest(step: str, feed: str) -> None:
    text = f'{{{feed}{step}"a": {{}}{feed}}}{feed}'
    after = with_member(text, ("a",), "b", {"c": 1})
    lines = [f'{step}"a": {{', f'{2 * step}"b": {{', f'{3 * step}"c": 1', f"{2 * step}}}", f"{step}}}"]
    assert after == feed.join(["{", *lines, "}", ""])


def test_an_object_that_is_not_there() -> None:
    assert object_at('{"a": 1}', ("a",)) is None
    assert object_at('{"a": 1}', ("b",)) is None
    with pytest.raises(ValueError, match="no such object"):
        with_member('{"a": 1}', ("a",), "b", 1)


@pytest.mark.parametrize("name", ["http", "a", "8080-http", "x1", "1x", "a-b-c", "123456789012x45"])
def test_names_of_ports(name: str) -> None:
    assert NAME.holds(name)
    assert EITHER.holds(name)
    assert re.search(NAME.schema()["pattern"], name)


@pytest.mark.parametrize("name", ["", "80", "-a", "a-", "a--b", "A", "http ", "a_b", "1234567890123456"])
def test_what_is_no_name(name: str) -> None:
    assert not NAME.holds(name)


def test_shapes() -> None:
    assert NUMBER & EITHER == NUMBER
    assert not NUMBER & NAME
    assert SERVICE_PORT_NAME & EITHER == NAME
    assert SERVICE_PORT_NAME.holds("a-name-of-more-than-fifteen")
    assert not NUMBER.holds(True)
    assert not NUMBER.holds(65536)
    assert not NUMBER.holds(8080.5)
    assert not NUMBER.holds("8080")
    assert Shape(True, 0, empty=True).schema()["type"] == ["integer", "null"]
    assert Shape(True, 15, empty=True).schema()["anyOf"][2] == {"type": "null"}


def test_conditions() -> None:
    a, b = ".Values.a", 'eq .Values.b "x"'
    assert Every((a,)).text() == a
    assert Every((a, b)).text() == f"and {a} ({b})"
    assert any_of([Every((a,)), Every(())]) == ""
    assert any_of([Every((a,)), Every((b,)), Every((a,))]) == f"or {a} ({b})"
    assert all_of("", a, "") == a
    assert all_of("(and 1 2)", "not (a) (b)") == "and (and 1 2) (not (a) (b))"


def test_the_layout_is_that_of_most_templates() -> None:
    flat = "spec:\n    ports:\n    - port: 80\n    list:\n    - 1\n"
    assert layout_of([flat, "metadata:\n    name: a\n"]) == layout_of([flat])
    assert (layout_of([flat]).level, layout_of([flat]).dash) == (4, 0)
    assert layout_of([]).dash == 2
    assert layout_of(["a:\r\n  - b\r\n"]).feed == "\r\n"


def test_a_new_file_comes_from_nowhere() -> None:
    assert unified("a b", None, "x\n") == "--- /dev/null\n+++ b/a b\t\n@@ -0,0 +1 @@\n+x\n"
