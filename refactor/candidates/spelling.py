"""When two names are near: a slip of the finger, or the same stem with another ending."""

import re
from functools import lru_cache

from refactor.slips import allowed, distance

_DIGITS = re.compile(r"\d+")
_NOISE = frozenset({"svc", "service", "services", "srv", "my", "app", "deploy", "deployment", "server"})
_GLUED = ("service", "svc", "srv")


def without_digits(name: str) -> str:
    """What has to differ in names that are near."""
    return _DIGITS.sub("", name)


@lru_cache(maxsize=16384)
def is_near(one: str, other: str) -> bool:
    """One slip apart, or two from eight letters on; case alone is no difference.

    Names that differ in their digits only (`web-1`, `web-2`) are meant to differ.
    """
    slips = allowed(min(len(one), len(other)))
    if one == other or abs(len(one) - len(other)) > slips:
        return False
    small, little = one.lower(), other.lower()
    if small == little:
        return True
    # A slip changes at most two of the letters that a name is made of.
    if len({*small} ^ {*little}) > 2 * slips:
        return False
    if without_digits(one) == without_digits(other):
        return False
    if min(len(one), len(other)) < 2:
        return False
    return distance(small, little) <= slips


@lru_cache(maxsize=4096)
def slips(one: str, other: str) -> int:
    """How many slips apart two names are, case aside; meant for names that are near."""
    return distance(one.lower(), other.lower())


@lru_cache(maxsize=16384)
def stem(name: str) -> str:
    """A name without the words that only say what kind of thing it is (`my-api-svc` → `api`)."""
    words = [word for word in re.split(r"[-_.]", name.lower()) if word not in _NOISE]
    core = "-".join(words) or name.lower()
    for ending in _GLUED:
        if core.endswith(ending) and len(core) > len(ending) + 1:
            return core[: -len(ending)]
    return core


def same_stem(one: str, other: str) -> bool:
    """Whether two different names have one stem."""
    return one != other and stem(one) == stem(other)
