"""The home of a rendered resource: its text is written in templates and values."""

from collections.abc import Sequence
from dataclasses import dataclass

from refactor.charts.places import location_of
from refactor.charts.rendering import Rendering
from refactor.charts.ways import ways
from refactor.source import Edit, Refusal
from refactor.world.change import Change
from refactor.world.manifests import ManifestHome
from refactor.world.resources import Location, Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartHome(ManifestHome):
    """A resource in a rendered document; `name` is what Helm calls the template.

    The document is the rendered text, so what stands in it (also comments) is asked of it as of any
    manifest; only where a user has to look, and what has to be changed there, is in the chart.
    """

    rendering: Rendering
    name: str

    @property
    def template(self) -> None:
        """Its places are in the template itself."""
        return None

    def location(self, path: Path) -> Location:
        return location_of(self, self.prefix + path)

    def data(self, path: Path) -> object:
        """The plain data at a path of the document; None where nothing is."""
        data = self.document.data
        for step in path:
            try:
                data = data[step]
            except (KeyError, IndexError, TypeError):
                return None
        return data

    def ways(self, change: Change, bold: bool = False) -> Sequence[tuple[Edit, ...]] | Refusal:
        """The edits of templates or values that make this change, the best way first."""
        return ways(self, change, bold)
