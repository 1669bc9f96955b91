"""Fixes, and what is declined. Types only."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from refactor.findings import Finding, Safety
from refactor.world import Change, Ref


@dataclass(frozen=True, slots=True)
class Fix:
    """The atomic unit of repair: all of its changes, in whichever files, or none.

    `waits`: it refers to a name that an earlier stage has yet to bring.
    """

    title: str
    solves: tuple[Finding, ...]
    changes: tuple[Change, ...]
    safety: Safety = Safety.SAFE
    stage: int = 1
    waits: bool = False

    def nearness(self, places: Sequence[Ref]) -> int:
        """How many steps of its path a change shares with a place; -1 where none shares the resource."""
        changed = [change.at for change in self.changes]
        return max((_shared(at, place) for at in changed for place in places), default=-1)


def _shared(one: Ref, other: Ref) -> int:
    if one.resource.twin != other.resource.twin:
        return -1
    pairs = zip(one.path, other.path, strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


@dataclass(frozen=True, slots=True)
class Declined:
    """A finding that no fix solves, and why; the reason ends with the choices where there are some."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, and what can't be."""

    fixes: tuple[Fix, ...] = ()
    declined: tuple[Declined, ...] = ()
