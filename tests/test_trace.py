"""`trace`: every kind of hop told truly, beyond the first failing one, with its places and its repair."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from refactor.cli import main
from tests.tracing import DEPLOYMENT, HEALTHY, INGRESS, SERVICE, told, with_probe


def test_a_sound_route_is_followed_to_the_container(trace: Any) -> None:
    code, out, err = trace(HEALTHY)
    assert code == 0
    assert told(out) == (
        "ingress/web in prod http://web.example.com/\n"
        " ✓ asks Service web for port 80 app.yaml:11:59\n"
        " ✓ Service web sends port 80 (http) to port http of its pods app.yaml:19:42\n"
        " ✓ Deployment web has port 8080 (http) of container app app.yaml:33:15\n"
        "→ reaches Deployment web, container app, port 8080\n\n"
    )
    assert err == "The only route reaches a container.\n"


def test_the_incident_is_told_beyond_its_first_fault(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root / "examples" / "incident")
    assert main(["trace", "."]) == 1
    out = told(capsys.readouterr().out)
    assert "ingress/my-api-ingress in production https://api.example.com/" in out
    assert "✗ asks Service my-api for port 80, which it doesn't have ./ingress.yaml:25:27" in out
    assert "Service my-api has port 8080 ./service.yaml:13:5" in out
    assert "✗ Deployment my-api doesn't declare port 8080 ./service.yaml:14:19" in out
    assert "it has port 3000" in out
    assert "the client gets 503 or 404" in out
    assert "fix: Ingress my-api-ingress: port 80 → 8080" in out
    assert "with these 2 fixes: reaches Deployment my-api, container api, port 3000" in out


@pytest.mark.parametrize(
    "old, new, words, seen",
    [
        (
            "name: web, port: {number: 80}",
            "name: wbe, port: {number: 80}",
            "Service wbe, which isn't",
            "503 or 404",
        ),
        ("{number: 80}", "{number: 81}", "port 81, which it doesn't have", "503 or 404"),
        ("selector: {app: web}\n", "selector: {app: wbe}\n", "app: wbe, and no pod", "usually 503"),
        (
            "targetPort: http",
            "targetPort: htpp",
            "no container of Deployment web has a port htpp",
            "usually 503",
        ),
        ("targetPort: http", "targetPort: 8081", "doesn't declare port 8081", "the client gets 502"),
        ("port: 80, t", "port: 80, protocol: UDP, t", "has another protocol than UDP", "usually 503"),
    ],
)
def test_each_broken_hop_is_told_with_what_the_client_sees(
    trace: Any, old: str, new: str, words: str, seen: str
) -> None:
    assert HEALTHY.count(old) == 1
    code, out, _ = trace(HEALTHY.replace(old, new))
    assert code == 1
    assert re.search(rf"[✗?] .*{re.escape(words)}", out)
    assert re.search(rf"→ .*{re.escape(seen)}", out)


@pytest.mark.parametrize(
    "text, words",
    [
        (HEALTHY.replace("  selector: {app: web}\n", ""), "Service web has no selector"),
        (
            HEALTHY.replace(
                "  selector: {app: web}\n", "  type: ExternalName\n  externalName: db.example.com\n"
            ),
            "an alias for db.example.com",
        ),
        (
            HEALTHY.replace("name: web, port: {number: 80}", "name: blue, port: {name: use-annotation}"),
            "asks for the action blue",
        ),
        (HEALTHY.replace("{number: 80}", "{name: '${PORT}'}"), "a placeholder that another tool fills in"),
        (HEALTHY.replace("targetPort: http", "targetPort: '${PORT}'"), "can't be judged from these files"),
    ],
)
def test_what_leaves_the_files_is_no_fault(trace: Any, text: str, words: str) -> None:
    code, out, err = trace(text)
    assert code == 0
    assert re.search(rf"→ (leaves these files|can't be followed any further): .*{re.escape(words)}", out)
    assert err == "The only route leaves these files.\n"


def test_a_service_that_is_said_to_live_elsewhere_is_no_fault(trace: Any) -> None:
    text = INGRESS.replace("name: web, port", "name: payments, port")
    code, out, _ = trace(text)
    assert code == 1
    assert "→ unless the Service lives elsewhere, " in out
    code, out, _ = trace(text, "--external", "payments")
    assert code == 0
    assert "asks Service payments, which lives elsewhere" in out


@pytest.mark.parametrize(
    "kind, sign, code, words",
    [
        ("readinessProbe", "✗", 1, "so the pod never gets ready"),
        ("startupProbe", "✗", 1, "so the container never counts as started"),
        ("livenessProbe", "·", 0, "so it never restarts the container"),
    ],
)
def test_probes_by_a_name_that_is_not_there(trace: Any, kind: str, sign: str, code: int, words: str) -> None:
    given, out, _ = trace(with_probe(kind, "htpp"))
    assert given == code
    assert re.search(rf"  {sign} the {kind} of container app calls port htpp, .*{words}", out)
    assert ("no pod ever gets ready" in out) is bool(code)


@pytest.mark.parametrize("port", ["http", "8080"])
def test_probes_that_pass_are_not_mentioned(trace: Any, port: str) -> None:
    code, out, _ = trace(with_probe("readinessProbe", port))
    assert (code, "readinessProbe" in out) == (0, False)


def test_a_probe_s_undeclared_number_is_only_doubted(trace: Any) -> None:
    code, out, _ = trace(with_probe("readinessProbe", "8081"))
    assert code == 0
    assert "? the readinessProbe of container app calls port 8081, which isn't declared" in out


def test_a_probe_s_number_that_nothing_doubts_is_not_mentioned(trace: Any) -> None:
    code, out, _ = trace(with_probe("readinessProbe", "9999, host: 127.0.0.1"))
    assert (code, "readinessProbe" in out) == (0, False)


def test_a_service_that_takes_unready_pods_still_gets_traffic(trace: Any) -> None:
    ready = with_probe("readinessProbe", "htpp")
    code, out, _ = trace(
        ready.replace(
            "  selector: {app: web}\n", "  publishNotReadyAddresses: true\n  selector: {app: web}\n"
        )
    )
    assert code == 0
    assert "· the readinessProbe of container app calls port htpp" in out


def test_lenient_controllers_are_named_only_where_they_would_find_a_port(trace: Any) -> None:
    by_target = HEALTHY.replace("{number: 80}", "{name: web}").replace("targetPort: http", "targetPort: web")
    _, out, _ = trace(by_target)
    assert "ingress-nginx, haproxy-ingress and Kong take web for the targetPort" in out
    strict = by_target.replace("  rules:", "  ingressClassName: alb\n  rules:")
    assert "for the targetPort" not in trace(strict)[1]
    assert "the API knows no such port" not in trace(HEALTHY.replace("{number: 80}", "{number: 81}"))[1]


def test_a_headless_service_keeps_answering_by_dns(trace: Any) -> None:
    headless = SERVICE.replace("  selector", "  clusterIP: None\n  selector").replace(
        "targetPort: http", "targetPort: x"
    )
    code, out, _ = trace(headless + DEPLOYMENT)
    assert code == 1
    assert "clients that look up the pods' addresses still reach them" in out


def test_of_two_workloads_the_lost_one_is_named(trace: Any) -> None:
    other = "---\n" + DEPLOYMENT.replace("name: web, n", "name: old, n").replace("name: http", "name: legacy")
    code, out, _ = trace(HEALTHY + other)
    assert code == 1
    assert (
        "only Deployment web, container app, port 8080 gets requests; the pods of Deployment old get none"
        in out
    )


def test_an_object_that_is_refused_stops_the_route(trace: Any) -> None:
    code, out, _ = trace(HEALTHY.replace("containerPort: 8080", 'containerPort: "8080"'))
    assert code == 1
    assert "→ the API server refuses Deployment web as it is written: what the cluster had" in out
    code, out, _ = trace(
        HEALTHY.replace("{service: {name: web, port: {number: 80}}}", "{serviceName: web, servicePort: 80}")
    )
    assert code == 1
    assert "refuses Ingress web as it is written or drops a part of it" in out


def test_other_kinds_of_routes_are_followed(trace: Any) -> None:
    route = (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web, namespace: prod}\n"
        "spec:\n  hostnames: [web.example.com]\n  rules:\n    - backendRefs: [{name: web, port: 81}]\n---\n"
    )
    code, out, _ = trace(route + SERVICE + DEPLOYMENT)
    assert code == 1
    assert out.startswith("httproute/web in prod  http://web.example.com/\n")
    assert "the client gets 500" in out
    assert trace(route.replace("81", "80") + SERVICE + DEPLOYMENT)[0] == 0
    for portless in (route.replace(", port: 81", ""), route.replace("81", "")):
        code, out, _ = trace(portless + SERVICE + DEPLOYMENT)
        assert code == 1
        assert "names Service web and no port, which the Gateway API requires" in out
        assert "→ the API server refuses HTTPRoute web as it is written" in out


def test_a_port_misspelt_fields_is_no_placeholder(trace: Any) -> None:
    code, out, _ = trace(HEALTHY.replace("{number: 80}", "{Number: 80}"))
    assert code == 1
    assert "asks Service web for a port: which port that is can't be told as it is written" in out
    assert "the API server refuses Ingress web as it is written" in out
    _, out, _ = trace(HEALTHY.replace("{number: 80}", '{name: "${PORT}"}'))
    assert "what it asks for is a placeholder that another tool fills in" in out


def test_a_misspelt_key_is_shown_where_the_key_stands(trace: Any) -> None:
    text = HEALTHY.replace("  selector: {app: web}\n", "  Selector: {app: web}\n", 1)
    line = text.splitlines().index("  Selector: {app: web}") + 1
    _, out, _ = trace(text)
    assert f"has a field `Selector`, which Kubernetes spells `selector` app.yaml:{line}:3\n" in told(out)


def test_a_service_that_may_be_in_a_document_that_cannot_be_read(trace: Any) -> None:
    ingress, service, deployment = HEALTHY.split("---\n")
    _, out, _ = trace("---\n".join((ingress, deployment, service + "  odd: [\n")))
    (place,) = set(re.findall(r"the document at (app\.yaml:\d+) can't be read", out))
    assert (
        f"→ unless the document at {place}, which can't be read, holds it, "
        "the controller finds no such Service: the client gets 503 or 404, by controller\n"
    ) in out
    _, out, _ = trace("---\n".join((ingress, deployment)))
    assert "→ unless the Service lives elsewhere, the controller finds no such Service: " in out


def test_pods_that_may_be_in_a_document_that_cannot_be_read(trace: Any) -> None:
    ingress, service, deployment = HEALTHY.split("---\n")
    _, out, _ = trace("---\n".join((ingress, service, deployment + "  odd: [\n")))
    (place,) = set(re.findall(r"the document at (app\.yaml:\d+) can't be read", out))
    assert f"→ unless the document at {place}, which can't be read, makes them, the Service has no " in out
    _, out, _ = trace("---\n".join((ingress, service)))
    assert "→ unless such pods come from elsewhere, the Service has no endpoint for it" in out


BY_ACCIDENT = HEALTHY.replace("{number: 80}", "{number: 8080}").replace(
    "targetPort: http", "targetPort: 8080"
)
ANNOTATED = "namespace: prod, annotations: {{{}}}}}"


@pytest.mark.parametrize(
    "annotation, class_name, words",
    [
        ("", "nginx", "ingress-nginx takes 8080 for the targetPort"),
        ("kubernetes.io/ingress.class: haproxy", "", "haproxy-ingress takes 8080 for the targetPort"),
        ('nginx.org/rewrites: "/"', "nginx", ""),
        ("", "kong", ""),
        ("", "traefik", ""),
    ],
)
def test_a_port_found_by_accident_is_told_of_the_controller_of_the_class(
    trace: Any, annotation: str, class_name: str, words: str
) -> None:
    text = BY_ACCIDENT.replace("namespace: prod}", ANNOTATED.format(annotation), 1)
    if class_name:
        text = text.replace("  rules:", f"  ingressClassName: {class_name}\n  rules:")
    code, out, _ = trace(text)
    assert code == 1
    if words:
        assert f"the API knows no such port, but {words}\n" in out
        assert f"→ {words}: it may arrive by accident; other controllers answer 503 or 404\n" in out
    else:
        assert "the API knows no such port" not in out
        assert "→ the controller finds no such port: the client gets 503 or 404, by controller\n" in out


def test_without_a_class_the_end_does_not_deny_what_was_remarked(trace: Any) -> None:
    _, out, _ = trace(BY_ACCIDENT.replace("{name: http, port: 80,", "{port: 80,"))
    assert "haproxy-ingress take 8080 for the targetPort; F5's controller lets 8080 match an unnamed" in out
    assert "→ most controllers find no such port: the client gets 503 or 404\n" in out


def test_services_at_which_no_route_ends_are_counted_as_such(trace: Any) -> None:
    other = SERVICE.replace("name: web", "name: other")
    assert trace(SERVICE + DEPLOYMENT)[2] == "The only Service reaches a container.\n"
    assert trace(SERVICE + other + DEPLOYMENT)[2] == "2 Services: 2 reach a container.\n"
    assert trace(HEALTHY + "---\n" + other, "--all")[2] == "1 route and 1 Service: 2 reach a container.\n"
