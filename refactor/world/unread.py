"""Objects of kinds that aren't read: they may hold the name of a port, where no new one can be carried."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unread:
    """An object of a kind that isn't modelled: where it stands, its kind, and its text in bytes."""

    path: str
    kind: str
    text: bytes

    def mentions(self, word: str) -> bool:
        """Whether the word stands in it, not as a part of a longer one."""
        return re.search(rb"(?<![\w-])" + re.escape(word.encode()) + rb"(?![\w-])", self.text) is not None


# Asked for only where something is renamed, which is rare.
FindUnread = Callable[[], Iterable[Unread]]


def nothing_unread() -> Iterable[Unread]:
    """What holds where every object is read."""
    return ()
