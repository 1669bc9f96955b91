"""One small application as text, the metadata of charts, and writing both: for tests of the doors.

The Ingress asks its Service for a port that it doesn't have; everything behind it is in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  defaultBackend:
    service: {name: web, port: {number: 80}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
    - {name: http, port: 8080, targetPort: http}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: example.com/web
          ports:
            - {name: http, containerPort: 8080}
"""
APP = "---\n".join((INGRESS, SERVICE, DEPLOYMENT))


def chart_yaml(name: str = "web", more: str = "") -> str:
    """The Chart.yaml of a chart."""
    return f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n{more}"


def put(path: str | Path, text: str) -> None:
    """Writes a file, and the folders above it where there are none."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8", newline="")


def put_all(folder: Path, files: Mapping[str, str]) -> Path:
    """Writes files below a folder; the folder."""
    for name, text in files.items():
        put(folder / name, text)
    return folder
