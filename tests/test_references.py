"""Who refers to a port by its name: each form is carried exactly, and nothing else is touched."""

from __future__ import annotations

import gc
import weakref

import pytest

from refactor.references import (
    names_asked_of,
    references_to_container_port,
    references_to_service_port,
)
from refactor.references.holders import holders_of
from tests.graphs import find, graph_of, pod_port, told

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  template:
    metadata: {labels: {app: NAME, tier: front}}
    spec:
      containers:
        - name: main
          ports: [{name: api, containerPort: 8080}, {name: other, containerPort: 9090}]
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: NAME, labels: {app: NAME, team: shop}}
spec:
  selector: {app: NAME}
  ports: [{name: api, port: 80, targetPort: api}, {name: other, port: 90, targetPort: other}]
"""


def deployment(name: str = "web") -> str:
    return DEPLOYMENT.replace("NAME", name)


def service(name: str = "web") -> str:
    return SERVICE.replace("NAME", name)


def container_changes(*texts: str) -> set[str]:
    graph = graph_of(deployment(), *texts)
    found = references_to_container_port(graph, pod_port(graph, "web"))
    assert found.blocked == ()
    return told(found.changes("new"))


def service_changes(*texts: str) -> set[str]:
    graph = graph_of(service(), *texts)
    found = references_to_service_port(graph, find(graph, "Service", "web"), 0)
    assert found.blocked == ()
    return told(found.changes("new"))


def test_a_target_port_follows_and_its_sibling_does_not() -> None:
    assert container_changes(service()) == {"Service web: 0.targetPort = new"}


def test_another_application_is_left_alone() -> None:
    assert container_changes(deployment("shop"), service("shop")) == set()


def test_a_service_by_number_is_left_alone() -> None:
    assert container_changes(service().replace("targetPort: api", "targetPort: 8080")) == set()


def test_probes_follow_in_their_own_container_only() -> None:
    probe = "{httpGet: {port: api}}"
    text = deployment().replace("name: main", f"name: main\n          readinessProbe: {probe}")
    text += "        - name: second\n"
    text += "          ports: [{name: api, containerPort: 7070}]\n"
    text += f"          livenessProbe: {probe}\n"
    graph = graph_of(text)
    changes = references_to_container_port(graph, pod_port(graph, "web")).changes("new")
    assert [change.at.path[-3] for change in changes] == ["readinessProbe"]
    second = references_to_container_port(graph, pod_port(graph, "web", 2)).changes("new")
    assert [change.at.path[-3] for change in second] == ["livenessProbe"]


POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: policy}
spec:
  podSelector: {matchLabels: {app: APP}}
  SIDE:
    - PEERSports: [{port: api, protocol: PROTOCOL}, {port: 8080}]
"""


def policy(app: str = "web", side: str = "ingress", peers: str = "", protocol: str = "TCP") -> str:
    text = POLICY.replace("APP", app).replace("SIDE", side).replace("PROTOCOL", protocol)
    return text.replace(
        "PEERS", f"to: [{{podSelector: {{matchLabels: {{app: {peers}}}}}}}]\n      " if peers else ""
    )


@pytest.mark.parametrize(
    "text",
    [policy(), policy("client", "egress", "web"), policy("client", "egress")],
    ids=["in", "to web", "to all"],
)
def test_a_network_policy_follows(text: str) -> None:
    assert container_changes(text) == {"NetworkPolicy policy: 0.port = new"}


@pytest.mark.parametrize(
    "text",
    [policy("shop"), policy("web", "egress", "shop"), policy(protocol="UDP")],
    ids=["other pods", "to others", "other protocol"],
)
def test_a_network_policy_of_others_is_left_alone(text: str) -> None:
    assert container_changes(text) == set()


MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: KIND
metadata: {name: monitor, namespace: monitoring}
spec:
  SPACESselector: SELECTOR
  LIST: [{FIELD: api}, {FIELD: other}]
"""


def monitor(kind: str, field: str, selector: str, spaces: str = "any: true") -> str:
    lists = {"PodMonitor": "podMetricsEndpoints", "ServiceMonitor": "endpoints"}
    text = MONITOR.replace("KIND", kind).replace("LIST", lists[kind]).replace("FIELD", field)
    text = text.replace("SELECTOR", selector)
    return text.replace("SPACES", f"namespaceSelector: {{{spaces}}}\n  " if spaces else "")


def test_monitors_of_pods_and_of_target_ports_follow() -> None:
    assert container_changes(monitor("PodMonitor", "port", "{matchLabels: {app: web}}")) == {
        "PodMonitor monitor: 0.port = new"
    }
    assert container_changes(service(), monitor("ServiceMonitor", "targetPort", "{}")) == {
        "Service web: 0.targetPort = new",
        "ServiceMonitor monitor: 0.targetPort = new",
    }


@pytest.mark.parametrize(
    "selector",
    ["{}", "{matchLabels: {app: web}}", "{matchExpressions: [{key: app, operator: In, values: [web]}]}"],
)
def test_a_service_monitor_follows(selector: str) -> None:
    assert service_changes(monitor("ServiceMonitor", "port", selector)) == {
        "ServiceMonitor monitor: 0.port = new"
    }


@pytest.mark.parametrize(
    "text",
    [
        monitor("ServiceMonitor", "port", "{matchLabels: {app: shop}}"),
        monitor("ServiceMonitor", "port", "{matchExpressions: [{key: app, operator: DoesNotExist}]}"),
        monitor("ServiceMonitor", "port", "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}"),
        monitor("ServiceMonitor", "targetPort", "{}"),
        monitor("PodMonitor", "port", "{}"),
    ],
)
def test_a_monitor_of_something_else_is_left_alone(text: str) -> None:
    assert service_changes(text) == set()


def test_a_monitor_of_a_named_namespace_means_no_other() -> None:
    here = service().replace("name: web,", "name: web, namespace: shop,")
    graph = graph_of(here, monitor("ServiceMonitor", "port", "{}", "matchNames: [other]"))
    assert references_to_service_port(graph, find(graph, "Service", "web"), 0).places == ()
    graph = graph_of(here, monitor("ServiceMonitor", "port", "{}", "matchNames: [other, shop]"))
    assert len(references_to_service_port(graph, find(graph, "Service", "web"), 0).places) == 1


def test_ports_that_one_reference_means_go_together() -> None:
    shared = service("web").replace("selector: {app: web}", "selector: {tier: front}")
    graph = graph_of(deployment("web"), deployment("shop"), shared)
    first = references_to_container_port(graph, pod_port(graph, "web"))
    second = references_to_container_port(graph, pod_port(graph, "shop"))
    assert first.ports == second.ports == (pod_port(graph, "web").at, pod_port(graph, "shop").at)
    assert first.changes("new") == second.changes("new")


def test_far_applications_do_not_go_together() -> None:
    texts = {"a/b/c/one": deployment() + "---\n" + policy(), "x/y/z/two": deployment()}
    graph = graph_of(**texts)
    assert len(references_to_container_port(graph, pod_port(graph, "web")).ports) == 1


ROUTES = {
    "Ingress": """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: edge}
spec: {defaultBackend: {service: {name: web, port: {name: api}}}}
""",
    "Route": """\
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: edge}
spec: {to: {kind: Service, name: web}, port: {targetPort: api}}
""",
    "IngressRoute": """\
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: edge}
spec: {routes: [{match: PathPrefix(`/`), services: [{name: web, port: api}]}]}
""",
    "BackendTLSPolicy": """\
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: edge}
spec: {targetRefs: [{group: "", kind: Service, name: web, sectionName: api}]}
""",
    "HTTPRoute": """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: edge}
spec: {parentRefs: [{group: "", kind: Service, name: web, sectionName: api}]}
""",
    "Endpoints": """\
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets: [{ports: [{name: api, port: 8080}, {name: other, port: 9090}]}]
""",
    "EndpointSlice": """\
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: edge, labels: {kubernetes.io/service-name: web}}
ports: [{name: api, port: 8080}]
""",
}


@pytest.mark.parametrize("kind", ROUTES)
def test_whatever_names_a_service_port_follows(kind: str) -> None:
    changes = service_changes(ROUTES[kind])
    assert len(changes) == 1
    assert all(kind in change and change.endswith(" = new") for change in changes)


@pytest.mark.parametrize("kind", ROUTES)
def test_what_names_a_port_of_another_service_does_not(kind: str) -> None:
    assert service_changes(ROUTES[kind].replace("web", "elsewhere")) == set()


def test_a_gateway_parent_is_no_service() -> None:
    gateway = ROUTES["HTTPRoute"].replace("kind: Service", "kind: Gateway")
    assert service_changes(gateway) == set()


def test_endpoints_kept_elsewhere_block() -> None:
    text = service().replace("selector: {app: web}", "type: ClusterIP")
    graph = graph_of(text)
    assert references_to_service_port(graph, find(graph, "Service", "web"), 0).blocked
    beside = graph_of(text, ROUTES["Endpoints"])
    found = references_to_service_port(beside, find(beside, "Service", "web"), 0)
    assert (found.blocked, len(found.places)) == ((), 1)


def test_names_that_are_asked_for_in_vain() -> None:
    wrong = ROUTES["Ingress"].replace("name: api", "name: gone")
    graph = graph_of(service(), wrong, ROUTES["Route"], ROUTES["BackendTLSPolicy"].replace(": api", ": lost"))
    assert names_asked_of(graph, find(graph, "Service", "web")) == ("gone", "lost")


def test_the_index_goes_with_its_graph() -> None:
    graph = graph_of(deployment(), service(), policy())
    references_to_container_port(graph, pod_port(graph, "web"))
    assert holders_of(graph) is holders_of(graph)
    remembered = weakref.ref(graph)
    del graph
    gc.collect()
    assert remembered() is None
