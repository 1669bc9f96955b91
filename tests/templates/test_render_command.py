"""The ``helm`` command: limited, cut off from the user's settings, nothing left behind."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import pytest

from templates_analysis.render import CommandRenderer, Failure, Release
from templates_analysis.render.printed import by_template, whole_texts
from tests.templates.render_charts import HELM, PATIENCE, RELEASE, chart, one
from tests.templates.test_render_sdk import ENDLESS, GOOD, GREEDY, HUNGRY, SMALL, gone


def script(folder: Path, text: str) -> str:
    """A command of ours in Helm's place."""
    path = folder / "helm"
    path.write_text(f"#!{sys.executable}\nimport os, subprocess, sys, time\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_time_is_limited() -> None:
    began = time.monotonic()
    late = Failure("timeout", "not rendered within 0.5 s")
    assert CommandRenderer(HELM).render(ENDLESS, [{}, {}], RELEASE, 0.5) == [late, late]
    assert time.monotonic() - began < 3


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit another process")
@pytest.mark.parametrize("files", [HUNGRY, GREEDY], ids=["range", "repeat"])
def test_memory_is_limited(files: dict[str, bytes]) -> None:
    renderer = CommandRenderer(HELM, memory=SMALL)
    assert one(renderer, files) == Failure(
        "died", "the templates need more than 256 MB of memory: look for a range or repeat without end"
    )
    assert one(renderer, GOOD, {"a": 1}) == {"web/templates/x.yaml": "a: 1"}


def test_what_it_started_ends_too(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    sleeper = f"other = subprocess.Popen(['sleep', '60']); open({str(pid)!r}, 'w').write(str(other.pid))"
    helm = script(tmp_path, f"{sleeper}\ntime.sleep(60)")
    assert CommandRenderer(helm).plain(GOOD, {}, RELEASE, 1.5) == Failure(
        "timeout", "not rendered within 1.5 s"
    )
    assert gone(int(pid.read_text()))


def test_the_user_s_settings_are_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HELM_PLUGINS", "HELM_NAMESPACE", "KUBECONFIG", "KUBERNETES_SERVICE_HOST", "HELM_KUBETOKEN"):
        monkeypatch.setenv(name, "the user's")
    helm = script(tmp_path, "print(*(f'{name}={value}' for name, value in os.environ.items()), sep='\\n')")
    seen = CommandRenderer(helm).plain(GOOD, {}, RELEASE, PATIENCE)
    assert isinstance(seen, str)
    assert "the user's" not in seen
    settings = dict(line.split("=", 1) for line in seen.splitlines() if line.startswith(("HELM_", "KUBE")))
    assert {"HELM_PLUGINS", "HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME"} < settings.keys()
    assert not any(os.path.exists(value) for value in settings.values())


def test_a_release_name_is_no_option(tmp_path: Path) -> None:
    helm = script(tmp_path, "print(*sys.argv[1:])")
    release = Release("--post-renderer", "prod", "1.30", ("a/v1",))
    said = CommandRenderer(helm).plain(GOOD, {}, release, PATIENCE)
    assert isinstance(said, str)
    assert said.startswith(
        "template --namespace=prod --values=- --kube-version=1.30 --api-versions=a/v1 -- --post-renderer /"
    )


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    one(CommandRenderer(HELM), GOOD)
    CommandRenderer(HELM).render(ENDLESS, [{}], RELEASE, 0.2)
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_cannot_run_is_told(tmp_path: Path) -> None:
    path = str(tmp_path / "helm")
    assert one(CommandRenderer(path), GOOD) == Failure(
        "died", f"{path} can't be started: No such file or directory"
    )
    helm = script(tmp_path, "sys.exit(5)")
    assert one(CommandRenderer(helm), GOOD) == Failure("died", "Helm ended without an answer (code 5)")


def test_each_run_counts() -> None:
    renderer = CommandRenderer(HELM)
    renderer.render(GOOD, [{"a": 1}, {"a": 2}], RELEASE, PATIENCE)
    assert renderer.renders == 2
    assert isinstance(renderer.plain(GOOD, {}, RELEASE, PATIENCE), str)
    assert renderer.renders == 3


def test_printed_documents_go_to_their_templates() -> None:
    files = chart({"x.yaml": "kind: Service\n---\nkind: Ingress\n", "y.yaml": "kind: Deployment\n"})
    printed = CommandRenderer(HELM).plain(files, {}, RELEASE, PATIENCE)
    assert isinstance(printed, str)
    texts = {name: text.replace("\n\n", "\n") for name, text in by_template(printed).items()}
    assert texts == {
        "web/templates/x.yaml": "kind: Service\n---\nkind: Ingress\n",
        "web/templates/y.yaml": "kind: Deployment\n",
    }
    assert by_template("") == by_template("# nothing\n") == {}


def test_output_without_marks_holds_no_whole_texts() -> None:
    assert whole_texts("", "<m>") == whole_texts("---\n# Source: x\na\n", "<m>") == {}
    assert whole_texts("---\n# Source: x\na\n<m>\n---\n# Source: x\nb<m>\n", "<m>") == {"x": "a\n"}
