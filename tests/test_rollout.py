"""What the summary says about rolling out: which order, at what cost, and what stays a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from refactor import Result, fix_manifests
from refactor.report.rollout import kept_lines, kept_summary, rollout_lines
from refactor.report.style import Style
from tests.worlds import BROKEN, NAMED, NUMBERS, container, service, stream, workload

NAMELESS_SERVICE = NUMBERS | {"deployment.yaml": stream(workload("web", container()))}
BY_NAME = NUMBERS | {
    "service.yaml": stream(service("web", {"port": 80, "targetPort": "http"})),
    "deployment.yaml": NAMED["deployment.yaml"],
}


def stages(result: Result) -> dict[str, int]:
    """Rule → stage of the fixes that are made."""
    return {finding.rule: fix.stage for fix in result.plan.fixes if fix.applied for finding in fix.solves}


def marked(texts: Mapping[str, str], path: str, old: str, new: str) -> dict[str, str]:
    assert old in texts[path]
    return dict(texts) | {path: texts[path].replace(old, new, 1)}


def lines_of(result: Result, mode: str = "diff") -> list[str]:
    return list(rollout_lines(result, mode, "deploy/"))


def test_the_summary_tells_the_two_steps_in_commands() -> None:
    assert lines_of(fix_manifests(NUMBERS)) == [
        "2 fixes move references to new names: pods that still run without the name would get no traffic. To",
        "lose no request, go in two steps:",
        "  python -m refactor --write --stage 1 deploy/   # deploy, and wait for the rollout",
        "  python -m refactor --write --stage 2 deploy/   # deploy",
        "Stage 1 restarts the pods of 1 workload, which can be downtime (one replica or Recreate).",
    ]


def test_what_is_written_already_has_to_be_taken_back_first() -> None:
    for texts in (NUMBERS, NAMED, NAMELESS_SERVICE):
        assert "undo it (with git, say)" in " ".join(lines_of(fix_manifests(texts), "write"))
        assert "undo it (with git, say)" not in " ".join(lines_of(fix_manifests(texts)))


def test_an_ingress_waits_for_its_service_and_for_no_pod() -> None:
    """The pods declare no port: nothing in them changes, whatever the Service's port is called."""
    assert lines_of(fix_manifests(NAMELESS_SERVICE)) == [
        "1 fix makes an Ingress ask for a port by a name that its Service gets with these changes. Until the",
        "cluster has the changed Service, the changed Ingress finds no such port: apply the Service first,",
        "or go in two steps:",
        "  python -m refactor --write --stage 1 deploy/   # deploy",
        "  python -m refactor --write --stage 2 deploy/   # deploy",
    ]


def test_names_that_stand_need_no_second_run() -> None:
    assert lines_of(fix_manifests(NAMED)) == [
        "2 fixes ask for a port by name instead of by number; the name stands in these files already. If the",
        "cluster still runs an older state without it, the port would get no traffic: then deploy the files",
        "as they are before this change.",
    ]


def test_of_names_that_stand_and_names_that_come_each_is_told() -> None:
    texts = NAMED | {"service.yaml": NUMBERS["service.yaml"]}
    told = " ".join(lines_of(fix_manifests(texts)))
    assert "1 fix makes an Ingress ask" in told
    assert "1 fix asks for a port by name" in told
    assert "# deploy, and wait" not in told


def test_a_reference_that_the_api_refuses_is_none_that_works() -> None:
    refused = marked(NAMED, "ingress.yaml", '"number": 80', '"number": null')
    lines = lines_of(fix_manifests(refused))
    assert lines[0].startswith("1 fix asks for a port by name"), "the targetPort alone has something to lose"
    assert stages(fix_manifests(refused))["misshapen-backend"] == 1


def test_a_probe_alone_restarts_pods_too() -> None:
    probe = {"httpGet": {"path": "/", "port": 8080}}
    texts = {
        "app.yaml": stream(
            workload("web", container({"name": "http", "containerPort": 8080}, livenessProbe=probe))
        )
    }
    for stage in (None, 1):
        assert lines_of(fix_manifests(texts, stage=stage)) == [
            "Deploying this change restarts the pods of 1 workload, "
            "which can be downtime (one replica or Recreate)."
        ]
    assert lines_of(fix_manifests(texts, stage=2)) == []


@pytest.mark.parametrize("kind", ["ReplicaSet", "CronJob"])
def test_pods_that_are_not_replaced_are_no_restart(kind: str) -> None:
    """A wrong probe is repaired there; only what is started from now on has it."""
    texts = marked(NUMBERS, "deployment.yaml", '"kind": "Deployment"', f'"kind": "{kind}"')
    assert not any("restarts" in line for line in lines_of(fix_manifests(texts)))


def test_one_stage_tells_its_costs_and_no_order() -> None:
    first = fix_manifests(BROKEN, stage=1)
    assert lines_of(first) == [
        "Deploying this change restarts the pods of 1 workload, "
        "which can be downtime (one replica or Recreate)."
    ]
    alb = marked(NAMED, "ingress.yaml", '"spec": {', '"spec": {"ingressClassName": "alb", ')
    assert lines_of(fix_manifests(alb, stage=2)) == [
        "Deploying this change makes the AWS controller replace the target groups of Ingress web."
    ]


@pytest.mark.parametrize("options", [{"stage": 2}, {"select": "broken"}], ids=str)
def test_where_nothing_that_works_is_moved_and_no_pod_replaced_nothing_is_told(
    options: dict[str, Any],
) -> None:
    assert fix_manifests(BROKEN, **options).rollout is None


def test_a_list_of_problems_tells_no_rollout() -> None:
    assert lines_of(fix_manifests(NUMBERS), "check") == []


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        ('{"selector": {"matchL', '{"replicas": 3, "selector": {"matchL', (1, 0)),
        ('{"selector": {"matchL', '{"replicas": 1, "selector": {"matchL', (1, 1)),
        ('"template"', '"replicas": 3, "strategy": {"type": "Recreate"}, "template"', (1, 1)),
        ('"kind": "Deployment"', '"kind": "DaemonSet"', (1, 0)),
    ],
    ids=["replicas", "one", "recreate", "daemons"],
)
def test_restarts_are_counted(old: str, new: str, counts: tuple[int, int]) -> None:
    plan = fix_manifests(marked(NUMBERS, "deployment.yaml", old, new)).rollout
    assert plan is not None
    assert (plan.restarts, plan.downtime) == counts


def test_the_aws_controller_is_named_where_it_is_at_work() -> None:
    alb = marked(NUMBERS, "ingress.yaml", '"spec": {', '"spec": {"ingressClassName": "alb", ')
    assert lines_of(fix_manifests(alb))[-1] == (
        "Stage 2 makes the AWS controller replace the target groups of Ingress web."
    )
    assert len(lines_of(fix_manifests(alb))) <= 6
    assert not any("AWS" in line for line in lines_of(fix_manifests(NUMBERS)))


def test_what_stays_a_number_is_counted_and_explained_on_demand() -> None:
    fixed = marked(NUMBERS, "deployment.yaml", '"kind": "Deployment"', '"kind": "ReplicaSet"')
    result = fix_manifests(fixed)
    assert list(kept_summary(result, "deploy/")) == [
        "2 references stay numbers and 1 port stays without a name "
        "(why: python -m refactor --check --verbose deploy/)."
    ]
    told = "".join(kept_lines(result, Style()))
    assert told.count("\n") == 3
    assert "kept[numeric-target-port]" in told
    assert "a ReplicaSet doesn't replace its running pods" in told


def test_a_declined_name_is_no_finding() -> None:
    fixed = marked(NUMBERS, "deployment.yaml", '"kind": "Deployment"', '"kind": "ReplicaSet"')
    told = fix_manifests(fixed)
    assert {finding.rule for finding in told.findings} == {"numeric-backend-port", "unnamed-service-port"}
    assert list(kept_summary(fix_manifests(NUMBERS))) == []


def test_what_is_named_after_a_repair_is_not_told_as_kept() -> None:
    """An Ingress that asks for a missing port holds a Service's name back, until it is repaired."""
    result = fix_manifests(BROKEN)
    assert [one.reason for one in result.plan.declined] == []
    assert fix_manifests(BROKEN | dict(result.files)).diff == ""


def test_a_name_that_is_repaired_is_used_in_the_same_run() -> None:
    texts = marked(NAMED, "deployment.yaml", '"name": "http"', '"name": "web_port"')
    result = fix_manifests(texts)
    assert '"targetPort": "web-port"' in result.files["service.yaml"]
    assert fix_manifests(texts | dict(result.files)).diff == ""


def told_of(texts: Mapping[str, str], rule: str) -> str:
    (found,) = (finding for finding in fix_manifests(texts).findings if finding.rule == rule)
    return f"{found.safety}: {found.fix}"


def test_an_unsafe_name_says_who_would_feel_it() -> None:
    felt = ", but some Ingress controllers would lose the Service's pods for a moment, as its targetPort is a"
    assert told_of(BY_NAME, "unnamed-service-port").startswith(
        f"unsafe: Service web: port 80 gets the name http{felt}"
    )
    assert told_of(BY_NAME, "numeric-backend-port").startswith(f"unsafe: Ingress web: port 80 → http{felt}")


def test_a_name_that_means_tls_says_so() -> None:
    named = {path: BY_NAME[path].replace('"http"', '"https-api"') for path in NAMED if path != "ingress.yaml"}
    texts = BY_NAME | named
    assert "Traefik speaks TLS" in told_of(texts, "unnamed-service-port")


def test_a_safe_name_has_no_but() -> None:
    assert told_of(NUMBERS, "unnamed-service-port") == "safe: Service web: port 80 gets the name http"
    assert told_of(NUMBERS, "numeric-backend-port") == "safe: Ingress web: port 80 → http"
