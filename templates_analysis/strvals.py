"""The text of ``--set`` and ``--set-string``: ``a.b=1,list[0].c=x,d={1,2}``, by Helm's own grammar.

https://helm.sh/docs/intro/using_helm/#the-format-and-limitations-of---set. Where Helm's versions differ (an
index that isn't closed) the text is refused.
"""

from __future__ import annotations

import re
from typing import Any

from .problems import ValuesError

Values = dict[str, Any]

_MOST_INDEX = 65536
_DEEPEST = 30
_MOST_DIGITS = 20
_NO_VALUE = "what stands here has no value: write key=value, and a comma inside of a value as \\,"
_INTEGER = re.compile(r"[+-]?[0-9]+")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def set_into(text: str, values: Values, *, strings: bool = False) -> None:
    """Apply one ``--set`` text to a map of values, in place; with ``strings``, one of ``--set-string``.

    Raises ValuesError, whose column is 1-based in the text.
    """
    reader = _Setting(text, strings)
    while reader.more():
        reader.entry(values, 0)


class _Setting:
    def __init__(self, text: str, strings: bool) -> None:
        self.text = text
        self.strings = strings
        self.place = 0

    def more(self) -> bool:
        return self.place < len(self.text)

    def refuse(self, reason: str) -> ValuesError:
        # What is set may be a secret; a column in the caller's own text still tells the place.
        key, sign, _ = self.text.partition("=")
        option = "--set-string" if self.strings else "--set"
        told = f"{option} {key}=…" if sign else f"{option} {key}"
        return ValuesError(told, 1, min(self.place, len(self.text)) + 1, reason)

    def until(self, stops: str) -> tuple[str, str]:
        """The text up to a stop, which is consumed, and the stop ("" at the end); a backslash escapes."""
        taken: list[str] = []
        while self.place < len(self.text):
            letter = self.text[self.place]
            self.place += 1
            if letter in stops:
                return "".join(taken), letter
            if letter == "\\":
                taken.append(self.text[self.place : self.place + 1])
                self.place += 1
            else:
                taken.append(letter)
        return "".join(taken), ""

    def entry(self, values: Values, depth: int) -> bool:
        """One ``key=value``, from the key on; whether anything stood behind the equals sign."""
        key, stop = self.until("=[,.")
        if stop == "=":
            complete = self.place < len(self.text)
            _store(values, key, self.value())
            return complete
        if stop == "[":
            self.listed(values, key, depth)
            return True
        if stop == ".":
            return self.nested(values, key, depth + 1)
        if stop or key:
            # Behind a value it may be the rest of that one: Helm takes a comma for the end.
            rest = "=" in self.text[: self.place]
            raise self.refuse(
                _NO_VALUE if rest else f"the key {key!r} has no value; write {key or 'key'}=value"
            )
        return False

    def listed(self, values: Values, key: str, depth: int) -> None:
        """An entry ``key[0]…``, behind the bracket."""
        index = self.index()
        found = values.get(key, [])
        if not isinstance(found, list):
            raise self.refuse(f"{key!r} isn't a list, so it has no item {index}")
        items = list(found)
        self.item(items, index, depth)
        _store(values, key, items)

    def nested(self, values: Values, key: str, depth: int) -> bool:
        """An entry ``key.…``, behind the dot."""
        if depth > _DEEPEST:
            raise self.refuse(f"keys are nested deeper than {_DEEPEST} levels")
        inner = values.get(key, {})
        if not isinstance(inner, dict):
            raise self.refuse(f"{key!r} isn't a map, so it has no keys")
        complete = self.entry(inner, depth)
        if inner:
            _store(values, key, inner)
        elif complete:
            raise self.refuse(_NO_VALUE)
        return complete

    def index(self) -> int:
        text, stop = self.until("]")
        if not stop or not _INTEGER.fullmatch(text) or len(text) > _MOST_DIGITS:
            raise self.refuse("a list's index must be a number in brackets, as in hosts[0]=web")
        index = int(text)
        if not 0 <= index <= _MOST_INDEX:
            raise self.refuse(f"a list's index must be between 0 and {_MOST_INDEX}")
        return index

    def item(self, items: list[Any], index: int, depth: int) -> bool:
        """What follows ``[0]``; whether it was taken."""
        between, stop = self.until("[.=")
        present = items[index] if index < len(items) else None
        if between or not stop:
            raise self.refuse("`=`, `.` or `[` must follow a list's index")
        if stop == "=":
            taken, present = True, self.value()
        elif stop == "[":
            if present is not None and not isinstance(present, list):
                raise self.refuse(f"item {index} isn't a list")
            present, inner = list(present or ()), self.index()
            taken = self.item(present, inner, depth)
        else:
            present = present if isinstance(present, dict) else {}
            taken = self.entry(present, depth)
        # Helm forgets a new item that ends in `=`.
        if taken or index < len(items):
            items.extend([None] * (index + 1 - len(items)))
            items[index] = present
        return taken

    def value(self) -> Any:
        if not self.text.startswith("{", self.place):
            return self.typed(self.until(",")[0])
        self.place += 1
        items, stop = [], ","
        while stop == ",":
            item, stop = self.until(",}")
            items.append(self.typed(item))
        if not stop:
            raise self.refuse("the list isn't closed: a `}` is missing")
        if self.text.startswith(",", self.place):
            self.place += 1
        return items

    def typed(self, text: str) -> Any:
        return text if self.strings else _typed(text)


def _store(values: Values, key: str, value: Any) -> None:
    if key:
        values[key] = value


def _typed(text: str) -> Any:
    """A boolean, null or integer where Helm sees one (no leading zero), else the text."""
    word = text.casefold()
    if word in _WORDS:
        return _WORDS[word]
    if text == "0" or (_INTEGER.fullmatch(text) and text[0] != "0" and len(text) <= _MOST_DIGITS):
        number = int(text)
        return number if -(2**63) <= number < 2**63 else text
    return text
