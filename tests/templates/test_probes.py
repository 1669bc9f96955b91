"""The command, which parses and regroups what templates print, yields their raw texts through probes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from templates_analysis.instrument import instrument
from templates_analysis.probes import probes, read_probes
from templates_analysis.trace import read_marks
from tests.templates.adversarial import adversarial
from tests.templates.in_process import (
    NAME,
    NAMESPACE,
    Files,
    chart,
    corpus_charts,
    packed,
    read,
    render,
    undigested,
)

HELM = shutil.which("helm", path=str(Path(sys.executable).parent)) or shutil.which("helm")
# Helm 3 keeps a null that values.yaml sets, the library of Helm 4 takes it for "remove this key".
NULLS = {
    "jenkinsci__helm-charts/jenkins",
    "k8s-at-home__charts/mqtt-exporter",
    "stefanprodan__podinfo/podinfo",
}

needs_helm = pytest.mark.skipif(HELM is None, reason="no helm command")


def command(files: Files, folder: Path) -> str:
    archive, values = folder / "chart.tgz", folder / "values.json"
    archive.write_bytes(packed(files))
    values.write_text(json.dumps(files.values), encoding="utf-8")
    call = [HELM or "helm", "template", NAME, str(archive), "-f", str(values), "-n", NAMESPACE]
    done = subprocess.run(call, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def probed(files: Files, texts: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What the command renders each manifest to, with ``texts`` for some templates."""
    changed = files.pinned().with_texts(texts)
    every = {name: changed.texts[name].decode() for name in files.templates}
    return read_probes(command(changed.with_texts(probes(every, files.manifests)), folder))


def compare(files: Files, folder: Path) -> None:
    """Plain and marked, the command gives what the library gives."""
    expected = {name: undigested(text) for name, text in render(files.pinned()).items()}
    wanted = {name: text for name, text in expected.items() if files.inside(name) in files.manifests}
    plain = probed(files, {}, folder)
    assert {name: undigested(text) for name, text in plain.items()} == wanted
    instrumented = instrument(files.templates, files.manifests)
    marked = probed(files, instrumented.files, folder)
    assert {name: undigested(read_marks(text, instrumented).plain) for name, text in marked.items()} == wanted
    assert marked != plain


@needs_helm
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_adversarial_chart(newline: str, tmp_path: Path) -> None:
    compare(adversarial(newline), tmp_path)


@needs_helm
@pytest.mark.parametrize("row", corpus_charts()[::7])
def test_real_charts(row: Any, tmp_path: Path) -> None:
    if row["path"].removeprefix("charts/") in NULLS:
        pytest.skip("Helm 3 and 4 differ over nulls in its values")
    compare(read(row), tmp_path)


@needs_helm
def test_what_templates_do_to_each_other(tmp_path: Path) -> None:
    """Turns are Helm's own; `.Template` is the file's; names and trims around definitions don't matter."""
    note = '{{- $_ := set .Values "seen" (append (.Values.seen | default list) .Template.Name) -}}\n'
    texts = {
        "templates/b.yaml": note + 'seen: {{ .Values.seen }}{{ define "b" }}{{ end -}}\n x',
        "templates/a.yaml": note
        + 'seen: {{ .Values.seen }} {{- define "a" -}} {{- end }} {{ template "a" }}y\n---\nz',
        "templates/deep/c.yaml": note + "seen: {{ .Values.seen }} {{ .Template.BasePath }}",
        'templates/qu"ote.yaml': note + "missing: {{ .Values.missing }}",
        "templates/_p.tpl": "partial",
        "templates/call.yaml": '{{ include (print .Template.BasePath "/called.yaml") (dict "x" 1) }}',
        "templates/called.yaml": "{{ .x }} {{ if .Template }}{{ .Template.Name }}{{ end }}",
    }
    compare(chart(texts), tmp_path)


def test_files_that_are_not_rendered_or_not_lexed_are_passed_over() -> None:
    texts = {"templates/_p.tpl": "x", "templates/a.yaml": "{{ if }}", "templates/b.yaml": "b"}
    assert probes(texts, ["templates/_p.tpl", "templates/a.yaml", "templates/none.yaml"]) == {}
    assert set(probes(texts, list(texts))) == {"templates/b.yaml", "templates/zz-probe.yaml"}


def test_each_chart_has_its_own_probe() -> None:
    texts = {
        "templates/charts/a.yaml": "a",
        "charts/x/templates/a.yaml": "b",
        "charts/x/charts/y/templates/z.yaml": "c",
    }
    extra = set(probes(texts, texts)) - set(texts)
    folders = ("", "charts/x/", "charts/x/charts/y/")
    assert extra == {f"{folder}templates/zz-probe.yaml" for folder in folders}


def test_other_output_is_not_taken_for_a_probe() -> None:
    assert read_probes("data:\n  name: web\n  text: |\n    x\n") == {}
