"""A small chart that routes, written and rendered by real Helm, for the tests of guards."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import helm_python
import yaml

from refactor.charts.options import HelmOptions
from refactor.configuration import Asked, govern
from refactor.guards import Guards, guard_charts
from tests import manifests
from tests.templates.in_process import Files, packed
from tests.templates.render_charts import HELM

SERVICE = """\
{{- if .Values.service.enabled }}
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-web
  labels: {{- include "web.labels" . | nindent 4 }}
spec:
  selector: {app: web}
  ports:
    - name: http
      port: {{ .Values.service.port }}
      targetPort: {{ .Values.service.targetPort }}
{{- end }}
"""
INGRESS = """\
{{- if .Values.ingress.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .Release.Name }}
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ .Release.Name }}-web
                port: {number: {{ .Values.service.port }}}
{{- end }}
"""
PROBE = "          readinessProbe: {httpGet: {path: /ready, port: http}}\n"
DEPLOYMENT = manifests.DEPLOYMENT.replace("8080", "{{ .Values.port }}") + PROBE
VALUES = """\
port: 8080
service:
  enabled: true
  port: 80
  targetPort: http
ingress:
  enabled: false
"""
CHART = {
    "Chart.yaml": manifests.chart_yaml(),
    "templates/_helpers.tpl": '{{ define "web.labels" }}part-of: shop{{ end }}',
    "templates/service.yaml": SERVICE,
    "templates/ingress.yaml": INGRESS,
    "templates/deployment.yaml": DEPLOYMENT,
    "values.yaml": VALUES,
}
TEST = "templates/tests/test-connection.yaml"
SCHEMA = "values.schema.json"


def chart(name: str = "web", **changed: str) -> str:
    """Writes the chart with other texts for some files (`values_yaml`); the folder's name."""
    other = {"values_yaml": "values.yaml", "service": "templates/service.yaml", "schema": SCHEMA}
    other |= {"ingress": "templates/ingress.yaml", "test": TEST, "ignore": ".helmignore"}
    other |= {"deployment": "templates/deployment.yaml", "prod": "values-prod.yaml"}
    manifests.put_all(Path(name), CHART | {other[key]: text for key, text in changed.items()})
    return name


def guard(folder: str, sets: Sequence[str] = ()) -> Guards:
    """The guards of one chart, under the settings file that holds for it."""
    return guard_charts([folder], govern([folder], Asked(helm=HelmOptions(sets=tuple(sets)))))


def created() -> str:
    """What `helm create` makes, without its own test."""
    subprocess.run([HELM, "create", "fresh"], check=True, capture_output=True)
    shutil.rmtree("fresh/templates/tests")
    return "fresh"


def render(folder: str, **values: Any) -> dict[str, str]:
    files = {str(p.relative_to(folder)): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}
    with helm_python.Chart.load_archive(packed(Files(files))) as loaded:
        texts: dict[str, str] = loaded.render(values, name="demo", namespace="prod")
    return texts


def pods(folder: str, **values: Any) -> Iterator[Any]:
    for document in yaml.safe_load_all(render(folder, **values).get(f"{folder}/{TEST}", "")):
        if document:
            yield document


def text_of(guards: Guards, inside: str) -> str:
    return next(text for path, text in guards.files.items() if path.endswith(inside))


def entry(text: str, *path: str) -> Any:
    found = json.loads(text)
    for key in path:
        found = found["properties"][key]
    return found
