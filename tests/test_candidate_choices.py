"""What a failing reference may have meant: the Service, the port, the pods; and when it isn't told."""

from __future__ import annotations

from typing import Any

import pytest

from refactor.candidates import Choice, backend_port, near_service, near_workload, target_port
from refactor.candidates.pod_ports import probe_port
from refactor.findings import Safety
from refactor.pods import PodPort
from refactor.routes import TrafficGraph
from refactor.world import Resource
from tests.worlds import container, find, graph, ingress, service, stream, workload


def meant(port: dict[str, Any], *containers: dict[str, Any], beside: Any = ()) -> Choice[PodPort]:
    """What the first port of a Service may have meant in a Deployment."""
    texts = {"a.yaml": stream(service("web", port, *beside), workload("web", *containers))}
    among = graph(texts)
    return target_port(
        among, among.targets[find(among, "Service", "web")][0], find(among, "Deployment", "web")
    )


HTTP, METRICS = {"name": "http", "containerPort": 8080}, {"name": "metrics", "containerPort": 9100}
TARGETS: list[tuple[str, dict[str, Any], list[dict[str, Any]], int | None, Safety]] = [
    ("a slip", {"port": 80, "targetPort": "htpp"}, [HTTP, METRICS], 8080, Safety.UNSAFE),
    (
        "a slip and the name",
        {"port": 80, "targetPort": "htpp", "name": "http"},
        [HTTP, METRICS],
        8080,
        Safety.SAFE,
    ),
    ("the sole", {"port": 80, "targetPort": "web"}, [HTTP], 8080, Safety.UNSAFE),
    ("metrics stand aside", {"port": 80, "targetPort": "web"}, [METRICS], None, Safety.UNSAFE),
    ("unless they are meant", {"port": 80, "targetPort": "metric"}, [METRICS, HTTP], 9100, Safety.UNSAFE),
    (
        "the usual number",
        {"port": 80, "targetPort": "postgres"},
        [{"containerPort": 5432}, HTTP],
        5432,
        Safety.UNSAFE,
    ),
    ("another protocol", {"port": 80, "targetPort": "htpp", "protocol": "UDP"}, [HTTP], None, Safety.UNSAFE),
    (
        "a tie",
        {"port": 80, "targetPort": "web"},
        [{"containerPort": 1}, {"containerPort": 2}],
        None,
        Safety.UNSAFE,
    ),
    ("a digit", {"port": 80, "targetPort": 8081}, [HTTP, {"containerPort": 7}], 8080, Safety.UNSAFE),
]


@pytest.mark.parametrize("what, port, ports, number, safety", TARGETS, ids=[t[0] for t in TARGETS])
def test_which_container_port_is_meant(what: str, port: Any, ports: Any, number: Any, safety: Safety) -> None:
    choice = meant(port, container(*ports))
    assert (choice.chosen.value.port.container_port if choice.chosen else None) == number
    assert choice.safety is safety


def test_a_port_that_is_taken_isnt_offered_again() -> None:
    taken = {"port": 81, "targetPort": "http", "name": "b"}
    assert (
        meant({"port": 80, "targetPort": "web", "name": "a"}, container(HTTP), beside=[taken]).chosen is None
    )


def test_a_probe_looks_in_its_own_container() -> None:
    app = container({"name": "web", "containerPort": 80}, readinessProbe={"httpGet": {"port": "wbe"}})
    other = container(
        {"name": "wbe2", "containerPort": 81}, {"name": "we", "containerPort": 82}, name="other"
    )
    among = graph({"a.yaml": stream(workload("web", app, other))})
    choice = probe_port(among, among.probes[0])
    assert [found.value.port.name for found in choice.options] == ["web"]
    assert choice.safety is Safety.SAFE


def backed(
    *services: dict[str, Any], asks: tuple[str, int | str] = ("api", 80), **more: Any
) -> tuple[TrafficGraph, Any]:
    among = graph({"a.yaml": stream(ingress("front", asks, **more), *services)})
    return among, among.backends[0]


def chosen_service(*services: dict[str, Any], asks: tuple[str, int | str] = ("api", 80)) -> Choice[Resource]:
    return near_service(*backed(*services, asks=asks))


def test_a_near_service_has_to_be_alone_and_to_serve_the_port() -> None:
    one = chosen_service(service("apis"))
    assert (one.shown, one.safety) == ("apis", Safety.SAFE)
    tie = chosen_service(service("apis"), service("apii"))
    assert (tie.chosen, tie.shown) == (None, "apis, apii")
    serving = chosen_service(service("apis", {"port": 81}), service("apii"))
    assert serving.chosen is not None
    assert serving.chosen.label == "apii"
    lone = chosen_service(service("apis", {"port": 81}))
    assert (lone.shown, lone.safety) == ("apis", Safety.UNSAFE)


def test_a_stem_needs_a_second_piece_of_evidence() -> None:
    assert chosen_service(service("my-api", {"port": 81}, selector={"x": "y"})).options == ()
    serving = chosen_service(service("my-api", selector={"x": "y"}))
    assert (serving.shown, serving.safety) == ("my-api", Safety.UNSAFE)
    agreeing = chosen_service(service("my-api", selector={"app": "api"}))
    assert (agreeing.shown, agreeing.safety) == ("my-api", Safety.SAFE)


NO_CANDIDATES = [
    service("apis", clusterIP="None"),
    service("apis", type="ExternalName", externalName="example.net"),
    service("apis", namespace="other"),
    service("billing"),
    service("api-2"),
]


@pytest.mark.parametrize("stranger", NO_CANDIDATES)
def test_what_is_no_candidate_for_a_service(stranger: dict[str, Any]) -> None:
    among, backend = backed(stranger, namespace="here")
    assert near_service(among, backend).options == ()


PORTS: list[tuple[str, int | str, list[dict[str, Any]], int | None, Safety]] = [
    ("its targetPort", 8080, [{"port": 80, "targetPort": 8080}, {"port": 81}], 80, Safety.SAFE),
    ("its targetPort by name", "ui", [{"port": 80, "targetPort": "ui"}, {"port": 81}], 80, Safety.SAFE),
    ("the container's number", 3000, [{"port": 80, "targetPort": "ui"}, {"port": 81}], 80, Safety.SAFE),
    ("its nodePort", 30080, [{"port": 80, "nodePort": 30080}, {"port": 81}], 80, Safety.SAFE),
    ("the sole", 1234, [{"port": 80}], 80, Safety.SAFE),
    ("a slip", "htpp", [{"port": 80, "name": "http"}, {"port": 81, "name": "x"}], 80, Safety.UNSAFE),
    (
        "the one for HTTP",
        9999,
        [{"port": 80, "name": "web"}, {"port": 9100, "name": "metrics"}],
        80,
        Safety.UNSAFE,
    ),
    ("none", 9999, [{"port": 1, "name": "a"}, {"port": 2, "name": "b"}], None, Safety.UNSAFE),
    ("never UDP", 9999, [{"port": 80, "protocol": "UDP"}], None, Safety.UNSAFE),
]


@pytest.mark.parametrize("what, asks, ports, number, safety", PORTS, ids=[p[0] for p in PORTS])
def test_which_service_port_is_meant(what: str, asks: Any, ports: Any, number: Any, safety: Safety) -> None:
    pods = workload("api", container({"name": "ui", "containerPort": 3000}))
    choice = backend_port(*backed(service("api", *ports), pods, asks=("api", asks)))
    assert (ports[choice.chosen.value]["port"] if choice.chosen else None) == number
    assert choice.safety is safety


SELECTORS: list[tuple[str, dict[str, str], list[dict[str, str]], str | None, Safety]] = [
    ("a slip", {"app": "wbe"}, [{"app": "web"}], "w0", Safety.UNSAFE),
    (
        "two slips of one pair",
        {"app": "wbe", "tier": "fornt"},
        [{"app": "web", "tier": "front"}],
        "w0",
        Safety.UNSAFE,
    ),
    ("a key", {"name": "web"}, [{"app": "web"}], "w0", Safety.UNSAFE),
    (
        "the fewest labels",
        {"app": "wbe", "x": "y"},
        [{"app": "web"}, {"app": "web", "x": "y"}],
        "w1",
        Safety.UNSAFE,
    ),
    ("a tie", {"app": "we"}, [{"app": "web"}, {"app": "wet"}], None, Safety.UNSAFE),
    (
        "the same change for both",
        {"app": "wbe"},
        [{"app": "web", "c": "1"}, {"app": "web", "c": "2"}],
        "w0",
        Safety.UNSAFE,
    ),
    (
        "another colour",
        {"app": "web", "color": "red"},
        [{"app": "web", "color": "read"}],
        "w0",
        Safety.UNSAFE,
    ),
    (
        "a quite different colour",
        {"app": "web", "color": "green"},
        [{"app": "web", "color": "blue"}],
        None,
        Safety.UNSAFE,
    ),
    ("nothing near", {"app": "web"}, [{"app": "billing"}], None, Safety.UNSAFE),
]


@pytest.mark.parametrize("what, selector, labels, name, safety", SELECTORS, ids=[s[0] for s in SELECTORS])
def test_which_workload_is_meant(what: str, selector: Any, labels: Any, name: Any, safety: Safety) -> None:
    pods = [workload(f"w{index}", container(), labels=marks) for index, marks in enumerate(labels)]
    among = graph({"a.yaml": stream(service("zzz", selector=selector), *pods)})
    choice = near_workload(among, find(among, "Service", "zzz"))
    assert (choice.chosen.value.workload.name if choice.chosen else None) == name
    assert choice.safety is safety


def test_a_selector_is_settled_by_the_name_or_the_ports_and_only_without_rivals() -> None:
    def choice(*pods: dict[str, Any], name: str = "zzz") -> Choice[Any]:
        among = graph({"a.yaml": stream(service(name, {"port": 8080}, selector={"app": "wbe"}), *pods)})
        return near_workload(among, find(among, "Service", name))

    assert choice(workload("web", container(8080))).safety is Safety.SAFE
    assert choice(workload("web", container()), name="web").safety is Safety.SAFE
    assert choice(workload("web", container(9))).safety is Safety.UNSAFE
    rival = choice(workload("web", container(8080)), workload("wbx", container(9)))
    assert (rival.chosen and rival.chosen.label, rival.safety) == ("Deployment web", Safety.UNSAFE)
