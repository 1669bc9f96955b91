"""Names that are near to another, found among thousands without comparing it with each of them."""

from collections.abc import Iterable, Iterator

from refactor.candidates.spelling import is_near, stem, without_digits
from refactor.slips import allowed

# A slip changes at most so many of the letters and pairs of neighbours that a name is made of.
_CHANGED = 6
_BITS = 256


class NearNames:
    """Different names, by their length and by what they are made of."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_stem: dict[str, list[str]] = {}
        self._by_length: dict[int, list[tuple[str, int, str]]] = {}
        for name in dict.fromkeys(names):
            self._by_stem.setdefault(stem(name), []).append(name)
            self._by_length.setdefault(len(name), []).append((name, _made_of(name), without_digits(name)))

    def akin(self, name: str) -> set[str]:
        """The names that are near to this one or have its stem, and itself if it is among them."""
        near = {other for other in self._alike(name) if is_near(name, other)}
        return near.union(self._by_stem.get(stem(name), ()))

    def _alike(self, name: str) -> Iterator[str]:
        """The names that are made of nearly the same, and not the same but for their digits."""
        made_of, words, most = _made_of(name), without_digits(name), allowed(len(name))
        for length in range(len(name) - most, len(name) + most + 1):
            changed = _CHANGED * allowed(min(length, len(name)))
            # Asked of each name, so it has to be quick.
            yield from [
                other
                for other, parts, others in self._by_length.get(length, ())
                if (parts ^ made_of).bit_count() <= changed and others != words
            ]


def _made_of(name: str) -> int:
    """The letters and pairs of neighbours of a name as bits, several on one."""
    letters = [ord(letter) for letter in name.lower()]
    bits = 0
    for one, other in zip(letters, [*letters[1:], 0], strict=False):
        bits |= 1 << one % _BITS | 1 << (one * 31 + other) % _BITS
    return bits
