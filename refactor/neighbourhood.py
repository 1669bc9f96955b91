"""The part of a world that a change can touch: what is linked to the changed resources, two steps far.

Ingress → Service → pods are two links, so nothing beyond can come out differently. Links are by a
Service's name and by labels; both are followed generously, never too narrowly.
"""

from collections.abc import Iterable, Iterator

from refactor.edges import edges_of
from refactor.kubernetes.service import Service
from refactor.world import Resource, World
from refactor.world.lookup import labels_of

Token = tuple[str, ...]

_STEPS = 2


class Neighbourhoods:
    """The links of a world, indexed once."""

    def __init__(self, world: World) -> None:
        self._linked: dict[Token, list[Resource]] = {}
        self._in_file: dict[str, list[Resource]] = {}
        for resource in world.resources:
            self._in_file.setdefault(resource.home.file.path, []).append(resource)
            for token in _tokens(resource):
                self._linked.setdefault(token, []).append(resource)

    def around(self, files: Iterable[str], new: Iterable[Resource]) -> list[Resource]:
        """The resources of these files and all that are linked to them, or to `new` versions of them."""
        found = {resource for path in files for resource in self._in_file.get(path, ())}
        border = [*found, *new]
        for _ in range(_STEPS):
            tokens = {token for resource in border for token in _tokens(resource)}
            border = [r for token in tokens for r in self._linked.get(token, ()) if r not in found]
            found.update(border)
        return sorted(found, key=lambda resource: resource.key)


def _tokens(resource: Resource) -> Iterator[Token]:
    for edge in edges_of(resource):
        yield "service", edge.service or ""
    for key, value in labels_of(resource).items():
        yield "label", key, value
    if isinstance(resource.body, Service):
        yield "service", resource.name
        # A selector matches only where all its labels do, so one of them is link enough.
        for key, value in sorted(resource.body.spec.selector.items(), key=lambda pair: -len(pair[1]))[:1]:
            yield "label", key, value
