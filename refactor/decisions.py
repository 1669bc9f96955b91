"""Decisions: the one name that each port gets, taken before any rule plans its fix. Types only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from refactor.findings import Safety
from refactor.routes import TrafficGraph
from refactor.world import Ref

PortKey = tuple[object, ...]
Place = tuple[object, ...]


def port_key(at: Ref) -> PortKey:
    """What identifies a place, a port entry or a reference to one: its resource and its path there."""
    return at.resource.key, at.path


@dataclass(frozen=True, slots=True)
class Naming:
    """What routes are called from end to end.

    `names`: for nameless port entries. `moves`: for references by number, the name that they take.
    `reasons`: why an entry stays nameless, or a reference a number. `unsafe`: who may feel it that an entry
    is named, or that a reference moves to such a name. `waiting`: references whose name doesn't stand in
    the files yet.
    """

    names: Mapping[PortKey, str] = field(default_factory=dict)
    moves: Mapping[PortKey, str] = field(default_factory=dict)
    reasons: Mapping[PortKey, str] = field(default_factory=dict)
    unsafe: Mapping[PortKey, str] = field(default_factory=dict)
    waiting: frozenset[PortKey] = frozenset()


@dataclass(frozen=True, slots=True)
class Decisions:
    """The graph that was looked at, and the name decided for each port entry that needs one.

    `names` repairs what can't stay as it is called; `naming` is for what works without a name.
    `mended`: (resource, place) of links that were broken in the input and are repaired now.
    """

    graph: TrafficGraph
    names: Mapping[PortKey, str] = field(default_factory=dict)
    naming: Naming = field(default_factory=Naming)
    mended: frozenset[tuple[object, Place]] = frozenset()

    def name_of(self, at: Ref) -> str | None:
        """The name decided for the port entry at this place; None where it keeps what it has."""
        return self.names.get(port_key(at))

    def safety_of(self, at: Ref) -> Safety:
        """Whether naming the entry, or moving the reference, is safe."""
        return Safety.UNSAFE if port_key(at) in self.naming.unsafe else Safety.SAFE

    def doubt(self, at: Ref) -> str:
        """What speaks against naming the entry or moving the reference, as the end of a title."""
        doubt = self.naming.unsafe.get(port_key(at))
        return f", but {doubt}" if doubt else ""

    def why_not(self, at: Ref) -> str:
        """Why the entry stays nameless, or the reference a number."""
        return self.naming.reasons.get(port_key(at), "it can't be named from end to end")
