"""The charts that the harness breaks, and a copy of one on disk that it may write to.

Who owns a file is told from Chart.yaml alone: https://helm.sh/docs/topics/charts/#chart-dependencies
"""

from __future__ import annotations

import csv
import posixpath
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from benchmarks.applications import CORPUS, ROOT
from benchmarks.documents import Table, at, items_at, read, text_at

OWN = ROOT / "benchmarks" / "charts"
# What turns on the branches of our own charts that their default values hide.
_OWN_SETS: Mapping[str, tuple[str, ...]] = {"toggled": ("ingress.enabled=true",)}
_ALIASES = ("Chart.yaml", "requirements.yaml")


@dataclass(frozen=True, slots=True)
class ChartCase:
    """A chart's folder, and the `--set` expressions under which its Ingress exists."""

    name: str
    folder: Path
    sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """One way to render a chart: values files of the chart on top of its own, then `--set` expressions."""

    name: str
    files: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()


def own() -> Iterator[ChartCase]:
    """The charts written for this harness."""
    for folder in sorted(path.parent for path in OWN.glob("*/Chart.yaml")):
        yield ChartCase(f"own/{folder.name}", folder, _OWN_SETS.get(folder.name, ()))


def corpus(folder: Path = CORPUS) -> Iterator[ChartCase]:
    """The charts that the corpus' INDEX.tsv lists; none where there is no corpus."""
    index = folder / "INDEX.tsv"
    if not index.is_file():
        return
    with index.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["kind"] == "chart":
                yield ChartCase(row["path"].removeprefix("charts/"), folder / row["path"], _sets(row))


def _sets(row: Mapping[str, str]) -> tuple[str, ...]:
    """The expressions of `--set a=1,b=2 --set c=3`; none for `-`."""
    return tuple(word for word in shlex.split(row["ingress_set"]) if word not in ("-", "--set"))


def worlds(files: Mapping[str, bytes], sets: tuple[str, ...]) -> tuple[World, ...]:
    """As asked, then every values file that lies beside the chart's own or in ci/."""
    beside = [
        path
        for path in sorted(files)
        if PurePosixPath(path).match("ci/*-values.y*ml")
        or ("/" not in path and path.startswith("values-") and path.endswith((".yaml", ".yml")))
    ]
    return (World("as asked", (), sets), *(World(path, (path,), sets) for path in beside))


def dependencies(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """What was fetched: packed charts, and folders for which the parent chart gives a repository."""
    found = {path for path in files if path.endswith(".tgz")}
    subcharts = {posixpath.dirname(path) for path in files if path.endswith("/Chart.yaml")}
    for folder in subcharts:
        parent, _, _ = folder.rpartition("/charts/")
        parent = parent if "/charts/" in folder else ""
        name = _named(files, f"{folder}/Chart.yaml") or posixpath.basename(folder)
        if name in _fetched(files, parent):
            found.add(f"{folder}/")
    return tuple(sorted(found))


def _named(files: Mapping[str, bytes], path: str) -> str:
    manifests = read(path, files[path].decode("utf-8", "replace"))
    return (text_at(manifests[0].root, "name") or "") if manifests else ""


def _fetched(files: Mapping[str, bytes], folder: str) -> set[str]:
    """The names of the dependencies that a chart takes from a repository."""
    names: set[str] = set()
    for alias in _ALIASES:
        path = posixpath.join(folder, alias)
        for manifest in read(path, files[path].decode("utf-8", "replace")) if path in files else ():
            for item in items_at(at(manifest.root, "dependencies")):
                repository = text_at(item, "repository") or ""
                if isinstance(item, Table) and repository and not repository.startswith("file:"):
                    names.add(text_at(item, "name") or "")
    return names


@dataclass(slots=True)
class Copy:
    """A chart's folder copied below `place`, to be broken and repaired over and over.

    `files` is what the chart was, by path inside it.
    """

    case: ChartCase
    place: Path
    folder: Path = field(init=False)
    files: dict[str, bytes] = field(init=False)
    fetched: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.place / self.case.folder.name
        # Contents alone: a corpus may be read-only, its copy is there to be written.
        for path in sorted(one for one in self.case.folder.rglob("*") if one.is_file()):
            target = self.folder / path.relative_to(self.case.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        self.files = self.snapshot()
        self.fetched = dependencies(self.files)

    def snapshot(self) -> dict[str, bytes]:
        """Every file as it stands on disk."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}

    def put(self, files: Mapping[str, bytes]) -> None:
        """Makes the folder hold exactly `files`."""
        there = self.snapshot()
        for path in there.keys() - files.keys():
            (self.folder / path).unlink()
        for path, content in files.items():
            if there.get(path) != content:
                (self.folder / path).write_bytes(content)

    def ours(self, path: str) -> bool:
        """Whether a file may be edited: it isn't part of a dependency."""
        return not path.startswith(self.fetched)

    def texts(self) -> dict[str, str]:
        """The files of the chart that are ours and UTF-8, line endings kept."""
        found: dict[str, str] = {}
        for path, content in self.files.items():
            if self.ours(path):
                try:
                    found[path] = content.decode("utf-8")
                except UnicodeDecodeError:
                    continue
        return found
