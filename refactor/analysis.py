"""Examining an input: its graph, and what every rule finds in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from refactor.findings import Category, Finding
from refactor.neighbourhood import Neighbourhoods
from refactor.routes import TrafficGraph
from refactor.rules import RULES
from refactor.rules.base import Rule
from refactor.world import Resource, World
from refactor.world.labelling import Labelling
from refactor.world.places import Folder
from refactor.world.unread import FindUnread, nothing_unread

if TYPE_CHECKING:
    from refactor.world.patches import Patched


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside the resources: Services that live elsewhere, the cluster's version, the
    folders in which a service mesh is at work, the objects that kustomizations patch, how to get those
    that aren't read, and the labels that kustomizations add.
    """

    external: frozenset[str] = frozenset()
    kube_version: tuple[int, int] | None = None
    meshed: frozenset[Folder] = frozenset()
    patched: "tuple[Patched, ...]" = ()
    unread: FindUnread = nothing_unread
    labelling: Labelling = Labelling()  # noqa: RUF009  (nothing in it)


class Analysis:
    """Resources, their traffic graph and their findings, in the order of their places.

    `part_of`: the analysis of a larger world, for what depends on the whole (which namespaces are named).
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        around: Surroundings,
        rules: Iterable[Rule] | None = None,
        part_of: "Analysis | None" = None,
    ) -> None:
        self.around = around
        self.rules = tuple(RULES.values() if rules is None else rules)
        namespaces = part_of.graph.world.namespaces if part_of else None
        world = World(
            resources,
            around.external,
            around.kube_version,
            around.meshed,
            namespaces,
            around.patched,
            around.unread,
            around.labelling,
        )
        self.graph: TrafficGraph = TrafficGraph(world)
        found = (finding for rule in self.rules for finding in rule.check(self.graph))
        self.findings: tuple[Finding, ...] = tuple(f for f in found if f.at.resource.reported)

    @cached_property
    def keys(self) -> frozenset[tuple[object, ...]]:
        """The identities of all findings."""
        return frozenset(finding.key for finding in self.findings)

    @cached_property
    def refused(self) -> frozenset[Resource]:
        """The objects that the API server refuses as they are written."""
        broken = (f for f in self.findings if f.category is Category.BROKEN)
        return frozenset(f.at.resource for f in broken if not RULES[f.rule].of_links)

    @cached_property
    def neighbourhoods(self) -> Neighbourhoods:
        """What a change can touch."""
        return Neighbourhoods(self.graph)

    def again(self, resources: Iterable[Resource]) -> "Analysis":
        """The same examination of other resources of the same world."""
        return Analysis(resources, self.around, self.rules, self)
