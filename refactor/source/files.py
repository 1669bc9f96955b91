"""Finding, reading and writing files: the only room here that touches the disk.

Problems with a file are values with one line that says what and what to do; they never stop the
work on the other files. Writing a set of changed files is all or nothing.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from .text import SourceFile

_ENDINGS = (".yaml", ".yml", ".json")
_SKIPPED_FOLDERS = frozenset(("node_modules", "__pycache__"))


class Found(NamedTuple):
    """A file to read: ``path`` as the caller gave it joined with the place below, posix style.

    ``real`` is where it lies, with symbolic links resolved.
    """

    path: str
    real: str


class InputProblem(NamedTuple):
    """A file or folder that can't be used, and what to do about it."""

    path: str
    message: str


def discover(paths: Sequence[str], exclude: Iterable[str] = ()) -> tuple[list[Found], list[InputProblem]]:
    """The files that ``paths`` name or hold, each once, sorted within every folder.

    A file that is named is taken whatever its ending; folders are walked for .yaml, .yml and .json,
    without hidden ones, node_modules and __pycache__. ``exclude``: names of files and folders, or
    paths below a given folder, that are left out of the walk.
    """
    walk = _Walk(frozenset(exclude))
    for path in paths:
        walk.start(os.fspath(path))
    return walk.found, walk.problems


def manifests_in(folder: str) -> Iterator[str]:
    """The names of the manifests directly in a folder, in no order; none where it can't be listed."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name.endswith(_ENDINGS) and name[0] != "." and os.path.isfile(os.path.join(folder, name)):
                yield name


class _Walk:
    def __init__(self, exclude: frozenset[str]) -> None:
        self.exclude = frozenset(one.rstrip("/") for one in exclude)
        self.found: list[Found] = []
        self.problems: list[InputProblem] = []
        self.seen: set[str] = set()
        # Links come last, so that a file is named by its own place where it has one.
        self.links: list[tuple[str, str]] = []

    def start(self, path: str) -> None:
        shown = path.replace(os.sep, "/")
        try:
            real = os.path.realpath(path, strict=True)
            mode = os.stat(real).st_mode
        except (OSError, ValueError) as error:
            self.problems.append(InputProblem(shown, _reason(error, "read")))
            return
        if stat.S_ISDIR(mode):
            self.folder(shown, real, shown)
            while self.links:
                self.link(*self.links.pop(0), shown)
        elif stat.S_ISREG(mode):
            self.file(shown, real)
        else:
            message = "not a regular file or folder; to read a stream, pipe it in and give `-`"
            self.problems.append(InputProblem(shown, message))

    def file(self, shown: str, real: str) -> None:
        if real not in self.seen:
            self.seen.add(real)
            self.found.append(Found(shown, real))

    def link(self, shown: str, path: str, top: str) -> None:
        try:
            real = os.path.realpath(path, strict=True)
            mode = os.stat(real).st_mode
        except OSError as error:
            if shown.endswith(_ENDINGS):
                self.problems.append(InputProblem(shown, _reason(error, "follow the link")))
            return
        if stat.S_ISDIR(mode):
            self.folder(shown, real, top)
        elif stat.S_ISREG(mode) and shown.endswith(_ENDINGS):
            self.file(shown, real)

    def folder(self, shown: str, real: str, top: str) -> None:
        waiting = [(shown, real)]
        while waiting:
            shown, real = waiting.pop()
            if real in self.seen:
                continue
            self.seen.add(real)
            try:
                with os.scandir(real) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                self.problems.append(InputProblem(shown, _reason(error, "list the folder")))
                continue
            waiting += reversed(list(self.entries(shown, listed, top)))

    def entries(self, shown: str, listed: Sequence[os.DirEntry[str]], top: str) -> Iterator[tuple[str, str]]:
        """Take in the files of a folder; yield the folders in it."""
        base = shown if shown.endswith("/") else f"{shown}/"
        for entry in listed:
            name, path = entry.name, f"{base}{entry.name}"
            if name.startswith(".") or self.is_excluded(name, path, top):
                continue
            if entry.is_symlink():
                self.links.append((path, entry.path))
            elif entry.is_dir(follow_symlinks=False):
                if name not in _SKIPPED_FOLDERS:
                    yield path, entry.path
            elif name.endswith(_ENDINGS) and entry.is_file(follow_symlinks=False):
                self.file(path, entry.path)

    def is_excluded(self, name: str, path: str, top: str) -> bool:
        if not self.exclude:
            return False
        return name in self.exclude or path in self.exclude or path[len(top) :].lstrip("/") in self.exclude


def read(found: Found) -> SourceFile | InputProblem:
    """The bytes of a file, or why it couldn't be read."""
    try:
        descriptor = os.open(
            found.real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        try:
            data = os.read(descriptor, (size := os.fstat(descriptor).st_size) + 1)
            if len(data) != size:  # it grew meanwhile, or doesn't know its size, as some in /proc
                data = b"".join([data, *iter(partial(os.read, descriptor, 1 << 16), b"")])
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        return InputProblem(found.path, _reason(error, "read"))
    return SourceFile(found.path, data)


class WriteRefused(Exception):
    """Nothing was written; ``problems`` says why, one for each file in the way."""

    def __init__(self, problems: tuple[InputProblem, ...]) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = problems


@dataclass(slots=True)
class _Staged:
    found: Found
    old: bytes
    temporary: str
    done: bool = False


def write_files(changes: Mapping[Found | str, tuple[bytes, bytes]]) -> None:
    """Replace the content of files, each given as (what it holds now, what it shall hold).

    Every target is checked (it still holds the old bytes and is writable) and staged as a temporary
    file beside it before the first is renamed into place. Mode bits and symbolic links are kept.
    Raises WriteRefused, with every file as it was (a file for which even that fails is named in it).
    """
    targets = {_found(key): change for key, change in changes.items()}
    _refuse_obstacles(targets)
    staged: list[_Staged] = []
    try:
        for found, (old, new) in targets.items():
            staged.append(_Staged(found, old, _stage(found, new)))
        _refuse_obstacles(targets)  # staging takes its time: somebody may have been quicker
        _replace_all(staged)
    finally:
        for one in staged:
            if not one.done:
                _discard(one.temporary)


def _refuse_obstacles(targets: Mapping[Found, tuple[bytes, bytes]]) -> None:
    problems = [problem for found, (old, _) in targets.items() if (problem := _obstacle(found, old))]
    reals = [found.real for found in targets]
    twice = (found.path for found in targets if reals.count(found.real) > 1)
    problems += (InputProblem(path, "is named twice; give it once and run again") for path in twice)
    if problems:
        raise WriteRefused(tuple(problems))


def _found(key: Found | str) -> Found:
    shown, path = (key.path, key.real) if isinstance(key, Found) else (key, key)
    return Found(shown, os.path.realpath(path))


def _obstacle(found: Found, old: bytes) -> InputProblem | None:
    now = read(found)
    if isinstance(now, InputProblem):
        return now
    if now.data != old:
        return InputProblem(found.path, "changed since it was read; run again")
    if not os.access(found.real, os.W_OK) or not os.stat(found.real).st_mode & 0o222:
        return InputProblem(found.path, "is read-only; make it writable (chmod u+w) and run again")
    folder = os.path.dirname(found.real)
    if not os.access(folder, os.W_OK | os.X_OK) or not os.stat(folder).st_mode & 0o222:
        return InputProblem(found.path, "its folder is read-only; make the folder writable and run again")
    return None


def _stage(found: Found, data: bytes) -> str:
    """Write the content to a temporary file beside the target, safely on the disk; its name."""
    temporary = _temporary_name(found.real)
    try:
        _write(temporary, data, found.real)
    except BaseException as error:
        _discard(temporary)
        if not isinstance(error, OSError):
            raise
        problem = InputProblem(found.path, f"can't write beside it: {error.strerror}; nothing was changed")
        raise WriteRefused((problem,)) from error
    return temporary


def _discard(temporary: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(temporary)


def _temporary_name(target: str) -> str:
    folder, name = os.path.split(target)
    return os.path.join(folder, f".{name[:100]}.{os.getpid()}.{os.urandom(4).hex()}.tmp")


def _write(path: str, data: bytes, like: str) -> None:
    status = os.stat(like)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    with contextlib.suppress(OSError):  # only the superuser may give a file to another owner
        os.chown(path, status.st_uid, status.st_gid)
    os.chmod(path, stat.S_IMODE(status.st_mode))


def _replace_all(staged: list[_Staged]) -> None:
    for one in staged:
        try:
            os.replace(one.temporary, one.found.real)
            one.done = True
        except BaseException as error:
            left = _restore([other for other in staged if other.done])
            if not isinstance(error, OSError):
                raise
            problem = InputProblem(
                one.found.path, f"can't be replaced: {error.strerror}; no file was changed"
            )
            raise WriteRefused((problem, *left)) from error


def _restore(done: list[_Staged]) -> tuple[InputProblem, ...]:
    """Put the old content back; a problem for every file where that fails too."""
    problems: list[InputProblem] = []
    for one in done:
        temporary = ""
        try:
            temporary = _stage(one.found, one.old)
            os.replace(temporary, one.found.real)
        except (OSError, WriteRefused) as error:
            _discard(temporary)
            problems.append(InputProblem(one.found.path, f"was changed and couldn't be restored: {error}"))
    return tuple(problems)


def _reason(error: OSError | ValueError, task: str) -> str:
    if isinstance(error, FileNotFoundError):
        return f"can't {task}: there is no such file or folder; check the path"
    if isinstance(error, PermissionError):
        return f"can't {task}: permission denied; check the rights of the file and its folder"
    if isinstance(error, OSError) and "symbolic link" in str(error.strerror):
        return f"can't {task}: symbolic links lead in a circle; remove one of them"
    return f"can't {task}: {getattr(error, 'strerror', None) or error}"
