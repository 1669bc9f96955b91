"""Layers of values: what templates see, held against real Helm; and which file sets a leaf."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping
from typing import Any

import helm_python
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refactor.source import SourceFile, set_scalar, splice
from templates_analysis.chart import Chart, read_chart_folder
from templates_analysis.coalescing import at
from templates_analysis.environments import environment_files
from templates_analysis.problems import ValuesError
from templates_analysis.values import Layers, Setter, ValuesSet
from tests.manifests import chart_yaml
from tests.source.corpus import CORPUS
from tests.templates.in_process import Files, chart_in_memory, corpus_charts, render

PROBE = "{{ .Values | toJson }}"
WEB = """apiVersion: v2
name: web
version: 1.0.0
dependencies:
- {name: redis, version: 1.0.0, alias: cache, condition: cache.enabled}
- {name: redis, version: 1.0.0, alias: queue, condition: queue.enabled, tags: [all]}
- {name: plain, version: 1.0.0, import-values: [{child: data, parent: imported}, shared]}
"""
TEXTS = {
    "Chart.yaml": WEB,
    "values.yaml": (
        "port: 80\nglobal: {zone: a}\ncache: {port: 1, enabled: true}\nlist: [{size: 1}, {size: 2}]\n"
    ),
    "charts/redis/Chart.yaml": chart_yaml("redis"),
    "charts/redis/values.yaml": (
        "port: 6379\nname: &n redis\nother: *n\nenabled: false\nglobal: {zone: b, deep: 1}\n"
    ),
    "charts/plain/Chart.yaml": chart_yaml("plain"),
    "charts/plain/values.yaml": "a: {b: 1}\ndata: {x: 1}\nexports: {shared: {y: 2}}\n",
}


def web(more: Mapping[str, str] | None = None) -> Chart:
    return chart_in_memory({**TEXTS, **(more or {})})


def seen(chart: Chart, overrides: dict[str, Any]) -> dict[tuple[str, ...], Any]:
    """`.Values` in the root's and every subchart's templates, by scope, as Helm has them."""
    kept = {
        name: data
        for name, data in chart.archive_files().items()
        if "templates/" not in name and not name.endswith("schema.json")
    }
    probes = {f"{unit.prefix}templates/probe.yaml": PROBE.encode() for unit in chart.units.values()}
    rendered = render(Files({**kept, **probes}, overrides))
    return {
        chart.rendered_scope(name): json.loads(text)
        for name, text in rendered.items()
        if name.endswith("templates/probe.yaml")
    }


def assert_as_helm(chart: Chart, values: ValuesSet) -> None:
    layers = Layers(chart, values)
    for scope, expected in seen(chart, layers.overrides).items():
        assert json.loads(json.dumps(at(layers.merged, scope))) == expected


def file(text: str, name: str = "extra.yaml") -> SourceFile:
    return SourceFile(name, text.encode())


def set_by(chart: Chart, path: tuple[str | int, ...], values: ValuesSet | None = None) -> Setter | None:
    return Layers(chart, values or ValuesSet("default")).setter(path)


@pytest.mark.parametrize(
    "values",
    [
        ValuesSet("default"),
        ValuesSet("on", sets=("queue.enabled=true",)),
        ValuesSet("off", sets=("cache.enabled=false,global.zone=c",)),
        ValuesSet("tags", sets=("tags.all=false",)),
        ValuesSet("null", files=(file("port: null\ncache: {port: null, name: x}\n"),)),
        ValuesSet("list", files=(file("list: [{size: 3}]\n"),), sets=("list[0].m=1",)),
        ValuesSet(
            "two",
            files=(file("a: {b: 1, c: 1}\n"), file("a: {b: 2}\n---\na: {d: 3}\n")),
            extra={"a": {"e": 4}},
        ),
        ValuesSet("imports", files=(file("plain: {data: {x: 5}}\nimported: {z: 1}\n"),)),
    ],
    ids=lambda values: values.name,
)
def test_values_are_those_that_templates_see(values: ValuesSet) -> None:
    assert_as_helm(web(), values)


keys = st.sampled_from(
    ["a", "b", "cache", "queue", "plain", "global", "enabled", "data", "exports", "shared"]
)
scalars = st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["", "x"])
tables = st.recursive(
    st.dictionaries(keys, scalars | st.lists(scalars, max_size=2), max_size=3),
    lambda inner: st.dictionaries(keys, inner | scalars, max_size=3),
    max_leaves=8,
)


@given(tables, tables, tables)
@settings(max_examples=250)
def test_random_values_are_those_that_templates_see(
    root: dict[str, Any], child: dict[str, Any], given_values: dict[str, Any]
) -> None:
    # JSON is YAML: what is random here is the shape.
    more = {"values.yaml": json.dumps(root), "charts/redis/values.yaml": json.dumps(child)}
    values = ValuesSet("random", files=(file(json.dumps(given_values)),))
    chart = web(more)
    try:
        merged = Layers(chart, values).merged
    except ValuesError:
        with pytest.raises(helm_python.HelmError):
            seen(chart, given_values)
        return
    assert_as_helm(chart, values)
    for path, value in Layers(chart, values).leaves():
        assert at(merged, path) == value


def place(setter: Setter | None) -> tuple[str | None, tuple[str | int, ...], str] | None:
    return (setter.inside, setter.path, setter.owner) if setter else None


@pytest.mark.parametrize(
    "path, values, expected",
    [
        (("port",), None, ("values.yaml", ("port",), "own")),
        (("cache", "port"), None, ("values.yaml", ("cache", "port"), "own")),
        (("cache", "name"), None, ("charts/redis/values.yaml", ("name",), "subchart")),
        (("list", 1, "size"), None, ("values.yaml", ("list", 1, "size"), "own")),
        (("cache", "global", "zone"), None, ("values.yaml", ("global", "zone"), "own")),
        (("cache", "global", "deep"), None, ("charts/redis/values.yaml", ("global", "deep"), "subchart")),
        (("nothing",), None, None),
        (("queue", "port"), None, None),
        (("cache", "port"), ValuesSet("f", (file("cache: {port: 5}\n"),)), (None, ("cache", "port"), "own")),
        (("cache", "port"), ValuesSet("s", sets=("cache.port=5",)), (None, ("cache", "port"), "set")),
        (("a", "b"), ValuesSet("e", extra={"a": {"b": True}}), (None, ("a", "b"), "extra")),
        (("list", 0, "size"), ValuesSet("l", sets=("list[0].size=7",)), (None, ("list", 0, "size"), "set")),
    ],
)
def test_setters(
    path: tuple[str | int, ...], values: ValuesSet | None, expected: tuple[Any, ...] | None
) -> None:
    assert place(set_by(web(), path, values)) == expected


def test_a_set_leaves_the_other_items_to_the_file() -> None:
    values = ValuesSet("l", (file("list: [{size: 3}, {size: 4}]\n"),), ("list[0].size=7",))
    setter = set_by(web(), ("list", 1, "size"), values)
    assert setter is not None
    assert setter.file is values.files[0]


def test_a_later_file_wins_and_the_chart_knows_its_own() -> None:
    chart = web({"values-a.yaml": "port: 1\n", "values-b.yaml": "port: 2\n"})
    files = dict(environment_files(chart))
    values = ValuesSet("both", (files["values-a.yaml"], files["values-b.yaml"]))
    assert place(set_by(chart, ("port",), values)) == ("values-b.yaml", ("port",), "own")
    again = chart.changed({"values-b.yaml": "port: 3\n"})
    assert Layers(again, values).merged["port"] == 3


def test_shared_values_are_told() -> None:
    for key in ("name", "other"):
        setter = set_by(web(), ("cache", key))
        assert setter is not None
        assert setter.shared


@pytest.mark.parametrize(
    "text, line, words",
    [
        ("- a\n", 1, "extra.yaml must be a map of settings, it is a list"),
        ("a: b: c\n", 1, "not valid YAML"),
        ("port: {{ .x }}\n", 1, "{{"),
        ("a: 1\nb: é\n".encode("latin-1"), 2, "not UTF-8"),
    ],
)
def test_a_file_that_is_no_map(text: str | bytes, line: int, words: str) -> None:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(ValuesError) as refused:
        Layers(web(), ValuesSet("x", (SourceFile("env/extra.yaml", data),)))
    assert (refused.value.path, refused.value.line) == ("env/extra.yaml", line)
    assert words in refused.value.message


def test_values_for_a_subchart_must_be_a_map() -> None:
    with pytest.raises(ValuesError, match="'cache' must be a map"):
        _ = Layers(web(), ValuesSet("x", sets=("cache=1",))).merged


def sets_of(row: Mapping[str, str]) -> ValuesSet:
    words = [word for word in shlex.split(row["ingress_set"]) if not word.startswith("-")]
    return ValuesSet("ingress", sets=tuple(words))


@pytest.mark.parametrize("row", corpus_charts())
def test_real_charts_have_the_values_that_templates_see(row: Mapping[str, str]) -> None:
    chart = read_chart_folder(os.fspath(CORPUS / row["path"]))
    assert isinstance(chart, Chart)
    environments = (ValuesSet(name, (one,)) for name, one in environment_files(chart))
    for values in (ValuesSet("default"), sets_of(row), *environments):
        if not chart.library:
            assert_as_helm(chart, values)


@pytest.mark.parametrize("row", corpus_charts())
def test_an_edit_at_a_setter_moves_the_leaf(row: Mapping[str, str]) -> None:
    chart = read_chart_folder(os.fspath(CORPUS / row["path"]))
    assert isinstance(chart, Chart)
    layers = Layers(chart, sets_of(row))
    leaves = [(path, value) for path, value in layers.leaves() if type(value) is int]
    for path, value in leaves[:: max(1, len(leaves) // 5)]:
        setter = layers.setter(path)
        assert setter is not None
        if setter.document is None or setter.inside is None:
            continue
        edits = set_scalar(setter.document, setter.path, value + 1)
        assert isinstance(edits, tuple)
        again = chart.changed({setter.inside: splice(setter.document.file.text, edits)})
        assert at(Layers(again, layers.values).merged, path) == value + 1
