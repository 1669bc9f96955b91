"""An application to trace, and tracing it: what the tests of `trace` share."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from refactor.cli import main

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
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: prod}
spec:
  selector: {app: web}
  ports:
    - {name: http, port: 80, targetPort: http}
---
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: example.com/web
          ports:
            - {name: http, containerPort: 8080}
"""
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
