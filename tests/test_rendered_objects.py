"""What rendered output tells of itself: templates in comments, names of the release, differences as data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.charts.objects import differing
from refactor.charts.releases import namespaces, release_names
from refactor.source import SourceFile, read_stream
from refactor.world.rendered import chart_of, template_of


@pytest.mark.parametrize(
    "text, expected",
    [
        ("---\n# Source: web/templates/a.yaml\nkind: Service\n", "web/templates/a.yaml"),
        ("---\r\n# Source: web/templates/a.yaml\r\nkind: Service\r\n", "web/templates/a.yaml"),
        ("\ufeff# Source: web/crds/a.yaml\nkind: Service\n", "web/crds/a.yaml"),
        (
            "---\n# Chart: x\n\n# Source: a/charts/b/templates/c.yaml\n# own\nkind: S\n",
            "a/charts/b/templates/c.yaml",
        ),
        ("# Source: https://example.com/templates/a.yaml\nkind: Service\n", None),
        ("# Source: ours\nkind: Service\n", None),
        ("kind: Service\n# Source: web/templates/a.yaml\nspec: {}\n", None),
        ("kind: Service\n", None),
    ],
)
def test_the_comment_names_the_template(text: str, expected: str | None) -> None:
    (document,) = read_stream(SourceFile("x", text.encode()), lambda *_: True).documents
    assert template_of(document) == expected


def test_each_document_has_a_comment_of_its_own() -> None:
    text = "---\n# Source: a/templates/x.yaml\nkind: A\n---\nkind: B\n---\n# Source: b/templates/y.yaml\n{}"
    documents = read_stream(SourceFile("x", text.encode()), lambda *_: True).documents
    assert [template_of(one) for one in documents] == ["a/templates/x.yaml", None, "b/templates/y.yaml"]
    assert chart_of("a/charts/b/templates/x.yaml") == "a"


def test_candidates_come_in_the_order_of_their_likelihood() -> None:
    def named(name: str, **labels: str) -> dict[str, Any]:
        return {"metadata": {"name": name, "labels": labels}}

    objects = [named("a-web", release="b"), named("a-web-redis", release="b"), named("my-web", release="-x")]
    assert release_names(objects, "web") == ["b", "release-name", "a", "a-web", "my", "my-web"]
    assert release_names([{"metadata": None}, {}], "web") == ["release-name"]
    spaces: list[Any] = [{"subjects": [{"namespace": "x"}]}, {"metadata": {"namespace": "--debug"}}]
    assert namespaces(spaces) == ["x", "default"]


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(TREES, TREES)
def test_data_differs_from_other_data_only(one: Any, other: Any) -> None:
    assert list(differing(one, one)) == []
    assert bool(list(differing(one, other))) == bool(list(differing(other, one)))
