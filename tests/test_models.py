"""The models: a wrong type is a fault at its place and the rest is used; null is absent; kinds by group."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from refactor.kubernetes import INTERESTING
from refactor.kubernetes.catalogue import KINDS
from refactor.kubernetes.kinds import kind_of
from refactor.kubernetes.reading import Fault
from refactor.kubernetes.reading import read as read_object
from refactor.kubernetes.workload import ContainerPort


def service(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}


def read(data: dict[str, Any]) -> tuple[Any, tuple[Fault, ...]]:
    """The model, without the type that depends on its kind, and the faults."""
    return read_object(data)


def faults_of(data: dict[str, Any]) -> dict[tuple[Any, ...], str]:
    return {fault.path: fault.expected for fault in read(data)[1]}


WRONG = [
    (service(ports=[{"port": "80"}]), ("spec", "ports", 0, "port"), "a number"),
    (service(ports=[{"port": 80, "name": 80}]), ("spec", "ports", 0, "name"), "text"),
    (
        service(ports=[{"port": 80, "targetPort": True}]),
        ("spec", "ports", 0, "targetPort"),
        "a number or a name",
    ),
    (service(ports={"port": 80}), ("spec", "ports"), "a list"),
    (service(ports=[80]), ("spec", "ports", 0), "a mapping"),
    (service(selector={"matchLabels": {"app": "web"}}), ("spec", "selector", "matchLabels"), "text"),
    (service(selector={"app": True}), ("spec", "selector", "app"), "text"),
    (service(selector=["app"]), ("spec", "selector"), "a mapping"),
    (service(publishNotReadyAddresses="yes"), ("spec", "publishNotReadyAddresses"), "true or false"),
    (service(ports=[{"port": 80.5}]), ("spec", "ports", 0, "port"), "a number"),
]


@pytest.mark.parametrize("data, path, expected", WRONG, ids=[".".join(map(str, w[1])) + w[2] for w in WRONG])
def test_a_wrong_type_is_a_fault_at_its_place(data: dict[str, Any], path: Any, expected: str) -> None:
    before = copy.deepcopy(data)
    assert faults_of(data) == {path: expected}
    assert data == before


def test_what_is_right_beside_a_fault_is_used() -> None:
    ports = [{"port": "80", "name": "http"}, "odd", {"port": 9090, "targetPort": "metrics"}]
    body, faults = read(service(type=7, clusterIP="None", selector={"app": "web", "n": 1}, ports=ports))
    assert {fault.path: fault.value for fault in faults} == {
        ("spec", "type"): 7,
        ("spec", "selector", "n"): 1,
        ("spec", "ports", 0, "port"): "80",
        ("spec", "ports", 1): "odd",
    }
    spec = body.spec
    assert body.headless
    assert spec.selector == {"app": "web"}
    # Entries keep their places, so that paths into the text stay true.
    assert [(port.name, port.port, port.target) for port in spec.ports] == [
        ("http", 80, 80),
        (None, None, None),
        (None, 9090, "metrics"),
    ]


@pytest.mark.parametrize("spec", [None, 7, [], "text", {"ports": None}, {"selector": None, "ports": [None]}])
def test_no_shape_of_an_object_makes_it_crash(spec: Any) -> None:
    body, faults = read({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec})
    assert body.metadata.name == "web"
    assert all(fault.value is not None for fault in faults)


def test_null_is_the_same_as_absent() -> None:
    port = {"port": 80, "name": None, "targetPort": None, "protocol": None}
    body, faults = read(service(ports=[port], selector=None, clusterIP=None, type=None))
    assert faults == ()
    found = body.spec.ports[0]
    assert (found.name, found.target, found.transport) == (None, 80, "TCP")
    assert body.spec.selector == {}
    assert not body.headless


def test_a_target_port_of_zero_or_nothing_is_the_port() -> None:
    for nothing in (0, "", None):
        body, _ = read(service(ports=[{"port": 80, "targetPort": nothing}]))
        assert body.spec.ports[0].target == 80


def test_headless_and_external_services() -> None:
    assert read(service(clusterIP="None"))[0].headless
    assert not read(service(clusterIP="10.0.0.1"))[0].headless
    assert read(service(type="ExternalName"))[0].external
    assert not read(service(type="LoadBalancer"))[0].external


def test_unknown_fields_are_no_faults() -> None:
    assert faults_of(service(future={"a": [1]}, ports=[{"port": 80, "future": True}])) == {}


KNOWN = [
    ("networking.k8s.io/v1", "Ingress", ("networking.k8s.io", "Ingress")),
    ("networking.k8s.io/v1beta1", "Ingress", ("networking.k8s.io", "Ingress")),
    ("extensions/v1beta1", "Ingress", ("networking.k8s.io", "Ingress")),
    ("extensions/v1beta1", "Deployment", ("apps", "Deployment")),
    ("apps/v1beta2", "StatefulSet", ("apps", "StatefulSet")),
    ("v1", "Service", ("", "Service")),
    ("batch/v1beta1", "CronJob", ("batch", "CronJob")),
    ("argoproj.io/v1alpha1", "Rollout", ("argoproj.io", "Rollout")),
]
STRANGERS = [
    ("serving.knative.dev/v1", "Service"),
    ("config.openshift.io/v1", "Ingress"),
    ("networking.internal.knative.dev/v1alpha1", "Ingress"),
    ("crd.projectcalico.org/v1", "NetworkPolicy"),
    ("serving.knative.dev/v1", "Route"),
    ("v1", "Deployment"),
    ("apps/v1", "Service"),
    ("v1", "service"),
    ("", "Service/v1"),
]


@pytest.mark.parametrize("version, kind, known", KNOWN)
def test_a_kind_is_known_by_its_group_as_of_today(version: str, kind: str, known: tuple[str, str]) -> None:
    assert kind_of({"apiVersion": version, "kind": kind}) == known


@pytest.mark.parametrize("version, kind", STRANGERS)
def test_a_kind_of_another_group_is_another_kind(version: str, kind: str) -> None:
    assert kind_of({"apiVersion": version, "kind": kind}) is None


@pytest.mark.parametrize(
    "data", [{}, {"kind": "Service"}, {"apiVersion": 1, "kind": "Service"}, {"kind": []}]
)
def test_what_says_no_kind_has_none(data: dict[str, Any]) -> None:
    assert kind_of(data) is None


def test_no_kind_with_a_model_is_skipped_by_the_text_layer() -> None:
    assert {kind for _, kind in KINDS} <= INTERESTING
    assert "ConfigMap" not in INTERESTING


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])
def test_the_pods_of_a_workload(kind: str) -> None:
    pod = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"ports": [{"containerPort": 1}]}]}}
    body, faults = read({"apiVersion": "apps/v1", "kind": kind, "spec": {"template": pod}})
    template = body.template
    assert faults == ()
    assert template.metadata.labels == {"app": "a"}
    assert template.spec.containers[0].ports == (ContainerPort.model_validate({"containerPort": 1}),)


def test_the_pods_of_a_cron_job_a_pod_and_of_nothing() -> None:
    spec = {
        "containers": [{"name": "run"}],
        "initContainers": [{"restartPolicy": "Always"}, {"name": "once"}],
    }
    jobs = {"jobTemplate": {"spec": {"template": {"spec": spec}}}}
    cron, _ = read({"apiVersion": "batch/v1", "kind": "CronJob", "spec": jobs})
    pod, _ = read({"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": "b"}}, "spec": spec})
    for body in (cron, pod):
        made = body.template.spec
        assert [one.name for one in made.containers] == ["run"]
        assert [one.sidecar for one in made.init_containers] == [True, False]
    assert pod.template.metadata.labels == {"a": "b"}
    rollout, _ = read({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "spec": {"workloadRef": {}}})
    assert rollout.template is None


def whole(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """An object with every field of a model, by the model's own schema."""
    if "$ref" in schema:
        return whole(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return whole(schema["anyOf"][0], definitions)
    match schema.get("type"):
        case "object":
            if "properties" not in schema:
                return {"app": "web"}
            return {name: whole(below, definitions) for name, below in schema["properties"].items()}
        case "array":
            return [whole(schema["items"], definitions)] * 2
        case "integer":
            return 80
        case "boolean":
            return True
        case _:
            return "web"


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, below in pairs:
        yield from places(below, (*path, step))


def with_value(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = data.copy()
    changed[path[0]] = with_value(data[path[0]], path[1:], value)
    return changed


ODD: tuple[Any, ...] = (None, True, 5, 5.5, "80", "web", [], {}, [None], [5, "web"], {"web": None}, [[{}]])


@pytest.mark.parametrize("group, kind", KINDS, ids=" ".join)
def test_whatever_stands_in_a_field_is_read_around(group: str, kind: str) -> None:
    model = KINDS[group, kind]
    schema = model.model_json_schema(by_alias=True)
    data = whole(schema, schema.get("$defs", {}))
    data |= {"apiVersion": f"{group}/v1" if group else "v1", "kind": kind}
    assert read(data)[1] == ()
    for path in list(places(data)):
        if path[:1] in (("apiVersion",), ("kind",), ()):
            continue
        for value in ODD:
            broken = with_value(data, path, value)
            before = copy.deepcopy(broken)
            body, faults = read(broken)
            assert isinstance(body, model)
            assert broken == before
            # Nothing is found fault with but what was put there.
            assert all(fault.path[: len(path)] == path for fault in faults)
