"""The part of a graph that a change can touch: what is linked to the changed resources, two steps far.

Ingress → Service → pods are two links, so nothing beyond can come out differently; to judge what stands
two steps off, its own links are needed too. Links are by a
Service's name and by labels; both are followed generously, never too narrowly.
"""

from collections.abc import Iterable, Iterator

from refactor.edges import edges_of
from refactor.kubernetes.service import Service
from refactor.routes import TrafficGraph
from refactor.world import Resource
from refactor.world.labelling import labels_of

Token = tuple[str, ...]

# What a change can touch, and what must be there beside it to judge that rightly.
_TOUCHED = 2
_NEEDED = 4


class Neighbourhoods:
    """The links of a graph's resources, indexed once."""

    def __init__(self, graph: TrafficGraph) -> None:
        self._linked: dict[Token, list[Resource]] = {}
        self._in_file: dict[str, list[Resource]] = {}
        for resource in graph.world.resources:
            self._in_file.setdefault(resource.home.file.path, []).append(resource)
        self._labelling = graph.world.labelling
        self._adds = bool(self._labelling)
        for workload in graph.ports:
            self._link(workload, self._of_workload(workload))
        for service in graph.targets:
            self._link(service, self._of_service(service))
        for backend in graph.backends:
            self._link(backend.edge.resource, [("service", backend.edge.service or "")])

    def _link(self, resource: Resource, tokens: Iterable[Token]) -> None:
        for token in tokens:
            self._linked.setdefault(token, []).append(resource)

    def around(
        self, files: Iterable[str], new: Iterable[Resource]
    ) -> tuple[frozenset[object], list[Resource]]:
        """The keys of what a change of these files (to these `new` resources) can touch; and all that is
        needed to judge it.
        """
        found = {resource for path in files for resource in self._in_file.get(path, ())}
        border = [*found, *new]
        touched: frozenset[object] = frozenset()
        for step in range(_NEEDED):
            if step == _TOUCHED:
                touched = frozenset(resource.key for resource in found)
            tokens = {token for resource in border for token in self._tokens(resource)}
            border = [r for token in tokens for r in self._linked.get(token, ()) if r not in found]
            found.update(border)
        return touched, sorted(found, key=lambda resource: resource.key)

    def _tokens(self, resource: Resource) -> Iterator[Token]:
        for edge in edges_of(resource):
            yield "service", edge.service or ""
        yield from self._of_workload(resource)
        if isinstance(resource.body, Service):
            yield from self._of_service(resource)

    def _of_workload(self, resource: Resource) -> Iterator[Token]:
        for key, value in labels_of(resource).items():
            yield "label", key, value
        for _, labels in self._labelling.pods(resource) if self._adds else ():
            for key, value in labels.items():
                yield "label", key, value

    def _of_service(self, service: Resource) -> Iterator[Token]:
        yield "service", service.name
        # A selector matches only where all its labels do, so one of them is link enough: a long one, which
        # is rarely shared by everything.
        written = service.body.spec.selector
        built = self._labelling.selectors(service, written) if self._adds else ()
        for selector in (written, *(selector for _, selector in built)):
            if selector:
                yield "label", *max(selector.items(), key=lambda pair: (len(pair[1]), pair))
