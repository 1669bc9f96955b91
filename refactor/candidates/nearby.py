"""What a reference may mean, by the names and labels that near ones share: no other one is looked at.

Few are looked at one by one, which costs less than the index.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from refactor.routes import TrafficGraph
from refactor.world import Resource, World
from refactor.world.labelling import Labels

if TYPE_CHECKING:
    from refactor.candidates.near_index import NearIndex

_FEW = 64


def services_nearby(
    graph: TrafficGraph, source: Resource, wanted: str, namespace: str | None
) -> Iterable[Resource]:
    """The Services near by among which those with a name akin to `wanted` are."""
    world = graph.world
    if len(world.services) < _FEW:
        return world.services_near(source, namespace)
    index = _index(graph)
    return world.near(source, index.in_order(index.services_called(wanted)), namespace)


def workloads_nearby(graph: TrafficGraph, service: Resource, selector: Labels) -> Iterable[Resource]:
    """The workloads near by among which those are that a selector may mean.

    They have the name of its Service or one akin to it, or each of its labels nearly.
    """
    world = graph.world
    if len(world.serving) < _FEW or not selector:
        return world.workloads_near(service)
    index = _index(graph)
    found = set(index.workloads_called(service.name))
    for labels in _as_built(world, service, selector):
        found.update(index.workloads_labelled(labels))
    return world.near(service, index.in_order(found))


def workloads_sharing(graph: TrafficGraph, service: Resource, selector: Labels) -> Iterable[Resource]:
    """The workloads near by among which those with one of the labels of a selector are."""
    world = graph.world
    if len(world.serving) < _FEW:
        return world.workloads_near(service)
    pairs = (pair for labels in _as_built(world, service, selector) for pair in labels.items())
    return world.near(service, _index(graph).workloads_with(dict.fromkeys(pairs)))


def _as_built(world: World, service: Resource, selector: Labels) -> Iterator[Labels]:
    """A selector as the files have it, and as each build makes it."""
    yield selector
    for _, built in world.labelling.selectors(service, selector):
        yield built


# The index holds the graph's world and never the graph, so it lives no longer than the graph does.
_KNOWN: "WeakKeyDictionary[TrafficGraph, NearIndex]" = WeakKeyDictionary()


def _index(graph: TrafficGraph) -> "NearIndex":
    known = _KNOWN.get(graph)
    if known is None:
        # Most inputs need none.
        from refactor.candidates.near_index import NearIndex

        known = _KNOWN[graph] = NearIndex(graph.world)
    return known
