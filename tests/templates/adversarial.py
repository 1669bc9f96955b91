"""A chart of all that makes tracing hard: each line here once broke, or could break, a naive way."""

from __future__ import annotations

from tests.manifests import chart_yaml
from tests.templates.in_process import Files, chart

HELPERS = """\
{{/* vim: set filetype=mustache: */}}
{{- define "web.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "web.empty" }}{{/* nothing */}} {{ end }}
{{define "web.port"}}8443{{end}}
{{- define "web.labels" -}}
app: {{ include "web.name" . }}
{{- with .Values.extra }}
{{ toYaml . }}
{{- end }}
{{- range $key, $value := .Values.more }}
{{ $key }}: "{{ $value }} of {{ $key }}"
{{- end }}
{{ end -}}
{{- define "web.probes" }}
{{- range $kind, $probe := .Values.probes }}
  {{- if $probe.enabled }}
    {{- "" | nindent 0 }}
{{ $kind }}Probe:
  httpGet:
    port: {{ $probe.port | default "http" }}
    path: /{{ $kind -}}z
  {{- end }}
{{- end }}
{{- end }}
{{- define "web.quoted" -}}
say "hi" to {{ .Release.Name }}
{{- end }}
{{- define "web.nested" -}}
outer:
  {{- include "web.labels" . | nindent 2 }}
  tail: end
{{- end }}
{{- define "web.map" -}}
port: 9090
name: {{ .Release.Name }}
{{- end }}
{{- define "web.backend" -}}
service:
  name: {{ .name }}
  port:
    {{- if kindIs "string" .port }}
    name: {{ .port }}
    {{- else }}
    number: {{ .port }}
    {{- end }}
{{- end }}
"""

SERVICE = """\
{{- /* a comment that trims */ -}}
{{- $name := include "web.name" . }}
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}-svc{{/* in a word */}}
  labels: {{- include "web.labels" . | nindent 4 }}
  annotations:
    braces: "{{ "{{" }} .x {{ `}}` }}"
    raw: {{ `a "quoted" }} text` | quote }}
    char: {{ printf "%c" 'x' }}
    said: {{ include "web.quoted" . | quote }}
    both: {{ .Release.Name }} {{ .Release.Namespace }}
    glued: a{{ .Release.Name }}b{{- " c" }}
    unknown: "{{ .Values.nothing }}"
    length: {{ include "web.name" . | len }}
    cut: {{ include "web.name" . | trunc 2 }}
    same: {{ eq (include "web.port" .) "8443" | ternary "yes" "no" }}
    parsed: {{ (include "web.map" . | fromYaml).port }}
    tpl: {{ tpl "{{ .Release.Name }}-{{ include \\"web.name\\" . }}" . }}
    empty: "{{ include "web.empty" . }}"
    sum: {{ include (print $.Template.BasePath "/flow.yaml") . | sha256sum }}
spec:
  selector: {app: {{ $name }}, "tier": "{{ .Values.tier }}"}
  ports:
  {{- range $i, $port := .Values.ports }}
    {{- if eq $port.name "skip" }}{{ continue }}{{ end }}
    {{- if eq $port.name "last" }}{{ break }}{{ end }}
    - name: {{ $port.name }}
      port: {{ $port.port }}
      targetPort: {{ if $port.target }}{{ $port.target }}{{ else if eq $i 0 }}http{{ else }}metrics{{ end }}
  {{- else }}
    - port: 80
  {{- end }}
{{- with .Values.absent }}
  clusterIP: {{ . }}
{{- else with .Values.present }}
  clusterIP: {{ . }}
{{- end }}
"""

FLOW = """\
{{ define "web.inside" }}{{ .Values.tier }}-in{{ end -}}
apiVersion: v1
kind: ConfigMap
metadata: {name: &name {{ template "web.name" . }}, namespace: "{{ .Release.Namespace }}"}
data:
  copy: *name
  inside: {{ template "web.inside" . }}
  lines: |-
    first {{ .Values.tier }}
    {{- range until 2 }}
    line {{ . }}
    {{- end }}
  folded: >
    {{ include "web.quoted" . }}
  block: {{ block "web.block" . }}in a block {{ .Values.tier }}{{ end }}
  after: block
"""

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ (include "web.name" .) }}
spec:
  template:
    metadata:
      labels:
        {{- include "web.labels" . | trim | nindent 8 }}
    spec:
      nested:
        {{- include "web.nested" . | nindent 8 }}
      containers:
        - name: main
          ports: [{name: http, containerPort: 8080}]
          {{- include "web.probes" . | trim | nindent 10 }}
          env: {{- toYaml .Values.env | nindent 12 }}
      secret: {{ randAlphaNum 12 | b64enc }}
"""

INGRESS = """\
{{- if .Values.ingress.enabled -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ template "web.name" $ }}
spec:
  rules:
  {{- range .Values.ingress.hosts }}
    - host: {{ .host | quote }}
      http:
        paths:
          - path: /
            backend: {{- include "web.backend" (dict "name" $.Chart.Name "port" "http") | nindent 14 }}
          - path: /n
            backend:
              {{- $name := printf "%s-svc" (include "web.name" $) }}
              {{- include "web.backend" (dict "name" $name "port" 8080) | nindent 14 }}
  {{- end }}
{{- end }}
"""

VALUES = """\
tier: back
nameOverride: storefront
present: 10.0.0.1
extra: {team: shop, zone: "1"}
more: {first: one, second: two}
ports:
- {name: http, port: 80}
- {name: skip, port: 1}
- {name: metrics, port: 9100, target: 9101}
- {name: last, port: 2}
probes:
  liveness: {enabled: true}
  readiness: {enabled: true, port: 8081}
env:
- {name: PORT, value: "8080"}
- {name: WORD, value: 'Yi: ꀀ'}
ingress:
  enabled: true
  hosts: [{host: web.local}, {host: "www.web.local"}]
"""

DEPENDENCIES = """\
dependencies:
- {name: cache, version: 1.0.0, alias: hot}
- {name: cache, version: 1.0.0, alias: cold}
"""
CACHE = """\
kind: Service
metadata:
  name: {{ .Template.Name | base }}-{{ .Chart.Name }}
  labels: {{- include "web.labels" . | nindent 4 }}
spec: {ports: [{port: {{ .Values.port }}}]}
"""


def adversarial(newline: str = "\n") -> Files:
    """The chart, with CR LF line ends where asked."""
    texts = {
        "templates/_helpers.tpl": HELPERS,
        "templates/service.yaml": SERVICE,
        "templates/flow.yaml": FLOW,
        "templates/deep/deployment.yaml": DEPLOYMENT,
        "templates/ingress.yaml": INGRESS,
        "charts/cache/templates/service.yaml": CACHE,
    }
    others = {
        "Chart.yaml": chart_yaml(more=DEPENDENCIES),
        "values.yaml": VALUES,
        "charts/cache/Chart.yaml": chart_yaml("cache"),
        "charts/cache/values.yaml": "port: 6379\n",
    }
    return chart({**{name: text.replace("\n", newline) for name, text in texts.items()}, **others})
