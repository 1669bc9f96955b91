"""What ``if`` and ``with`` ask of the values, as far as it can be told, and what would make it hold.

Truth is Go's: false, 0, "", nil and empty collections don't hold
(https://pkg.go.dev/text/template#hdr-Actions). A part that can't be told (what a cluster has, a computed
text) is taken to be neither in the way nor of help.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Keys = tuple[str, ...]
Settings = dict[Keys, bool | int | str]
Reading = Callable[[Keys], Any]
"""Gives the present value at a path of ``.Values``, None where there is nothing."""

PLACEHOLDER = "example"
_SWITCH = re.compile(r"enabled?$|^(?:enable|create|install|deploy|use|with)(?![a-z])")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A part that can't be told."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Holds where the value at a path does."""

    path: Keys


@dataclass(frozen=True, slots=True)
class Equals:
    """Holds where the value at a path is one of some."""

    path: Keys
    values: tuple[bool | int | str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where its term doesn't."""

    term: Condition


@dataclass(frozen=True, slots=True)
class Every:
    """Holds where all terms do."""

    terms: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Holds where one of the terms does."""

    terms: tuple[Condition, ...]


Condition = Unknown | Setting | Equals | Not | Every | Some


def holds(condition: Condition, read: Reading) -> bool | None:
    """Whether a condition holds under the values; None where that can't be told."""
    match condition:
        case Setting(path):
            return bool(read(path))
        case Equals(path, values):
            found = read(path)
            return any(found == one and isinstance(found, bool) is isinstance(one, bool) for one in values)
        case Not(term):
            inner = holds(term, read)
            return None if inner is None else not inner
        case Every(terms):
            found = {holds(term, read) for term in terms}
            return False if False in found else None if None in found else True
        case Some(terms):
            found = {holds(term, read) for term in terms}
            return True if True in found else None if None in found else False
        case Unknown():
            return None


def settings_for(condition: Condition, wanted: bool, read: Reading) -> Settings | None:
    """The fewest settings found that make a condition hold (or not hold); None where there are none.

    Empty where it is so already, or may be.
    """
    if holds(condition, read) in (wanted, None) and not isinstance(condition, Every | Some):
        return {}
    match condition:
        case Setting(path):
            return _switched(path, wanted, read)
        case Equals(path, values) if wanted and _settable(path, read):
            return {path: values[0]}
        case Equals(path) if not wanted and read(path) is True:
            return {path: False}
        case Not(term):
            return settings_for(term, not wanted, read)
        case Every(terms) | Some(terms):
            parts = (settings_for(term, wanted, read) for term in terms)
            together = isinstance(condition, Every) is wanted
            return joined(parts) if together else _shortest(parts)
    return None


def under(settings: Settings, read: Reading) -> Reading:
    """The values with settings on top."""
    return lambda path: settings[path] if path in settings else read(path)


def is_switch(key: str) -> bool:
    """Whether a key is named as something to switch on."""
    return bool(_SWITCH.search(key))


def joined(parts: Iterable[Settings | None]) -> Settings | None:
    """All settings together; None where one part has none or two contradict each other."""
    together: Settings = {}
    for part in parts:
        if part is None or any(together.get(path, value) != value for path, value in part.items()):
            return None
        together.update(part)
    return together


def _shortest(parts: Iterable[Settings | None]) -> Settings | None:
    return min((part for part in parts if part is not None), key=len, default=None)


def _switched(path: Keys, wanted: bool, read: Reading) -> Settings | None:
    present = read(path)
    if not wanted:
        return {path: False} if present is True else None
    if not _settable(path, read):
        return None
    if present is False or (present is None and is_switch(path[-1])):
        return {path: True}
    # A text that isn't given, such as a host, often decides about a whole object.
    return {path: PLACEHOLDER} if present == "" else None


def _settable(path: Keys, read: Reading) -> bool:
    """Whether only maps, or nothing yet, stand on the way to a path."""
    above = (read(path[:length]) for length in range(1, len(path)))
    return bool(path) and all(one is None or isinstance(one, dict) for one in above)
