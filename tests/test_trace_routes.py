"""`trace`: which routes are shown, how one is chosen, unreadable input, and the JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from refactor.report.document import TraceDocument
from tests.tracing import DEPLOYMENT, HEALTHY, INGRESS, PROBE, SERVICE, with_probe


def test_without_routes_services_are_traced_and_with_all_the_unreached_too(trace: Any) -> None:
    code, out, _ = trace(SERVICE + DEPLOYMENT)
    assert code == 0
    assert out.startswith("service/web in prod  web.prod:80, from inside the cluster\n")
    more = SERVICE.replace("name: web, n", "name: extra, n")
    assert "service/" not in trace(more + HEALTHY)[1]
    out = trace(more + HEALTHY, "--all")[1]
    assert "service/extra" in out
    assert "service/web" not in out


@pytest.mark.parametrize(
    "route",
    ["ingress/web", "Ingress/web", "ing/web", "web", "prod/web", "ingress/prod/web", "web.example", "WEB.EX"],
)
def test_a_route_is_found_by_name_or_host(trace: Any, route: str) -> None:
    other = INGRESS.replace("name: web, n", "name: other, n").replace("host: web.", "host: shop.")
    _, out, _ = trace(HEALTHY + "---\n" + other, "--route", route)
    assert out.count("→ ") == 1
    assert out.startswith("ingress/web in prod")
    assert trace(HEALTHY, "--route", "svc/web")[1].startswith("service/web")


@pytest.mark.parametrize(
    "route, hint", [("ingress/wbe", "did you mean 'ingress/web'?"), ("zzz", "there are ingress/web")]
)
def test_an_unknown_route_names_what_there_is(trace: Any, route: str, hint: str) -> None:
    code, out, err = trace(HEALTHY, "--route", route)
    assert (code, out) == (2, "")
    assert hint in err


def test_unreadable_input_is_said_and_the_rest_is_traced(trace: Any) -> None:
    code, out, err = trace(HEALTHY + "---\na: [1\n")
    assert code == 2
    assert "→ reaches Deployment web" in out
    assert err.startswith("error: app.yaml:")


@pytest.mark.parametrize("text", [HEALTHY, with_probe("readinessProbe", "htpp"), SERVICE, "a: 1\n", "a: [\n"])
def test_the_json_is_what_its_schema_says(trace: Any, text: str) -> None:
    code, out, err = trace(text, "--output-format", "json")
    TraceDocument.model_validate_json(out)
    assert err == ""
    verdicts = {route["verdict"] for route in json.loads(out)["routes"]}
    assert code == (2 if "[\n" in text else int(bool(verdicts & {"fails", "doubtful"})))


def test_unsafe_fixes_are_tried_when_asked_for(trace: Any) -> None:
    text = with_probe("livenessProbe", "htpp") + PROBE.format(kind="readinessProbe", port="htpp")
    assert "fix (unsafe, --unsafe-fixes): " in trace(text)[1]
    out = trace(text, "--unsafe-fixes")[1]
    assert "fix (unsafe): " in out
    assert "with these 2 fixes: reaches Deployment web, container app, port 8080" in out


def test_an_ingress_without_a_backend_is_shown_where_it_is_refused(trace: Any) -> None:
    closed = HEALTHY.replace("  rules:\n", "  rule:\n", 1)
    assert closed != HEALTHY
    code, out, err = trace(closed)
    assert code == 1
    assert out.startswith("ingress/web in prod  all of its requests\n")
    assert "→ the API server refuses Ingress web as it is written" in out
    assert err.startswith("The only route doesn't arrive.\n")
    assert "with this fix: reaches Deployment web" in trace(closed, "--unsafe-fixes")[1]


def test_a_service_whose_ports_cannot_be_read_says_why(trace: Any) -> None:
    code, out, _ = trace(HEALTHY.replace("  ports:\n", "  prots:\n", 1))
    assert code == 1
    assert "Service web has a field `prots`, which Kubernetes doesn't know there" in out


@pytest.mark.parametrize(
    "right, wrong, key, seen",
    [
        ("kind: Service\nmetadata: {name", "kind: Service\nmetadata: {naem", "naem", "asks for Service web"),
        ("labels: {app: web}", "lables: {app: web}", "lables", "no pod in these files has that"),
        ("ports:\n            -", "portz:\n            -", "portz", "can't be judged from these files"),
    ],
)
def test_what_is_misspelt_is_shown_where_it_is_missed(
    trace: Any, right: str, wrong: str, key: str, seen: str
) -> None:
    assert right in HEALTHY
    code, out, _ = trace(HEALTHY.replace(right, wrong, 1))
    assert code == 1
    assert seen in out
    assert f"has a field `{key}`, which Kubernetes doesn't know" in out
    assert "as it is written: what the cluster had before stays in force" in out


def test_every_fix_that_it_takes_is_named_also_of_an_object_that_is_reached_at_last(trace: Any) -> None:
    wrapped = SERVICE.replace("selector: {app: web}", "selector: {matchLabels: {app: web}}")
    otherwise = DEPLOYMENT.replace("labels: {app: web}", "labels: {app: Web}")
    out = trace(INGRESS + wrapped + otherwise)[1]
    assert "fix: Service web: spec.selector" in out
    assert "fix: Deployment web: its pods get app: web" in out
    assert "with these 2 fixes: reaches Deployment web" in out
