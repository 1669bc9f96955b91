"""What a renderer is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

FailureKind = Literal["render", "values", "chart", "timeout", "died"]


@dataclass(frozen=True, slots=True)
class Release:
    """What Helm calls the release (``.Release``) and the cluster (``.Capabilities``).

    ``kube_version`` and ``api_versions`` are what ``helm template`` takes; only the command knows them.
    """

    name: str = "release-name"
    namespace: str = "default"
    kube_version: str | None = None
    api_versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a chart wasn't rendered with some values.

    ``kind``: a template (``render``), the values or their schema (``values``), the chart itself
    (``chart``), the time limit (``timeout``), or Helm ended, mostly for want of memory (``died``).
    ``message`` is one line without values. ``template`` is Helm's name of the template
    (``web/charts/cache/templates/x.yaml``), ``line`` and ``column`` the 1-based place in it, in code
    points; 0 where Helm doesn't tell.
    """

    kind: FailureKind
    message: str
    template: str | None = None
    line: int = 0
    column: int = 0


Rendered: TypeAlias = Mapping[str, str]
"""Helm's name of each template -> its text; partials (``_….tpl``) and NOTES.txt aren't among them."""

Result: TypeAlias = "Rendered | Failure"


class RendererMissing(Exception):
    """No Helm that can do what is asked; the message is one line that says what to install."""


class Renderer(Protocol):
    """A way to render charts; safe to use from several threads, which take turns."""

    @property
    def name(self) -> str:
        """What renders, for a reader: ``sdk`` or the path of a command."""

    @property
    def renders(self) -> int:
        """How many mappings of values were rendered so far."""

    @property
    def seconds(self) -> float:
        """How long that took, waiting included."""

    def render(
        self,
        files: Mapping[str, bytes],
        values: Sequence[Mapping[str, Any]],
        release: Release,
        timeout: float,
    ) -> list[Result]:
        """One result for each mapping of values, in order; never raises for what a chart holds.

        ``values`` go on top of the chart's own. ``timeout``: seconds for all of them together.
        """

    def close(self) -> None:
        """End what runs and remove what was written; the renderer can be used again."""
