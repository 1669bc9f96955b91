"""Reading charts: a folder, a package, or texts in memory. The only module here that reads from the disk.

As Helm does, a folder is read with its .helmignore and a package without it
(https://helm.sh/docs/chart_template_guide/helm_ignore_file/). Unlike Helm, links that lead out of a
chart's folder aren't followed, and dependencies with a ``file://`` repository are read from where they lie.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from refactor.source import SourceFile

from .assembly import Assembled, is_needed, read_files, with_packages_open
from .contents import Chart
from .environments import is_environment
from .helmignore import BadPattern, Ignored
from .packages import MOST_BYTES, MOST_BYTES_OF_A_FILE, BadPackage, unpack
from .problems import ChartProblem, ValuesError
from .subcharts import Unit, read_units

__all__ = [
    "Chart",
    "ChartProblem",
    "chart_of_texts",
    "read_chart_folder",
    "read_chart_package",
    "read_values_file",
]

IGNORE = ".helmignore"
_SKIPPED_FOLDERS = frozenset((".git", ".hg", ".svn", "node_modules"))
_MOST_VENDORED = 50


class _Unreadable(Exception):
    def __init__(self, problem: ChartProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class _Listed:
    """The files below a folder by inside-path, with the place of each, and links that lead out of it."""

    shown: str
    places: Mapping[str, str]
    left_out: tuple[str, ...]
    ignored: Ignored


def read_chart_folder(path: str) -> Chart | ChartProblem:
    """The chart in a folder (the one that holds Chart.yaml), or what is wrong with it."""
    try:
        listed = _listed(path)
        files = _read(listed, (one for one in listed.places if is_needed(one) or is_environment(one)))
        assembled = _with_local_dependencies(_assembled(files), path)
        if read_files(assembled.files):
            rest = (one for one in listed.places if one not in files and not listed.ignored.hides(one))
            assembled = Assembled(
                {**_read(listed, rest, forgiving=True), **assembled.files}, assembled.fetched
            )
    except _Unreadable as unreadable:
        return unreadable.problem
    return _chart(listed.shown, assembled, hidden=listed.ignored, left_out=listed.left_out)


def read_chart_package(path: str) -> Chart | ChartProblem:
    """The chart in a package (.tgz), to be read and never written, or what is wrong with it."""
    shown = path.replace(os.sep, "/")
    try:
        files = unpack(_content(path, shown, MOST_BYTES))
        assembled = _assembled({one: SourceFile(f"{shown}/{one}", data) for one, data in files.items()})
    except _Unreadable as unreadable:
        return unreadable.problem
    except BadPackage as bad:
        return ChartProblem(shown, 0, 0, str(bad))
    return _chart(shown, assembled, packed=True)


def chart_of_texts(path: str, texts: Mapping[str, bytes]) -> Chart | ChartProblem:
    """The chart whose files are given by inside-path; ``path`` is the folder that they are said to lie in."""
    base = f"{path.rstrip('/')}/" if path else ""
    try:
        ignored = _ignored(f"{base}{IGNORE}", texts.get(IGNORE, b""))
        files = {inside: SourceFile(f"{base}{inside}", data) for inside, data in texts.items()}
        kept = {one: file for one, file in files.items() if is_environment(one) or not ignored.hides(one)}
        return _chart(path, _assembled(kept), hidden=ignored)
    except _Unreadable as unreadable:
        return unreadable.problem


def read_values_file(path: str) -> SourceFile:
    """A values file from the disk. Raises ValuesError where there is none to read."""
    try:
        return SourceFile(path.replace(os.sep, "/"), _content(path, path, MOST_BYTES_OF_A_FILE))
    except _Unreadable as unreadable:
        problem = unreadable.problem
        raise ValuesError(problem.path, 0, 0, f"the values file {problem.message}") from None


def _chart(
    path: str,
    assembled: Assembled,
    *,
    packed: bool = False,
    hidden: Ignored | None = None,
    left_out: tuple[str, ...] = (),
) -> Chart | ChartProblem:
    root = read_units(assembled.files, path, assembled.fetched)
    if isinstance(root, ChartProblem):
        return root
    environments = filter(is_environment, assembled.files)
    unseen = frozenset(one for one in environments if hidden is not None and hidden.hides(one))
    chart = Chart(path, assembled.files, root, packed=packed, hidden=unseen, left_out=left_out)
    return chart.check() or chart


def _assembled(files: Mapping[str, SourceFile]) -> Assembled:
    assembled = with_packages_open(files)
    if isinstance(assembled, ChartProblem):
        raise _Unreadable(assembled)
    return assembled


def _with_local_dependencies(assembled: Assembled, path: str) -> Assembled:
    """The files with the dependencies of ``file://`` repositories that aren't in charts/, taken in there."""
    files, fetched = dict(assembled.files), set(assembled.fetched)
    real = {"": os.path.realpath(path)}
    for _ in range(_MOST_VENDORED):
        root = read_units(files, path, fetched)
        if isinstance(root, ChartProblem):
            raise _Unreadable(root)
        found = next(_local(root, files, real), None)
        if found is None:
            break
        prefix, shown = found
        real[prefix] = os.path.realpath(shown)
        fetched.add(prefix)
        listed = _listed(shown)
        own = _read(
            listed, (one for one in listed.places if is_needed(one) and not listed.ignored.hides(one))
        )
        opened = _assembled(own)
        files.update((prefix + inside, file) for inside, file in opened.files.items())
        fetched |= {prefix + one for one in opened.fetched}
    return Assembled(files, frozenset(fetched))


def _local(root: Unit, files: Mapping[str, SourceFile], real: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The prefix and folder of each dependency still to be read from a ``file://`` repository."""
    for _, unit in root.walk():
        for dependency in unit.metadata.dependencies:
            if dependency.folder is None or dependency.key in unit.children:
                continue
            prefix = f"{unit.prefix}charts/{dependency.name}/"
            base = posixpath.dirname(files[dependency.inside].path)
            shown = posixpath.normpath(posixpath.join(base, dependency.folder))
            around = {place for one, place in real.items() if prefix.startswith(one)}
            circle = os.path.realpath(shown) in around
            if prefix not in real and not circle and os.path.isfile(os.path.join(shown, "Chart.yaml")):
                yield prefix, shown


def _listed(path: str) -> _Listed:
    """The files below a folder. Raises _Unreadable."""
    shown = path.replace(os.sep, "/")
    top = os.path.realpath(path)
    ignore = os.path.join(top, IGNORE)
    ignored = _ignored(
        f"{shown}/{IGNORE}",
        _content(ignore, f"{shown}/{IGNORE}", MOST_BYTES_OF_A_FILE) if os.path.isfile(ignore) else b"",
    )
    places: dict[str, str] = {}
    left_out: list[str] = []
    try:
        _walk(top, "", (top,), places, left_out)
    except OSError as error:
        raise _Unreadable(ChartProblem(shown, 0, 0, f"can't be read: {error.strerror}")) from None
    seen = {one: place for one, place in places.items() if is_environment(one) or not ignored.hides(one)}
    return _Listed(shown, seen, tuple(left_out), ignored)


def _walk(
    folder: str, inside: str, around: tuple[str, ...], places: dict[str, str], left_out: list[str]
) -> None:
    """Collect the files below a folder; ``around``: the real folders that it stands in, the top one first."""
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        name = f"{inside}{entry.name}"
        real = os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(folder, entry.name)
        if entry.is_symlink() and (os.path.commonpath((real, around[0])) != around[0] or real in around):
            left_out.append(name)
        elif os.path.isdir(real):
            if entry.name not in _SKIPPED_FOLDERS:
                _walk(real, f"{name}/", (*around, real), places, left_out)
        elif os.path.isfile(real):
            places[name] = real


def _read(listed: _Listed, names: Iterable[str], *, forgiving: bool = False) -> dict[str, SourceFile]:
    """The files of those names; ``forgiving`` leaves out what is too large. Raises _Unreadable."""
    found: dict[str, SourceFile] = {}
    left = 2 * MOST_BYTES
    for name in names:
        path = f"{listed.shown.rstrip('/')}/{name}"
        most = MOST_BYTES if name.endswith(".tgz") else MOST_BYTES_OF_A_FILE
        if forgiving and os.stat(listed.places[name]).st_size > most:
            continue
        found[name] = SourceFile(path, _content(listed.places[name], path, most))
        left -= len(found[name].data)
        if left < 0:
            raise _Unreadable(ChartProblem(listed.shown, 0, 0, "the chart holds more than 100 MB"))
    return found


def _content(path: str, shown: str, most: int) -> bytes:
    """The bytes of a regular file. Raises _Unreadable."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise _Unreadable(ChartProblem(shown, 0, 0, "isn't a regular file"))
        if status.st_size > most:
            raise _Unreadable(
                ChartProblem(shown, 0, 0, f"is larger than {most:,} bytes, which Helm doesn't take")
            )
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise _Unreadable(ChartProblem(shown, 0, 0, "doesn't exist; check the path")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _Unreadable(ChartProblem(shown, 0, 0, f"can't be read: {reason}")) from None


def _ignored(shown: str, data: bytes) -> Ignored:
    try:
        return Ignored(data.decode(errors="replace"))
    except BadPattern as bad:
        raise _Unreadable(ChartProblem(shown, bad.line, 1, str(bad))) from None
