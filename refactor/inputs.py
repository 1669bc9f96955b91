"""Reading an input: files to documents to resources, with every problem as a value.

Kustomize patches are left out (they aren't whole resources), and so are charts; both are said in notes.
"""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from refactor.kubernetes import INTERESTING
from refactor.source import Document, Malformed, SourceFile, read_stream
from refactor.world import Resource
from refactor.world.manifests import resources_of
from refactor.world.places import Folder, folder_of


@dataclass(frozen=True, slots=True)
class InputError:
    """What couldn't be read, parsed or written: a place (1-based; line 0 where there is none) and why."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class FileReading:
    """One file: its documents of interest, their resources, and what is wrong with its text."""

    file: SourceFile
    documents: tuple[Document, ...]
    skipped: int
    resources: tuple[Resource, ...]
    malformed: tuple[Malformed, ...]
    reported: bool = True


class Reading:
    """All files of an input. A changed text makes a new reading that shares the rest."""

    def __init__(self, files: Iterable[FileReading]) -> None:
        self.files: Mapping[str, FileReading] = {reading.file.path: reading for reading in files}

    @cached_property
    def patches(self) -> frozenset[str]:
        """Paths of the files that kustomizations of this input use as patches."""
        return frozenset(
            path
            for reading in self.files.values()
            for document in reading.documents
            if is_kustomization(reading.file.path, document.data)
            for path in _patches(reading.file.path, document.data)
        )

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """The resources of all files but patches, in the order of paths."""
        return tuple(
            resource
            for path in sorted(self.files)
            if path not in self.patches
            for resource in self.files[path].resources
        )

    @cached_property
    def meshed(self) -> frozenset[Folder]:
        """The folders with files that speak of Istio or Linkerd."""
        return frozenset(
            folder_of(path)
            for path, found in self.files.items()
            if any(mesh in found.file.data for mesh in (b"istio.io", b"linkerd.io"))
        )

    @property
    def documents(self) -> int:
        """How many YAML documents the files hold."""
        return sum(len(reading.documents) + reading.skipped for reading in self.files.values())

    def changed(self, texts: Mapping[str, str]) -> "Reading":
        """The same input with other texts for some of its files."""
        again = {
            path: read_file(SourceFile(path, text.encode()), self.files[path].reported)
            for path, text in texts.items()
        }
        return Reading((self.files | again).values())  # type: ignore[operator]


def read_file(file: SourceFile, reported: bool = True) -> FileReading:
    """Reads one file's stream; a malformed document doesn't stop the others."""
    stream = read_stream(file, INTERESTING.__contains__)
    resources = tuple(r for document in stream.documents for r in resources_of(document, reported))
    return FileReading(file, stream.documents, len(stream.skipped), resources, stream.malformed, reported)


def is_kustomization(path: str, data: Any) -> bool:
    """Whether a document is a kustomization, by its kind or its file's name."""
    if not isinstance(data, dict):
        return False
    named = posixpath.basename(path) in ("kustomization.yaml", "kustomization.yml", "Kustomization")
    return named or str(data.get("apiVersion", "")).startswith("kustomize.config.k8s.io/")


def _patches(path: str, data: Mapping[str, Any]) -> Iterable[str]:
    folder = posixpath.dirname(path)
    for key in ("patches", "patchesStrategicMerge", "patchesJson6902"):
        entries = data.get(key)
        for entry in entries if isinstance(entries, list) else ():
            name = entry.get("path") if isinstance(entry, dict) else entry
            if isinstance(name, str) and "\n" not in name:
                yield posixpath.normpath(posixpath.join(folder, name))


def problem_of(malformed: Malformed) -> InputError:
    """A text's problem for the reader; a template is said to be one, with what to do."""
    message = malformed.message
    if malformed.template:
        message = (
            "this is a template ({{ … }}), not a manifest; render it first, "
            "for Helm: helm template CHART | python -m refactor -"
        )
    return InputError(malformed.path, malformed.line, malformed.column, message)
