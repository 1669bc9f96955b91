"""Toggles: what hides a branch, what to set, and that real Helm shows more then."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import helm_python
import pytest

from templates_analysis.chart import Chart, read_chart_folder
from templates_analysis.conditions import Every, Keys, Not, Setting, Some, Unknown, holds, settings_for
from templates_analysis.mappings import nested
from templates_analysis.toggles import Toggle, toggles
from templates_analysis.values import Layers, ValuesSet
from tests.manifests import chart_yaml
from tests.source.corpus import CORPUS
from tests.templates.in_process import Files, chart_in_memory, corpus_charts, packed, render

DEPENDING = f"""{chart_yaml()}dependencies:
- name: redis
  version: 1.0.0
  repository: https://charts.example
  condition: redis.enabled
- {{name: ours, version: 1.0.0, tags: [extras], condition: "ours.other,ours.enabled"}}
"""
INGRESS = "kind: Ingress\nspec: {}\n"


def chart_of(template: str, values: str, more: Mapping[str, str] | None = None) -> Chart:
    texts = {"values.yaml": values, "templates/all.yaml": template}
    return chart_in_memory({"Chart.yaml": chart_yaml(), **texts, **(more or {})})


def found(chart: Chart, values: ValuesSet | None = None) -> tuple[Toggle, ...]:
    return toggles(chart, Layers(chart, values or ValuesSet("default")))


def said(toggle: Toggle) -> dict[str, Any]:
    return {".".join(path): value for path, value in toggle.settings}


def extra(toggle: Toggle) -> dict[str, Any]:
    """All settings of a toggle as values for Helm."""
    return nested(toggle.settings, {})


def shown(chart: Chart, more: dict[str, Any]) -> int:
    layers = Layers(chart, ValuesSet("toggled", extra=more))
    rendered = render(Files(dict(chart.archive_files()), layers.overrides))
    return "\n".join(rendered.values()).count("kind: ")


@pytest.mark.parametrize(
    "condition, values, settings",
    [
        (".Values.ingress.enabled", "ingress: {enabled: false}", {"ingress.enabled": True}),
        ("$.Values.ingress.enabled", "ingress: {enabled: false}", {"ingress.enabled": True}),
        (".Values.ingress.enabled", "ingress: {}", {"ingress.enabled": True}),
        (".Values.ingress.host", 'ingress: {host: ""}', {"ingress.host": "example"}),
        ("and .Values.a .Values.b", "{a: false, b: false}", {"a": True, "b": True}),
        ("and .Values.a .Values.b", "{a: false, b: true}", {"a": True}),
        ("or .Values.a .Values.b", "{a: false, b: false}", {"a": True}),
        ("not .Values.hidden", "{hidden: true}", {"hidden": False}),
        ("and .Values.a (not .Values.hidden)", "{a: false, hidden: true}", {"a": True, "hidden": False}),
        ('eq .Values.kind "nginx"', "kind: traefik", {"kind": "nginx"}),
        ('eq "a" (.Values.kind | lower)', "kind: b", {"kind": "a"}),
        ("ne .Values.hidden true", "{hidden: true}", {"hidden": False}),
        (".Values.a | default false", "{a: false}", {"a": True}),
        ("default false .Values.a", "{a: false}", {"a": True}),
        ('index .Values "my-key" "enabled"', "my-key: {enabled: false}", {"my-key.enabled": True}),
        ('and .Values.a (.Capabilities.APIVersions.Has "v1")', "{a: false}", {"a": True}),
        ("and .Values.a (empty .Values.hidden)", "{a: false, hidden: true}", {"a": True, "hidden": False}),
        ("coalesce .Values.a .Values.b", "{a: false}", {"a": True}),
    ],
)
def test_conditions(condition: str, values: str, settings: dict[str, Any]) -> None:
    chart = chart_of(f"first: 1\n---\n{{{{- if {condition} }}}}\n{INGRESS}{{{{- end }}}}\n", values)
    (toggle,) = found(chart)
    assert said(toggle) == settings
    assert (toggle.inside, toggle.line, toggle.guards) == ("templates/all.yaml", 3, ("Ingress",))
    assert shown(chart, {}) == 0
    assert shown(chart, extra(toggle)) == 1


@pytest.mark.parametrize(
    "condition, values",
    [
        (".Values.hosts", "hosts: []"),
        (".Values.annotations", "annotations: {}"),
        (".Values.count", "count: 0"),
        (".Values.name", "{}"),
        (".Values.ingress.enabled", "ingress: []"),
        ("and .Values.a (not .Values.a)", "{a: false}"),
        ("not .Values.secret", "secret: given"),
        (".Release.IsUpgrade", "{}"),
        ("gt 1 2", "{}"),
        (".Values.shown", "shown: true"),
    ],
)
def test_what_is_no_toggle(condition: str, values: str) -> None:
    assert found(chart_of(f"{{{{- if {condition} }}}}\n{INGRESS}{{{{- end }}}}\n", values)) == ()


@pytest.mark.parametrize(
    "template, settings",
    [
        (
            "{{ with .Values.ingress }}{{ if .enabled }}kind: Ingress{{ end }}{{ end }}",
            {"ingress.enabled": True},
        ),
        ("{{ $i := .Values.ingress }}{{ if $i.enabled }}kind: Ingress{{ end }}", {"ingress.enabled": True}),
        ("{{ $on := .Values.ingress.enabled }}{{ if $on }}kind: Ingress{{ end }}", {"ingress.enabled": True}),
        (
            "{{ if .Values.shown }}kind: A{{ else if .Values.hidden }}kind: B{{ end }}",
            {"shown": False, "hidden": True},
        ),
        ("{{ if .Values.shown }}kind: A{{ else }}kind: B{{ end }}", {"shown": False}),
        (
            "{{ if .Values.hidden }}{{ range .Values.hosts }}"
            "{{ if $.Values.ingress.enabled }}kind: B{{ end }}{{ end }}{{ end }}",
            {"ingress.enabled": True, "hidden": True},
        ),
        ('{{ if include "shown" . }}kind: Ingress{{ end }}', {"ingress.enabled": True}),
        ('{{ if .Values.hidden }}{{ include "ingress" . }}{{ end }}', {"hidden": True}),
    ],
)
def test_ways_to_ask(template: str, settings: dict[str, Any]) -> None:
    values = "ingress: {enabled: false, other: 1}\nshown: true\nhidden: false\nhosts: [a]\n"
    helpers = (
        '{{ define "shown" }}{{- if .Values.ingress.enabled -}}true{{- end -}}{{ end }}'
        '{{ define "ingress" }}kind: Ingress{{ end }}'
    )
    chart = chart_of(template, values, {"templates/_helpers.tpl": helpers})
    chosen = [one for one in found(chart) if said(one) == settings]
    assert chosen
    assert all(one.guards for one in chosen)
    rendered = [render(Files(dict(chart.archive_files()), one)) for one in ({}, extra(chosen[0]))]
    assert rendered[0] != rendered[1]
    assert "kind: " in "".join(rendered[1].values())


def test_those_that_hide_objects_come_first_and_each_stands_once() -> None:
    template = (
        "{{ if .Values.small }}a: 1{{ end }}\n{{ if .Values.big }}kind: Service{{ end }}\n"
        "{{ if .Values.big }}kind: Ingress{{ end }}\n"
    )
    first, second = found(chart_of(template, "{small: false, big: false}"))
    assert (said(first), first.guards, first.line) == ({"big": True}, ("Service", "Ingress"), 2)
    assert (said(second), second.guards) == ({"small": True}, ())


def subcharts() -> dict[str, str]:
    hidden = (
        "{{ if .Values.ingress.enabled }}kind: Ingress{{ end }}\n---\n"
        "{{ if .Values.global.shown }}kind: A{{ end }}\n"
    )
    return {
        "Chart.yaml": DEPENDING,
        "charts/redis/Chart.yaml": chart_yaml("redis"),
        "charts/redis/values.yaml": "ingress: {enabled: false}\n",
        "charts/redis/templates/x.yaml": f"kind: StatefulSet\n---\n{hidden}",
        "charts/ours/Chart.yaml": chart_yaml("ours"),
        "charts/ours/values.yaml": "ingress: {enabled: false}\n",
        "charts/ours/templates/x.yaml": f"kind: ConfigMap\n---\n{hidden}",
    }


def test_dependencies_and_subcharts() -> None:
    values = (
        "redis: {enabled: false}\nours: {enabled: false}\ntags: {extras: false}\nglobal: {shown: false}\n"
    )
    chart = chart_of("", values, subcharts())
    assert [(said(one), one.inside, one.line, one.guards) for one in found(chart)] == [
        ({"redis.enabled": True}, "Chart.yaml", 5, ("StatefulSet", "Ingress", "A")),
        ({"ours.enabled": True}, "Chart.yaml", 9, ("ConfigMap", "Ingress", "A")),
        (
            {"ours.ingress.enabled": True, "ours.enabled": True},
            "charts/ours/templates/x.yaml",
            3,
            ("Ingress",),
        ),
        ({"global.shown": True, "ours.enabled": True}, "charts/ours/templates/x.yaml", 5, ("A",)),
    ]
    for toggle in found(chart):
        assert shown(chart, extra(toggle)) > 0
    tagged = found(chart_of("", values.replace("ours: {enabled: false}\n", ""), subcharts()))
    assert {"tags.extras": True} in [said(one) for one in tagged]


def test_switches_for_templates_of_other_charts() -> None:
    more = {
        "charts/lib/Chart.yaml": chart_yaml("lib", "type: library\n"),
        "charts/lib/templates/_all.tpl": (
            '{{ define "all" }}{{ if .Values.ingress.main.enabled }}kind: Ingress{{ end }}{{ end }}'
        ),
    }
    values = "# -\ningress:\n  main:\n    enabled: false\n    debug: false\n"
    (toggle,) = found(chart_of('{{ include "all" . }}', values, more))
    assert (said(toggle), toggle.inside, toggle.line) == ({"ingress.main.enabled": True}, "values.yaml", 4)
    assert found(chart_of("a: 1\n", values, more)) == ()


def test_unknown_parts_are_neither_in_the_way_nor_of_help() -> None:
    def nothing(_: Keys) -> Any:
        return None

    on = Setting(("enabled",))
    assert holds(Every((on, Unknown())), nothing) is False
    assert holds(Some((Unknown(), on)), nothing) is None
    assert settings_for(Every((on, Unknown())), True, nothing) == {("enabled",): True}
    assert settings_for(Some((Unknown(), on)), True, nothing) == {}
    assert settings_for(Not(Not(on)), True, nothing) == {("enabled",): True}


@pytest.mark.parametrize("row", corpus_charts())
def test_real_charts_show_more(row: Mapping[str, str]) -> None:
    """Where the corpus says how an Ingress is turned on, one of the toggles does, or names it."""
    chart = read_chart_folder(os.fspath(CORPUS / row["path"]))
    assert isinstance(chart, Chart)
    hiding = [one for one in found(chart) if one.guards]
    if "ingress" in row["ingress_set"]:
        ingresses = [one for one in found(chart) if "ingress" in f"{one.path}{one.guards}".lower()]
        assert ingresses
    with helm_python.Chart.load_archive(packed(Files(dict(chart.archive_files())))) as loaded:
        for toggle in hiding[:3]:
            try:
                loaded.render(extra(toggle), name="demo", namespace="prod")
            except (helm_python.HelmRenderError, helm_python.HelmValuesError):
                continue  # what a chart demands besides its switch can't be made up
