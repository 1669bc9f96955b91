"""An index of a graph by the names that its objects hold, made once and dropped with the graph."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from refactor.kubernetes.ingress import Ingress
from refactor.pods import containers
from refactor.references.claims import Claim, claims_of
from refactor.references.forms import may_hold_names
from refactor.references.place import Place
from refactor.routes import Probe, TrafficGraph
from refactor.world import Ref, Resource


@dataclass(frozen=True, slots=True)
class Holders:
    """What refers by name: claims by the name, probes by workload, and the texts that may hold one."""

    order: dict[Resource, int]
    container_claims: dict[str, list[Claim]] = field(default_factory=dict)
    service_claims: dict[str, list[Claim]] = field(default_factory=dict)
    probes: dict[Resource, list[Probe]] = field(default_factory=dict)
    texts: list[Ref] = field(default_factory=list)
    ingresses: list[Resource] = field(default_factory=list)

    def sorted(self, refs: set[Ref]) -> tuple[Ref, ...]:
        """Places in the order of the input."""
        return tuple(sorted(refs, key=lambda ref: (self.order[ref.resource], *map(str, ref.path))))

    def sorted_places(self, places: dict[Ref, Place]) -> tuple[Place, ...]:
        """The same for places with their changes."""
        return tuple(places[at] for at in self.sorted(set(places)))


# The index holds resources of the graph and never the graph, so it lives no longer than the graph does.
_KNOWN: WeakKeyDictionary[TrafficGraph, Holders] = WeakKeyDictionary()


def holders_of(graph: TrafficGraph) -> Holders:
    """The index of this graph."""
    known = _KNOWN.get(graph)
    if known is None:
        known = _KNOWN[graph] = _indexed(graph)
    return known


def _indexed(graph: TrafficGraph) -> Holders:
    found = Holders({resource: index for index, resource in enumerate(graph.world.resources)})
    for resource in graph.world.resources:
        for claim in claims_of(graph.world, resource):
            claims = found.container_claims if claim.of_containers else found.service_claims
            claims.setdefault(claim.name, []).append(claim)
        if isinstance(resource.body, Ingress):
            found.ingresses.append(resource)
    for probe in graph.probes:
        found.probes.setdefault(probe.use.at.resource, []).append(probe)
    for workload in graph.world.workloads:
        found.texts.extend(_texts(workload))
    return found


def _texts(workload: Resource) -> Iterator[Ref]:
    """Environment values and arguments of the containers that may hold a Service's port names."""
    for path, container, _ in containers(workload):
        at = Ref(workload, path)
        words = [(at.to("env", i, "value"), one.value) for i, one in enumerate(container.env)]
        words += [(at.to("command", i), word) for i, word in enumerate(container.command)]
        words += [(at.to("args", i), word) for i, word in enumerate(container.args)]
        for place, word in words:
            if isinstance(word, str) and may_hold_names(word):
                yield place
