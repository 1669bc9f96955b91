"""Objects whose kind, apiVersion or keys are misspelt are read as what is meant, and nothing else is."""

from __future__ import annotations

import pytest

from refactor.kubernetes import is_interesting
from refactor.kubernetes.catalogue import KINDS
from refactor.kubernetes.fields import SERVICE, fields_at
from refactor.kubernetes.kinds import kind_of
from refactor.kubernetes.misspelling import as_spelt, mended, written_path
from tests.test_models import STRANGERS, read

CAPITALS = [
    ("v1", "service", ("", "Service")),
    ("apps/v1", "DEPLOYMENT", ("apps", "Deployment")),
    ("extensions/v1beta1", "ingress", ("networking.k8s.io", "Ingress")),
    ("networking.k8s.io/v1", "INGRESS", ("networking.k8s.io", "Ingress")),
]


@pytest.mark.parametrize("version, kind, known", CAPITALS)
def test_a_kind_in_wrong_capitals_is_the_one_that_is_meant(
    version: str, kind: str, known: tuple[str, str]
) -> None:
    data = {"apiVersion": version, "kind": kind, "metadata": {"name": "web"}, "spec": {}}
    assert kind_of(data) == known
    assert type(read(data)[0]) is type(read({**data, "kind": known[1]})[0])
    assert is_interesting(kind, version)
    assert is_interesting(kind, None)


@pytest.mark.parametrize(
    "version, kind", [(version, kind.lower()) for version, kind in STRANGERS if "." in version]
)
def test_capitals_are_no_matter_in_another_group(version: str, kind: str) -> None:
    assert kind_of({"apiVersion": version, "kind": kind, "metadata": {"name": "web"}}) is None
    assert not is_interesting(kind, version)


MEANT = [
    ("networking.k8s.io/v1", "Ingres", ("networking.k8s.io", "Ingress")),
    ("v1", "Services", ("", "Service")),
    ("v1", "Endpoint", ("", "Endpoints")),
    ("apps/v1", "Deploymnet", ("apps", "Deployment")),
    ("apps/v1", "StatefullSets", ("apps", "StatefulSet")),
    ("gateway.networking.k8s.io/v1", "HTTPRoutes", ("gateway.networking.k8s.io", "HTTPRoute")),
    ("apps/v1", "Service", ("", "Service")),
    ("v1", "Deployment", ("apps", "Deployment")),
    ("core/v1", "Service", ("", "Service")),
    ("v1", "CronJob", ("batch", "CronJob")),
    ("apps/v1", "Ingress", ("networking.k8s.io", "Ingress")),
    ("app/v1", "Deployment", ("apps", "Deployment")),
    ("apps/v2", "Deployment", ("apps", "Deployment")),
    ("v2", "Service", ("", "Service")),
    ("extensions/v1", "Ingress", ("networking.k8s.io", "Ingress")),
    ("networking/v1", "Ingress", ("networking.k8s.io", "Ingress")),
    ("networking.k8s.oi/v1", "Ingress", ("networking.k8s.io", "Ingress")),
    ("traefik.oi/v1alpha1", "IngressRoute", ("traefik.io", "IngressRoute")),
    ("extensions/v1beta1", "Service", ("", "Service")),
    ("rbac.authorization.k8s.io/v1", "Deployment", ("apps", "Deployment")),
    ("v1", "deployment", ("apps", "Deployment")),
    ("v1", "Ingress", ("networking.k8s.io", "Ingress")),
    ("V1", "Pod", ("", "Pod")),
    ("Apps/v1", "Deployment", ("apps", "Deployment")),
    ("appsv1", "Deployment", ("apps", "Deployment")),
    ("extension/v1beta1", "Ingress", ("networking.k8s.io", "Ingress")),
    ("argoproj.oi/v1alpha1", "Rollout", ("argoproj.io", "Rollout")),
]
STRANGE = [
    ("v1", "Nod"),  # a node, a pod
    ("v1", "Secrets"),
    ("v1", "ServiceAccounts"),
    ("v1", "ServiceList"),
    ("apps/v1", "ControllerRevision"),
    ("networking.k8s.io/v1", "IngressClass"),
    ("gateway.networking.k8s.io/v1", "TSPRoute"),  # TCPRoute, TLSRoute
    ("batch.volcano.sh/v1alpha1", "Job"),
    ("networking.x-k8s.io/v1alpha1", "HTTPRoute"),
    ("gateway.networking.x-k8s.io/v1alpha1", "HTTPRoute"),
    ("network.k8s.io/v1", "Ingress"),
    ("apps/v1", "HTTPRoute"),
    ("app/v3", "Deployment"),  # not even with the right group
    ("apps.kruise.io/v1alpha1", "StatefulSet"),
    ("apps.openshift.io/v1", "Deployment"),
    ("argoproj.io/v1alpha1", "RolloutManager"),
    ("extensions/v1beta1", "Job"),
    ("v2", "Services"),
    ("v1", "HorizontalPodAutoscaler"),
    ("policy/v1", "PodDisruptionBudget"),
    ("example.com/v1", "Servic"),
    ("app/v1", "Deploymnt"),
]


@pytest.mark.parametrize("version, kind, known", MEANT)
def test_what_kubernetes_does_not_have_is_read_as_what_is_meant(
    version: str, kind: str, known: tuple[str, str]
) -> None:
    data = {"apiVersion": version, "kind": kind, "metadata": {"name": "web"}, "spec": {}}
    assert kind_of(data) == known
    assert type(read(data)[0]) is KINDS[known]
    assert is_interesting(kind, version)
    assert is_interesting(kind, None)
    assert kind_of({**data, "metadata": {}}) is None, "settings of another tool"


@pytest.mark.parametrize("version, kind", STRANGE)
def test_what_is_near_to_nothing_or_to_several_is_left_alone(version: str, kind: str) -> None:
    assert kind_of({"apiVersion": version, "kind": kind, "metadata": {"name": "web"}, "spec": {}}) is None


@pytest.mark.parametrize("one, two", [("apiversion", "kind"), ("ApiVersion", "Kind"), ("apiVerson", "KIND")])
def test_the_keys_of_the_head_may_be_misspelt(one: str, two: str) -> None:
    data = {one: "v1", two: "Service", "metadata": {"name": "web"}, "spec": {"type": "ExternalName"}}
    assert kind_of(data) == ("", "Service")
    assert read(data)[0].external
    assert kind_of({**data, "metadata": None}) is None


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret", "ServiceAccount", "PrometheusRule", "Namespace"])
@pytest.mark.parametrize("version", ["v1", "apps/v1", "example.com/v1", "", None])
def test_kinds_that_are_not_read_are_not_parsed(kind: str, version: str | None) -> None:
    assert not is_interesting(kind, version)


@pytest.mark.parametrize("metadata", [None, "web", []])
def test_what_has_no_metadata_is_no_object_in_wrong_capitals(metadata: object) -> None:
    assert kind_of({"apiVersion": "v1", "kind": "service", "metadata": metadata}) is None


PORT = ("spec", "ports", 0)


@pytest.mark.parametrize(
    "holder, field, spelt",
    [
        ({"Port": 80}, "port", "Port"),
        ({"prot": 80}, "port", "prot"),
        ({"target_port": 80}, "targetPort", "target_port"),
        ({"prot": 80, "port": 81}, "port", None),
        ({"targetPort": 80}, "port", None),
        ({"protocol": "TCP", "nodePort": 80}, "port", None),
        ({"x-port": 80, "po rt": 80}, "port", None),
        (["port"], "port", None),
    ],
)
def test_a_field_of_its_own_is_never_taken_for_another(holder: object, field: str, spelt: str | None) -> None:
    assert as_spelt(holder, field, fields_at(SERVICE, PORT)) == spelt


def test_where_fields_are_not_known_only_capitals_count() -> None:
    assert as_spelt({"HTTPGET": {}}, "httpGet", None) == "HTTPGET"
    assert as_spelt({"httpGte": {}}, "httpGet", None) is None


def test_a_path_is_followed_under_keys_that_are_misspelt() -> None:
    data = {"spec": {"portts": [{"prot": 80}]}}
    assert written_path(data, (*PORT, "port"), SERVICE) == ("spec", "portts", 0, "prot")
    assert written_path(data, ("spec", "selector", "app"), SERVICE) == ("spec", "selector", "app")
    assert mended(data, SERVICE) == {"spec": {"ports": [{"port": 80}]}}
