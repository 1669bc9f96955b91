"""The judge of names on cases small enough to be checked by eye."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.applications import Application
from benchmarks.naming_barriers import valid_container_name, valid_service_name
from benchmarks.naming_links import IDLE, LEANING, Survey
from benchmarks.naming_rollout import Rollout
from benchmarks.naming_trial import AT_ONCE, FIRST, SECOND, TOO_EARLY, run
from benchmarks.naming_worlds import applications

POD = """
apiVersion: VERSION
kind: KIND
metadata: {name: NAME}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: main
        ports: PORTS
        readinessProbe: {httpGet: {port: PROBE}}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {NOTE}}
spec:
  selector: {app: web}
  ports: PORTS
"""
INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: door}
spec: {defaultBackend: {service: {name: web, port: PORT}}}
"""


def pod(ports: str = "[{containerPort: 3000}]", kind: str = "Deployment", **more: str) -> str:
    text = POD.replace("KIND", kind).replace("PORTS", ports).replace("PROBE", more.get("probe", "3000"))
    return text.replace("VERSION", more.get("version", "apps/v1")).replace("NAME", more.get("name", "web"))


def service(ports: str = "[{port: 80, targetPort: 3000}]", note: str = "") -> str:
    return SERVICE.replace("PORTS", ports).replace("NOTE", note)


def ingress(port: str = "{number: 80}") -> str:
    return INGRESS.replace("PORT", port)


def app(*texts: str) -> dict[str, str]:
    return {f"{number}.yaml": text for number, text in enumerate(texts)}


def barriers(*texts: str) -> dict[str, str]:
    """What forbids a name, by kind of link."""
    return {link.kind: reason for link, reason in Survey(app(*texts)).barriers().items()}


def test_a_route_by_number_has_five_links() -> None:
    assert barriers(pod(), service(), ingress()) == dict.fromkeys(
        ("backend", "target", "probe", "container", "service"), ""
    )


def test_what_is_named_is_no_link() -> None:
    named = pod("[{name: http, containerPort: 3000}]", probe="http")
    assert (
        barriers(named, service("[{name: http, port: 80, targetPort: http}]"), ingress("{name: http}")) == {}
    )


def test_a_broken_route_is_not_counted() -> None:
    assert barriers(pod(probe="9"), service("[{port: 80, targetPort: 4}]"), ingress("{number: 8}")) == {}


@pytest.mark.parametrize("kind", ["ReplicaSet", "ReplicationController"])
def test_pods_that_never_roll_stay(kind: str) -> None:
    version = "v1" if kind == "ReplicationController" else "apps/v1"
    found = barriers(pod(kind=kind, version=version), service())
    assert found["container"] == found["target"] == found["probe"] == f"the pods of a {kind} don't roll"
    assert found["service"] == ""


def test_a_pair_of_protocols_stays() -> None:
    found = barriers(pod("[{containerPort: 3000}, {containerPort: 3000, protocol: UDP}]"), service())
    assert found["container"] == "one number for two protocols"
    assert found["target"] != ""


def test_a_name_that_an_ingress_can_not_say() -> None:
    found = barriers(pod(), service("[{name: http-management-api, port: 80, targetPort: 3000}]"), ingress())
    assert found["backend"] == "an Ingress can't say the Service port's name"
    assert found["target"] == ""


def test_a_named_target_behind_a_nameless_port_is_unsafe() -> None:
    found = barriers(pod("[{name: http, containerPort: 3000}]"), service("[{port: 80, targetPort: http}]"))
    assert found == {"service": "unsafe: its targetPort is a name already", "probe": ""}


def test_a_leaning_ingress_holds_its_service() -> None:
    found = barriers(pod(), service(), ingress("{number: 3000}"))
    assert found["target"] == found["service"] == LEANING
    assert found["container"] == ""


def test_endpoints_by_hand_hold_their_service() -> None:
    by_hand = "apiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\n"
    found = barriers(pod(), service(), ingress(), by_hand)
    assert {found[kind] for kind in ("backend", "target", "service")} == {"endpoints made by hand"}


SILENT = "        readinessProbe: {httpGet: {port: 3000}}\n"


def test_a_name_that_nothing_would_ask_for_is_forbidden() -> None:
    by_hand = "apiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\n"
    silent = pod().replace(SILENT, "")
    assert silent != pod()
    assert barriers(silent, service(), by_hand)["container"] == IDLE
    assert barriers(silent, service())["container"] == ""
    assert barriers(pod(), service(), by_hand)["container"] == "", "its own probe asks for it"


def test_an_ingress_that_may_be_repaired_leaves_a_name_its_use() -> None:
    assert barriers(pod().replace(SILENT, ""), service(), ingress("{number: 3000}"))["container"] == ""


def test_workloads_that_disagree_keep_the_number() -> None:
    one, two = pod("[{name: a, containerPort: 3000}]"), pod("[{name: b, containerPort: 3000}]", name="too")
    assert barriers(one, two, service())["target"] == "its pods have different names for it already"


@pytest.mark.parametrize("name, legal", [("http", True), ("8080", False), ("a--b", False), ("a" * 16, False)])
def test_container_names(name: str, legal: bool) -> None:
    assert valid_container_name(name) is legal
    assert valid_service_name(name)


def test_moving_before_the_pods_have_the_name_loses_the_endpoints() -> None:
    named = pod("[{name: http, containerPort: 3000}]")
    moved = service("[{port: 80, targetPort: http}]")
    losses = Rollout(app(pod(), service(), ingress()), app(named, moved, ingress())).losses()
    assert {(loss.whole, loss.new) for loss in losses} == {(True, ("Service web",))}
    assert len(losses) == 2
    assert Rollout(app(named, service(), ingress()), app(named, moved, ingress())).losses() == []


def test_losing_some_of_the_pods_is_a_loss() -> None:
    old = app(pod("[{name: http, containerPort: 3000}]"), pod(name="canary"), service())
    new = old | {"2.yaml": service("[{port: 80, targetPort: http}]")}
    assert [loss.whole for loss in Rollout(old, new).losses()] == [False]


def test_an_ingress_ahead_of_its_service_is_a_loss() -> None:
    old = app(pod(), service(), ingress())
    new = app(pod(), service("[{name: http, port: 80, targetPort: 3000}]"), ingress("{name: http}"))
    assert [loss.new for loss in Rollout(old, new).losses()] == [("Ingress door",)]


def test_objects_that_vanish_are_told() -> None:
    assert [loss.route for loss in Rollout(app(pod(), service()), app(pod())).losses()] == [
        "objects come or go"
    ]


def test_a_trial_counts_names_and_mixtures() -> None:
    trial = run(Application("drawn", app(pod(), service(), ingress())), seed=1)
    assert not trial.crash
    assert dict(trial.able) == dict(trial.named) == dict.fromkeys(trial.able, 1)
    assert not any(trial.losses[way] for way in (FIRST, SECOND, TOO_EARLY))
    assert trial.losses[AT_ONCE]
    assert trial.mixtures > 8
    assert {one.name for one in trial.chosen} == {"http"}


def test_hard_applications_are_the_same_for_a_seed() -> None:
    assert list(applications(7, 3)) == list(applications(7, 3))
    assert list(applications(7, 3)) != list(applications(8, 3))


def test_the_judge_imports_nothing_of_the_tool() -> None:
    code = (
        "import sys, benchmarks.naming_links, benchmarks.naming_rollout, benchmarks.naming_worlds;"
        "sys.exit(any(name.split('.')[0] == 'refactor' for name in sys.modules))"
    )
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
