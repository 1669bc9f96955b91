{{/* A backend, for all our charts. */}}
{{- define "lib.backend" -}}
service:
  name: {{ .name }}
  port:
    name: {{ .port }}
{{- end }}
