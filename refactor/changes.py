"""Fixes, and what is declined. Types only."""

from dataclasses import dataclass

from refactor.findings import Finding, Safety
from refactor.world import Change


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
