"""What ports may be called, what they get called, and that one decision holds for all rules."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.candidates.naming import container_port_name
from refactor.candidates.portnames import (
    CONTAINER_LIMIT,
    is_good,
    mended,
    unique,
    why_not_container,
    why_not_service,
)
from refactor.planning.naming import decide
from tests.graphs import find, graph_of, pod_port


def allowed_by_the_api(name: str) -> bool:
    """IANA_SVC_NAME as the API server checks it, written independently."""
    return (
        1 <= len(name) <= 15
        and all(part and re.fullmatch("[a-z0-9]+", part, re.ASCII) for part in name.split("-"))
        and any("a" <= letter <= "z" for letter in name)
    )


@given(st.text(alphabet="aB9-_. é", max_size=18))
def test_container_names_are_judged_as_the_api_does(name: str) -> None:
    assert (why_not_container(name) is None) == allowed_by_the_api(name)


@pytest.mark.parametrize("name", ["http", "a" * 15, "9p", "x-1-y", "on"])
def test_legal_container_names(name: str) -> None:
    assert why_not_container(name) is None


@pytest.mark.parametrize(
    "name, why",
    [
        ("HTTP", "upper-case"),
        ("http_api", "'_'"),
        ("a" * 16, "16 characters"),
        ("-http", "hyphen"),
        ("http-", "hyphen"),
        ("my--port", "two hyphens"),
        ("8080", "letter"),
        ("http\n", "lower-case letters, digits and hyphens"),
    ],
)
def test_the_reason_is_the_right_one(name: str, why: str) -> None:
    reason = why_not_container(name)
    assert reason is not None
    assert why in reason


@pytest.mark.parametrize("name, legal", [("8080", True), ("a--b", True), ("a" * 63, True), ("a" * 64, False)])
def test_service_names_are_labels(name: str, legal: bool) -> None:
    assert (why_not_service(name) is None) is legal


@pytest.mark.parametrize(
    "name, better",
    [
        ("HTTP_API", "http-api"),
        ("-Http-", "http"),
        ("my--port", "my-port"),
        ("management-http-port", "management-http"),
        ("prometheus-operated-metrics", "metrics"),
        ("http-management-api", "http-management"),
        ("averyveryverylongword", "averyveryverylo"),
        ("ON", None),
        ("8080", None),
        ("__", None),
    ],
)
def test_a_name_is_mended(name: str, better: str | None) -> None:
    assert mended(name) == better


@given(st.text(max_size=40))
def test_a_mended_name_is_good(name: str) -> None:
    better = mended(name)
    assert better is None or (allowed_by_the_api(better) and is_good(better))


@given(st.sets(st.sampled_from(["http", "http-80", "http-2", "http-3"])), st.integers(1, 65535))
def test_a_unique_name_is_free_and_legal(taken: set[str], number: int) -> None:
    name = unique("http", number, taken)
    assert name not in taken
    assert allowed_by_the_api(name)


def test_a_long_name_leaves_room_for_its_number() -> None:
    assert unique("management-http", 65535, {"management-http"}) == "managemen-65535"


POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}, annotations: {NOTE}}
    spec:
      containers:
        - name: web
          ports: [{containerPort: PORT}]
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 7000, targetPort: PORT, MORE}]
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {NOTE}}
spec: {defaultBackend: {service: {name: web, port: {number: 7000}}}}
"""


def name_of(
    *, port: int = 7007, note: str = "", probe: str = "", more: str = "", ingress: str | None = None
) -> str:
    pod = POD.replace("NOTE", note).replace("PORT", str(port))
    pod += f"          readinessProbe: {{{probe}}}\n" if probe else ""
    texts = [pod, SERVICE.replace("PORT", str(port)).replace("MORE", more)]
    if ingress is not None:
        texts.append(INGRESS.replace("NOTE", ingress))
    graph = graph_of(*texts)
    return container_port_name(graph, pod_port(graph, "web"), ())


def test_names_by_evidence() -> None:
    assert name_of() == "port-7007"
    assert name_of(port=5432) == "postgres"
    assert name_of(port=443) == "port-443"
    assert name_of(ingress="") == "http"
    assert name_of(probe="httpGet: {path: /, port: 7007}") == "http"
    assert name_of(probe="tcpSocket: {port: 7007}") == "port-7007"
    assert name_of(probe="httpGet: {path: /, port: 7007, scheme: HTTPS}") == "https"
    assert name_of(probe="grpc: {port: 7007}") == "grpc"
    assert name_of(more="appProtocol: grpc") == "grpc"
    assert name_of(ingress="nginx.ingress.kubernetes.io/backend-protocol: HTTPS") == "https"
    assert name_of(note='prometheus.io/port: "7007"') == "metrics"
    assert name_of(note='prometheus.io/port: "9090"') == "port-7007"
    assert name_of(note='prometheus.io/port: "7007"', ingress="") == "http"
    assert name_of(more="name: front") == "front"
    assert name_of(more="name: a-name-that-is-too-long") == "port-7007"


def test_healthy_ports_need_no_decision() -> None:
    named = POD.replace("NOTE", "").replace("{containerPort: PORT}", "{name: http, containerPort: 8080}")
    graph = graph_of(named, SERVICE.replace("PORT", "http").replace("MORE", ""))
    assert decide(graph).names == {}


def test_one_decision_for_service_and_container() -> None:
    pod = POD.replace("NOTE", "").replace("{containerPort: PORT}", "{name: Main_Page, containerPort: 8080}")
    service = SERVICE.replace("PORT", "8080").replace("{port: 7000,", "{port: 81, name: other}, {port: 7000,")
    graph = graph_of(pod, service.replace(", MORE", ""))
    decisions = decide(graph)
    assert decisions.name_of(pod_port(graph, "web").at) == "main-page"
    assert decisions.name_of(find(graph, "Service", "web").at("spec", "ports", 1)) == "main-page"
    assert decisions.name_of(find(graph, "Service", "web").at("spec", "ports", 0)) is None


def test_two_bad_names_of_a_pod_become_two_good_ones() -> None:
    ports = (
        "{name: HTTP, containerPort: 8080}, {name: Http, containerPort: 8081}, {name: http, containerPort: 1}"
    )
    graph = graph_of(POD.replace("NOTE", "").replace("{containerPort: PORT}", ports))
    names = list(decide(graph).names.values())
    assert len(names) == len({*names, "http"}) - 1 == 2
    assert all(len(name) <= CONTAINER_LIMIT for name in names)
