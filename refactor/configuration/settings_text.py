"""The settings that hold, as TOML that could be a settings file, with where each value comes from."""

import json
from collections.abc import Iterator

from refactor.config import CATEGORIES, shown, split
from refactor.configuration.files import Configuration
from refactor.configuration.governing import FAIL_ON, Governing
from refactor.configuration.keys import KEYS

_DEFAULTS = {"select": CATEGORIES, "unsafe-fixes": False, "fail-on": FAIL_ON}
_TABLES = ("per-path-ignores", "values")
_LISTS = ("select", "ignore", "exclude", "external", "context", "fail-on")
# What is asked for adds to these; it takes the place of the others.
_ADDING = ("external", "context")


def settings_text(governing: Governing) -> str:
    """One block of TOML for each settings file that holds for some of the given paths."""
    groups: dict[Configuration | None, list[str]] = {}
    by_path = {found.path if found else "": found for found in governing.holding.values()}
    for path, found in governing.holding.items():
        groups.setdefault(by_path[found.path if found else ""], []).append(path)
    blocks = ["\n".join(_block(governing, found, paths)) for found, paths in groups.items()]
    return "\n\n".join(blocks or ["\n".join(_block(governing, None, []))]) + "\n"


def _block(governing: Governing, found: Configuration | None, paths: list[str]) -> Iterator[str]:
    source = shown(found.path) if found else "no settings file"
    yield f"# {', '.join(paths) or 'texts'}: {source}"
    plain = [key for key in KEYS if key not in _TABLES]
    for key in plain:
        value, origin = _holding(governing, found, key)
        # A key without a value has no TOML: it is told as a comment.
        yield f"{key} = {_written(value)}  # {origin}" if value is not None else f"# {key}: not set"
    for key in _TABLES:
        for name, value in (found.values.get(key, {}) if found else {}).items():
            yield f"{key}.{_written(name)} = {_written(value)}  # {found.origin(key) if found else ''}"


def _holding(governing: Governing, found: Configuration | None, key: str) -> tuple[object, str]:
    asked = governing.asked.value(key)
    asked = split(asked) if key in _LISTS and asked is not None else asked
    said = found.values.get(key) if found else None
    if key == "ignore" and governing.asked.select is not None:
        said = None
    if asked is not None and said is not None and found and (key in _ADDING or key == "ignore"):
        return list(dict.fromkeys([*asked, *said])), f"command line and {found.origin(key)}"
    if asked is not None:
        return asked, "command line"
    if said is not None and found:
        return said, found.origin(key)
    default = _DEFAULTS.get(key, () if key in _LISTS else None)
    return default, "default"


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
