"""Slips of the pen: how far apart two words are, and how far they may be."""

_LONG = 8  # letters from which two slips are still the same word


def distance(one: str, other: str) -> int:
    """Edit distance with swaps of neighbours counted as one slip (optimal string alignment)."""
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            best = min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, previous = previous, row
    return previous[-1]


def allowed(length: int) -> int:
    """How many slips make another word of one; `length`: of the shorter of the two, in letters."""
    return 2 if length >= _LONG else 1


def is_slip(one: str, other: str) -> bool:
    """Whether two different words are one slip apart, or two from eight letters on; case is no difference.

    Of words with fewer than three letters nothing is said: too many are near.
    """
    short = min(len(one), len(other))
    if one == other or short < 3 or abs(len(one) - len(other)) > allowed(short):
        return False
    return distance(one.lower(), other.lower()) <= allowed(short)
