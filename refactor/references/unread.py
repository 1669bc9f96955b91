"""What may stand in objects that aren't read: names, where no new one can be carried, or what is missing."""

from collections.abc import Collection, Iterable, Iterator

from refactor.kubernetes.kinds import KINDS
from refactor.kubernetes.workload import CronJob, Pod, Workload
from refactor.world import Resource, World
from refactor.world.places import folder_of, is_folder_far

_LISTS = frozenset({"List"})
SERVICES = _LISTS | {"Service", "ServiceList"}
_WITH_PODS = (Workload, CronJob, Pod)
WORKLOADS = _LISTS | {kind for (_, kind), model in KINDS.items() if issubclass(model, _WITH_PODS)}


def unread_holders(world: World, name: str | None, owners: Collection[str]) -> Iterator[str]:
    """Why a port can't be renamed: each unread object with its name and one of its owners' names."""
    for one in world.unread() if name else ():
        if one.mentions(name or "") and any(one.mentions(owner) for owner in owners if owner):
            yield f"a {one.kind} in {one.path}, which isn't read here, may hold the name {name}"


def malformed_place(
    world: World, source: Resource, kinds: Collection[str], words: Iterable[str]
) -> str | None:
    """The place of a malformed document near by that may be what is missing: of a kind, with all words."""
    wanted, here = tuple(words), folder_of(source.home.file.path)
    for one in world.unread():
        if not one.line:
            return None  # they come first
        if one.may_be(kinds, wanted) and not is_folder_far(here, folder_of(one.path)):
            return f"{one.path}:{one.line}"
    return None
