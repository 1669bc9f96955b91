"""Real Helm, twice: what it renders, what it refuses, and where the command and the SDK differ."""

from pathlib import Path

import pytest

from benchmarks.chart_folders import ChartCase, Copy, World, own, worlds
from benchmarks.chart_render import (
    RenderError,
    differences,
    helm_command,
    leaves,
    overrides,
    render,
    render_by_command,
)
from benchmarks.chart_trial import agreed, noise
from benchmarks.chart_views import lost, scene_of, views, vocabulary, ways
from benchmarks.harm import moved

OWN = {case.name: case for case in own()}
HELM = helm_command()
with_command = pytest.mark.skipif(HELM is None, reason="no helm command")


def files(case: ChartCase) -> dict[str, bytes]:
    return {
        path.relative_to(case.folder).as_posix(): path.read_bytes()
        for path in case.folder.rglob("*")
        if path.is_file()
    }


@with_command
@pytest.mark.parametrize("case", OWN.values(), ids=lambda case: case.name)
def test_the_command_and_the_sdk_render_our_charts_alike(case: ChartCase) -> None:
    for world in worlds(files(case), case.sets):
        rendered = render(case.folder, world)
        assert leaves(rendered)
        assert differences(rendered, render_by_command(str(HELM), case.folder, world)) == set()


@pytest.mark.parametrize("case", OWN.values(), ids=lambda case: case.name)
def test_our_charts_are_healthy(case: ChartCase) -> None:
    asked = worlds(files(case), case.sets)
    seen = views(case.folder, asked)
    assert seen.keys() == {world.name for world in asked}
    assert any(route.kind == "ingress" for _, route in ways(seen))
    assert all(verdict.resolved for verdict in ways(seen).values())


def test_values_files_come_before_sets() -> None:
    world = World("x", ("values-prod.yaml",), ("service.port=444", "extra[0].name=a"))
    found = overrides(OWN["own/stages"].folder, world)
    assert found["service"] == {"port": 444, "targetPort": 8443}
    assert found["extra"] == [{"name": "a"}]


def test_what_helm_refuses_is_an_error_of_ours(tmp_path: Path) -> None:
    copy = Copy(OWN["own/stages"], tmp_path)
    (copy.folder / "templates/ingress.yaml").write_text("{{ .Values.a.b.c }}", encoding="utf-8")
    with pytest.raises(RenderError):
        render(copy.folder, World("x"))
    assert views(copy.folder, (World("x"),)) == {}
    with pytest.raises(RenderError):
        overrides(copy.folder, World("x", (), ("a[x]=1",)))
    (copy.folder / "values-prod.yaml").write_text("[1", encoding="utf-8")
    with pytest.raises(RenderError):
        overrides(copy.folder, World("x", ("values-prod.yaml",)))


@with_command
def test_what_differs_from_the_outset_is_no_disagreement(tmp_path: Path) -> None:
    copy = Copy(OWN["own/stages"], tmp_path)
    random = "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {key: '{{ randAlphaNum 20 }}'}\n"
    (copy.folder / "templates/secret.yaml").write_text(random, encoding="utf-8")
    world = World("x")
    known = noise(copy, world)
    assert known == frozenset({("stages/templates/secret.yaml Secret 1", ("data", "key"))})
    assert agreed(copy, world, known) is True
    assert agreed(copy, world, frozenset()) is False
    assert agreed(copy, world, None) is None


def test_objects_without_a_namespace_stand_in_the_releases() -> None:
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a: b}, ports: [{port: 80}]}\n"
    )
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: %s, labels: {a: b}}\n"
        "spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}\n"
    )
    here = scene_of({"x/templates/a.yaml": service, "x/charts/y/templates/b.yaml": pod % "default"})
    there = scene_of({"x/templates/a.yaml": service, "x/charts/y/templates/b.yaml": pod % "other"})
    assert [verdict.resolved for verdict in here.verdicts.values()] == [True]
    assert [verdict.resolved for verdict in there.verdicts.values()] == [False]
    before, after = {"w": here}, {"w": there}
    assert lost(before, after) == tuple(ways(before))
    assert moved(ways(before), ways(after)) == list(ways(before))
    assert lost(before, {}) == ()


def test_the_vocabulary_is_of_routes() -> None:
    case = OWN["own/stages"]
    known = vocabulary(views(case.folder, worlds(files(case), ())))
    assert known.numbers == {80, 443, 8000, 8443, 9102}
    assert known.port_names == {"web", "metrics"}
    assert known.services == {"ledger"}
    assert known.labels == {"ledger", "server"}
    assert known.label_keys == {"app", "part"}
