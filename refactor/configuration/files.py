"""Finding the settings file that holds for a path, and reading it."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from refactor.config import FileError, shown, text_of
from refactor.configuration.keys import Wrong, checked
from refactor.configuration.lines import line_of

OWN = ".refactor.toml"
SHARED = "pyproject.toml"
_TABLE = ("tool", "refactor")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True, eq=False)
class Configuration:
    """One settings file: where it is (absolute), its checked values by key, and its text.

    `table`: where in the text the keys stand.
    """

    path: str
    values: Mapping[str, Any]
    text: str
    table: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The folder from which its patterns and paths count."""
        return os.path.dirname(self.path)

    def origin(self, key: str) -> str:
        """Where a key stands: `deploy/pyproject.toml:12`."""
        return f"{shown(self.path)}:{line_of(self.text, (*self.table, key))}"


def nearest_to(path: str) -> Configuration | None:
    """The settings for a file or folder: of the nearest folder, from it (or the file's own) upwards.

    `.refactor.toml` wins over a pyproject.toml beside it; a pyproject.toml without `[tool.refactor]`
    doesn't count. Raises FileError, one line, for a file that can't be right.
    """
    start = os.path.abspath(path)
    for folder in _upwards(start if os.path.isdir(start) else os.path.dirname(start)):
        found = _of_folder(folder)
        if found is not None:
            return found
    return None


def read_configuration(path: str) -> Configuration:
    """The settings in a file that was named. Raises FileError, one line."""
    found = _read(os.path.abspath(path))
    if found is None:
        raise FileError(f"{shown(path)}: has no table [tool.refactor]")
    return found


def settings_file_in(folder: str) -> str | None:
    """The path of a folder's own settings file, which isn't read here; None where it has none."""
    own, shared = os.path.join(folder, OWN), os.path.join(folder, SHARED)
    if os.path.isfile(own):
        return own
    return shared if os.path.isfile(shared) and "[tool.refactor" in text_of(shared) else None


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _of_folder(folder: str) -> Configuration | None:
    for name in (OWN, SHARED):
        path = os.path.join(folder, name)
        found = _read(path) if os.path.isfile(path) else None
        if found is not None:
            return found
    return None


def _read(path: str) -> Configuration | None:
    """The settings of a file; None for a pyproject.toml that has none."""
    text = text_of(path)
    table = _TABLE if os.path.basename(path) == SHARED else ()
    if table and "refactor" not in text:
        return None
    data: Any = _parsed(path, text)
    for step in table:
        if not isinstance(data, dict) or step not in data:
            return None
        data = data[step]
    if not isinstance(data, dict):
        raise FileError(f"{shown(path)}:{line_of(text, table)}: tool.refactor must be a table")
    try:
        values = checked(data)
    except Wrong as wrong:
        line = line_of(text, (*table, *wrong.below), wrong.text)
        raise FileError(f"{shown(path)}:{line}: {wrong.message}{_hint(data, table)}") from None
    return Configuration(path, values, text, table)


def _parsed(path: str, text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _PLACE.search(message)
        line, column = text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1
        if place and place[1]:
            line, column = int(place[1]), int(place[2])
        reason = _PLACE.sub("", message)
        raise FileError(f"{shown(path)}:{line}:{column}: not valid TOML: {reason}") from None


def _hint(data: Mapping[str, object], table: tuple[str, ...]) -> str:
    inside = not table and "tool" in data
    return " (here the keys stand at the top level, without [tool.refactor])" if inside else ""
