"""A place that holds a name, and all of those for one port. Types only."""

from collections.abc import Callable
from dataclasses import dataclass

from refactor.world import Change, Ref


@dataclass(frozen=True, slots=True)
class Place:
    """A scalar or key that holds a name; `change` makes it hold another one."""

    at: Ref
    change: Callable[[str], Change]


@dataclass(frozen=True, slots=True)
class References:
    """Everything that holds the name of one port.

    `ports`: the port entries that must take a new name together, in the order of the input; more than
    the one asked for where a reference means several (a Service over two workloads, one monitor over
    many Services). `places`: who refers to them. `blocked`: why a rename can't be carried, each a
    sentence; empty where it can.
    """

    ports: tuple[Ref, ...]
    places: tuple[Place, ...] = ()
    blocked: tuple[str, ...] = ()

    def changes(self, new: str) -> tuple[Change, ...]:
        """What makes all references hold `new`; the port entries themselves are not among them."""
        return tuple(place.change(new) for place in self.places)
