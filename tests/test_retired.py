"""Objects that are read for nothing but their version: when they are, and that they disturb nothing else."""

from __future__ import annotations

import pytest

from refactor import fix_manifests
from refactor.analysis import Analysis, Surroundings
from refactor.inputs import FileReading, Reading, read_again, read_file
from refactor.kubernetes import is_interesting, kind_of
from refactor.kubernetes.catalogue import INTERESTING, KINDS, RETIRED
from refactor.kubernetes.kinds import is_retired
from refactor.kubernetes.meta import group_of
from refactor.kubernetes.reading import read as model_of
from refactor.kubernetes.removed import REMOVED
from refactor.proof.leaving import with_leaving
from refactor.source import SourceFile

BUDGET = """\
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  selector:
    matchLabels: {port: web-port}
"""
SERVED = BUDGET.replace("v1beta1", "v1")
SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n"
LIST = "kind: List\nitems:\n" + "".join(f"- {BUDGET}".replace("\n", "\n  ").rstrip(" ") for _ in range(2))


def read(text: str) -> FileReading:
    return read_file(SourceFile("x.yaml", text.encode()))


def test_what_replaces_a_version_is_served() -> None:
    assert not {(removal.now, kind) for (_, kind), removal in REMOVED.items()} & REMOVED.keys()


@pytest.mark.parametrize("version, kind", REMOVED)
def test_every_removed_version_is_read(version: str, kind: str) -> None:
    data = {"apiVersion": version, "kind": kind}
    assert is_interesting(kind, version)
    assert is_interesting(kind, None)
    assert kind_of(data) is not None
    assert is_retired(model_of(data)[0]) == ((group_of(version), kind) not in KINDS)


@pytest.mark.parametrize("version, kind", RETIRED)
def test_other_versions_of_these_kinds_are_not(version: str, kind: str) -> None:
    for other in (REMOVED[version, kind].now or "policy/v1", "", "v1", "example.com/v1beta1"):
        assert not is_interesting(kind, other)
        assert kind_of({"apiVersion": other, "kind": kind}) is None
    assert kind not in INTERESTING


@pytest.mark.parametrize(
    "text", [BUDGET, SERVED, f"{SERVED}kind: PodDisruptionBudget\n", SERVED + "status: {}"]
)
def test_a_name_in_it_is_one_that_nobody_reads(text: str) -> None:
    [unread] = Reading([read(text)]).unread()
    assert (unread.kind, unread.mentions("web-port")) == ("PodDisruptionBudget", True)


@pytest.mark.parametrize("text", [BUDGET, LIST])
def test_the_world_keeps_it_apart(text: str) -> None:
    world = Analysis(read(f"{SERVICE}---\n{text}").resources, Surroundings()).graph.world
    assert [one.kind for one in world.resources] == ["Service"]
    assert {one.kind for one in world.retired} == {"PodDisruptionBudget"}
    assert world.of("PodDisruptionBudget", "policy") == ()


@pytest.mark.parametrize("text", [f"{SERVICE}---\n{BUDGET}---\n{SERVED}", f"{SERVICE}---\n{LIST}"])
def test_where_it_leaves_it_is_compared_all_the_same(text: str) -> None:
    old = read(text)
    new = read_again(old, SourceFile("x.yaml", text.replace("v1beta1", "v1", 1).encode()))
    assert len(new.resources) == len(old.resources) - 1
    again = with_leaving(old, new)
    assert [one.key for one in again.resources] == [one.key for one in old.resources]
    assert [one.id for one in again.resources] == [one.id for one in old.resources]
    assert [one.kind for one in again.skipped] == [one.kind for one in old.skipped]
    assert again.resources[1].data == {**old.resources[1].data, "apiVersion": "policy/v1"}


def test_what_became_nothing_has_left_indeed() -> None:
    old = read(f"{SERVICE}---\n{BUDGET}")
    new = read_again(old, SourceFile("x.yaml", f"{SERVICE}---\n# gone\n".encode()))
    assert len(with_leaving(old, new).resources) == 1


def test_nothing_is_said_of_the_context() -> None:
    result = fix_manifests({"service.yaml": SERVICE}, select="deprecated")
    assert not result.findings
    files = Reading([read_file(SourceFile("x.yaml", BUDGET.encode()), reported=False)])
    assert not Analysis(files.resources, Surroundings()).findings


@pytest.mark.parametrize(
    "selector, fixed",
    [("{matchLabels: {a: b}}", True), ("null", True), ("{}", False), ("{matchExpressions: []}", False)],
)
def test_a_budget_is_moved_only_where_it_means_the_same_pods(selector: str, fixed: bool) -> None:
    text = BUDGET[: BUDGET.index("  selector")] + f"  selector: {selector}\n"
    result = fix_manifests({"x.yaml": text})
    assert [one.fixed or one.fixable for one in result.findings] == [fixed]
    assert not fix_manifests(result.files).findings if fixed else not result.files
