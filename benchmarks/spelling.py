"""Slips of the pen: near names, near numbers, and how near they are."""

from __future__ import annotations

import random
from collections.abc import Collection
from functools import lru_cache

_LETTERS = "abcdefghiklmoprstuvw"
_PLAUSIBLE = (81, 3000, 4000, 5000, 5001, 7070, 8000, 8008, 8081, 8088, 8181, 8888, 9000, 9091, 9999)
_AFFIXES = ("-service", "-svc", "-srv")
# Words that YAML 1.1 reads as booleans or null: a fault made of them would be a fault of another kind.
_LOADED = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))


@lru_cache(maxsize=100_000)
def distance(one: str, two: str) -> int:
    """Edit distance; two neighbours swapped count as one slip."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, left in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, right in enumerate(two, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == two[j - 2] and one[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def near(one: str, two: str) -> bool:
    """Whether one can be a slip for the other: one edit, two from eight letters on."""
    return distance(one, two) <= (2 if min(len(one), len(two)) >= 8 else 1)


def stem(name: str) -> str:
    """The name without what people add to or drop from a Service's name."""
    name = name.removeprefix("my-").removeprefix("the-")
    for affix in _AFFIXES:
        if name.endswith(affix) and len(name) > len(affix) + 1:
            return name[: -len(affix)].rstrip("-")
    return name


def _slip(rng: random.Random, word: str) -> str:
    places = [i for i, letter in enumerate(word) if letter.isalpha()]
    if not places:
        return word
    i = rng.choice(places)
    way = rng.randrange(4)
    if way == 0:
        return word[:i] + rng.choice(_LETTERS) + word[i + 1 :]
    if way == 1 and i + 1 < len(word) and word[i + 1].isalpha():
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    if way == 2 and len(word) > 3:
        return word[:i] + word[i + 1 :]
    return word[:i] + word[i] + word[i:]


def _sound(word: str) -> bool:
    joined = word.replace("-", "a").replace(".", "a").replace("_", "a").replace("/", "a")
    edges = word[:1].isalpha() and word[-1:].isalnum()
    return edges and joined.isalnum() and word.lower() not in _LOADED and "--" not in word


def two_typos(rng: random.Random, word: str, avoid: Collection[str]) -> str:
    """`word` with two slips and still near it, none of `avoid`; else ""."""
    wrong = typo(rng, word, avoid, slips=2)
    return wrong if wrong and near(word, wrong) else ""


def typo(rng: random.Random, word: str, avoid: Collection[str], *, slips: int = 1, longest: int = 63) -> str:
    """`word` with `slips` slips, still a legal name, at most `longest` letters, none of `avoid`; else ""."""
    for _ in range(60):
        wrong = word
        for _ in range(slips):
            wrong = _slip(rng, wrong)
        if distance(word, wrong) == slips and wrong not in avoid and len(wrong) <= longest and _sound(wrong):
            return wrong
    return ""


def other_word(rng: random.Random, words: Collection[str], avoid: Collection[str]) -> str:
    """One of `words` that is none of `avoid` and no slip for any of them, or ''."""
    fitting = [word for word in sorted(words) if not any(near(word, taken) for taken in avoid)]
    return rng.choice(fitting) if fitting else ""


def digit_slip(rng: random.Random, number: int, avoid: Collection[int]) -> int:
    """`number` with one digit changed, none of `avoid`, or 0."""
    digits = str(number)
    for _ in range(60):
        i = rng.randrange(len(digits))
        wrong = int(digits[:i] + rng.choice("0123456789") + digits[i + 1 :])
        if 0 < wrong < 65536 and wrong != number and wrong not in avoid and len(str(wrong)) == len(digits):
            return wrong
    return 0


def other_number(rng: random.Random, avoid: Collection[int]) -> int:
    """A number that people use for ports, none of `avoid`, or 0."""
    fitting = [number for number in _PLAUSIBLE if number not in avoid]
    return rng.choice(fitting) if fitting else 0
