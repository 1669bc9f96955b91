"""Rendering for one run: the renderer, the release, the time that a chart may take, and what was spent."""

from collections.abc import Mapping, Sequence
from typing import Any

from refactor.charts.options import TIMEOUT, HelmOptions
from templates_analysis.render import Release, Renderer, Result, find_renderer


class Workshop:
    """Renders charts as the options say. Raises RendererMissing where no Helm is there that can."""

    def __init__(self, options: HelmOptions) -> None:
        self.release = Release(
            options.release or "release-name",
            options.namespace or "default",
            options.kube_version,
            options.api_versions,
        )
        self.timeout = options.timeout or TIMEOUT
        self.renderer: Renderer = find_renderer(options.helm, self.release)

    def render(self, files: Mapping[str, bytes], values: Sequence[Mapping[str, Any]]) -> list[Result]:
        """One result for each mapping of values, in order."""
        return self.renderer.render(files, values, self.release, self.timeout)
