"""Where a chart can be broken, that one place is, and what a person could know about it."""

import random
from pathlib import Path

import pytest

from benchmarks.chart_evidence import Effect, effects
from benchmarks.chart_faults import Mutant, broken_text, ground, mutants, variants
from benchmarks.chart_folders import Copy, own
from benchmarks.chart_places import Kind, Place, places
from benchmarks.chart_views import Vocabulary, cluster_of, scene_of, views, ways
from benchmarks.evidence import (
    FOREIGN_LABEL,
    NAMED_RENUMBERING,
    PRINCIPLES,
    RESEMBLES_NONE,
    TIE,
    MisleadingError,
)
from benchmarks.faults.fault import Scene

OWN = {case.name: case for case in own()}
KNOWN = Vocabulary(
    frozenset((80, 8080)),
    frozenset(("http", "admin")),
    frozenset(("front",)),
    frozenset(("shop",)),
    frozenset(("app",)),
)

TEMPLATE = """{{- /* port: 8080 and "http" in a comment are no places */ -}}
# port: 8080
spec:
  ports:
    - name: http # said
      port: 80
      targetPort: "http"
      nodePort: 80
    - port: {{ .Values.port }}
      targetPort: '{{ .Values.a }}-{{ .Values.b }}'
    - port: {{- .Values.port }}
    - {{- toYaml .Values.more | nindent 6 }}
  other: 8080
  selector:
    app: shop
    "app": {{ .Chart.Name }}
{{ include "x.port" (dict "port" 8080 "name" "http" "else" "unknown" "size" 80.5) }}
{{ if eq .Values.x "a }} b" }}{{ default 80 .Values.y }}{{ end }}
"""


def found(files: dict[str, str]) -> list[tuple[str, str, str]]:
    listed = list(places(files, KNOWN))
    for place in listed:
        assert files[place.path][place.start : place.end] == place.old
    return [(place.kind, place.key, place.old) for place in listed]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_the_places_of_a_template(ending: str) -> None:
    assert sorted(found({"templates/a.yaml": TEMPLATE.replace("\n", ending)})) == [
        ("expression at a label", "app", "{{ .Chart.Name }}"),
        ("expression at a port", "port", "{{ .Values.port }}"),
        ("expression at a port", "targetPort", "{{ .Values.a }}-{{ .Values.b }}"),
        ("number in an action", "", "80"),
        ("number in an action", "", "8080"),
        ("template label", "app", "shop"),
        ("template label key", "app", "app"),
        ("template name", "name", "http"),
        ("template name", "targetPort", "http"),
        ("template number", "port", "80"),
        ("word in an action", "", "http"),
    ]


def test_the_places_of_values() -> None:
    values = "a: 80 # why\nb: 'http'\nc: \"8080\"\nd: 81\ne: &x shop\nf: *x\ng: |\n  http\nh: [front, 80.0]\n"
    expected = [
        ("values number", "a", "80"),
        ("values number", "c", "8080"),
        ("values word", "b", "http"),
        ("values word", "h", "front"),
    ]
    assert sorted(found({"values.yaml": values})) == expected
    assert sorted(found({"values-prod.yaml": values})) == expected
    assert found({"README.md": values, "templates/NOTES.txt": TEMPLATE, "ci/x.yaml": values}) == []


def test_the_wrong_thing_is_new_to_the_chart() -> None:
    kinds: dict[Kind, str] = {
        "template number": "80",
        "expression at a port": "{{ .x }}",
        "expression at a name": "{{ .x }}",
        "expression at a label": "{{ .x }}",
        "template label key": "app",
        "template name": "http",
        "values word": "shop",
    }
    for kind, old in kinds.items():
        place = Place("x", 0, len(old), old, kind)
        made = [new for _, new in variants(place, KNOWN, "chart", random.Random(3))]
        assert len([new for new in made if new]) == len(made) >= 1
        assert old not in made
    assert broken_text("a: 80\n", Place("x", 3, 5, "80", "template number"), "81") == "a: 81\n"
    with pytest.raises(ValueError, match="isn't at 3"):
        broken_text("a: 81\n", Place("x", 3, 5, "80", "template number"), "82")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Mutant]:
    everything: list[Mutant] = []
    for case in OWN.values():
        copy = Copy(case, tmp_path_factory.mktemp("chart"))
        everything += mutants(ground(copy), 5, 20)
        assert copy.snapshot() == copy.files
    return everything


def test_a_mutant_has_one_place_and_a_broken_route(made: list[Mutant], tmp_path: Path) -> None:
    copies = {name: Copy(case, tmp_path) for name, case in OWN.items()}
    for mutant in made:
        copy = copies[mutant.case.name]
        before = copy.files[mutant.place.path].decode()
        head, tail = before[: mutant.place.start], before[mutant.place.end :]
        assert mutant.text == f"{head}{mutant.new}{tail}"
        assert mutant.new != mutant.place.old
        ready = ground(copy)
        copy.put(copy.files | {mutant.place.path: mutant.text.encode()})
        after = ways(views(copy.folder, ready.asked))
        copy.put(copy.files)
        healthy = ways(ready.healthy)
        assert after.keys() == healthy.keys()
        assert mutant.broken
        assert all(healthy[way].pods - after[way].pods for way in mutant.broken)


def test_dependencies_are_never_broken(made: list[Mutant]) -> None:
    touched = {(mutant.case.name, mutant.place.path) for mutant in made}
    assert not any(path.startswith("charts/shared/") for _, path in touched)
    assert ("own/storefront", "charts/cache/templates/cache.yaml") in touched
    assert any(path == "values-prod.yaml" for _, path in touched)


def test_many_kinds_are_made_and_few_are_excluded(made: list[Mutant]) -> None:
    assert len({mutant.kind for mutant in made}) >= 9
    assert {mutant.link for mutant in made} >= {"selector", "probe", "target port", "backend port"}
    excluded = [mutant.undecidable for mutant in made if mutant.undecidable]
    assert set(excluded) <= set(PRINCIPLES)
    assert len(excluded) < len(made) / 2


def test_the_same_seed_makes_the_same_mutants(tmp_path: Path) -> None:
    ready = ground(Copy(OWN["own/storefront"], tmp_path))

    def spelled(seed: int) -> list[tuple[Place, str]]:
        return [(mutant.place, mutant.new) for mutant in mutants(ready, seed, 5)]

    assert spelled(3) == spelled(3)
    assert spelled(3) != spelled(4)


CHAIN = """apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: web}}
spec: {{defaultBackend: {{service: {{name: {backend}, port: {{name: {asked}}}}}}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: r-web}}
spec:
  selector: {{app: {wanted}, tier: {tier}}}
  ports: [{{name: http, port: 80, targetPort: {target}}}{more}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  template:
    metadata: {{labels: {{app: web, tier: front}}}}
    spec:
      containers:
        - name: main
          ports: [{{name: http, containerPort: {number}}}, {{name: admin, containerPort: 9000}}]
          livenessProbe: {{httpGet: {{port: {probe}}}}}
"""
HEALTHY: dict[str, object] = {
    "backend": "r-web", "asked": "http", "wanted": "web", "tier": "front",
    "target": "http", "number": 8080, "probe": "http", "more": "",
}  # fmt: skip


def chain(changed: dict[str, object], extra: str = "") -> Scene:
    return scene_of({"c/templates/a.yaml": CHAIN.format(**HEALTHY | changed) + extra})


RIVAL = """---
apiVersion: v1
kind: Service
metadata: {name: r-webs}
spec: {selector: {app: x}, ports: [{name: http, port: 80}]}
"""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"backend": "web"}, [Effect("backend name")]),
        ({}, {"asked": "htpp"}, [Effect("backend port")]),
        (
            {"more": ", {name: admin, port: 9000}"},
            {"more": ", {name: admin, port: 9000}", "asked": "rest"},
            [Effect("backend port", RESEMBLES_NONE)],
        ),
        ({}, {"wanted": "wbe"}, [Effect("selector")]),
        ({}, {"tier": "falcon"}, [Effect("selector", FOREIGN_LABEL)]),
        ({}, {"target": "htp"}, [Effect("target port")]),
        ({"target": 8080}, {"target": 8080, "number": 8081}, [Effect("target port", NAMED_RENUMBERING)]),
        ({}, {"probe": "amdin"}, None),
        ({}, {"probe": "htttp"}, [Effect("probe")]),
        ({}, {"probe": 7321}, [Effect("probe", RESEMBLES_NONE)]),
        ({}, {"number": 8081}, []),
    ],
)
def test_what_a_person_could_know(
    before: dict[str, object], after: dict[str, object], expected: list[Effect] | None
) -> None:
    healthy, broken = chain(before), chain(after)
    if expected is None:
        with pytest.raises(MisleadingError):
            list(effects(healthy, broken))
    else:
        assert list(effects(healthy, broken)) == expected


def test_a_name_that_could_mean_two_is_a_tie() -> None:
    healthy = chain({}, RIVAL)
    assert list(effects(healthy, chain({"backend": "maple"}, RIVAL))) == [Effect("backend name", TIE)]
    assert list(effects(healthy, chain({"backend": "r-we"}, RIVAL))) == [Effect("backend name")]


def test_a_workload_that_disowns_its_pods_tells_which_label_is_wrong() -> None:
    owner = "spec:\n  selector: {{matchLabels: {{app: web, tier: front}}}}\n  template:"
    text = CHAIN.replace("spec:\n  template:", owner).format(**HEALTHY)
    assert "matchLabels: {app: web, tier: front}" in text
    wrong = text.replace("labels: {app: web,", "labels: {app: x,")
    assert list(effects(scene_of({"a": text}), scene_of({"a": wrong}))) == [Effect("selector")]


def test_a_cluster_keeps_the_order_of_its_files() -> None:
    assert [one.manifest.name for one in cluster_of({"a": CHAIN.format(**HEALTHY)}).services] == ["r-web"]
