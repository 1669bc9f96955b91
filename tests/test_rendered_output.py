"""Output of `helm template` as input: its templates are named, and with its chart it is repaired there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from refactor import Result, fix_manifests
from refactor.cli import main
from tests.manifests import DEPLOYMENT, chart_yaml, put_all
from tests.templates.render_charts import HELM

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-web
  labels: {app.kubernetes.io/instance: {{ .Release.Name }}}
  annotations: {team: {{ .Release.Namespace }}}
spec:
  selector: {app: web}
  ports:
    - name: http
      port: {{ .Values.port }}
      targetPort: http
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .Release.Name }}-web
spec:
  defaultBackend:
    service:
      name: {{ .Release.Name }}-web
      port:
        number: 8080  # from before the move
"""
WORKLOAD = (
    DEPLOYMENT.replace("8080", "3000").replace(
        "{name: web}", "{name: {{ .Release.Name }}-web, namespace: {{ .Release.Namespace }}}", 1
    )
    + "          env:\n            - {name: TOKEN, value: {{ .Values.token }}}\n"
)
CHART = {
    "Chart.yaml": chart_yaml(),
    "values.yaml": "port: 80\ntoken: harmless\n",
    "templates/service.yaml": SERVICE,
    "templates/ingress.yaml": INGRESS,
    "templates/workload.yaml": WORKLOAD,
}
OPTIONS = "-f, --set, --set-string, --release, -n, --kube-version, --helm"


def rendered(chart: Path, release: str = "shop", namespace: str = "prod", *more: str) -> str:
    """What the helm command prints."""
    call = [HELM, "template", release, str(chart), "-n", namespace, *more]
    return subprocess.run(call, capture_output=True, check=True, encoding="utf-8").stdout


@pytest.fixture
def chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A chart whose Ingress asks for a port that its Service doesn't have; the current folder is above it."""
    monkeypatch.chdir(tmp_path)
    put_all(tmp_path / "web", CHART)
    return Path("web")


def checked(text: str, chart: Path | None, **options: Any) -> Result:
    return fix_manifests({"out.yaml": text}, select="broken", chart=chart, **options)


def test_findings_name_the_template_in_every_format(
    chart: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_all(tmp_path, {"out.yaml": rendered(chart)})
    assert main(["--check", "out.yaml"]) == 1
    text = capsys.readouterr().out
    assert "  = rendered from web/templates/ingress.yaml\n" in text
    assert "(web/templates/service.yaml)\n" in text
    main(["--output-format", "json", "--select", "broken", "out.yaml"])
    (fault,) = json.loads(capsys.readouterr().out)["findings"]
    assert fault["template"] == "web/templates/ingress.yaml"
    assert [one["template"] for one in fault["related"]] == ["web/templates/service.yaml"]
    main(["--output-format", "github", "--select", "broken", "out.yaml"])
    assert "%0Arendered from web/templates/ingress.yaml%0Afix: " in capsys.readouterr().out
    assert main(["trace", "out.yaml"]) == 1
    assert " (web/templates/ingress.yaml)\n" in capsys.readouterr().out
    main(["trace", "--output-format", "json", "out.yaml"])
    steps = json.loads(capsys.readouterr().out)["routes"][0]["steps"]
    assert steps[0]["template"] == "web/templates/ingress.yaml"


def test_a_repair_of_rendered_output_says_that_it_wont_last(chart: Path) -> None:
    result = checked(rendered(chart), None)
    assert "+        number: 80  # from before the move" in result.diff
    assert [note for note in result.notes if "the next render overwrites" in note and "(web)" in note]
    unfixable = rendered(chart).replace("shop-web\n      port:", "nowhere\n      port:")
    assert not any("overwrites" in note for note in checked(unfixable, None).notes)


def test_with_the_chart_the_run_is_that_of_the_chart(chart: Path) -> None:
    result = checked(rendered(chart), chart)
    itself = fix_manifests(chart, select="broken", release="shop", namespace="prod")
    assert (result.findings, result.diff, result.errors) == (itself.findings, itself.diff, ())
    assert "--- a/web/templates/ingress.yaml" in result.diff
    assert [finding.template for finding in result.findings] == [None]
    assert "(release shop, namespace prod, values.yaml)" in result.notes[0]


def test_writing_changes_the_chart_and_not_the_output(
    chart: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = rendered(chart)
    put_all(tmp_path, {"out.yaml": text})
    assert main(["--write", "--select", "broken", "--chart", "web", "out.yaml"]) == 0
    assert (tmp_path / "out.yaml").read_text(encoding="utf-8") == text
    assert (chart / "templates/ingress.yaml").read_text(encoding="utf-8") == INGRESS.replace(
        "8080", "{{ .Values.port }}"
    )
    assert main(["--select", "broken", "--chart", "web", "out.yaml"]) == 2
    assert "Ingress shop-web differs at spec.defaultBackend.service.port.n" in capsys.readouterr().err


def test_texts_that_were_given_are_written_in_the_chart_too(chart: Path) -> None:
    assert checked(rendered(chart), chart, write=True).findings[0].fixed
    assert checked(rendered(chart), chart).findings == ()


def test_layout_order_and_comments_dont_count(chart: Path) -> None:
    documents = [one for one in yaml.safe_load_all(rendered(chart)) if one]
    again = yaml.safe_dump_all(reversed(documents), default_flow_style=None)
    assert "# Source" not in again
    assert checked(again, chart).errors == ()


def test_the_name_of_the_release_is_told_by_names_too(chart: Path) -> None:
    put_all(chart, {"templates/service.yaml": SERVICE.replace("app.kubernetes.io/instance", "team")})
    assert "release shop, namespace prod" in checked(rendered(chart), chart).notes[0]
    assert checked(rendered(chart), chart, release="shop", namespace="prod").errors == ()
    (error,) = checked(rendered(chart), chart, release="other").errors
    assert "release other" in error.message
    assert "the chart makes no Service shop-web" in error.message


def test_values_that_differ_are_asked_for_without_telling_them(chart: Path) -> None:
    text = rendered(chart, "shop", "prod", "--set", "token=hunter2,port=81")
    (error,) = checked(text, chart).errors
    assert OPTIONS in error.message
    assert "hunter2" not in error.message
    assert "Deployment shop-web differs at spec.template.spec.containers[0].env[0].value" in error.message
    assert "Service shop-web differs at spec.ports[0].port" in error.message
    assert error.line == 1 + text[: text.index("port: 81")].count("\n")
    assert checked(text, chart, sets=["token=hunter2,port=81"]).errors == ()


def test_an_environment_of_the_chart_is_found(chart: Path) -> None:
    put_all(chart, {"values-prod.yaml": "port: 81\n"})
    result = checked(rendered(chart, "shop", "prod", "-f", "web/values-prod.yaml"), chart)
    assert result.errors == ()
    assert "values-prod.yaml): " in result.notes[0]
    assert "--- a/web/templates/ingress.yaml" in result.diff


def test_what_each_rendering_makes_anew_doesnt_count(chart: Path) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {word: {{ randAlphaNum 9 }}}\n"
    job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j-{{ randAlpha 5 | lower }}}\n"
    put_all(chart, {"templates/secret.yaml": secret, "templates/job.yaml": job})
    assert checked(rendered(chart), chart).errors == ()
    (error,) = checked(rendered(chart).replace("targetPort: http", "targetPort: web"), chart).errors
    assert "prod, values.yaml): Service shop-web differs at spec.ports[0].targetPort; give" in error.message


def test_hooks_and_definitions_may_be_left_out_or_in(chart: Path) -> None:
    hook = "apiVersion: v1\nkind: Pod\nmetadata: {name: h, annotations: {helm.sh/hook: test}}\n"
    crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x.y.z}\n"
    put_all(chart, {"templates/hook.yaml": hook, "crds/x.yaml": crd})
    for more in ("--no-hooks", "--include-crds"):
        assert checked(rendered(chart, "shop", "prod", more), chart).errors == ()


def test_missing_objects_are_named(chart: Path) -> None:
    text = rendered(chart, "shop", "default", "--show-only", "templates/service.yaml")
    (error,) = checked(text, chart).errors
    assert "Ingress shop-web is missing here" in error.message
    assert (error.path, error.line) == ("out.yaml", 0)


def test_a_package_is_read_and_never_written(chart: Path) -> None:
    subprocess.run([HELM, "package", "web"], capture_output=True, check=True)
    result = checked(rendered(chart), Path("web-1.0.0.tgz"))
    assert result.errors == ()
    assert result.diff == ""
    assert [finding.fixable for finding in result.findings] == [False]


@pytest.mark.parametrize(
    "text, words",
    [
        ("kind: Service\nmetadata: {name: x}\n", "this doesn't look like rendered output of web"),
        (
            "# Source: api/templates/x.yaml\nkind: Service\nmetadata: {name: x}\n",
            "rendered from api, not from web",
        ),
        ("", "the file is empty"),
        ("kind: [\n", "out.yaml:1:7: "),
        (SERVICE, "this is a template"),
    ],
)
def test_other_input_is_refused_in_one_line(chart: Path, text: str, words: str) -> None:
    (error,) = checked(text, chart).errors
    assert words in str(error)
    assert "\n" not in str(error)


def test_what_isnt_a_chart_that_renders_is_told(chart: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = rendered(chart)
    put_all(Path("out"), {"x.yaml": text})
    for broken, words in (
        ({"Chart.yaml": chart_yaml(more="type: library\n")}, "library"),
        ({"templates/x.yaml": '{{ fail "no" }}'}, "web/templates/x.yaml:1"),
        (
            {"Chart.yaml": CHART["Chart.yaml"] + "dependencies: [{name: redis, version: '1'}]\n"},
            "needs redis",
        ),
    ):
        put_all(chart, {**CHART, **broken})
        (error, *_) = checked(text, chart).errors
        assert words in str(error)
        put_all(chart, {"templates/x.yaml": ""})
    put_all(chart, CHART)
    assert "nowhere" in str(checked(text, Path("nowhere")).errors[0])
    assert "values.nope" in str(checked(text, chart, values=["values.nope"]).errors[0])
    assert main(["--chart", "web", "web"]) == 2
    assert "web: is a chart itself" in capsys.readouterr().err
    assert main(["--chart", "web", "--chart", "web", "out"]) == 2
    assert "--chart stands only once" in capsys.readouterr().err
    assert main(["--check", "--chart", "web", "out"]) == 1


@pytest.mark.parametrize("name", ["all-charts.yaml", "kube-prometheus-stack.yaml"])
def test_rendered_output_of_the_corpus_names_its_templates(corpus: Path, name: str) -> None:
    result = fix_manifests(corpus / "rendered" / name, select="broken,suspect")
    assert result.errors == ()
    assert result.findings
    assert all(finding.template and "/templates/" in finding.template for finding in result.findings)
