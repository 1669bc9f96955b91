"""What the patches of kustomizations say of ports, without being applied."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from refactor import fix_manifests
from refactor.cli import main
from tests.manifests import put_all
from tests.worlds import container, ingress, reading, service, stream, workload


@pytest.mark.parametrize(
    ("patch", "speaks"),
    [
        ("spec: {replicas: 3, template: {spec: {containers: [{name: app, image: b}]}}}", False),
        ("spec: {type: NodePort, clusterIP: None}", False),
        ("- {op: add, path: /metadata/annotations/a, value: b}", False),
        ("- {op: add, path: /spec/template/spec/containers/-, value: {name: b, image: c}}", False),
        ("- {op: replace, path: /spec/template/spec/containers/0/image, value: c}", False),
        ("spec: {ports: [{port: 80, targetPort: 8080}]}", True),
        ("spec: {template: {spec: {containers: [{name: app, readinessProbe: {httpGet: {port: 1}}}]}}}", True),
        ("spec: {template: {spec: {containers: [{name: app, env: [{name: PORT, value: '1'}]}]}}}", True),
        ("spec: {template: {spec: {containers: [{name: app, args: [--port=1]}]}}}", True),
        ("spec: {template: {spec: {containers: [{name: app, $patch: delete}]}}}", True),
        ("spec: {template: null}", True),
        ("- {op: replace, path: /spec/ports/0/targetPort, value: 9}", True),
        ("- {op: remove, path: /spec/template/spec/containers/1}", True),
        ("- {op: replace, path: /spec, value: {}}", True),
        ("- {op: add, path: /spec/template/spec/containers/-, value: {ports: [{containerPort: 1}]}}", True),
    ],
)
def test_which_patches_speak_of_ports(patch: str, speaks: bool) -> None:
    head = "" if patch.startswith("-") else "kind: Deployment\nmetadata: {name: web}\n"
    text = json.dumps({"patches": [{"patch": f"{head}{patch}\n", "target": {"kind": "Deployment"}}]})
    read = reading({"kustomization.yaml": text})
    assert [one.of_ports for one in read.patched] == [speaks]


@pytest.mark.parametrize(
    ("entry", "known"),
    [
        ({"path": "gone.yaml", "target": {"kind": "Deployment"}}, [("Deployment", None)]),
        ({"path": "gone.yaml"}, []),
        ({"path": "gone.yaml", "target": {"kind": "Deployment", "name": "web"}}, [("Deployment", "web")]),
        ({"patch": "a: [", "target": {"kind": "Deployment", "name": "web.*"}}, [("Deployment", None)]),
        ({"patch": 7, "target": []}, []),
    ],
)
def test_a_patch_that_cannot_be_read_may_speak_of_anything(
    entry: object, known: list[tuple[str, str | None]]
) -> None:
    read = reading({"kustomization.yaml": json.dumps({"patches": [entry]})})
    assert [(one.kind, one.name) for one in read.patched] == known
    assert all(one.of_ports and not one.declared for one in read.patched)


def test_what_a_patch_takes_away_is_not_declared() -> None:
    patch = workload("web", container({"name": "http", "containerPort": 8080, "$patch": "delete"}))
    files = {"p.yaml": stream(patch), "kustomization.yaml": "patches: [{path: p.yaml}]\n"}
    [found] = reading(files).patched
    assert found.of_ports
    assert found.declared == ()


@pytest.mark.parametrize(
    ("protocol", "container_name", "rules"),
    [
        (None, "app", []),
        (None, "proxy", ["missing-probe-port"]),
        ("UDP", "app", ["missing-target-port"]),
    ],
)
def test_what_a_patch_declares_counts_where_it_would_stand(
    protocol: str | None, container_name: str, rules: list[str]
) -> None:
    port = {"name": "http", "containerPort": 8080} | ({"protocol": protocol} if protocol else {})
    probe = {"httpGet": {"port": "http"}}
    files = {
        "s.yaml": stream(service("web", {"port": 80, "targetPort": "http"})),
        "d.yaml": stream(workload("web", container(9090, readinessProbe=probe))),
        "p.yaml": stream(workload("web", container(port, name=container_name))),
        "./kustomization.yaml": "resources: [s.yaml, d.yaml]\npatches: [{path: p.yaml}]\n",
    }
    found = fix_manifests(files, select="broken,suspect").findings
    assert [finding.rule for finding in found] == rules


def test_a_patch_of_another_application_declares_nothing_here() -> None:
    port = {"name": "http", "containerPort": 8080}
    files = {
        "one/two/app/s.yaml": stream(service("web", {"port": 80, "targetPort": "http"})),
        "one/two/app/d.yaml": stream(workload("web", container(9090))),
        "other/app/p.yaml": stream(workload("web", container(port))),
        "other/app/kustomization.yaml": "patches: [{path: p.yaml}]\n",
    }
    [found] = fix_manifests(files, select="broken").findings
    assert found.rule == "missing-target-port"


def test_a_trace_ends_at_the_port_of_a_patch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    port = {"name": "http", "containerPort": 8080}
    web = service("web", {"port": 80, "targetPort": "http"})
    put_all(
        tmp_path,
        {
            "app.yaml": stream(ingress("door", ("web", 80)), web, workload("web", container(9090))),
            "p.yaml": stream(workload("web", container(port))),
            "kustomization.yaml": "resources: [app.yaml]\npatches: [{path: p.yaml}]\n",
        },
    )
    assert main(["trace", "."]) == 0
    assert "./p.yaml declares port 8080 of Deployment web" in " ".join(capsys.readouterr().out.split())


def test_patches_are_known_however_the_input_is_called() -> None:
    files = {"./a/kustomization.yaml": "patches: [{path: ./p.yaml}]\n", "./a/p.yaml": stream(workload("web"))}
    assert reading(files).patches == {"./a/p.yaml"}
    assert reading(files).resources == ()
