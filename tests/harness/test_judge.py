"""The re-resolver on cases small enough to be checked by eye."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.cluster import refuses
from benchmarks.judge import Landing, Verdict, distance, resolve

INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: door}
spec:
  rules:
  - http:
      paths:
      - path: /
        pathType: Prefix
        backend: {BACKEND}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: TARGET}]
"""
POD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      containers:
      - name: main
        ports: PORTS
"""
PORTS = "[{name: app, containerPort: 3000}]"


WEB = "{service: {name: web, port: {number: 80}}}"


def files(backend: str = WEB, target: str = "3000", ports: str = PORTS) -> dict[str, str]:
    return {
        "ingress.yaml": INGRESS.replace("{BACKEND}", backend),
        "service.yaml": SERVICE.replace("TARGET", target),
        "pod.yaml": POD.replace("PORTS", ports),
    }


def verdict(texts: dict[str, str], kind: str) -> Verdict:
    return next(found for route, found in resolve(texts).items() if route.kind == kind)


@pytest.mark.parametrize(
    "backend",
    ["{service: {name: web, port: {number: 80}}}", "{service: {name: web, port: {name: http}}}"],
)
def test_an_ingress_lands_on_the_container(backend: str) -> None:
    found = verdict(files(backend), "ingress")
    assert found.landings == {Landing("pod.yaml", "Deployment", "web", "main", 3000)}
    assert found.objects == {
        ("ingress.yaml", "Ingress", "door"),
        ("service.yaml", "Service", "web"),
        ("pod.yaml", "Deployment", "web"),
    }


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        ("{service: {name: web, port: {number: 81}}}", "the Service has no port 81"),
        ("{service: {name: web, port: {name: htpp}}}", "the Service has no port htpp"),
        ("{service: {name: wbe, port: {number: 80}}}", "no Service is called wbe"),
        ("{serviceName: web, servicePort: 80}", "the backend isn't in the v1 shape"),
        ("{service: {name: web, port: 80}}", "the backend isn't in the v1 shape"),
        ("{service: {name: web, port: {number: 80, name: http}}}", "the backend isn't in the v1 shape"),
        ('{service: {name: web, port: {number: "80"}}}', "the backend isn't in the v1 shape"),
        ("{service: {name: web, port: {name: 80}}}", "the backend isn't in the v1 shape"),
        ("{service: {name: web, port: {number: 80}}, servicePort: 80}", "the backend isn't in the v1 shape"),
    ],
)
def test_a_broken_backend_has_a_reason(backend: str, reason: str) -> None:
    found = verdict(files(backend), "ingress")
    assert (found.landings, found.outside, found.reason) == (frozenset(), False, reason)


def test_v1beta1_has_its_own_shape() -> None:
    texts = files("{serviceName: web, servicePort: http}")
    texts["ingress.yaml"] = texts["ingress.yaml"].replace("k8s.io/v1", "k8s.io/v1beta1")
    assert verdict(texts, "ingress").resolved
    texts["ingress.yaml"] = texts["ingress.yaml"].replace("servicePort: http", "servicePort: 81")
    assert verdict(texts, "ingress").reason == "the Service has no port 81"


def test_a_default_backend_is_the_same_route_in_both_versions() -> None:
    new, old = f"{{defaultBackend: {WEB}}}", "{backend: {serviceName: web, servicePort: 80}}"
    found = []
    for version, spec in (("v1", new), ("v1beta1", old)):
        head = INGRESS.partition("spec:")[0].replace("k8s.io/v1", f"k8s.io/{version}")
        found.append(resolve(files() | {"ingress.yaml": f"{head}spec: {spec}\n"}))
    assert found[0] == found[1]
    assert all(verdict.resolved for verdict in found[0].values())


def test_a_default_backend_has_another_name_in_v1() -> None:
    texts = files()
    for key, reason in (("defaultBackend", ""), ("backend", "the backend isn't in the v1 shape")):
        texts["ingress.yaml"] = INGRESS.partition("spec:")[0] + f"spec: {{{key}: {WEB}}}\n"
        assert verdict(texts, "ingress").reason == reason


@pytest.mark.parametrize(
    ("target", "ports", "number"),
    [
        ("3000", PORTS, 3000),
        ("app", PORTS, 3000),
        ("app", "[{name: app, containerPort: 3000, protocol: UDP}]", None),
        ("ap", PORTS, None),
        ("3001", PORTS, None),
        ("3001", "[]", 3001),
        ("null", "[{containerPort: 80}]", 80),
        ("'3000'", PORTS, None),
        ("yes", "[{name: 'yes', containerPort: 3000}]", None),
    ],
)
def test_target_ports(target: str, ports: str, number: int | None) -> None:
    found = verdict(files(target=target, ports=ports), "service")
    assert [landing.number for landing in found.landings] == ([] if number is None else [number])


def test_a_selector_is_a_subset_match() -> None:
    texts = files()
    assert verdict(texts, "service").resolved
    texts["service.yaml"] = texts["service.yaml"].replace("{app: web}", "{app: web, tier: back}")
    assert verdict(texts, "service").reason == "the selector matches no workload"


@pytest.mark.parametrize(
    "change", [("selector: {app: web}", "type: ExternalName"), ("selector: {app: web}", "")]
)
def test_endpoints_kept_elsewhere_are_no_fault(change: tuple[str, str]) -> None:
    texts = files()
    texts["service.yaml"] = texts["service.yaml"].replace(*change)
    found = verdict(texts, "ingress")
    assert (found.outside, found.resolved) == (True, False)


def test_namespaces_are_never_crossed() -> None:
    texts = files()
    texts["service.yaml"] = texts["service.yaml"].replace("{name: web}", "{name: web, namespace: one}")
    assert verdict(texts, "ingress").resolved, "an absent namespace is the sole one of its folder"
    texts["pod.yaml"] = texts["pod.yaml"].replace("{name: web}", "{name: web, namespace: two}")
    assert not verdict(texts, "service").resolved


def test_of_variants_the_nearest_counts() -> None:
    texts = {f"{place}/{name}": text for place in ("a", "b") for name, text in files().items()}
    texts["b/pod.yaml"] = texts["b/pod.yaml"].replace("3000", "4000")
    landings = {
        route.path: found.landings for route, found in resolve(texts).items() if route.kind == "ingress"
    }
    assert {landing.path for landing in landings["a/ingress.yaml"]} == {"a/pod.yaml"}
    assert landings["b/ingress.yaml"] == frozenset(), "b's Service sends to 3000, b's pod has 4000"


def test_files_are_nearer_than_folders_and_parents_nearer_than_siblings() -> None:
    near_to_far = ["a/b/x.yaml", "a/b/y.yaml", "a/x.yaml", "x.yaml", "a/c/x.yaml", "d/e/x.yaml"]
    far_to_near = near_to_far[::-1]
    assert sorted(far_to_near, key=lambda other: distance("a/b/x.yaml", other)) == near_to_far


@pytest.mark.parametrize(
    ("port", "resolved"), [("app", True), ("3000", True), ("aqp", False), ("3001", False), ("side", False)]
)
def test_a_probe_looks_in_its_own_container(port: str, resolved: bool) -> None:
    probe = f"        readinessProbe: {{httpGet: {{path: /, port: {port}}}}}\n"
    other = "      - name: other\n        ports: [{name: side, containerPort: 9}]\n"
    text = POD.replace("PORTS", PORTS) + probe + other
    assert verdict({"pod.yaml": text}, "probe").resolved is resolved


def test_a_native_sidecar_is_searched_last_and_an_init_container_never() -> None:
    sidecar = (
        POD.replace("PORTS", "[]").replace("containers:", "initContainers:")
        + "        restartPolicy: Always\n"
    )
    texts = {"service.yaml": SERVICE.replace("TARGET", "app"), "pod.yaml": sidecar.replace("[]", PORTS)}
    assert verdict(texts, "service").resolved
    texts["pod.yaml"] = texts["pod.yaml"].replace("restartPolicy: Always", "restartPolicy: Never")
    assert not verdict(texts, "service").resolved


def test_a_job_counts_only_where_nothing_else_is_meant() -> None:
    job = POD.replace("PORTS", "[]").replace("apps/v1", "batch/v1").replace("Deployment", "Job")
    texts = files() | {"job.yaml": job.replace("name: web", "name: once")}
    assert {landing.kind for landing in verdict(texts, "service").landings} == {"Deployment"}


def test_lists_are_opened_and_other_groups_left_out() -> None:
    texts = files()
    item = "\n".join(f"    {line}" for line in texts["service.yaml"].strip().splitlines())
    texts["service.yaml"] = "apiVersion: v1\nkind: List\nitems:\n  -\n" + item + "\n"
    assert verdict(texts, "ingress").resolved
    texts["service.yaml"] = texts["service.yaml"].replace(
        "    apiVersion: v1", "    apiVersion: serving.knative.dev/v1"
    )
    assert verdict(texts, "ingress").reason == "no Service is called web"


def test_a_document_that_is_no_yaml_leaves_the_others() -> None:
    text = "a: [1\n---\n" + SERVICE.replace("TARGET", "3000") + "---\n" + POD.replace("PORTS", PORTS)
    assert verdict({"all.yaml": text}, "service").resolved


def test_a_patch_of_a_kustomization_is_no_resource() -> None:
    texts = files() | {"kustomization.yaml": "patches: [{path: pod.yaml}]\n"}
    assert verdict(texts, "service").reason == "the selector matches no workload"


def test_the_judge_shares_nothing_with_the_code_under_test() -> None:
    modules = "sys, benchmarks.judge, benchmarks.faults.catalogue, benchmarks.generate"
    code = f"import {modules}; print('refactor' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "version, refused",
    [
        ("apps/v1", True),
        ("networking.k8s.io/v2", True),
        ("networking.k8s.io/v1", False),
        ("extensions/v1beta1", False),
        ("networking.internal.knative.dev/v1alpha1", False),
    ],
)
def test_an_ingress_in_a_group_without_one_is_refused(version: str, refused: bool) -> None:
    text = f"apiVersion: {version}\nkind: Ingress\nmetadata: {{name: web}}\n"
    assert refuses({"a.yaml": text}) is refused
    assert not refuses({"a.yaml": text.replace("Ingress", "Service")})


@pytest.mark.parametrize(
    ("version", "spec", "refused"),
    [
        ("apps/v1", "{template: {}}", True),
        ("apps/v1", "{selector: {matchLabels: {app: web}}}", False),
        ("extensions/v1beta1", "{template: {}}", False),
    ],
)
def test_a_workload_of_today_needs_a_selector(version: str, spec: str, refused: bool) -> None:
    text = f"apiVersion: {version}\nkind: Deployment\nmetadata: {{name: web}}\nspec: {spec}\n"
    assert refuses({"a.yaml": text}) is refused
