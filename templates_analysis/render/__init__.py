"""Renders charts with real Helm: the SDK in a worker process, or the ``helm`` command.

Both take a chart as ``{path inside the chart: bytes}`` and answer the text of every template, or a
:class:`Failure`, for each of several mappings of values. Neither reaches the network or a cluster,
neither reads the user's Helm configuration.
"""

from .command import CommandRenderer
from .finding import find_renderer
from .protocol import Failure, Release, Rendered, Renderer, RendererMissing, Result
from .sdk import SdkRenderer

__all__ = [
    "CommandRenderer",
    "Failure",
    "Release",
    "Rendered",
    "Renderer",
    "RendererMissing",
    "Result",
    "SdkRenderer",
    "find_renderer",
]
