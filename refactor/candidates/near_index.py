"""The Services and workloads of a world by their names and labels, for what looks for near ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import merge
from itertools import chain, groupby

from refactor.candidates.near_names import NearNames
from refactor.world import Resource, World
from refactor.world.labelling import Labels, labels_of
from refactor.world.places import by_folder

_Group = Sequence[Resource]


class NearIndex:
    """The Services and workloads of a world by their names, and by the labels of their pods."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._workloads_in_order = list(chain.from_iterable(by_folder(world.serving).values()))
        services = chain.from_iterable(by_folder(world.services).values())
        ranked = enumerate(chain(services, self._workloads_in_order))
        self._rank = {resource: rank for rank, resource in ranked}

    def in_order(self, resources: Iterable[Resource]) -> list[Resource]:
        """The same, folder by folder."""
        return sorted(resources, key=self._rank.__getitem__)

    @cached_property
    def _services(self) -> "_Akin":
        return _Akin((service.name, service) for service in self._world.services)

    @cached_property
    def _workloads(self) -> "_Akin":
        return _Akin((workload.name, workload) for workload in self._world.serving)

    @cached_property
    def _pairs(self) -> dict[tuple[str, str], list[Resource]]:
        pairs: dict[tuple[str, str], list[Resource]] = {}
        for workload in self._workloads_in_order:
            built = (labels for _, labels in self._world.labelling.pods(workload))
            for pair in dict.fromkeys(pair for one in (labels_of(workload), *built) for pair in one.items()):
                pairs.setdefault(pair, []).append(workload)
        return pairs

    @cached_property
    def _values(self) -> Mapping[str, "_Akin"]:
        """Key → the workloads by the values that they have there."""
        found: dict[str, list[tuple[str, Resource]]] = {}
        for (key, value), group in self._pairs.items():
            found.setdefault(key, []).extend((value, workload) for workload in group)
        return {key: _Akin(pairs) for key, pairs in found.items()}

    @cached_property
    def _keys(self) -> Mapping[str, list[str]]:
        """Value → the keys that stand before it."""
        found: dict[str, list[str]] = {}
        for key, value in self._pairs:
            found.setdefault(value, []).append(key)
        return found

    def services_called(self, name: str) -> Iterator[Resource]:
        for group in self._services.groups(name):
            yield from group

    def workloads_called(self, name: str) -> Iterator[Resource]:
        for group in self._workloads.groups(name):
            yield from group

    def workloads_labelled(self, selector: Labels) -> Iterator[Resource]:
        """The workloads with what the rarest label of a selector may be a slip of."""
        meant = [self._meant(key, value) for key, value in selector.items()]
        for group in min(meant, key=lambda groups: sum(map(len, groups))):
            yield from group

    def workloads_with(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Resource]:
        """The workloads with one of these labels, folder by folder; found as they are asked for."""
        groups = (self._pairs.get(pair, ()) for pair in pairs)
        yield from (workload for workload, _ in groupby(merge(*groups, key=self._rank.__getitem__)))

    def _meant(self, key: str, value: str) -> list[_Group]:
        """The workloads with a value akin to this one, and those with this one under another key."""
        akin = self._values[key].groups(value) if key in self._values else []
        return akin + [self._pairs[other, value] for other in self._keys.get(value, ()) if other != key]


class _Akin:
    """Resources by a name of theirs, or by a label."""

    def __init__(self, named: Iterable[tuple[str, Resource]]) -> None:
        self._groups: dict[str, list[Resource]] = {}
        for name, resource in named:
            self._groups.setdefault(name, []).append(resource)
        self._names = NearNames(self._groups)

    def groups(self, name: str) -> list[_Group]:
        """Those with this name and with names that are near to it or have its stem, by name."""
        return [self._groups[one] for one in {name, *self._names.akin(name)} if one in self._groups]
