"""Two stages: names first, then the references that move to them; and what each promises on its own."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from benchmarks.judge import resolve
from refactor import Result, fix_manifests
from refactor.report.rollout import kept_lines, kept_summary, rollout_lines
from refactor.report.style import Style
from tests.worlds import container, ingress, service, stream, workload

ROOT = Path(__file__).parent.parent
FOLDERS = [*sorted((ROOT / "tests/cases").glob("*/*_*/input")), *sorted(ROOT.glob("examples/*/"))]
each_folder = pytest.mark.parametrize(
    "folder", FOLDERS, ids=lambda f: f"{f.parent.parent.name}-{f.parent.name}-{f.name}"
)

NUMBERS = {
    "ingress.yaml": stream(ingress("web", ("web", 80))),
    "service.yaml": stream(service("web", {"port": 80, "targetPort": 8080})),
    "deployment.yaml": stream(
        workload("web", container(8080, readinessProbe={"httpGet": {"path": "/", "port": 8080}}))
    ),
}
NAMED = NUMBERS | {
    "service.yaml": stream(service("web", {"name": "http", "port": 80, "targetPort": 8080})),
    "deployment.yaml": stream(workload("web", container({"name": "http", "containerPort": 8080}))),
}
BROKEN = NUMBERS | {"ingress.yaml": stream(ingress("web", ("web", 8080)))}


def texts_of(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".json"))
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in files}


def after(texts: Mapping[str, str], **options: Any) -> dict[str, str]:
    return dict(texts) | dict(fix_manifests(texts, **options).files)


def stages(result: Result, applied: bool = True) -> dict[str, int]:
    """Rule → stage of the fixes that are made, or of those that are only offered."""
    fixes = [fix for fix in result.plan.fixes if fix.applied is applied]
    return {finding.rule: fix.stage for fix in fixes for finding in fix.solves}


def test_both_stages_are_planned_together() -> None:
    assert stages(fix_manifests(NUMBERS)) == {
        "unnamed-container-port": 1,
        "unnamed-service-port": 1,
        "numeric-probe-port": 1,
        "numeric-target-port": 2,
        "numeric-backend-port": 2,
    }


def test_the_first_stage_names_and_moves_only_probes() -> None:
    result = fix_manifests(NUMBERS, stage=1)
    assert sorted(result.files) == ["deployment.yaml", "service.yaml"]
    assert set(stages(result).values()) == {1}
    assert stages(result, applied=False) == {"numeric-target-port": 2, "numeric-backend-port": 2}


def test_the_second_stage_waits_for_names_that_do_not_stand() -> None:
    result = fix_manifests(NUMBERS, stage=2)
    assert result.diff == ""
    assert not any(fix.applied for fix in result.plan.fixes)


def test_the_second_stage_moves_what_has_its_name() -> None:
    result = fix_manifests(NAMED, stage=2)
    assert stages(result) == {"numeric-target-port": 2, "numeric-backend-port": 2}
    assert sorted(result.files) == ["ingress.yaml", "service.yaml"]


def test_the_second_stage_alone_takes_each_reference_for_itself() -> None:
    half = NUMBERS | {"service.yaml": NAMED["service.yaml"]}
    result = fix_manifests(half, stage=2)
    assert list(result.files) == ["ingress.yaml"], "the Service has its name, the pods don't"


def test_a_name_that_one_of_two_workloads_lacks_does_not_stand() -> None:
    labels = {"app": "web"}
    other = stream(workload("canary", container(8080), labels=labels))
    texts = NAMED | {"canary.yaml": other}
    assert list(fix_manifests(texts, stage=2).files) == ["ingress.yaml"]
    assert sorted(after(texts, stage=1)) == sorted(texts)
    assert "service.yaml" in fix_manifests(after(texts, stage=1), stage=2).files


def test_a_broken_reference_goes_to_its_name_in_the_first_stage() -> None:
    result = fix_manifests(BROKEN, stage=1)
    assert stages(result)["missing-backend-port"] == 1
    assert '"name": "http"' in result.files["ingress.yaml"]
    assert '"targetPort": 8080' in result.files["service.yaml"], "the working hop keeps its number"


def test_a_broken_reference_is_nothing_for_the_second_stage_alone() -> None:
    assert fix_manifests(BROKEN, stage=2).diff == ""


def test_a_repair_alone_keeps_the_kind_of_reference() -> None:
    result = fix_manifests(BROKEN, select="broken", stage=1)
    assert list(result.files) == ["ingress.yaml"]
    assert '"number": 80' in result.files["ingress.yaml"]


@pytest.mark.parametrize("texts", [NUMBERS, NAMED, BROKEN], ids=["numbers", "named", "broken"])
@pytest.mark.parametrize("stage", [None, 1, 2])
def test_findings_carry_their_stage(texts: dict[str, str], stage: int | None) -> None:
    result = fix_manifests(texts, stage=stage)
    fixable = [finding for finding in result.findings if finding.fixable]
    assert result.findings
    assert {finding.stage for finding in fixable} <= {1, 2}
    assert all(finding.stage is None for finding in result.findings if not finding.fixable)
    by_fix = {finding: fix.stage for fix in result.plan.fixes for finding in fix.solves}
    assert {finding: finding.stage for finding in fixable} == by_fix


@each_folder
def test_one_stage_after_the_other_is_both_at_once(folder: Path) -> None:
    texts = texts_of(folder)
    assert after(after(texts, stage=1), stage=2) == after(texts)


@each_folder
def test_each_stage_comes_to_rest(folder: Path) -> None:
    first = after(texts_of(folder), stage=1)
    assert fix_manifests(first, stage=1).diff == ""
    both = after(first, stage=2)
    assert fix_manifests(both, stage=2).diff == ""
    assert fix_manifests(both).diff == ""


@each_folder
def test_the_second_stage_first_loses_no_route(folder: Path) -> None:
    texts = texts_of(folder)
    before, now = resolve(texts), resolve(after(texts, stage=2))
    working = {route: verdict.landings for route, verdict in before.items() if verdict.resolved}
    assert {route: now[route].landings for route in working if route in now} == working


@pytest.mark.parametrize("stage", [1, 2])
def test_in_a_stage_any_mix_of_old_and_new_objects_works(stage: int) -> None:
    old = NUMBERS if stage == 1 else after(NUMBERS, stage=1)
    new = after(old, stage=stage)
    changed = [path for path in old if old[path] != new[path]]
    assert len(changed) == 2
    for choice in product((old, new), repeat=len(changed)):
        mixed = old | {path: texts[path] for path, texts in zip(changed, choice, strict=True)}
        assert all(verdict.resolved for verdict in resolve(mixed).values()), choice


def test_without_stages_a_mix_can_lose_the_pods() -> None:
    """What the stages are for: the Service of the second stage over pods from before the first."""
    both = after(NUMBERS)
    mixed = NUMBERS | {"service.yaml": both["service.yaml"]}
    assert not all(verdict.resolved for verdict in resolve(mixed).values())


def marked(texts: Mapping[str, str], path: str, old: str, new: str) -> dict[str, str]:
    assert old in texts[path]
    return dict(texts) | {path: texts[path].replace(old, new, 1)}


def lines_of(result: Result, mode: str = "diff") -> list[str]:
    return list(rollout_lines(result, mode, "deploy/"))


def test_the_summary_tells_the_two_steps_in_commands() -> None:
    assert lines_of(fix_manifests(NUMBERS)) == [
        "2 fixes move references that work today to new names: pods that still run without the name would",
        "get no traffic. To lose no request, go in two steps:",
        "  python -m refactor --write --stage 1 deploy/   # deploy, and wait for the rollout",
        "  python -m refactor --write --stage 2 deploy/   # deploy",
        "Stage 1 restarts the pods of 1 workload; "
        "for 1 of them (one replica or Recreate) that can be downtime.",
    ]


def test_what_is_written_already_has_to_be_taken_back_first() -> None:
    for texts in (NUMBERS, NAMED, NAMELESS_SERVICE):
        assert "take the files back" in " ".join(lines_of(fix_manifests(texts), "write"))
        assert "take the files back" not in " ".join(lines_of(fix_manifests(texts)))


NAMELESS_SERVICE = NUMBERS | {"deployment.yaml": stream(workload("web", container()))}


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
            "Deploying this change restarts the pods of 1 workload; "
            "for 1 of them (one replica or Recreate) that can be downtime."
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
        "Deploying this change restarts the pods of 1 workload; "
        "for 1 of them (one replica or Recreate) that can be downtime."
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
        ('{"template"', '{"replicas": 3, "template"', (1, 0)),
        ('{"template"', '{"replicas": 1, "template"', (1, 1)),
        ('{"template"', '{"replicas": 3, "strategy": {"type": "Recreate"}, "template"', (1, 1)),
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
