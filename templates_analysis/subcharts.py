"""The tree of a chart and its subcharts: whose they are, what they are called, which are missing.

Helm knows a subchart by its name or by the alias that a dependency gives it; its folder's name means nothing
(https://helm.sh/docs/topics/charts/#alias-field-in-dependencies).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from refactor.source import SourceFile

from .metadata import Dependency, Metadata, read_metadata
from .problems import ChartProblem

Owner = Literal["own", "subchart", "dependency", "library"]

_SUBCHART = re.compile(r"(?:charts/[^/]+/)*charts/[^/._][^/]*/(?=Chart\.yaml\Z)")
_PREFIX = re.compile(r"(?:charts/[^/]+/)*")


@dataclass(frozen=True, slots=True)
class Unit:
    """One chart of the tree; ``prefix`` ends with a slash and is "" for the chart itself.

    ``fetched``: it or a chart above it comes from somewhere else, so nobody edits it here. ``children`` are
    keyed by what their values and rendered files are called; an alias each, so a unit may stand there twice.
    """

    prefix: str
    metadata: Metadata
    owner: Owner
    fetched: bool
    children: Mapping[str, Unit]

    @property
    def name(self) -> str:
        """The chart's own name."""
        return self.metadata.name

    def dependency(self, key: str) -> Dependency | None:
        """What declares the child of that key; None when it just lies in charts/."""
        return next((one for one in self.metadata.dependencies if one.key == key), None)

    def walk(self, scope: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Unit]]:
        """The unit and all below, each with the keys under which its values stand in the root's."""
        yield scope, self
        for key, child in self.children.items():
            yield from child.walk((*scope, key))

    def missing(self) -> Iterator[Dependency]:
        """Dependencies of the unit and of the units of ours below that aren't there."""
        yield from (one for one in self.metadata.dependencies if one.key not in self.children)
        for child in dict.fromkeys(one.prefix for one in self.children.values() if not one.fetched):
            unit = next(one for one in self.children.values() if one.prefix == child)
            yield from unit.missing()


def prefix_of(inside: str) -> str:
    """The prefix of the (sub)chart that a file's inside-path belongs to."""
    match = _PREFIX.match(inside)
    return match[0] if match else ""


def read_units(files: Mapping[str, SourceFile], shown: str, fetched: Collection[str]) -> Unit | ChartProblem:
    """The tree of the charts that the files hold, or the first problem with a Chart.yaml.

    ``shown`` is the root's folder for messages, ``fetched`` the prefixes of charts out of a package or from
    outside the root's folder.
    """
    prefixes = [match[0] for inside in sorted(files) if (match := _SUBCHART.match(inside))]
    read: dict[str, Metadata] = {}
    for prefix in ("", *prefixes):
        metadata = read_metadata(files, prefix, f"{shown}/{prefix}".rstrip("/"))
        if isinstance(metadata, ChartProblem):
            return metadata
        read[prefix] = metadata
    return _Tree(read, frozenset(fetched)).unit("", "own", False)


class _Tree:
    def __init__(self, read: Mapping[str, Metadata], fetched: frozenset[str]) -> None:
        self.read = read
        self.fetched = fetched

    def unit(self, prefix: str, owner: Owner, fetched: bool) -> Unit:
        metadata = self.read[prefix]
        below = [one for one in self.read if one and prefix_of(one[: -len(_last(one))]) == prefix]
        children = {
            key: self.child(one, metadata, key, fetched) for key, one in self.keyed(metadata, below).items()
        }
        return Unit(prefix, metadata, "library" if metadata.library else owner, fetched, children)

    def child(self, prefix: str, parent: Metadata, key: str, fetched: bool) -> Unit:
        declared = next((one for one in parent.dependencies if one.key == key), None)
        from_elsewhere = fetched or prefix in self.fetched or (declared is not None and declared.fetched)
        return self.unit(prefix, "dependency" if from_elsewhere else "subchart", from_elsewhere)

    def keyed(self, parent: Metadata, below: list[str]) -> dict[str, str]:
        """The prefixes of a chart's children by the keys that Helm gives them."""
        declared = {one.name for one in parent.dependencies}
        keys = {self.read[one].name: one for one in below if self.read[one].name not in declared}
        for dependency in parent.dependencies:
            named = [one for one in below if self.read[one].name == dependency.name]
            # Two versions of one chart may lie side by side.
            exact = [one for one in named if self.read[one].version == dependency.version]
            if named:
                keys[dependency.key] = (exact or named)[0]
        return keys


def _last(prefix: str) -> str:
    """The part of a subchart's prefix that its parent's doesn't have."""
    return prefix[prefix.rindex("charts/") :]
