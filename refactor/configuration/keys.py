"""The keys that a settings file may hold, and what each may be."""

from collections.abc import Callable, Mapping
from typing import Any

from refactor.config import CATEGORIES, ConfigurationError, nearest, unknown_name, version

Key = tuple[str, ...]


class Wrong(Exception):
    """A value that can't be: where below its key, the text that is at fault, and why."""

    def __init__(self, message: str, below: Key = (), text: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.below = below
        self.text = text


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Wrong(f"must be a list of texts, not {_told(value)}")
    return tuple(value)


def _rules(value: object) -> tuple[str, ...]:
    names = _texts(value)
    for name in names:
        problem = unknown_name(name)
        if problem:
            raise Wrong(problem, text=name)
    return names


def _categories(value: object) -> tuple[str, ...]:
    names = _texts(value)
    for name in names:
        if name not in CATEGORIES:
            raise Wrong(f"unknown category {name!r}{nearest(name, CATEGORIES)}", text=name)
    return names


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f"must be true or false, not {_told(value)}")
    return value


def _stage(value: object) -> int:
    # In Python True is 1, in TOML true isn't.
    if not isinstance(value, int) or isinstance(value, bool) or value not in (1, 2):
        raise Wrong(f"must be 1 or 2, not {_told(value)}")
    return value


def _version(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong(f'must be a text like "1.33", not {_told(value)}')
    try:
        version(value)
    except ConfigurationError as problem:
        raise Wrong(str(problem)) from None
    return value


def _each(value: object, what: str, check: Callable[[object], Any]) -> dict[str, Any]:
    """A table with a checked value under each of its names."""
    if not isinstance(value, dict):
        raise Wrong(f"must be a table of {what}, not {_told(value)}")
    checked: dict[str, Any] = {}
    for name, item in value.items():
        try:
            checked[name] = check(item)
        except Wrong as wrong:
            raise Wrong(wrong.message, (name, *wrong.below), wrong.text) from None
    return checked


def _ignores(value: object) -> dict[str, tuple[str, ...]]:
    return _each(value, "patterns, each with a list of rules", _rules)


def _environments(value: object) -> dict[str, tuple[tuple[str, ...], ...]]:
    return _each(value, "chart folders, each with lists of values files", _values_lists)


def _values_lists(value: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list) or not all(isinstance(item, list) for item in value):
        raise Wrong(f'must be a list of lists of values files, like [["prod.yaml"]], not {_told(value)}')
    return tuple(_texts(item) for item in value)


def _told(value: object) -> str:
    """A wrong value as its file's reader knows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if all(isinstance(item, str) for item in value) else "a list with something else"
    return repr(value) if isinstance(value, str | int | float) else "a date or time"


KEYS: Mapping[str, Callable[[object], Any]] = {
    "select": _rules,
    "ignore": _rules,
    "exclude": _texts,
    "per-path-ignores": _ignores,
    "unsafe-fixes": _switch,
    "stage": _stage,
    "external": _texts,
    "context": _texts,
    "fail-on": _categories,
    "kube-version": _version,
    "values": _environments,
}


def checked(table: Mapping[str, object]) -> dict[str, Any]:
    """The values of a settings table, each checked. Raises Wrong with the place of the first mistake."""
    for key in table:
        if key not in KEYS:
            near = nearest(key, KEYS) or f"; there are {', '.join(KEYS)}"
            raise Wrong(f"unknown key {key!r}{near}", (key,))
    values: dict[str, Any] = {}
    for key, value in table.items():
        try:
            values[key] = KEYS[key](value)
        except Wrong as wrong:
            raise Wrong(f"{key}: {wrong.message}", (key, *wrong.below), wrong.text) from None
    return values
