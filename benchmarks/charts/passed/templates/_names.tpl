{{- define "passed.port" -}}
{{- /* The debug port has no key unless somebody gives it one. */ -}}
{{- .Values.controller.debugPort | default 7099 -}}
{{- end -}}
