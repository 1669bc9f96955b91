"""The traffic graph: what each hop comes to, by the facts of Kubernetes."""

from __future__ import annotations

from typing import Any

import pytest

from refactor.placeholders import is_placeholder
from refactor.routes import Hit, Reason, TrafficGraph, port_index
from tests.worlds import container, find, graph, ingress, service, stream, workload, world


def hits(among: TrafficGraph, name: str, index: int = 0) -> list[Hit]:
    return list(among.targets[find(among, "Service", name)][index].hits)


def fate(port: dict[str, Any], *containers: dict[str, Any], version: Any = None, **pod: Any) -> Hit:
    """What a Service port finds in the pods of one Deployment."""
    texts = {"a.yaml": stream(service("web", port), workload("web", *containers, **pod))}
    [hit] = hits(graph(texts, version), "web")
    return hit


HTTP = {"name": "http", "containerPort": 8080}
DNS = [
    {"name": "dns", "containerPort": 53, "protocol": "UDP"},
    {"name": "dns-tcp", "containerPort": 53, "protocol": "TCP"},
]
FATES: list[tuple[str, dict[str, Any], list[dict[str, Any]], Reason | None, int | None]] = [
    ("a name", {"port": 80, "targetPort": "http"}, [container(HTTP)], None, 8080),
    ("a name of the second", {"port": 80, "targetPort": "http"}, [container(1), container(HTTP)], None, 8080),
    ("a missing name", {"port": 80, "targetPort": "web"}, [container(HTTP)], Reason.NO_TARGET, None),
    ("case counts", {"port": 80, "targetPort": "HTTP"}, [container(HTTP)], Reason.NO_TARGET, None),
    ("a number", {"port": 80, "targetPort": 8080}, [container(HTTP)], None, 8080),
    ("no targetPort", {"port": 8080}, [container(HTTP)], None, 8080),
    ("nothing is declared", {"port": 80, "targetPort": 99}, [container()], None, 99),
    ("another number", {"port": 80, "targetPort": 99}, [container(HTTP)], Reason.UNDECLARED, 99),
    ("a number of the second", {"port": 80, "targetPort": 7}, [container(HTTP), container(7)], None, 7),
    ("UDP by name", {"port": 53, "targetPort": "dns", "protocol": "UDP"}, [container(*DNS)], None, 53),
    ("the wrong protocol", {"port": 53, "targetPort": "dns"}, [container(*DNS)], Reason.WRONG_PROTOCOL, 53),
    ("twins by number", {"port": 53, "targetPort": 53}, [container(*DNS)], None, 53),
    ("UDP undeclared", {"port": 8080, "protocol": "UDP"}, [container(HTTP)], Reason.WRONG_PROTOCOL, 8080),
    ("a placeholder", {"port": 80, "targetPort": "${PORT}"}, [container(HTTP)], Reason.UNREADABLE, None),
]


@pytest.mark.parametrize("what, port, containers, reason, number", FATES, ids=[f[0] for f in FATES])
def test_what_a_service_port_finds(
    what: str, port: dict[str, Any], containers: list[dict[str, Any]], reason: Any, number: Any
) -> None:
    hit = fate(port, *containers)
    assert (hit.reason, hit.number) == (reason, number)


def test_the_first_name_of_the_right_protocol_wins() -> None:
    same = [container({"name": "p", "containerPort": n, "protocol": t}) for n, t in ((1, "UDP"), (2, "TCP"))]
    assert fate({"port": 80, "targetPort": "p"}, *same).number == 2
    assert fate({"port": 80, "targetPort": "p", "protocol": "UDP"}, *same).number == 1
    assert (
        fate(
            {"port": 80, "targetPort": "p"}, *[container({"name": "p", "containerPort": n}) for n in (3, 4)]
        ).number
        == 3
    )


SIDECAR = container({"name": "proxy", "containerPort": 15001}, name="proxy", restartPolicy="Always")
ONCE = container({"name": "proxy", "containerPort": 15001}, name="proxy")
VERSIONS = [
    (None, Reason.SIDECAR_ONLY),
    ((1, 32), Reason.SIDECAR_ONLY),
    ((1, 33), None),
    ((1, 40), None),
    ((2, 0), None),
]


@pytest.mark.parametrize("version, reason", VERSIONS)
def test_names_of_native_sidecars_count_from_1_33_on(version: Any, reason: Any) -> None:
    port = {"port": 80, "targetPort": "proxy"}
    assert fate(port, container(HTTP), version=version, initContainers=[SIDECAR]).reason is reason
    assert fate(port, container(HTTP), version=version, initContainers=[ONCE]).reason is Reason.NO_TARGET
    # The number of a sidecar needs no lookup, and a container of that name comes first.
    assert fate({"port": 15001}, container(HTTP), version=version, initContainers=[SIDECAR]).reason is None
    first = container({"name": "proxy", "containerPort": 1})
    assert fate(port, first, version=version, initContainers=[SIDECAR]).number == 1


NOWHERE: list[tuple[str, dict[str, Any], Reason]] = [
    ("ExternalName", {"type": "ExternalName", "externalName": "example.net"}, Reason.EXTERNAL),
    ("no selector", {"selector": {}}, Reason.NO_SELECTOR),
    ("nobody", {"selector": {"app": "nobody"}}, Reason.NO_WORKLOAD),
    ("of a wrong type", {"selector": {"matchLabels": {"app": "web"}}}, Reason.UNREADABLE),
    ("only of the control plane", {"selector": {"pod-template-hash": "5f7"}}, Reason.UNREADABLE),
]


@pytest.mark.parametrize("what, spec, reason", NOWHERE, ids=[n[0] for n in NOWHERE])
def test_services_that_select_nothing(what: str, spec: dict[str, Any], reason: Reason) -> None:
    among = graph(
        {"a.yaml": stream(service("web") | {"spec": {"ports": [{"port": 80}]} | spec}, workload("web"))}
    )
    assert among.selections[find(among, "Service", "web")].reason is reason


def test_jobs_and_silent_pods_dont_count_beside_others() -> None:
    app = {"app": "web"}
    others = [
        workload("job", container(1), kind="Job", labels=app),
        workload("cron", container(1), kind="CronJob", labels=app),
        workload("silent", container(), labels=app),
    ]
    texts = {
        "a.yaml": stream(
            service("web", {"port": 80, "targetPort": "http"}), workload("web", container(HTTP)), *others
        )
    }
    among = graph(texts)
    [target] = among.targets[find(among, "Service", "web")]
    assert [hit.workload.name for hit in target.hits] == ["job", "cron", "silent", "web"] or len(
        target.hits
    ) == 4
    assert target.failing == ()


def test_each_workload_that_lacks_the_port_is_told() -> None:
    pods = [workload(name, container(HTTP if name == "a" else 9000), labels={"app": "web"}) for name in "abc"]
    among = graph({"a.yaml": stream(service("web", {"port": 80, "targetPort": "http"}), *pods)})
    [target] = among.targets[find(among, "Service", "web")]
    assert [(hit.workload.name, hit.reason) for hit in target.failing] == [
        ("b", Reason.NO_TARGET),
        ("c", Reason.NO_TARGET),
    ]


def test_one_of_several_variants_is_enough() -> None:
    texts = {
        f"{place}/app.yaml": stream(workload("web", container(port)))
        for place, port in (("a", 80), ("b", 81))
    }
    among = graph(texts | {"svc.yaml": stream(service("web", {"port": 80}))})
    [target] = among.targets[find(among, "Service", "web")]
    assert len(target.hits) == 2
    assert target.failing == ()


BACKENDS: list[tuple[str, tuple[str, int | str], Reason | None]] = [
    ("a number", ("web", 80), None),
    ("a name", ("web", "http"), None),
    ("no such number", ("web", 8080), Reason.NO_PORT),
    ("no such name", ("web", "htpp"), Reason.NO_PORT),
    ("a targetPort is no port", ("web", "ui"), Reason.NO_PORT),
    ("no such Service", ("wbe", 80), Reason.NO_SERVICE),
    ("an action of the AWS controller", ("redirect", "use-annotation"), Reason.EXTERNAL),
    ("any port of an ExternalName", ("out", 1234), Reason.EXTERNAL),
    ("a placeholder for the Service", ("${WEB}", 80), Reason.UNREADABLE),
    ("a placeholder for the port", ("web", "{{ port }}"), Reason.UNREADABLE),
]


@pytest.mark.parametrize("what, backend, reason", BACKENDS, ids=[b[0] for b in BACKENDS])
def test_what_a_backend_comes_to(what: str, backend: tuple[str, int | str], reason: Reason | None) -> None:
    out = service("out", type="ExternalName", externalName="example.net")
    web = service("web", {"port": 80, "name": "http", "targetPort": "ui"})
    among = graph({"a.yaml": stream(web, out, ingress("front", backend))})
    [found] = among.backends
    assert found.reason is reason


def test_a_service_that_the_user_says_is_elsewhere() -> None:
    among = TrafficGraph(world({"a.yaml": stream(ingress("front", ("auth", 80)))}, frozenset({"auth"})))
    [found] = among.backends
    assert found.reason is Reason.EXTERNAL
    assert among.leaves(found)


def test_a_backend_takes_the_variant_that_has_the_port() -> None:
    variants = {
        f"{place}/svc.yaml": stream(service("web", {"port": port})) for place, port in (("b", 1), ("c", 2))
    }
    among = graph(variants | {"a/front.yaml": stream(ingress("front", ("web", 2)))})
    [found] = among.backends
    assert found.reason is None
    assert found.service is not None
    assert found.service.home.file.path == "c/svc.yaml"


def test_a_number_is_no_name_and_a_name_no_number() -> None:
    web = find(
        graph({"a.yaml": stream(service("web", {"port": 80}, {"port": 81, "name": "82"}))}), "Service", "web"
    )
    assert port_index(web.body, 81) == 1
    assert port_index(web.body, "82") == 1
    assert port_index(web.body, 82) is None
    assert port_index(web.body, "80") is None
    # Two things that aren't there are not the same thing.
    assert port_index(web.body, None) is None


PROBES: list[tuple[str, Any, Reason | None]] = [
    ("a name of its own", "http", None),
    ("a name of the other container", "metrics", Reason.NO_TARGET),
    ("no such name", "htpp", Reason.NO_TARGET),
    ("a number of its own", 8080, None),
    ("a number of the other container", 9102, None),
    ("a number of none", 9999, Reason.UNDECLARED),
    ("a placeholder", "$(PORT)", Reason.UNREADABLE),
]


@pytest.mark.parametrize("what, port, reason", PROBES, ids=[p[0] for p in PROBES])
def test_what_a_probe_finds(what: str, port: Any, reason: Reason | None) -> None:
    app = container(HTTP, readinessProbe={"httpGet": {"path": "/", "port": port}})
    other = container({"name": "metrics", "containerPort": 9102}, name="exporter")
    [probe] = graph({"a.yaml": stream(workload("web", app, other))}).probes
    assert probe.reason is reason


def test_hooks_and_containers_that_are_never_called() -> None:
    hooks = {"postStart": {"tcpSocket": {"port": "x"}}, "preStop": {"httpGet": {"port": "y"}}}
    app = container(HTTP, lifecycle=hooks, livenessProbe={"grpc": {"port": 8080}})
    once = container(name="init", readinessProbe={"httpGet": {"port": "z"}})
    probes = graph({"a.yaml": stream(workload("web", app, initContainers=[once]))}).probes
    assert [(probe.use.kind, probe.use.wanted) for probe in probes] == [
        ("livenessProbe", 8080),
        ("lifecycle.preStop", "y"),
    ]


def test_a_route_tells_every_hop() -> None:
    web = service("web", {"port": 80, "targetPort": "http"})
    texts = {
        "a.yaml": stream(ingress("front", ("web", 80), ("web", 81)), web, workload("web", container(HTTP)))
    }
    whole, short = graph(texts).routes()
    assert [hop.target.resource.label if hop.target else None for hop in whole.hops] == [
        "Service web",
        "Deployment web",
    ]
    assert [(hop.target, hop.reason) for hop in short.hops] == [(None, Reason.NO_PORT)]
    assert (whole.id, short.id) == ("ingress/front example.com/0", "ingress/front example.com/1")


@pytest.mark.parametrize(
    "text, is_one",
    [
        ("${P}", True),
        ("$(P)", True),
        ("a{{ p }}", True),
        ("$P", True),
        ("<p>", True),
        ("__P__", True),
        ("http", False),
    ],
)
def test_placeholders(text: str, is_one: bool) -> None:
    assert is_placeholder(text) is is_one


def test_a_hook_may_be_answered_by_a_container_that_declares_nothing() -> None:
    def reasons(**called: Any) -> list[Reason | None]:
        app = container(HTTP, **called)
        return [
            probe.reason
            for probe in graph({"a.yaml": stream(workload("web", app, container(name="b")))}).probes
        ]

    call = {"httpGet": {"port": 8090}}
    assert reasons(lifecycle={"preStop": call}) == [None]
    assert reasons(readinessProbe=call) == [Reason.UNDECLARED]
