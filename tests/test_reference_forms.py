"""Annotations, environment variables and SRV names: each form is rewritten exactly, or is a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from refactor.references import (
    References,
    annotations_keyed_by_service,
    references_to_container_port,
    references_to_service_port,
)
from refactor.references.forms import in_text, json_key, json_values, listed
from tests.graphs import find, graph_of, pod_port, told

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, annotations: NOTES}
spec:
  selector: {app: web}
  ports: [{name: api, port: 80, targetPort: api}, {name: other, port: 90, targetPort: other}]
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: edge, annotations: NOTES}
spec: {defaultBackend: {service: {name: NAME, port: {name: PORT}}}}
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {app: web}, annotations: NOTES}
spec:
  containers:
    - name: main
      ports: [{name: api, containerPort: 8080}]
      args: [ARGUMENT]
"""


def noted(text: str, annotations: Mapping[str, str] | None = None) -> str:
    return text.replace("NOTES", json.dumps(annotations or {}))


def ingress(annotations: Mapping[str, str], service: str = "web", port: str = "api") -> str:
    return noted(INGRESS, annotations).replace("NAME", service).replace("PORT", port)


def to_the_service(*texts: str) -> References:
    graph = graph_of(*texts)
    return references_to_service_port(graph, find(graph, "Service", "web"), 0)


def to_the_container(annotations: Mapping[str, str]) -> References:
    graph = graph_of(noted(POD, annotations))
    return references_to_container_port(graph, pod_port(graph, "client"))


@pytest.mark.parametrize(
    "key, before, after",
    [
        ("cloud.google.com/app-protocols", '{"api": "HTTPS", "b": "HTTP"}', '{"new": "HTTPS", "b": "HTTP"}'),
        ("cloud.google.com/backend-config", '{"ports": {"api": "api"}}', '{"ports": {"new": "api"}}'),
        ("alb.ingress.kubernetes.io/healthcheck-port", "api", "new"),
        ("service.beta.kubernetes.io/aws-load-balancer-ssl-ports", "443,api", "443,new"),
        ("projectcontour.io/upstream-protocol.h2c", "api, other", "new, other"),
        ("config.linkerd.io/opaque-ports", "other,api,3306", "other,new,3306"),
        ("consul.hashicorp.com/service-port", "api", "new"),
    ],
)
def test_annotations_of_a_service_follow(key: str, before: str, after: str) -> None:
    found = to_the_service(noted(SERVICE, {key: before}))
    assert told(found.changes("new")) == {f"Service web: annotations.{key} = {after}"}
    assert found.blocked == ()


@pytest.mark.parametrize(
    "key, value",
    [
        ("cloud.google.com/neg", '{"exposed_ports": {"80": {"name": "api"}}}'),
        ("prometheus.io/path", "api"),
        ("nginx.ingress.kubernetes.io/backend-protocol", "api"),
        ("service.beta.kubernetes.io/aws-load-balancer-ssl-ports", "443,api-2"),
        ("cloud.google.com/backend-config", '{"default": "api"}'),
    ],
)
def test_annotations_that_name_no_port_are_left_alone(key: str, value: str) -> None:
    found = to_the_service(noted(SERVICE, {key: value}))
    assert (found.places, found.blocked) == ((), ())


def test_an_annotation_of_unknown_form_blocks() -> None:
    (reason,) = to_the_service(noted(SERVICE, {"example.com/probe-port": "api"})).blocked
    assert "example.com/probe-port" in reason


def test_annotations_of_pods_follow_or_block() -> None:
    key = "consul.hashicorp.com/connect-service-port"
    assert told(to_the_container({key: "api,admin"}).changes("new")) == {
        f"Pod client: annotations.{key} = new,admin"
    }
    assert to_the_container({key: "8080"}).places == ()
    (reason,) = to_the_container({"ad.datadoghq.com/main.instances": "[%%port_api%%]"}).blocked
    assert "%%port_api%%" in reason


def test_actions_of_an_ingress_follow() -> None:
    groups = '[{"serviceName":"web", "servicePort": "api"}, {"serviceName": "b", "servicePort": 1}]'
    key = "alb.ingress.kubernetes.io/actions.go"
    found = to_the_service(noted(SERVICE), ingress({key: groups}, "go", "use-annotation"))
    after = groups.replace('"api"', '"new"')
    assert told(found.changes("new")) == {f"Ingress edge: annotations.{key} = {after}"}


def test_actions_that_share_a_name_with_another_service_block() -> None:
    groups = '[{"serviceName": "web", "servicePort": "api"}, {"serviceName": "b", "servicePort": "api"}]'
    annotations = {"alb.ingress.kubernetes.io/actions.go": groups}
    assert to_the_service(noted(SERVICE), ingress(annotations, "go", "use-annotation")).blocked


def test_health_checks_and_target_control_of_an_ingress_follow() -> None:
    prefix = "alb.ingress.kubernetes.io/"
    control = f"{prefix}target-control-port.web"
    annotations = {f"{prefix}healthcheck-port": "api", f"{control}.api": "3000"}
    found = to_the_service(noted(SERVICE), ingress(annotations))
    assert told(found.changes("new")) == {
        "Ingress edge: port.name = new",
        f"Ingress edge: annotations.{prefix}healthcheck-port = new",
        f"Ingress edge: annotations.{control}.api = key {control}.new",
    }
    elsewhere = to_the_service(noted(SERVICE), ingress({f"{prefix}healthcheck-port": "api"}, "shop"))
    assert elsewhere.places == ()


def test_variables_and_srv_names_follow_exactly() -> None:
    text = "$(MY_WEB_SERVICE_PORT_API) $(MY_WEB_SERVICE_PORT_API_2) _api._tcp.my-web _api._tcp.my-web-2"
    rewrite = in_text(text, "my-web", "api")
    assert rewrite is not None
    assert rewrite("new-one") == (
        "$(MY_WEB_SERVICE_PORT_NEW_ONE) $(MY_WEB_SERVICE_PORT_API_2) _new-one._tcp.my-web _api._tcp.my-web-2"
    )
    assert in_text("OTHER_MY_WEB_SERVICE_PORT_API", "my-web", "api") is None
    assert in_text("/services/my-web-2:api/proxy", "my-web", "api") is None


def test_arguments_of_other_pods_follow() -> None:
    client = noted(POD).replace("ARGUMENT", "$(WEB_SERVICE_PORT_API)")
    assert told(to_the_service(noted(SERVICE), client).changes("new")) == {
        "Pod client: args.0 = $(WEB_SERVICE_PORT_NEW)"
    }
    other = noted(POD).replace("ARGUMENT", "$(SHOP_SERVICE_PORT_API)")
    assert to_the_service(noted(SERVICE), other).places == ()


def test_json_that_cannot_be_told_apart_is_a_reason() -> None:
    assert isinstance(json_key('{"api": {"api": 1}}', "api"), str)
    assert json_key("not json", "api") is None
    shared = '[{"s": "a", "p": "api"}, {"s": "b", "p": "api"}]'
    assert isinstance(json_values(shared, "api", "p", ("s", "a")), str)
    assert json_values(shared, "api", "p", ("s", "c")) is None


def test_a_list_keeps_its_spaces() -> None:
    rewrite = listed(" api ,other", "api")
    assert rewrite is not None
    assert rewrite("new") == " new ,other"


def test_annotations_keyed_by_a_service_follow() -> None:
    prefix = "alb.ingress.kubernetes.io/"
    control = f"{prefix}target-control-port"
    annotations = {
        f"{prefix}conditions.web": "[]",
        f"{control}.web.80": "3000",
        f"{prefix}conditions.web-2": "[]",
        "nginx.org/websocket-services": "chat,web",
        "nginx.org/rewrites": "serviceName=web rewrite=/;serviceName=web-2",
        "nginx.org/proxy-hide-headers": "web",
    }
    edge = find(graph_of(ingress(annotations)), "Ingress", "edge")
    changes = annotations_keyed_by_service(edge, "web").changes("shop")
    assert told(changes) == {
        f"Ingress edge: annotations.{prefix}conditions.web = key {prefix}conditions.shop",
        f"Ingress edge: annotations.{control}.web.80 = key {control}.shop.80",
        "Ingress edge: annotations.nginx.org/websocket-services = chat,shop",
        "Ingress edge: annotations.nginx.org/rewrites = serviceName=shop rewrite=/;serviceName=web-2",
    }
