"""Malformed documents that may hold what seems to be missing."""

from collections.abc import Collection, Iterable

from refactor.kubernetes.kinds import KINDS
from refactor.kubernetes.workload import CronJob, Pod, Workload
from refactor.world import Resource, World
from refactor.world.places import folder_of, is_folder_far

_LISTS = frozenset({"List"})
SERVICES = _LISTS | {"Service", "ServiceList"}
_WITH_PODS = (Workload, CronJob, Pod)
WORKLOADS = _LISTS | {kind for (_, kind), model in KINDS.items() if issubclass(model, _WITH_PODS)}


def malformed_place(
    world: World, source: Resource, kinds: Collection[str], words: Iterable[str]
) -> str | None:
    """The place of a malformed document near by that may be what is missing: of a kind, with all words."""
    wanted, here = tuple(words), folder_of(source.home.file.path)
    for one in world.unread:
        if not one.line:
            return None  # they come first
        if one.may_be(kinds, wanted) and not is_folder_far(here, folder_of(one.path)):
            return f"{one.path}:{one.line}"
    return None
