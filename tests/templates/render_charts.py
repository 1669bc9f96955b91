"""Small charts of our own for the renderers, and the renderers that are there."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from templates_analysis.render import CommandRenderer, Release, Renderer, Result, SdkRenderer
from tests.manifests import chart_yaml

RELEASE = Release("shop", "prod")
PATIENCE = 60.0
HELM = shutil.which("helm") or shutil.which("helm", path=str(Path(sys.executable).parent)) or "helm"


def chart(files: Mapping[str, str | bytes], metadata: str = chart_yaml()) -> dict[str, bytes]:
    """A chart from texts by path; ``x.yaml`` without a folder is a template."""
    texts: dict[str, str | bytes] = {"Chart.yaml": metadata}
    for path, text in files.items():
        plain = "/" not in path and not path.startswith(("values", "Chart"))
        texts[f"templates/{path}" if plain else path] = text
    return {path: text.encode() if isinstance(text, str) else text for path, text in texts.items()}


@contextmanager
def both() -> Iterator[tuple[SdkRenderer, CommandRenderer]]:
    """The SDK and the command."""
    sdk = SdkRenderer()
    try:
        yield sdk, CommandRenderer(HELM)
    finally:
        sdk.close()


def one(
    renderer: Renderer,
    files: Mapping[str, bytes],
    values: Mapping[str, Any] | None = None,
    timeout: float = PATIENCE,
) -> Result:
    """The result of a single render."""
    (result,) = renderer.render(files, [values or {}], RELEASE, timeout)
    return result
