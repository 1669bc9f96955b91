"""Names held by objects that aren't read: a rename can't be carried there, so it is declined."""

import re
from collections.abc import Collection, Iterable, Iterator
from weakref import WeakKeyDictionary

from refactor.world import World
from refactor.world.unread import Unread

# So few are read through one by one, which costs less than the index.
_FEW = 64
_WORD = re.compile(rb"[\w-]+")


def unread_holders(world: World, name: str | None, owners: Collection[str]) -> Iterator[str]:
    """Why a port can't be renamed: each unread object with its name and one of its owners' names."""
    for one in _in_question(world, name, owners) if name else ():
        if one.mentions(name or "") and any(one.mentions(owner) for owner in owners if owner):
            yield f"a {one.kind} in {one.path}, which isn't read here, may hold the name {name}"


def _in_question(world: World, name: str, owners: Collection[str]) -> Iterable[Unread]:
    """The unread objects, among many those with a word of the name and a word of an owner's."""
    unread = world.unread
    if len(unread) < _FEW:
        return unread
    index, everywhere = _index(world), range(len(unread))
    found: set[int] = set()
    for owner in owners:
        words = _WORD.findall(f"{name} {owner}".encode())
        places = [index.get(word, []) for word in words]
        rarest = min(places, key=len) if places else everywhere
        found.update(rarest)
    return [unread[place] for place in sorted(found)]


_KNOWN: WeakKeyDictionary[World, dict[bytes, list[int]]] = WeakKeyDictionary()


def _index(world: World) -> dict[bytes, list[int]]:
    """Word → the unread objects in which it stands, by their places."""
    index = _KNOWN.get(world)
    if index is None:
        index = _KNOWN[world] = {}
        for place, one in enumerate(world.unread):
            for word in {*_WORD.findall(one.text)}:
                index.setdefault(word, []).append(place)
    return index
