"""Labels that kustomizations add: a tree is judged as the same files with those labels written into them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refactor import fix_manifests
from tests.worlds import Texts, container, find, graph, ingress, reading, service, stream, workload

KEYS, VALUES = ("app", "tier", "part-of"), ("web", "api", "apl")
LABELS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), max_size=2)
SOME = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), min_size=1, max_size=2)
PORTS = st.sampled_from([80, 8080, "http", "htpp"])
KINDS = st.sampled_from(["Deployment", "StatefulSet", "Job", "CronJob", "Pod"])


@st.composite
def objects(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few Services and workloads that may or may not find each other."""
    services = [
        service(f"s{i}", {"port": 80, "targetPort": draw(PORTS)}, selector=draw(SOME))
        for i in range(draw(st.integers(1, 2)))
    ]
    port = {"name": "http", "containerPort": 8080}
    workloads = [
        workload(f"w{i}", container(port), kind=draw(KINDS), labels=draw(LABELS))
        for i in range(draw(st.integers(1, 3)))
    ]
    return [*services, *workloads]


def written(one: dict[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    """An object with the labels in all places where `commonLabels` puts them."""
    again: dict[str, Any] = json.loads(json.dumps(one))
    again["metadata"].setdefault("labels", {}).update(labels)
    spec = again["spec"]
    if again["kind"] == "Service":
        spec["selector"].update(labels)
    elif again["kind"] != "Pod":
        template = spec["jobTemplate"]["spec"]["template"] if again["kind"] == "CronJob" else spec["template"]
        template["metadata"]["labels"].update(labels)
    if again["apiVersion"] == "apps/v1":
        spec["selector"]["matchLabels"].update(labels)
    return again


def tree(all_of: list[dict[str, Any]], *layers: Mapping[str, Any]) -> Texts:
    """The objects, a file each, below a chain of kustomizations, the outermost first."""
    folders = ["/".join(("a", *("in",) * depth)) for depth in range(len(layers))]
    files = {
        f"{folder}/kustomization.yaml": json.dumps({"resources": ["in"]} | dict(layer))
        for folder, layer in zip(folders, layers, strict=True)
    }
    names = [f"{index}.yaml" for index in range(len(all_of))]
    last = f"{folders[-1]}/kustomization.yaml"
    files[last] = json.dumps({"resources": names} | dict(layers[-1]))
    return files | {f"{folders[-1]}/{name}": stream(one) for name, one in zip(names, all_of, strict=True)}


def verdicts(files: Texts) -> list[tuple[object, ...]]:
    found = fix_manifests(dict(files), select="broken,suspect").findings
    return [(f.rule, f.category, f.path, f.resource.kind, f.resource.name) for f in found]


@settings(deadline=None, max_examples=150)
@given(objects(), LABELS, LABELS, st.booleans())
def test_labels_count_as_if_they_were_written(
    all_of: list[dict[str, Any]], outer: dict[str, str], inner: dict[str, str], common: bool
) -> None:
    def adding(labels: dict[str, str]) -> dict[str, Any]:
        return (
            {"commonLabels": labels} if common else {"labels": [{"pairs": labels, "includeSelectors": True}]}
        )

    added = tree(all_of, adding(outer), adding(inner))
    said = tree([written(one, inner | outer) for one in all_of], {}, {})
    assert verdicts(added) == verdicts(said)


@settings(deadline=None, max_examples=100)
@given(objects(), LABELS)
def test_a_repair_never_touches_what_a_kustomization_sets(
    all_of: list[dict[str, Any]], labels: dict[str, str]
) -> None:
    files = tree(all_of, {"commonLabels": labels})
    result = fix_manifests(dict(files), select="unmatched-selector", unsafe=True)
    for path, text in result.files.items():
        before, after = (json.loads(one)["spec"]["selector"] for one in (files[path], text))
        assert {k: before.get(k) for k in labels} == {k: after.get(k) for k in labels}


WEB, PODS = stream(service("web")), stream(workload("web", labels={"name": "web"}))
COMMON = "commonLabels: {app: web}\n"


def selects(files: Texts) -> bool:
    world = graph(files)
    return bool(world.selections[find(world, "Service", "web")].workloads)


@pytest.mark.parametrize(
    "files",
    [
        {
            "a/kustomization.yaml": COMMON + "resources: [../b]\n",
            "b/Kustomization": "resources: [s.yaml, d.yaml]",
        },
        {"b/kustomization.yml": COMMON + "bases: [.]\nresources: [./s.yaml, ../b/d.yaml]\n"},
        {
            "a/kustomization.yaml": "components: [../c]\nresources: [../b]\n",
            "b/kustomization.yaml": "resources: [s.yaml, d.yaml]",
            "c/kustomization.yaml": "kind: Component\n" + COMMON,
        },
        {
            "a/kustomization.yaml": COMMON + "resources: [../b, ../a]\n",
            "b/kustomization.yaml": "resources: [s.yaml, d.yaml, ../c]",
            "c/kustomization.yaml": "resources: [../b]",
        },
    ],
    ids=["a folder", "files by other ways", "a component for what stands before it", "a cycle"],
)
def test_what_a_kustomization_reaches(files: Texts) -> None:
    assert selects({**files, "b/s.yaml": WEB, "b/d.yaml": PODS})
    below = {f"./x/{path}": text for path, text in files.items()}
    assert selects({**below, "./x/b/s.yaml": WEB, "./x/b/d.yaml": PODS})


@pytest.mark.parametrize(
    "kustomization",
    [
        COMMON + "resources: [s.yaml]\n",
        COMMON + "resources: [d.yaml]\n",
        COMMON + "resources: [https://example.com/b?ref=v1, s.yaml, ../gone]\n",
        COMMON + "resources: s.yaml\n",
        COMMON + "resources: [s.yaml, d.yaml]\npatches: [{path: d.yaml}]\n",
        "commonLabels: [app]\nlabels: {app: web}\nresources: [s.yaml, d.yaml]\n",
        "labels: [{pairs: {app: web}}, app, {includeSelectors: true}]\nresources: [s.yaml, d.yaml]\n",
    ],
)
def test_what_a_kustomization_does_not_reach_or_add(kustomization: str) -> None:
    assert not selects({"b/kustomization.yaml": kustomization, "b/s.yaml": WEB, "b/d.yaml": PODS})


@pytest.mark.parametrize(
    ("kustomizations", "together"),
    [
        ({"kustomization.yaml": "namespace: live\nresources: [s.yaml, d.yaml]\n"}, True),
        ({"kustomization.yaml": "namePrefix: a-\nresources: [s.yaml, d.yaml]\n"}, False),
        ({"kustomization.yaml": "namespace: live\nresources: [s.yaml]\n"}, False),
        (
            {
                "kustomization.yaml": "resources: [a, b]\n",
                "a/kustomization.yaml": "namespace: a\nresources: [../s.yaml]\n",
                "b/kustomization.yaml": "namespace: b\nresources: [../d.yaml]\n",
            },
            False,
        ),
    ],
)
def test_one_namespace_for_all_that_is_built(kustomizations: Texts, together: bool) -> None:
    files = {
        "s.yaml": stream(service("web", namespace="one")),
        "d.yaml": stream(workload("web", namespace="two")),
    }
    assert selects({**files, **kustomizations}) is together


def test_prefixes_are_followed_in_every_name() -> None:
    all_of = [ingress("door", ("web", 80)), service("web"), workload("web")]
    files = tree(all_of, {"namePrefix": "a-"}, {"nameSuffix": "-b", "namespace": "live"})
    assert verdicts(files) == []


def test_a_kustomization_by_another_name_builds_nothing() -> None:
    files = {"b/s.yaml": WEB, "b/d.yaml": PODS}
    text = "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: [s.yaml, d.yaml]\n"
    assert not selects({**files, "b/other.yaml": text + COMMON})


def test_a_rollout_gets_labels_only_where_kustomize_was_told_of_it() -> None:
    rollout = json.loads(PODS) | {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}
    files = {"s.yaml": WEB, "d.yaml": stream(rollout)}
    text = COMMON + "resources: [s.yaml, d.yaml]\n"
    assert not selects({**files, "kustomization.yaml": text})
    assert selects({**files, "kustomization.yaml": text + "configurations: [rollouts.yaml]\n"})


def test_monitors_find_services_by_labels_that_are_added() -> None:
    monitor = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "endpoints": [{"port": "Web_1"}]},
    }
    named = stream(service("web", {"name": "Web_1", "port": 80, "targetPort": 80}))
    files = {"s.yaml": named, "d.yaml": stream(workload("web")), "m.yaml": stream(monitor)}
    text = COMMON + "resources: [s.yaml, d.yaml, m.yaml]\n"
    changed = fix_manifests(
        {**files, "kustomization.yaml": text}, select="invalid-port-name", unsafe=True
    ).files
    assert set(changed) == {"s.yaml", "m.yaml"}


def test_a_long_chain_of_kustomizations_is_read() -> None:
    chain = {f"f{i}/kustomization.yaml": f"resources: [../f{i + 1}]\n" for i in range(3000)}
    chain["f0/kustomization.yaml"] += COMMON
    chain["f3000/kustomization.yaml"] = "resources: [s.yaml, d.yaml]\n"
    texts = {**chain, "f3000/s.yaml": WEB, "f3000/d.yaml": PODS}
    assert reading(texts).labelling
    assert selects(texts)
