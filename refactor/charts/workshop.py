"""Work on charts: the renderer, the release, the time for each, what is excluded and what was spent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from refactor.charts.options import EXPERIMENTS, TIMEOUT, HelmOptions
from templates_analysis.render import Release, Renderer, Result, find_renderer


@cache
def _renderer(asked: str | None, release: Release) -> Renderer:
    """One worker serves every run of a process: starting it takes longer than most charts."""
    return find_renderer(asked, release)


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
        # Whether the file of a chart at a path is excluded: it is rendered with the others all the same.
        self.excludes = options.excluded
        # How often values may still be changed only to see what they drive.
        self.experiments = EXPERIMENTS
        # Who names a renderer wants that one and no other.
        self.forced = options.helm is not None
        # What the release is called makes no difference to who can render it.
        self.renderer: Renderer = _renderer(options.helm, replace(self.release, name="", namespace=""))
        self._before = self.renderer.renders, self.renderer.seconds

    @property
    def name(self) -> str:
        """What renders."""
        return self.renderer.name

    @property
    def spent(self) -> tuple[int, float]:
        """How often was rendered since the workshop is open, and the seconds it took."""
        renders, seconds = self._before
        return self.renderer.renders - renders, self.renderer.seconds - seconds

    def render(
        self, files: Mapping[str, bytes], values: Sequence[Mapping[str, Any]], release: Release | None = None
    ) -> list[Result]:
        """One result for each mapping of values, in order; `release`: another one than the options say."""
        return self.renderer.render(files, values, release or self.release, self.timeout)
