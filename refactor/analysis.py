"""Examining an input: its graph, and what every rule finds in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from refactor.findings import Finding
from refactor.inputs import Reading
from refactor.routes import TrafficGraph
from refactor.rules import RULES
from refactor.rules.base import Rule
from refactor.world import World


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside the files: Services that live elsewhere, the cluster's version."""

    external: frozenset[str] = frozenset()
    kube_version: tuple[int, int] | None = None


class Analysis:
    """A reading, its traffic graph and its findings, in the order of their places."""

    def __init__(self, reading: Reading, around: Surroundings, rules: Iterable[Rule] | None = None) -> None:
        self.reading = reading
        self.around = around
        self.rules = tuple(RULES.values() if rules is None else rules)
        world = World(reading.resources, around.external, around.kube_version)
        self.graph = TrafficGraph(world)
        found = (finding for rule in self.rules for finding in rule.check(self.graph))
        self.findings: tuple[Finding, ...] = tuple(f for f in found if f.at.resource.reported)

    @cached_property
    def keys(self) -> frozenset[tuple[object, ...]]:
        """The identities of all findings."""
        return frozenset(finding.key for finding in self.findings)

    def again(self, reading: Reading) -> "Analysis":
        """The same examination of another reading."""
        return Analysis(reading, self.around, self.rules)
