"""The home of a rendered resource: its text is written in templates and values."""

from collections.abc import Sequence
from dataclasses import dataclass

from refactor.charts.places import location_of
from refactor.charts.rendered_home import RenderedHome
from refactor.charts.ways import ways
from refactor.source import Edit, Refusal
from refactor.world.change import Change
from refactor.world.resources import Location, Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartHome(RenderedHome):
    """A resource of a chart: it stands in a rendering, and is found and changed in the chart's files."""

    @property
    def template(self) -> None:
        """Its places are in the template itself."""
        return None

    def location(self, path: Path, key: bool = False) -> Location:
        return location_of(self, self.prefix + path, key)

    def ways(self, change: Change, bold: bool = False) -> Sequence[tuple[Edit, ...]] | Refusal:
        """The edits of templates or values that make this change, the best way first."""
        return ways(self, change, bold)
