"""Names held by objects that aren't read: a rename can't be carried there, so it is declined."""

from collections.abc import Collection, Iterator

from refactor.world import World


def unread_holders(world: World, name: str | None, owners: Collection[str]) -> Iterator[str]:
    """Why a port can't be renamed: each unread object with its name and one of its owners' names."""
    for one in world.unread() if name else ():
        if one.mentions(name or "") and any(one.mentions(owner) for owner in owners if owner):
            yield f"a {one.kind} in {one.path}, which isn't read here, may hold the name {name}"
