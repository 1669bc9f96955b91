"""Decisions: the one name that each port gets, taken before any rule plans its fix. Types only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from refactor.routes import TrafficGraph
from refactor.world import Ref

PortKey = tuple[object, ...]


def port_key(at: Ref) -> PortKey:
    """What identifies a port entry: its resource and its path there."""
    return at.resource.key, at.path


@dataclass(frozen=True, slots=True)
class Decisions:
    """The graph that was looked at, and the name decided for each port entry that needs one."""

    graph: TrafficGraph
    names: Mapping[PortKey, str] = field(default_factory=dict)

    def name_of(self, at: Ref) -> str | None:
        """The name decided for the port entry at this place; None where it keeps what it has."""
        return self.names.get(port_key(at))
