"""What messages say of ports and what they don't: no word of Python, no proposal as if it were a fact."""

from __future__ import annotations

from typing import Any

from refactor import fix_manifests
from tests.tracing import DEPLOYMENT, HEALTHY, with_probe

NUMBERED = with_probe("readinessProbe", "8080").replace("targetPort: http", "targetPort: 8080")
UNNUMBERED = NUMBERED.replace("containerPort: 8080", "number: 8080")


def test_a_port_without_a_number_is_not_among_those_declared(trace: Any) -> None:
    assert UNNUMBERED != NUMBERED
    notes = [
        one.message for found in fix_manifests({"app.yaml": UNNUMBERED}).findings for one in found.related
    ]
    assert "container app declares no port with a number" in notes
    assert "Deployment web declares no port with a number" in notes
    _, out, _ = trace(UNNUMBERED)
    assert "it has no port with a number" in out
    assert "None" not in "".join([*notes, out])


def test_the_others_are(trace: Any) -> None:
    more = UNNUMBERED.replace(
        "          readiness", "            - {containerPort: 9000}\n          readiness"
    )
    _, out, _ = trace(more)
    assert "it has port 9000" in out


def test_a_name_that_two_ports_without_a_number_have() -> None:
    pair = "ports: [{name: http, containerport: 1}, {name: http, containerport: 2}]"
    text = DEPLOYMENT[: DEPLOYMENT.index("ports:")] + pair + "\n"
    result = fix_manifests({"app.yaml": text}, select=["duplicate-port-name"])
    told = [result.findings[0].message, *(one.message for one in result.findings[0].related)]
    told += [fix.title for fix in result.plan.fixes] + [one.reason for one in result.plan.declined]
    assert "port without a number (http) of container app has the name too" in told
    assert not any("None" in text for text in told)


def test_healthy_ports_are_still_told(trace: Any) -> None:
    _, out, _ = trace(HEALTHY)
    assert "has port 8080 (http) of container app" in out
