"""Where a rendered resource stands: in a document of a rendering, whose text nobody edits."""

from dataclasses import dataclass

from refactor.charts.rendering import Rendering
from refactor.world.manifests import ManifestHome
from refactor.world.resources import Path, value_at


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedHome(ManifestHome):
    """A resource in a rendered document; `name` is what Helm calls the template.

    The document is the rendered text, so what stands in it (also comments) is asked of it as of any
    manifest; only where a user has to look, and what has to be changed there, is in the chart.
    """

    rendering: Rendering
    name: str

    def data(self, path: Path) -> object:
        """The plain data at a path of the document; None where nothing is."""
        return value_at(self.document.data, path)
