"""Guards of charts, rendered by real Helm: what is written, what it is worth, and what is left alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from refactor.cli import main
from tests.guarded_charts import (
    DEPLOYMENT,
    INGRESS,
    PROBE,
    SCHEMA,
    SERVICE,
    TEST,
    VALUES,
    chart,
    created,
    entry,
    guard,
    pods,
    render,
    text_of,
)
from tests.templates.render_charts import HELM


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_schema_and_a_test_in_the_charts_own_words() -> None:
    guards = guard(chart())
    assert not guards.errors
    assert list(guards.files) == [f"web/{SCHEMA}", f"web/{TEST}"]
    schema = text_of(guards, SCHEMA)
    number = {"type": "integer", "minimum": 1, "maximum": 65535}
    assert entry(schema, "port") == number
    assert entry(schema, "service", "port") == number
    assert entry(schema, "service", "targetPort")["anyOf"][0] == number
    assert entry(schema, "service").keys() == {"type", "properties"}
    assert "required" not in schema
    assert text_of(guards, TEST) == (
        "{{- if and .Values.service.enabled .Values.ingress.enabled }}\n"
        "apiVersion: v1\nkind: Pod\nmetadata:\n"
        '  name: "{{ .Release.Name }}-web-test-connection"\n'
        '  labels:\n    {{- include "web.labels" . | nindent 4 }}\n'
        '  annotations:\n    "helm.sh/hook": test\n'
        "spec:\n  containers:\n    - name: wget\n      image: busybox\n      command: ['wget']\n"
        "      args: ['{{ .Release.Name }}-web:{{ .Values.service.port }}/ready']\n"
        "  restartPolicy: Never\n{{- end }}\n"
    )


def test_git_takes_the_diff_and_a_second_run_is_empty(folder: Path) -> None:
    guards = guard(chart())
    subprocess.run(["git", "apply", "-"], input=guards.diff.encode(), check=True, cwd=folder)
    for path, text in guards.files.items():
        assert Path(path).read_text(encoding="utf-8") == text
    again = guard("web")
    assert not again.files
    assert again.diff == ""
    assert any("call every Service port" in note for note in again.notes)


@pytest.mark.parametrize("wrong", ["http ", 70000, 0, "", "80x!"])
@pytest.mark.parametrize("key", ["port", "service.port", "service.targetPort"])
def test_helm_refuses_wrong_values_with_the_schema(key: str, wrong: object) -> None:
    guard(chart()).write()
    *above, last = key.split(".")
    values: dict[str, Any] = {last: wrong}
    for name in reversed(above):
        values = {name: values}
    with pytest.raises(Exception, match="schema"):
        render("web", **values)
    assert render("web", service={"targetPort": 8080})
    assert render("web", service={"targetPort": "admin-api"})


def test_the_test_calls_what_is_rendered() -> None:
    guard(chart()).write()
    assert not list(pods("web"))
    [pod] = pods("web", ingress={"enabled": True}, service={"port": 8443})
    assert pod["spec"]["containers"][0]["args"] == ["demo-web:8443/ready"]
    assert pod["metadata"]["labels"] == {"part-of": "shop"}


def test_the_chart_of_helm_create() -> None:
    guards = guard(created())
    assert not guards.errors
    test = text_of(guards, TEST)
    # Its labels are those of its pods: the Service would send requests to the test.
    assert "labels" not in test
    assert any("no labels" in note for note in guards.notes)
    guards.write()
    [pod] = pods("fresh", ingress={"enabled": True})
    assert pod["spec"]["containers"][0]["args"] == ["demo-fresh:80"]
    lint = subprocess.run([HELM, "lint", "fresh"], capture_output=True, encoding="utf-8", check=False)
    assert lint.returncode == 0, lint.stdout
    command = [HELM, "template", "fresh", "--set", "service.port=http"]
    refused = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert "schema" in refused.stderr
    assert not guard("fresh").files


def test_a_schema_that_is_there_is_only_added_to() -> None:
    there = (
        '{\n    "type": "object",\n    "title" : "Mine",\n'
        '    "properties": {\n        "service": {\n            "type": "object",\n'
        '            "properties": {"port": {"type": "number"}, "enabled": {"type": "boolean"}}\n        },\n'
        '        "ingress": {}\n    }\n}'
    )
    guards = guard(chart(schema=there))
    after = text_of(guards, SCHEMA)
    assert entry(after, "service", "port") == {"type": "number"}
    assert entry(after, "port")["maximum"] == 65535
    assert (
        '            "properties": {"port": {"type": "number"}, "enabled": {"type": "boolean"}, "t' in after
    )
    removed = [line for line in guards.diff.splitlines() if line.startswith("-") and line[:3] != "---"]
    assert len(removed) == 2  # the line that gets another member, and the one that gets a comma
    assert '\n        "port": {\n            "type": "integer"' in after
    assert not after.endswith("\n")


@pytest.mark.parametrize(
    "there", ['{"additionalProperties": true, "$ref": "#"}', '{"type": "object",}', "[1]"]
)
def test_a_schema_that_says_more_is_left_alone(there: str) -> None:
    guards = guard(chart(schema=there))
    assert f"web/{SCHEMA}" not in guards.files


def test_a_setting_that_is_a_template_or_a_part_gets_no_entry() -> None:
    service = SERVICE.replace("{{ .Values.service.port }}", "{{ tpl (toString .Values.service.port) . }}")
    service = service.replace("{{ .Values.service.targetPort }}", '"ht{{ .Values.service.targetPort }}"')
    values = VALUES.replace("targetPort: http", "targetPort: tp")
    ingress = INGRESS.replace("{{ .Values.service.port }}", "{{ tpl (toString .Values.service.port) . }}")
    guards = guard(chart(service=service, ingress=ingress, values_yaml=values))
    assert not guards.errors
    assert json.loads(text_of(guards, SCHEMA))["properties"].keys() == {"port"}


def test_a_value_that_some_set_has_is_never_refused() -> None:
    guards = guard(chart(prod='port: "8080"\n'))
    assert "port" not in json.loads(text_of(guards, SCHEMA))["properties"]
    assert any(note.startswith("port gets no entry") for note in guards.notes)


def test_a_test_that_calls_the_service_is_enough() -> None:
    there = (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: t\n  annotations: {helm.sh/hook: test-success}\n"
        "spec:\n  containers:\n    - {name: t, image: t, args: [-z, {{ .Release.Name }}-web, '80']}\n"
    )
    guards = guard(chart(test=there))
    assert list(guards.files) == [f"web/{SCHEMA}"]
    other = guard(chart("other", test=there.replace("-web", "-else")))
    assert "other/templates/tests/test-routes.yaml" in other.files


def test_services_that_cannot_be_called_are_told() -> None:
    ranged = (
        "{{- range list 1 }}\n"
        + SERVICE.replace(".Values", "$.Values").replace(".Release", "$.Release").replace('" .', '" $')
        + "{{- end }}\n"
    )
    guards = guard(chart(service=ranged))
    assert not any(path.endswith(TEST) for path in guards.files)
    assert any("no test calls Service release-name-web" in note for note in guards.notes)


def test_every_service_is_called_where_there_is_no_route() -> None:
    guards = guard(chart(ingress=""))
    assert text_of(guards, TEST).startswith("{{- if .Values.service.enabled }}\n")


def test_only_the_port_is_tried_where_no_probe_tells_a_path() -> None:
    probeless = DEPLOYMENT.removesuffix(PROBE)
    guard(chart(deployment=probeless)).write()
    [pod] = pods("web", ingress={"enabled": True})
    assert pod["spec"]["containers"][0]["args"] == ["-z", "-w", "5", "demo-web", "80"]


def test_what_helm_ignores_is_not_written() -> None:
    guards = guard(chart(ignore="tests/\n"))
    assert list(guards.files) == [f"web/{SCHEMA}"]
    assert any(".helmignore" in note for note in guards.notes)


@pytest.mark.parametrize(("left_out", "text"), [(SCHEMA, None), (SCHEMA, "{}\n"), (TEST, None)])
def test_what_is_excluded_is_not_written(
    left_out: str, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(chart(), left_out)
    if text is not None:
        file.write_text(text, encoding="utf-8")
    assert main(["guard", "web", "--write", "--exclude", str(file)]) == 0
    assert (file.read_text(encoding="utf-8") if file.exists() else None) == text
    captured = capsys.readouterr()
    assert f"{file} is excluded: it isn't written\n" in captured.err
    assert "Wrote 1 file: " in captured.err


def test_nothing_is_written_below_an_excluded_folder() -> None:
    Path(chart(), ".refactor.toml").write_text(
        f'exclude = ["{SCHEMA}", "templates/tests"]\n', encoding="utf-8"
    )
    guards = guard("web")
    assert not guards.files
    assert guards.notes == (
        f"web/{SCHEMA} is excluded: it isn't written",
        f"web/{TEST} is excluded: it isn't written",
    )


def test_line_ends_and_dashes_are_the_charts_own() -> None:
    flat = SERVICE.replace("    - name: http\n      port", "  - name: http\n    port")
    flat = flat.replace("      targetPort", "    targetPort").replace("\n", "\r\n")
    windows = {"service": flat, "ingress": INGRESS.replace("\n", "\r\n")}
    test = text_of(guard(chart(**windows, deployment=DEPLOYMENT.replace("\n", "\r\n"))), TEST)
    assert test.count("\n") == test.count("\r\n")


def test_a_broken_chart_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    chart(ingress=INGRESS.replace("{number: {{ .Values.service.port }}}", "{number: 81}"))
    assert main(["guard", "web"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "repair it first: python -m refactor --write web" in captured.err
    assert main(["guard", "--set", "a b=1", "-n", "prod", "web"]) == 2
    told = "python -m refactor --write --set 'a b=1' --namespace prod web\n"
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong, advice",
    [
        ("nodeport: 30080", "repair it first: python -m refactor --write --unsafe-fixes web\n"),
        ("nodePort: 30080\n      nodeport: 30081", "repair it by hand first: `nodePort` stands beside it"),
    ],
)
def test_the_advice_for_a_broken_chart_is_one_that_helps(
    capsys: pytest.CaptureFixture[str], wrong: str, advice: str
) -> None:
    chart(service=SERVICE.replace("      targetPort:", f"      {wrong}\n      targetPort:"))
    assert main(["guard", "web"]) == 2
    assert advice in capsys.readouterr().err


def test_what_is_no_chart_is_one_line(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "plain").mkdir()
    (folder / "plain" / "a.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n")
    for words in (["plain"], ["nowhere"], [], ["-"], ["web", "--chart", "web"]):
        assert main(["guard", *words]) == 2
        error = capsys.readouterr().err
        assert "error:" in error
        assert "Traceback" not in error


def test_a_file_that_came_meanwhile_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    guards = guard(chart())
    Path("web", SCHEMA).write_text("{}")
    with pytest.raises(ValueError, match="is there by now"):
        guards.write()
    assert Path("web", SCHEMA).read_text() == "{}"
    assert not Path("web", TEST).exists()


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    chart()
    assert main(["guard", "web", "--output-format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["path"] for one in document["files"]] == [f"web/{SCHEMA}", f"web/{TEST}"]
    assert main(["guard", "--write", "web"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Wrote 2 files" in captured.err
    assert main(["guard", "web"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Nothing is to be written." in captured.err
