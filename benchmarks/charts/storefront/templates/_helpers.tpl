{{/*
The name of everything that the release makes.
*/}}
{{- define "storefront.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* What a Service finds its pods by. */}}
{{- define "storefront.selector" -}}
app: {{ .Chart.Name }}
release: {{ .Release.Name }}
{{- end -}}
