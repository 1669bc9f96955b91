"""Layers of values: the chart's values.yaml, files on top, ``--set``, switches; and which one sets a leaf.

Precedence is Helm's (https://helm.sh/docs/chart_template_guide/values_files/): ``--set`` over later files
over earlier ones over the parent's values.yaml over a subchart's; a parent's ``global`` over everything that
a subchart says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from refactor.source import Document, SourceFile

from .coalescing import GLOBAL, coalesced
from .contents import Chart
from .mappings import documents_of, one_map, overlaid
from .problems import ChartProblem, ValuesError
from .strvals import set_into
from .subcharts import Owner, Unit

Path = tuple[str | int, ...]
Scalar = None | bool | int | float | str


@dataclass(frozen=True, slots=True)
class ValuesSet:
    """Values on top of the chart's own values.yaml, later ones win.

    ``files`` as with ``-f``, ``sets`` as with ``--set``, ``strings`` as with ``--set-string``, ``extra``:
    nested values, switched on by ourselves.
    """

    name: str
    files: tuple[SourceFile, ...] = ()
    sets: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    strings: tuple[str, ...] = ()

    def set_into(self, values: dict[str, Any]) -> None:
        """Apply ``sets`` and, over them, ``strings``, in place; raises ValuesError."""
        for text in self.sets:
            set_into(text, values)
        for text in self.strings:
            set_into(text, values, strings=True)


@dataclass(frozen=True, slots=True)
class Setter:
    """What sets a leaf: the path in a document of a file, fit for :mod:`refactor.source`'s verbs.

    ``inside`` is None for a file that isn't the chart's; file and document are None where ``owner`` is
    ``set`` or ``extra``. ``shared``: written once and used in several places, through a YAML anchor or merge.
    """

    inside: str | None
    file: SourceFile | None
    document: Document | None
    path: Path
    owner: Owner | Literal["set", "extra"]
    shared: bool


@dataclass(frozen=True, slots=True)
class _Layer:
    """Documents of one file, or data without any."""

    owner: Owner | Literal["set", "extra"]
    inside: str | None
    documents: tuple[Document, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    def setter(self, path: Path, value: Any) -> Setter | Literal["hidden"] | None:
        """Where the layer sets a path to a value; "hidden" where it puts something else in its place."""
        for document in reversed(self.documents):
            found = self._state(document.data, path, value)
            if found == "there":
                shared = document.shared(path)
                return Setter(self.inside, document.file, document, path, self.owner, shared)
            if found == "hidden":
                return "hidden"
        found = self._state(self.data, path, value)
        if found == "there":
            return Setter(None, None, None, path, self.owner, False)
        return "hidden" if found == "hidden" else None

    def _state(self, data: Any, path: Path, value: Any) -> Literal["there", "absent", "hidden"]:
        # Items that --set doesn't name stay as another layer has them.
        state, found = _looked_up(data, path, sparse=self.owner == "set")
        if state == "there" and found != value:
            # A null of a parent's own values doesn't take a subchart's default away.
            return "absent" if found is None else "hidden"
        return state


class Layers:
    """All values of a chart under one set of values. Raises ValuesError for a set that can't be used."""

    def __init__(self, chart: Chart, values: ValuesSet) -> None:
        self.chart = chart
        self.values = values
        current = {file.path: inside for inside, file in chart.files.items()}
        self._files: list[_Layer] = []
        for file in values.files:
            inside = current.get(file.path)
            documents = chart.documents(inside) if inside else _documents(file)
            self._files.append(_Layer("own", inside, documents))

    @cached_property
    def overrides(self) -> dict[str, Any]:
        """What is handed to Helm on top of the chart: files, then ``--set``, then switches."""
        merged: dict[str, Any] = {}
        for layer in self._files:
            merged = overlaid(merged, one_map(layer.documents))
        self.values.set_into(merged)
        return overlaid(merged, self.values.extra)

    @cached_property
    def merged(self) -> dict[str, Any]:
        """``.Values`` as the root's templates see it: subcharts' values below their keys, globals too."""
        return coalesced(self.chart.root, self.chart.defaults, self.overrides, all_on=False)

    @cached_property
    def merged_with_all_on(self) -> dict[str, Any]:
        """As :attr:`merged`, with the dependencies too that these values switch off."""
        return coalesced(self.chart.root, self.chart.defaults, self.overrides, all_on=True)

    def leaves(self) -> Iterator[tuple[Path, Scalar]]:
        """The scalars of :attr:`merged` with their paths, in the order in which they stand there."""
        waiting: list[tuple[Path, Any]] = [((), self.merged)]
        while waiting:
            path, value = waiting.pop()
            if isinstance(value, dict):
                waiting.extend(((*path, key), one) for key, one in reversed(value.items()))
            elif isinstance(value, list):
                waiting.extend(((*path, index), one) for index, one in reversed(list(enumerate(value))))
            else:
                yield path, value

    def setter(self, path: Path) -> Setter | None:
        """What sets the value at a path of :attr:`merged` under this set; None when nothing does.

        That is the nearest layer: an edit of any other one would change nothing.
        """
        state, value = _looked_up(self.merged, path, sparse=False)
        for layer, below in self._candidates(path) if state == "there" else ():
            found = layer.setter(below, value)
            if found is not None:
                return None if found == "hidden" else found
        return None

    def _candidates(self, path: Path) -> Iterator[tuple[_Layer, Path]]:
        units = list(_descent(self.chart.root, path))
        depth = len(units) - 1
        if path[depth : depth + 1] == (GLOBAL,):
            for above in range(depth):
                yield from self._plain(units[: above + 1], (*path[:above], *path[depth:]))
        yield from self._plain(units, path)

    def _plain(self, units: Sequence[Unit], path: Path) -> Iterator[tuple[_Layer, Path]]:
        yield from ((layer, path) for layer in self._given)
        for depth, unit in enumerate(units):
            inside = f"{unit.prefix}values.yaml"
            layer = _Layer(self.chart.owner(inside), inside, self.chart.documents(inside))
            yield layer, path[depth:]

    @cached_property
    def _given(self) -> tuple[_Layer, ...]:
        """The layers on top of the chart, the strongest first."""
        single: dict[str, Any] = {}
        self.values.set_into(single)
        strongest = (_Layer("extra", None, data=self.values.extra), _Layer("set", None, data=single))
        return (*strongest, *reversed(self._files))


def _documents(file: SourceFile) -> tuple[Document, ...]:
    read = documents_of(file)
    if isinstance(read, ChartProblem):
        raise ValuesError(read.path, read.line, read.column, read.message)
    return read


def _descent(unit: Unit, path: Path) -> Iterator[Unit]:
    """The chart and the subcharts that a path of values leads through."""
    yield unit
    for step in path:
        child = unit.children.get(step) if isinstance(step, str) else None
        if child is None:
            return
        unit = child
        yield unit


def _looked_up(data: Any, path: Path, *, sparse: bool) -> tuple[Literal["there", "absent", "hidden"], Any]:
    """What data have at a path; "absent": a key is missing, "hidden": another thing is in the way."""
    for step in path:
        if isinstance(data, dict):
            if step not in data:
                return "absent", None
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int):
            if step >= len(data) or (sparse and data[step] is None):
                return "absent" if sparse else "hidden", None
            data = data[step]
        else:
            return "hidden", None
    return "there", data
