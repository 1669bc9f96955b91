"""Malformed documents that may hold what seems to be missing."""

from collections.abc import Collection, Iterable

from refactor.edges import Edge
from refactor.kubernetes.catalogue import KINDS
from refactor.kubernetes.workload import CronJob, Pod, Workload
from refactor.world import Resource, World
from refactor.world.lookup import written_labels
from refactor.world.places import folder_of, is_folder_far

_LISTS = frozenset({"List"})
_SERVICES = _LISTS | {"Service", "ServiceList"}
_WITH_PODS = (Workload, CronJob, Pod)
_WORKLOADS = _LISTS | {kind for (_, kind), model in KINDS.items() if issubclass(model, _WITH_PODS)}


def malformed_service(world: World, edge: Edge) -> str | None:
    """The place of a malformed document near by that may be the Service for which an edge asks."""
    return _place(world, edge.resource, _SERVICES, (edge.service or "",))


def malformed_pods(world: World, service: Resource) -> str | None:
    """The place of a malformed document near a Service that may make the pods it selects."""
    return _place(world, service, _WORKLOADS, written_labels(service.body.spec.selector).values())


def _place(world: World, source: Resource, kinds: Collection[str], words: Iterable[str]) -> str | None:
    """The place of one near by that may be of a kind and has all words."""
    wanted, here = tuple(words), folder_of(source.home.file.path)
    for one in world.unread:
        if not one.line:
            return None  # they come first
        if one.may_be(kinds, wanted) and not is_folder_far(here, folder_of(one.path)):
            return f"{one.path}:{one.line}"
    return None
