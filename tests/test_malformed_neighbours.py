"""What a malformed document may hold isn't missing for sure: it is said, and nothing is changed for it."""

from __future__ import annotations

import pytest

from refactor import fix_manifests
from refactor.results import Finding, Result
from tests.tracing import HEALTHY

INGRESS, SERVICE, DEPLOYMENT = HEALTHY.split("---\n")
WANTING = INGRESS.replace("name: web, port", "name: backend, port")
NEAR = SERVICE.replace("name: web,", "name: backends,", 1)


def lost(text: str) -> str:
    """The same as a document that can't be read."""
    return text + "  odd: [\n"


def run(*documents: str, path: str = "app.yaml", **others: str) -> Result:
    files = {path: "---\n".join(documents), **{name + ".yaml": text for name, text in others.items()}}
    return fix_manifests(files, select="broken,suspect", unsafe=True, config=False)


def found(result: Result, rule: str) -> Finding:
    (finding,) = [one for one in result.findings if one.rule == rule]
    return finding


BACKEND = SERVICE.replace("name: web,", "name: backend,", 1)


def test_a_service_that_may_stand_in_a_malformed_document_is_only_doubted() -> None:
    result = run(WANTING, NEAR, DEPLOYMENT, lost(BACKEND))
    finding = found(result, "missing-backend-service")
    assert finding.category == "suspect"
    (error,) = result.errors
    assert finding.related[0].message == (
        f"the document at app.yaml:{error.line} can't be read, and may be this Service"
    )
    assert "make it readable first" in (finding.reason or "")
    assert result.diff == ""


@pytest.mark.parametrize(
    "other",
    [
        lost(BACKEND.replace("backend", "backend-2")),
        lost(BACKEND.replace("kind: Service", "kind: ConfigMap")),
        lost(DEPLOYMENT),
    ],
)
def test_what_a_malformed_document_does_not_hold_is_missing(other: str) -> None:
    result = run(WANTING, NEAR, DEPLOYMENT, other)
    assert found(result, "missing-backend-service").category == "broken"
    assert "name: backends" in result.diff


def test_a_malformed_document_of_another_application_is_not_meant() -> None:
    far = fix_manifests(
        {"a/b/c/app.yaml": "---\n".join((WANTING, NEAR, DEPLOYMENT)), "x/y/z/app.yaml": lost(BACKEND)},
        select="broken,suspect",
        config=False,
    )
    assert found(far, "missing-backend-service").category == "broken"


def test_a_list_may_hold_any_kind_and_a_document_without_a_kind_too() -> None:
    item = "apiVersion: v1\nkind: List\nitems:\n- kind: Service\n  metadata: {name: backend}\n"
    for text in (item, "metadata: {name: backend}\n"):
        result = run(WANTING, NEAR, DEPLOYMENT, other=lost(text))
        assert found(result, "missing-backend-service").category == "suspect"


SELECTOR = SERVICE.replace("app: web", "app: shops")
SHOP = DEPLOYMENT.replace("app: web", "app: shop").replace("name: web", "name: shops")


def test_pods_that_may_stand_in_a_malformed_document_are_only_doubted() -> None:
    sure = run(SELECTOR, SHOP)
    assert found(sure, "unmatched-selector").category == "broken"
    assert sure.diff
    doubted = run(SELECTOR, SHOP, lost(DEPLOYMENT.replace("app: web", "app: shops")))
    finding = found(doubted, "unmatched-selector")
    assert finding.category == "suspect"
    assert "can't be read, and its pods may be meant" in finding.related[0].message
    assert doubted.diff == ""


def test_a_malformed_service_holds_no_pods() -> None:
    result = run(SELECTOR, SHOP, lost(SELECTOR))
    assert found(result, "unmatched-selector").category == "broken"


def test_bytes_that_are_no_text_may_hold_it_too() -> None:
    files = {
        "app.yaml": "---\n".join((WANTING, NEAR, DEPLOYMENT)).encode(),
        "backend.yaml": BACKEND.encode() + b"# caf\xe9\n",
    }
    result = fix_manifests(files, select="broken,suspect", config=False)
    finding = found(result, "missing-backend-service")
    assert finding.category == "suspect"
    assert any("backend.yaml:" in related.message for related in finding.related)


def test_a_name_that_a_malformed_document_holds_is_not_changed() -> None:
    named = [text.replace("http", "web_port") for text in (INGRESS, SERVICE, DEPLOYMENT)]
    assert "web-port" in run(*named).diff
    policy = "kind: NetworkPolicy\nspec:\n  podSelector: {matchLabels: {app: web}}\n  ports: [web_port\n"
    held = run(*named, policy)
    assert "web-port" not in held.diff
    reasons = [finding.reason or "" for finding in held.findings if finding.rule == "invalid-port-name"]
    assert any("isn't read here, may hold the name web_port" in reason for reason in reasons)


def test_only_the_kind_of_the_document_itself_counts() -> None:
    route = lost(
        "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: web}\n"
        "spec:\n  to:\n    kind: Service\n    name: backend\n"
    )
    assert found(run(WANTING, NEAR, DEPLOYMENT, route), "missing-backend-service").category == "broken"


def test_a_malformed_document_in_wrong_capitals_may_hold_it_too() -> None:
    service = lost(BACKEND.replace("kind: Service", "kind: service"))
    assert found(run(WANTING, NEAR, DEPLOYMENT, service), "missing-backend-service").category == "suspect"


def test_a_malformed_document_is_no_order_to_an_operator() -> None:
    selecting = SERVICE.replace("app: web", "app: other")
    order = lost("apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: other\n")
    assert found(run(INGRESS, selecting, order), "unmatched-selector").category == "suspect"
