"""What stands near what: namespaces, variants, selection; and what isn't a resource of the input at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor import fix_manifests
from refactor.loading import load
from refactor.world import Resource
from refactor.world.lookup import written_labels
from refactor.world.places import common, folder_of, is_folder_far
from tests.manifests import chart_yaml
from tests.worlds import container, find, ingress, service, stream, workload, world


def names(found: list[Resource]) -> list[tuple[str, str]]:
    return [(one.home.file.path, one.name) for one in found]


def paths(found: list[Resource]) -> list[str]:
    return [one.home.file.path for one in found]


WEB = stream(service("web"))
FRONT = stream(ingress("front", ("web", 80)))
NEARNESS = [
    ("the same file", ["a/app.yaml", "a/web.yaml", "web.yaml"], "a/app.yaml"),
    ("the same folder", ["a/web.yaml", "a/b/web.yaml", "web.yaml"], "a/web.yaml"),
    ("the folder above before a sibling", ["web.yaml", "b/web.yaml"], "web.yaml"),
    ("below before above", ["a/b/web.yaml", "web.yaml"], "a/b/web.yaml"),
    ("the sibling before what is deep in it", ["b/web.yaml", "b/c/web.yaml"], "b/web.yaml"),
]


@pytest.mark.parametrize("what, places, nearest", NEARNESS, ids=[n[0] for n in NEARNESS])
@pytest.mark.parametrize("turn", [1, -1], ids=["forwards", "backwards"])
def test_a_name_means_the_nearest(what: str, places: list[str], nearest: str, turn: int) -> None:
    texts = dict.fromkeys(places[::turn], WEB)
    texts["a/app.yaml"] = FRONT + "---\n" + texts.get("a/app.yaml", "")
    among = world(texts)
    assert paths(among.named(find(among, "Ingress", "front"), "web")) == [nearest]


def test_a_tie_keeps_all_that_are_equally_near() -> None:
    among = world({"a/app.yaml": FRONT, "b/web.yaml": WEB, "c/web.yaml": WEB})
    assert paths(among.named(find(among, "Ingress", "front"), "web")) == ["b/web.yaml", "c/web.yaml"]


FOLDERS = [
    ("app", "app", False),
    ("app/web", "app", False),
    ("app/web", "app/db", False),
    ("", "deep/down/below", False),
    ("one/app", "two/app", True),
    ("apps/one/deploy", "apps/two/deploy", True),
    ("shop/overlays/live", "shop/base", False),
    ("shop/overlays/live/eu", "shop/base", False),
    ("shop/overlays/live/eu/west", "shop/base", True),
    ("shop/components/tls", "shop/base/web", False),
]


@pytest.mark.parametrize("here, there, far", FOLDERS)
def test_how_far_is_another_application(here: str, there: str, far: bool) -> None:
    one, other = folder_of(f"{here}/x.yaml".lstrip("/")), folder_of(f"{there}/y.yaml".lstrip("/"))
    assert is_folder_far(one, other) is far
    assert common(one, other) == common(other, one)


def test_two_named_namespaces_never_match() -> None:
    texts = {"all.yaml": stream(service("web", namespace="one"), ingress("front", namespace="two"))}
    among = world(texts)
    front = find(among, "Ingress", "front")
    assert among.named(front, "web") == []
    assert names(among.elsewhere(front, "web")) == [("all.yaml", "web")]
    assert list(among.services_near(front)) == []


def test_an_absent_namespace_is_the_sole_one_that_is_named_around() -> None:
    among = world({"a/web.yaml": stream(service("web", namespace="one")), "a/front.yaml": FRONT})
    assert paths(among.named(find(among, "Ingress", "front"), "web")) == ["a/web.yaml"]


def test_an_absent_namespace_is_none_of_several() -> None:
    web = stream(service("web", namespace="one"), service("other", namespace="two"))
    among = world({"a/web.yaml": web, "a/front.yaml": FRONT})
    assert among.named(find(among, "Ingress", "front"), "web") == []


def test_the_cluster_s_own_namespace_is_no_other_release() -> None:
    web = stream(service("web", namespace="one"), service("dns", namespace="kube-system"))
    among = world({"a/web.yaml": web, "a/front.yaml": FRONT})
    front = find(among, "Ingress", "front")
    assert paths(among.named(front, "web")) == ["a/web.yaml"]
    assert among.named(front, "dns") == []
    alone = world({"a/web.yaml": stream(service("dns", namespace="kube-system")), "a/front.yaml": FRONT})
    assert paths(alone.named(find(alone, "Ingress", "front"), "dns")) == ["a/web.yaml"]


def test_namespaces_of_other_folders_say_nothing() -> None:
    texts = {
        "a/web.yaml": stream(service("web", namespace="one")),
        "a/front.yaml": FRONT,
        "b/web.yaml": stream(service("web", namespace="two")),
    }
    among = world(texts)
    assert paths(among.named(find(among, "Ingress", "front"), "web")) == ["a/web.yaml"]


def test_what_the_user_says_is_elsewhere() -> None:
    here = find(among := world({"a.yaml": FRONT}, frozenset({"web", "shared/auth"})), "Ingress", "front")
    assert among.is_external(here, "web")
    assert not among.is_external(here, "auth")
    texts = {"a.yaml": stream(ingress("front", namespace="shared"))}
    among = world(texts, frozenset({"shared/auth", "default/other"}))
    assert among.is_external(find(among, "Ingress", "front"), "auth")
    assert not among.is_external(find(among, "Ingress", "front"), "other")
    among = world({"a.yaml": FRONT}, frozenset({"default/other"}))
    assert among.is_external(find(among, "Ingress", "front"), "other")


def test_a_selector_is_a_subset_of_the_labels() -> None:
    both = {"app": "web", "tier": "front"}
    among = world(
        {"a.yaml": stream(service("web"), workload("x", labels=both), workload("y", labels={"app": "w"}))}
    )
    web = find(among, "Service", "web")
    assert names(among.selected(web, {"app": "web"})) == [("a.yaml", "x")]
    assert names(among.selected(web, both)) == [("a.yaml", "x")]
    assert among.selected(web, both | {"more": "yes"}) == []
    assert among.selected(web, {}) == []


ADDED = [
    "pod-template-hash",
    "controller-revision-hash",
    "apps.kubernetes.io/pod-index",
    "job-name",
    "batch.kubernetes.io/job-name",
    "batch.kubernetes.io/job-completion-index",
    "rollouts-pod-template-hash",
]


@pytest.mark.parametrize("label", ADDED)
def test_labels_of_the_control_plane_are_never_missing(label: str) -> None:
    among = world({"a.yaml": stream(service("web"), workload("web"))})
    web = find(among, "Service", "web")
    assert written_labels({"app": "web", label: "x"}) == {"app": "web"}
    assert names(among.selected(web, {"app": "web", label: "x"})) == [("a.yaml", "web")]
    # With nothing else to go by it can't be told which pods are meant.
    assert among.selected(web, {label: "x"}) == []


def test_the_name_of_a_pod_belongs_to_its_stateful_set() -> None:
    sets = [workload(name, kind="StatefulSet", labels={"app": "db"}) for name in ("db", "db-read")]
    among = world({"a.yaml": stream(service("db"), *sets, workload("db", labels={"app": "other"}))})
    db, pod = find(among, "Service", "db"), "statefulset.kubernetes.io/pod-name"
    assert names(among.selected(db, {pod: "db-0"})) == [("a.yaml", "db")]
    assert names(among.selected(db, {"app": "db", pod: "db-read-2"})) == [("a.yaml", "db-read")]


def test_variants_of_a_workload_are_alternatives() -> None:
    variants = {f"{place}/app.yaml": stream(workload("web")) for place in ("live", "test")}
    among = world(variants | {"live/svc.yaml": WEB})
    assert paths(among.selected(find(among, "Service", "web"), {"app": "web"})) == ["live/app.yaml"]
    among = world(variants | {"svc.yaml": WEB})
    # Equally near: each may be meant, and it is enough that one of them answers.
    assert paths(among.selected(find(among, "Service", "web"), {"app": "web"})) == [
        "live/app.yaml",
        "test/app.yaml",
    ]


def test_far_pods_count_only_where_none_are_near() -> None:
    far = {"other/app/deploy.yaml": stream(workload("web", labels={"app": "web"}))}
    among = world(far | {"one/app/svc.yaml": WEB})
    web = find(among, "Service", "web")
    [found] = among.selected(web, {"app": "web"})
    assert among.is_far(web, found)
    among = world(
        far | {"one/app/svc.yaml": WEB, "one/app/near.yaml": stream(workload("near", labels={"app": "web"}))}
    )
    assert names(among.selected(find(among, "Service", "web"), {"app": "web"})) == [
        ("one/app/near.yaml", "near")
    ]


def test_pods_of_another_namespace_are_told_apart() -> None:
    texts = {"a.yaml": stream(service("web", namespace="one"), workload("web", namespace="two"))}
    among = world(texts)
    web = find(among, "Service", "web")
    assert among.selected(web, {"app": "web"}) == []
    assert names(among.selected_elsewhere(web, {"app": "web"})) == [("a.yaml", "web")]
    assert among.selected_elsewhere(web, {"pod-template-hash": "x"}) == []


@pytest.mark.parametrize("kind", ["List", "ServiceList"])
def test_lists_are_opened(kind: str) -> None:
    items = {
        "apiVersion": "v1",
        "kind": kind,
        "items": [service("web"), None, 7, {"kind": "Odd"}, service("api")],
    }
    among = world({"a.yaml": stream(items)})
    assert [(r.name, r.key) for r in among.services] == [
        ("web", ("a.yaml", 0, ("items", 0))),
        ("api", ("a.yaml", 0, ("items", 4))),
    ]


def test_a_list_in_a_list_is_read_as_kubectl_reads_it() -> None:
    inner = {"apiVersion": "v1", "kind": "List", "items": [service("web")]}
    (found,) = world({"a.yaml": stream({"apiVersion": "v1", "kind": "List", "items": [inner]})}).services
    assert found.name == "web"


KUSTOMIZATIONS = [
    "patches:\n  - path: patch.yaml\n",
    "patchesStrategicMerge:\n  - patch.yaml\n",
    "patches:\n  - path: ./patch.yaml\n    target: {kind: Service}\n",
    "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: patch.yaml}]\n",
]


@pytest.mark.parametrize("text", KUSTOMIZATIONS)
def test_patches_are_no_resources(text: str) -> None:
    patch = stream(service("web", {"port": 80, "targetPort": "htpp"}, selector={"app": "nobody"}))
    texts = {
        "live/kustomization.yaml": text,
        "live/patch.yaml": patch,
        "live/web.yaml": WEB + "---\n" + stream(workload("web")),
    }
    loaded = load(texts)
    assert loaded.manifests.patches == {"live/patch.yaml"}
    assert {r.home.file.path for r in loaded.manifests.resources} == {"live/web.yaml"}
    result = fix_manifests(texts, select="broken,suspect")
    assert result.findings == ()
    assert [note for note in result.notes if "kustomization live/kustomization.yaml" in note]


def test_an_inline_patch_is_no_path() -> None:
    text = (
        "patches:\n  - patch: |\n      kind: Service\n  - |-\n    apiVersion: v1\n    kind: Service\n  - 7\n"
    )
    assert load({"a/kustomization.yaml": text, "a/web.yaml": WEB}).manifests.patches == frozenset()


def test_the_files_of_a_chart_are_no_manifests() -> None:
    texts = {
        "web/Chart.yaml": chart_yaml(),
        "web/templates/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Chart.Name }}}\n",
        "web/charts/db/Chart.yaml": chart_yaml("db"),
        "website.yaml": WEB,
    }
    loaded = load(texts)
    assert set(loaded.manifests.files) == {"website.yaml"}
    assert loaded.errors == ()
    [chart] = loaded.charts
    [reading] = chart.readings
    assert [resource.label for resource in reading.resources] == ["Service web"]
    assert list(reading.files) == ["web/templates/service.yaml"]


def test_the_context_is_used_and_never_reported(tmp_path: Path) -> None:
    broken = service("api", {"port": 80, "targetPort": "htpp"})
    shared = stream(service("web"), workload("web", container(80)), broken, workload("api"))
    for name, text in (("app/front.yaml", FRONT), ("shared/all.yaml", shared)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, encoding="utf-8")
    alone = fix_manifests(tmp_path / "app", select="broken,suspect")
    assert [finding.rule for finding in alone.findings] == ["missing-backend-service"]
    beside = fix_manifests(tmp_path / "app", select="broken,suspect", context=tmp_path / "shared")
    assert (beside.findings, beside.diff) == ((), "")
