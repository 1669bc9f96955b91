"""What is found in a graph is found once: rules, their fixes and other rules ask for the same."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from refactor.routes import TrafficGraph

S = TypeVar("S")
T = TypeVar("T")


def remembered(find: Callable[[TrafficGraph, S], T]) -> Callable[[TrafficGraph, S], T]:
    """The same function, which remembers what it has found for as long as the graph lives.

    What it finds must not hold the graph itself.
    """
    known: WeakKeyDictionary[TrafficGraph, dict[S, T]] = WeakKeyDictionary()

    @wraps(find)
    def once(graph: TrafficGraph, subject: S) -> T:
        found = known.setdefault(graph, {})
        if subject not in found:
            found[subject] = find(graph, subject)
        return found[subject]

    return once
