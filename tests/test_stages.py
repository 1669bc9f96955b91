"""Two stages: names first, then the references that move to them; and what each promises on its own."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from benchmarks.judge import resolve
from refactor import Result, fix_manifests
from tests.worlds import BROKEN, NAMED, NUMBERS, container, stream, workload

ROOT = Path(__file__).parent.parent
FOLDERS = [*sorted((ROOT / "tests/cases").glob("*/*_*/input")), *sorted(ROOT.glob("examples/*/"))]
each_folder = pytest.mark.parametrize(
    "folder", FOLDERS, ids=lambda f: f"{f.parent.parent.name}-{f.parent.name}-{f.name}"
)


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
