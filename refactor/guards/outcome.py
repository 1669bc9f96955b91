"""What callers get: texts of files that are new or longer, and what is to be said about them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from refactor.config import FileError, put, shown
from refactor.inputs import InputError
from refactor.source import unified_all, write_files


@dataclass(frozen=True, slots=True)
class Guards:
    """The guards of charts. `files`: path → text of each file that is new or longer.

    `notes` say what wasn't written and why. `errors`: what can't be guarded, one line each.
    """

    files: Mapping[str, str]
    notes: tuple[str, ...]
    errors: tuple[InputError, ...]
    before: Mapping[str, str | None] = field(default_factory=dict, repr=False)

    @property
    def diff(self) -> str:
        """The unified diff that `git apply` takes; new files come from /dev/null."""
        return unified_all({path: (self.before[path], text) for path, text in self.files.items()})

    def write(self) -> None:
        """Writes the files; nothing is ever overwritten that isn't as it was read.

        Raises WriteRefused where a file has changed or can't be written, FileError for a new one: a file of
        that name is there by now, or its folder can't be written.
        """
        new = [path for path in self.files if self.before[path] is None]
        for path in new:
            _refuse_obstacle(path)
        known = {path: old for path, old in self.before.items() if old is not None}
        write_files({path: (old.encode(), self.files[path].encode()) for path, old in known.items()})
        for path in new:
            _create(path, self.files[path])


def _refuse_obstacle(path: str) -> None:
    if os.path.lexists(path):
        raise FileError(f"{shown(path)}: is there by now; run again")
    folder = os.path.dirname(path) or "."
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder) or "."
    if not os.path.isdir(folder) or not os.access(folder, os.W_OK | os.X_OK):
        raise FileError(f"{shown(path)}: can't be written: {shown(folder)} is no folder to write in")


def _create(path: str, text: str) -> None:
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    except OSError as error:
        raise FileError(f"{shown(path)}: can't be written: {error.strerror}") from None
    put(path, text)
