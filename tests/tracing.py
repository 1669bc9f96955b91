"""An application to trace, and tracing it: what the tests of `trace` share."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from refactor.cli import main
from tests import manifests


def _in_prod(text: str) -> str:
    return text.replace("{name: web}", "{name: web, namespace: prod}", 1)


INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: prod}
spec:
  rules:
    - host: web.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: web, port: {number: 80}}}
---
"""
SERVICE = _in_prod(manifests.SERVICE).replace("8080", "80") + "---\n"
DEPLOYMENT = _in_prod(manifests.DEPLOYMENT).replace("- name: web", "- name: app")
HEALTHY = INGRESS + SERVICE + DEPLOYMENT
PROBE = "          {kind}: {{httpGet: {{path: /, port: {port}}}}}\n"


def with_probe(kind: str, port: str) -> str:
    return HEALTHY + PROBE.format(kind=kind, port=port)


def traced(
    capsys: pytest.CaptureFixture[str], folder: Path, text: str, *options: str
) -> tuple[int, str, str]:
    """Traces a text as app.yaml of a folder, the current one; exit code, standard output and error."""
    (folder / "app.yaml").write_text(text, encoding="utf-8")
    code = main(["trace", "app.yaml", *options])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def told(out: str) -> str:
    """The text with single spaces, so that columns don't matter."""
    return re.sub(r" {2,}", " ", out)
