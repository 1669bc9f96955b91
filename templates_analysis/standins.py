"""Characters that stand for template actions in text that is read as YAML.

They are letters of the Yi script (U+A000–U+A48C): YAML 1.2 takes them as plain printable text
(https://yaml.org/spec/1.2.2/#51-character-set), no verb quotes or changes them, and no chart uses them.
A word for an action is LEAD, three digits of its segment's index to the base 1000, and fillers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LEAD = "\ua000"
FILL = "\ua001"
_ZERO = 0xA010
_BASE = 1000
SHORTEST = 4
"""The length of the shortest word; the shortest action, ``{{.}}``, has five characters."""

ANY = re.compile("[\ua000-\ua48c]")
WORD = re.compile(f"{LEAD}(?P<index>[\ua010-\ua3f7]{{3}}){FILL}*")
_LEFT = re.compile(f"#?{FILL}+|#{WORD.pattern}")


def word(index: int, length: int) -> str:
    """The word of ``length`` characters (at least SHORTEST) that stands for the segment ``index``."""
    digits = (chr(_ZERO + index // _BASE**place % _BASE) for place in (2, 1, 0))
    return (LEAD + "".join(digits)).ljust(length, FILL)


def index_of(found: re.Match[str]) -> int:
    """The segment's index in a match of WORD."""
    index = 0
    for digit in found["index"]:
        index = index * _BASE + ord(digit) - _ZERO
    return index


def spelled(text: str, actions: Mapping[int, str]) -> str:
    """A text with each word replaced by the action it stands for; what stands for no value goes.

    Raises KeyError for a word of an action that isn't in ``actions``.
    """
    return WORD.sub(lambda found: actions[index_of(found)], _LEFT.sub("", text))
