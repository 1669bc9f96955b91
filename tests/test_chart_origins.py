"""A finding in a chart tells which setting, helper or object of Helm makes what is faulty."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from refactor import Result, fix_manifests
from refactor.report.document import findings_json
from refactor.results import Related
from tests.manifests import DEPLOYMENT, INGRESS, chart_yaml

POD = DEPLOYMENT.replace("http, containerPort: 8080", "NAME, containerPort: {{ .Values.containerPort }}")
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
    - name: http
      port: {{ .Values.service.port }}
      targetPort: TARGET
"""
VALUES = """\
containerPort: 3000
service:
  port: 80
  targetPort: htpp
portName: http
ports:
  htpp: {number: 1}
alias: &alias htpp
"""
HELPERS = """\
{{- define "web.target" -}}
{{ printf "%s" (index .Values.service "targetPort") }}
{{- end }}
{{- define "web.odd" -}}
{{ list "h" "t" "p" "p" | join "" }}
{{- end }}
"""


def run(target: str, name: str = "http", sets: Sequence[str] = (), set_strings: Sequence[str] = ()) -> Result:
    """The findings on a Service with a target port, and on the pods' port of this name."""
    texts = {
        "web/Chart.yaml": chart_yaml(),
        "web/values.yaml": VALUES,
        "web/templates/_helpers.tpl": HELPERS,
        "web/templates/deployment.yaml": POD.replace("NAME", name),
        "web/templates/service.yaml": SERVICE.replace("TARGET", target),
    }
    return fix_manifests(texts, select=["missing-target-port"], sets=sets, set_strings=set_strings)


def related(result: Result) -> list[tuple[str, str]]:
    """What the only finding is told with: message and place."""
    (finding,) = result.findings
    return [(one.message, _place(one)) for one in finding.related]


def _place(one: Related) -> str:
    return f"{one.path}:{one.line}:{one.column}" if one.path else ""


HAS = ("Deployment web has port 3000 (http)", "web/templates/deployment.yaml:13:13")


@pytest.mark.parametrize(
    "target, told",
    [
        ("htpp", []),
        (
            "{{ .Values.service.targetPort }}",
            [("htpp comes from service.targetPort", "web/values.yaml:4:15")],
        ),
        (
            '{{ include "web.target" . }}',
            [("htpp comes from service.targetPort", "web/values.yaml:4:15")],
        ),
        (
            '{{ include "web.odd" . }}',
            [
                (
                    'htpp is made by {{ list "h" "t" "p" "p" | join "" }}',
                    "web/templates/_helpers.tpl:5:1",
                )
            ],
        ),
        (
            "{{ range $name, $port := .Values.ports }}{{ $name }}{{ end }}",
            [("htpp is a key of the map ports", "web/values.yaml:7:3")],
        ),
        ('{{ .Values.absent | default "htpp" }}', []),
        ("ht{{ .Values.service.targetPort | trunc 0 }}pp", []),
        ("{{ .Release.Name | trunc 1 }}tpp", [("rtpp comes partly from Release.Name", "")]),
    ],
)
def test_what_makes_the_faulty_name(target: str, told: list[tuple[str, str]]) -> None:
    assert related(run(target)) == [*told, HAS]


def test_settings_given_on_the_command_line_have_no_place() -> None:
    default, given = run("{{ .Values.service.targetPort }}", sets=["service.targetPort=web"]).findings
    assert (default.values, default.fixable) == (("values.yaml",), True)
    told = given.related[0]
    assert (told.message, told.path) == ("web comes from service.targetPort, given on the command line", None)
    assert given.reason == "service.targetPort was given on the command line"


def test_set_string_wins_over_set_and_over_files() -> None:
    target = "{{ .Values.service.targetPort }}"
    sets, strings = ["service.targetPort=web"], ["service.targetPort=http"]
    own, with_them = run(target), run(target, sets=sets, set_strings=strings)
    assert [finding.values for finding in own.findings] == [()]
    # Without what was given it is still wrong, so that is told, and with what it occurs.
    assert [finding.values for finding in with_them.findings] == [("values.yaml",)]


def test_what_a_name_is_compared_with_has_its_setting_too() -> None:
    result = run("htpp", name="{{ .Values.portName }}")
    assert related(result) == [
        ("Deployment web has port 3000 (http) (portName in web/values.yaml:5)", HAS[1]),
    ]


def test_one_setting_for_both_is_told_once() -> None:
    texts = list(_said(run("{{ .Values.portName }}x", name="{{ .Values.portName }}")))
    assert not any("portName in" in text for text in texts)


def test_in_json_they_are_ordinary_entries() -> None:
    result = run("{{ .Values.service.targetPort }}")
    (finding,) = json.loads(findings_json(result, with_diff=False))["findings"]
    assert finding["related"][0] == {
        "message": "htpp comes from service.targetPort",
        "path": "web/values.yaml",
        "line": 4,
        "column": 15,
        "template": None,
    }


def test_a_key_of_a_map_is_refused_with_what_to_do() -> None:
    result = run("{{ range $name, $port := .Values.ports }}{{ $name }}{{ end }}")
    (declined,) = result.plan.declined
    assert declined.reason == "it is a key of the map ports in web/values.yaml: rename the key"


LOOP = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
    {{- range .Values.ports }}
    - port: {{ .number }}
      targetPort: http
    {{- end }}
"""


def test_an_item_of_a_list_is_no_expression() -> None:
    texts = {
        "web/Chart.yaml": chart_yaml(),
        "web/values.yaml": "containerPort: 3000\nports:\n  - number: 8080\n",
        "web/templates/deployment.yaml": POD.replace("NAME", "http"),
        "web/templates/service.yaml": LOOP,
        "web/templates/ingress.yaml": INGRESS,
    }
    result = fix_manifests(texts, select=["missing-backend-port"])
    assert list(result.files) == ["web/templates/ingress.yaml"]
    assert "+    service: {name: web, port: {number: 8080}}\n" in result.diff


def _said(result: Result) -> Iterator[str]:
    return (one.message for finding in result.findings for one in finding.related)
