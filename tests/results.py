"""A finding and a result to render, for the tests of what is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from refactor.results import Counts, Finding, Fix, Plan, ResourceName, Result


def finding(**changes: Any) -> Finding:
    fault = Finding(
        "missing-backend-port",
        "broken",
        "Ingress web asks Service web for port 80, which it doesn't have",
        "deploy/ingress.yaml",
        17,
        11,
        ResourceName("Ingress", None, "web"),
        source="  number: 80  # old",
        width=2,
    )
    return replace(fault, **changes)


def result(*findings: Finding, applied: tuple[Finding, ...] = (), **changes: Any) -> Result:
    plan = Plan((Fix("mends", applied[0].safety or "safe", 1, (), applied),) if applied else ())
    counts = Counts(files=4, documents=9, routes=4, reaching=4)
    return replace(Result(findings, plan, "", {}, (), counts=counts), **changes)
