"""`exclude` in charts: all is rendered, nothing excluded changed; what excluded templates make isn't told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from refactor import Result, fix_manifests
from refactor.cli import main
from tests.manifests import DEPLOYMENT, INGRESS, SERVICE, chart_yaml, put, put_all

FRONT = "web/templates/ingress.yaml"
CHART = {
    "Chart.yaml": chart_yaml(),
    "values.yaml": "port: 80\n",
    "templates/ingress.yaml": INGRESS.replace("80", "{{ .Values.port }}"),
    "templates/service.yaml": SERVICE.replace("targetPort: http", "targetPort: htpp"),
    "templates/deployment.yaml": DEPLOYMENT,
}
HELPER = '{{ define "web.backend" }}\n    service: {name: web, port: {number: 80}}\n{{- end }}\n'


@pytest.fixture
def chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A chart with two faults: the port that the Ingress asks for, which is a setting, and the targetPort."""
    monkeypatch.chdir(tmp_path)
    return put_all(Path("web"), CHART)


def checked(*exclude: str, path: str = "web", **options: Any) -> Result:
    return fix_manifests(path, select="broken", exclude=exclude, **options)


def found(result: Result) -> list[tuple[str, str]]:
    return sorted((finding.rule, finding.path) for finding in result.findings)


FAULTS = [("missing-backend-port", FRONT), ("missing-target-port", "web/templates/service.yaml")]


def test_an_excluded_template_is_neither_reported_on_nor_changed(chart: Path) -> None:
    assert found(checked()) == FAULTS
    assert list(checked().files) == ["web/templates/service.yaml", "web/values.yaml"]
    result = checked("service.yaml")
    assert found(result) == FAULTS[:1]
    assert list(result.files) == ["web/values.yaml"]
    result = checked(FRONT)
    assert found(result) == FAULTS[1:]
    assert list(result.files) == ["web/templates/service.yaml"]
    assert (result.counts.files, result.counts.routes) == (2, 0)


def test_it_is_rendered_all_the_same(chart: Path) -> None:
    result = checked("deployment.yaml")
    assert (found(result), result.files) == (FAULTS, checked().files)


def test_an_excluded_values_file_isnt_changed(chart: Path) -> None:
    result = checked("values.yaml", unsafe=True)
    assert found(result) == FAULTS
    assert list(result.files) == ["web/templates/service.yaml"]
    (reason,) = (one.reason for one in result.findings if one.path == FRONT)
    assert reason == "web/values.yaml is excluded"


def test_a_fix_that_needs_an_excluded_template_is_declined(chart: Path) -> None:
    put(chart / "templates/service.yaml", SERVICE)
    put(chart / "templates/deployment.yaml", DEPLOYMENT.replace("name: http, ", ""))
    assert "web/templates/deployment.yaml" in checked().files
    result = checked("deployment.yaml")
    assert list(result.files) == ["web/values.yaml"]
    (reason,) = (one.reason for one in result.findings if one.rule == "missing-target-port")
    assert reason == (
        "Deployment web in web/templates/deployment.yaml would have to change, which is excluded"
    )


def test_a_fault_in_an_excluded_helper_stays_where_the_resource_isnt_excluded(chart: Path) -> None:
    put(chart / "templates/_backend.tpl", HELPER)
    front = CHART["templates/ingress.yaml"].partition("    service:")[0]
    put(chart / "templates/ingress.yaml", f'{front}    {{{{- include "web.backend" . }}}}\n')
    faults = [("missing-backend-port", "web/templates/_backend.tpl"), *FAULTS[1:]]
    assert found(checked()) == faults
    result = checked("_backend.tpl", unsafe=True)
    assert found(result) == faults
    assert list(result.files) == ["web/templates/service.yaml"]
    helper = next(one for one in result.findings if one.path.endswith(".tpl"))
    assert (helper.fixable, helper.reason) == (False, "web/templates/_backend.tpl is excluded")
    assert found(checked("_backend.tpl", "ingress.yaml")) == FAULTS[1:]


def test_a_fault_in_an_excluded_values_file_stays(chart: Path) -> None:
    top, _, spec = INGRESS.partition("spec:\n")
    put(chart / "templates/ingress.yaml", f"{top}spec: {{{{- toYaml .Values.spec | nindent 2 }}}}\n")
    put(chart / "values.yaml", f"spec:\n{spec}")
    put(chart / "templates/service.yaml", SERVICE)
    assert main(["--check", "--exclude", "values.yaml", "web"]) == 1
    (fault,) = checked("values.yaml").findings
    assert (fault.path, fault.fixable, fault.reason) == (
        "web/values.yaml",
        False,
        "web/values.yaml is excluded",
    )


def test_the_patterns_of_a_settings_file_hold(chart: Path) -> None:
    put(".refactor.toml", f'exclude = ["{FRONT}"]\n')
    assert found(fix_manifests("web", select="broken")) == FAULTS[1:]
    assert found(fix_manifests("web", select="broken", config=False)) == FAULTS


def test_what_is_named_is_meant(chart: Path) -> None:
    assert found(checked(FRONT, path=FRONT)) == FAULTS
    assert found(checked(FRONT, path=FRONT, force_exclude=True)) == FAULTS[1:]


def test_its_routes_arent_traced(chart: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for extra, there in (([], True), (["--exclude", "ingress.yaml"], False)):
        main(["trace", "web", *extra])
        assert ("ingress/web" in capsys.readouterr().out) is there


def test_trace_offers_no_fix_in_an_excluded_file(chart: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["trace", "web", "--exclude", "values.yaml"])
    assert "\nno fix: web/values.yaml is excluded\n" in capsys.readouterr().out


def test_a_link_that_leads_out_of_a_chart_is_told(chart: Path) -> None:
    put_all(Path(), {"elsewhere.yaml": SERVICE})
    (chart / "templates/shared.yaml").symlink_to("../../elsewhere.yaml")
    assert [note for note in checked().notes if "link" in note] == [
        "web/templates/shared.yaml is a link that leads out of the chart, or in a circle: it isn't read"
    ]


OLD = """{{ if .Values.policy.enabled }}
apiVersion: extensions/v1beta1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}}
{{ end }}
"""


def test_what_a_switch_shows_in_a_file_that_cannot_be_written_remains(chart: Path) -> None:
    put_all(chart, {"values.yaml": "port: 8080\npolicy: {enabled: false}\n", "templates/old.yaml": OLD})
    (fault,) = fix_manifests("web", select="deprecated").findings
    assert fault.fixable
    (chart / "templates" / "old.yaml").chmod(0o444)
    result = fix_manifests("web", select="deprecated", write=True)
    assert [(one.line, one.fixable) for one in result.findings] == [(fault.line, False)]
    assert "can't be written" in str(result.findings[0].reason)
