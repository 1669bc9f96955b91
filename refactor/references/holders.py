"""An index of a graph by the names that its objects hold, made once and dropped with the graph."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from weakref import WeakKeyDictionary

from refactor.kubernetes.ingress import Ingress
from refactor.pods import containers
from refactor.references.annotations import may_name_service_ports
from refactor.references.claims import Claim, claims_of
from refactor.references.forms import services_in_text
from refactor.references.place import Place
from refactor.references.selection import Selection
from refactor.routes import Probe, TrafficGraph
from refactor.world import Ref, Resource, World

Claims = dict[Resource, list[tuple[Claim, list[Resource]]]]


class Holders:
    """What refers by name. Each index is made when it is first asked for: most graphs need none."""

    def __init__(self, world: World, probes: tuple[Probe, ...]) -> None:
        self._world = world
        self._probes = probes
        self._claimed: dict[str, Claims] = {}

    @cached_property
    def _order(self) -> dict[Resource, int]:
        return {resource: index for index, resource in enumerate(self._world.resources)}

    def sorted(self, refs: Iterable[Ref]) -> tuple[Ref, ...]:
        """Places in the order of the input."""
        return tuple(sorted(refs, key=lambda ref: (self._order[ref.resource], *map(str, ref.path))))

    def sorted_places(self, places: dict[Ref, Place]) -> tuple[Place, ...]:
        """The same for places with their changes."""
        return tuple(places[at] for at in self.sorted(places))

    @cached_property
    def _claims(self) -> list[Claim]:
        selection = Selection(self._world)
        return [claim for resource in self._world.resources for claim in claims_of(selection, resource)]

    @cached_property
    def _container_claims(self) -> dict[str, list[Claim]]:
        claims: dict[str, list[Claim]] = {}
        for claim in self._claims:
            if claim.of_containers:
                claims.setdefault(claim.name, []).append(claim)
        return claims

    @cached_property
    def _service_claims(self) -> Claims:
        return _reached(claim for claim in self._claims if not claim.of_containers)

    def claims_on_pods(self, workload: Resource, name: str) -> list[tuple[Claim, list[Resource]]]:
        """The claims on a container port of this name in a workload, each with all that it reaches."""
        if name not in self._claimed:
            self._claimed[name] = _reached(self._container_claims.get(name, ()))
        return self._claimed[name].get(workload, [])

    def claims_on_service(self, service: Resource) -> list[tuple[Claim, list[Resource]]]:
        """The claims on any port of a Service, each with all that it reaches."""
        return self._service_claims.get(service, [])

    @cached_property
    def _probes_of(self) -> dict[Resource, list[Probe]]:
        found: dict[Resource, list[Probe]] = {}
        for probe in self._probes:
            found.setdefault(probe.use.at.resource, []).append(probe)
        return found

    def probes(self, workload: Resource) -> list[Probe]:
        """The probes and hooks of a workload's containers."""
        return self._probes_of.get(workload, [])

    @cached_property
    def ingresses(self) -> list[Resource]:
        """The Ingresses with annotations that name ports of a Service, whether they lead there or not."""
        ingresses = (r for r in self._world.resources if isinstance(r.body, Ingress))
        return [ingress for ingress in ingresses if may_name_service_ports(ingress)]

    @cached_property
    def _texts(self) -> dict[str, list[Ref]]:
        found: dict[str, list[Ref]] = {}
        for workload in self._world.workloads:
            for service, at in _texts(workload):
                found.setdefault(service, []).append(at)
        return found

    def texts(self, service: Resource) -> list[Ref]:
        """Environment values and arguments that mention a Service of this name together with a port."""
        return self._texts.get(re.sub("-", "_", service.name.upper()), [])


# The index holds the graph's world and never the graph, so it lives no longer than the graph does.
_KNOWN: WeakKeyDictionary[TrafficGraph, Holders] = WeakKeyDictionary()


def holders_of(graph: TrafficGraph) -> Holders:
    """The index of this graph."""
    known = _KNOWN.get(graph)
    if known is None:
        known = _KNOWN[graph] = Holders(graph.world, graph.probes)
    return known


def _reached(claims: Iterable[Claim]) -> Claims:
    found: Claims = {}
    for claim in claims:
        reached = claim.reach()
        for resource in dict.fromkeys(reached):
            found.setdefault(resource, []).append((claim, reached))
    return found


def _texts(workload: Resource) -> Iterator[tuple[str, Ref]]:
    for path, container, _ in containers(workload):
        at = Ref(workload, path)
        words = [(at.to("env", i, "value"), one.value) for i, one in enumerate(container.env)]
        words += [(at.to("command", i), word) for i, word in enumerate(container.command)]
        words += [(at.to("args", i), word) for i, word in enumerate(container.args)]
        for place, word in words:
            if isinstance(word, str):
                for service in services_in_text(word):
                    yield service, place
