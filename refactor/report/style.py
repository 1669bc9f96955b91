"""How text looks: colour, the width of characters, and what a terminal must not be shown."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
CATEGORY_LOOK = {
    "broken": ("bold", "red"),
    "suspect": ("bold", "yellow"),
    "deprecated": ("bold", "yellow"),
    "fragile": ("bold", "cyan"),
}
_PLAIN: Mapping[str, str] = {
    "→": "->",
    "…": "...",
    "·": "-",
    "✓": "+",
    "✗": "x",
    "–": "-",
    "—": "-",
    "’": "'",
    "“": '"',
    "”": '"',
}
_WIDE = ("W", "F")


@dataclass(frozen=True, slots=True)
class Style:
    """Paints text, or leaves it as it is."""

    colour: bool = False

    def paint(self, text: str, *looks: str) -> str:
        """The text with the looks (`bold`, `red` …) that were asked for."""
        if not self.colour or not looks or not text:
            return text
        return f"\033[{';'.join(_CODES[look] for look in looks)}m{text}\033[0m"


def cells(text: str) -> int:
    """How many columns of a terminal the text takes; wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def visible(text: str) -> str:
    """The text in one line and without what would steer a terminal; the width stays."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char in "\t\n\r" else "\ufffd" for char in text)


def without_unicode(text: str, encoding: str) -> str:
    """The text in the characters of an encoding; our signs have plain forms, others become `?`."""
    return "".join(_encodable(char, encoding) for char in text)


def _encodable(char: str, encoding: str) -> str:
    if char.isascii():
        return char
    try:
        char.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return _PLAIN.get(char, "?" * _cell(char))
    return char
