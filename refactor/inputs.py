"""Reading an input: files to documents to resources, with every problem as a value.

Kustomize patches are left out (they aren't whole resources); that is said in notes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from refactor.kubernetes import is_interesting
from refactor.kubernetes.kinds import is_retired
from refactor.source import Document, Malformed, Skipped, SourceFile, Stream, read_stream
from refactor.world import Resource
from refactor.world.kustomizations import is_kustomization
from refactor.world.labelling import Labelling
from refactor.world.manifests import MakeHome, ManifestHome, resources_of
from refactor.world.places import Folder, folder_of
from refactor.world.unread import Unread

if TYPE_CHECKING:
    from refactor.world.patches import Patched, Patches

# Data and definitions: words in them are no references to a port.
_WITHOUT_REFERENCES = frozenset(
    {"ConfigMap", "Secret", "CustomResourceDefinition", "PrometheusRule", "Kustomization", "Component"}
)


@lru_cache(maxsize=4096)
def _may_refer(kind: str) -> bool:
    return kind not in _WITHOUT_REFERENCES and not kind.endswith("List")


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

    stream: Stream
    resources: tuple[Resource, ...]
    kustomizations: tuple[Mapping[str, Any], ...]
    reported: bool

    @property
    def file(self) -> SourceFile:
        return self.stream.file

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.stream.documents

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return self.stream.skipped

    @property
    def malformed(self) -> tuple[Malformed, ...]:
        return self.stream.malformed


class Application(Protocol):
    """What is deployed together: texts that can be changed, and what comes of them.

    Manifests come to one reading, a chart to one for each set of values that it is rendered with.
    """

    @property
    def sources(self) -> Mapping[str, SourceFile]:
        """The texts that can be changed, by their paths."""
        ...

    def secrets(self, path: str) -> frozenset[int] | None:
        """The lines (1-based) of a values file that nobody should see; None of any other source.

        Of a values file nothing is shown but what changes; of what looks like a secret not even that.
        """
        ...

    @property
    def readings(self) -> tuple["Reading", ...]:
        """What they come to; always as many, in the same order."""
        ...

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the sets of values that someone gave, other than those that we tried."""
        ...

    @property
    def problem(self) -> str | None:
        """Why nothing comes of them, for the reader; None where all is well."""
        ...

    def changed(self, texts: Mapping[str, str]) -> "Application":
        """The same with other texts for some of the sources."""
        ...

    def wider(self, after: "Application", apart: "ComesApart") -> "Application | None":
        """The same with what comes of it in other worlds too: those in which `after` comes apart.

        None where there is no such world.
        """
        ...

    def doubt(self, before: "Application") -> str | None:
        """What a second opinion has against what came of the texts before; None where there is none."""
        ...


class Reading:
    """All files of an input. A changed text makes a new reading that shares the rest.

    `values` names those that a chart was rendered with; plain manifests have none.
    """

    problem = None
    given = ()

    def __init__(self, files: Iterable[FileReading], values: str = "") -> None:
        self.files: Mapping[str, FileReading] = {reading.file.path: reading for reading in files}
        self.values = values

    def secrets(self, path: str) -> None:
        """Who sees a diff of a manifest may see the manifest."""

    @property
    def readings(self) -> tuple["Reading", ...]:
        """Itself: manifests come to what stands in them."""
        return (self,)

    @cached_property
    def sources(self) -> Mapping[str, SourceFile]:
        """The texts, by their paths."""
        return {path: found.file for path, found in self.files.items()}

    @property
    def patches(self) -> frozenset[str]:
        """Paths of the files that kustomizations of this input use as patches."""
        return self._patches.files if self._patches else frozenset()

    @property
    def patched(self) -> "tuple[Patched, ...]":
        """The objects that kustomizations of this input patch."""
        return self._patches.patched if self._patches else ()

    @cached_property
    def _patches(self) -> "Patches | None":
        kustomizations = list(self._kustomizations)
        if not kustomizations:
            return None
        from refactor.world.patches import Patches

        held = {path: None if found.malformed else found.documents for path, found in self.files.items()}
        return Patches(kustomizations, held)

    @cached_property
    def labelling(self) -> Labelling:
        """The labels that kustomizations of this input add to its resources."""
        kustomizations = list(self._kustomizations)
        if not kustomizations:
            return Labelling()
        from refactor.world.builds import builds_of

        return Labelling(builds_of(kustomizations, self.files))

    @property
    def _kustomizations(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for path, reading in self.files.items():
            for data in reading.kustomizations:
                yield path, data

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """The resources of all files but patches, in the order of paths."""
        patches = self.patches
        paths = (path for path in sorted(self.files) if path not in patches)
        return tuple(chain.from_iterable(self.files[path].resources for path in paths))

    @cached_property
    def meshed(self) -> frozenset[Folder]:
        """The folders with files that speak of Istio or Linkerd."""
        return frozenset(
            folder_of(path)
            for path, found in self.files.items()
            if any(mesh in found.file.data for mesh in (b"istio.io", b"linkerd.io"))
        )

    def unread(self) -> Iterator[Unread]:
        """What is malformed; then the objects of other kinds than ours that refer to others by name."""
        for path, reading in self.files.items():
            for bad in reading.malformed:
                yield Unread(path, "document", reading.file.data[bad.start : bad.end], bad.line)
        for path, reading in self.files.items():
            data = reading.file.data
            for start, end, kind, _ in reading.skipped:
                if _may_refer(kind):
                    yield Unread(path, kind, data[start:end])
            read = {one.key[1] for one in reading.resources if not is_retired(one.body)}
            for other in (one for one in reading.documents if one.index not in read):
                kind = str(other.data.get("kind") or "") if isinstance(other.data, dict) else ""
                if kind and _may_refer(kind):
                    yield Unread(path, kind, data[other.start : other.end])

    @property
    def documents(self) -> int:
        """How many YAML documents the files hold."""
        return sum(len(reading.documents) + len(reading.skipped) for reading in self.files.values())

    def wider(self, after: Application, apart: "ComesApart") -> None:
        """Manifests are what they are: there is no other world."""

    def doubt(self, before: Application) -> None:
        """Manifests are what they are: nobody else has to be asked."""

    def changed(self, texts: Mapping[str, str]) -> "Reading":
        """The same input with other texts for some of its files."""
        again = {
            path: read_again(self.files[path], SourceFile(path, text.encode()))
            for path, text in texts.items()
        }
        return Reading({**self.files, **again}.values())


# Whether something that works in the first reading doesn't in the second.
ComesApart = Callable[[Reading, Reading], bool]


def read_file(
    file: SourceFile, reported: bool = True, home: MakeHome = ManifestHome, values: str = ""
) -> FileReading:
    """Reads one file's stream; a malformed document doesn't stop the others.

    `home` makes the homes of its resources; `values` names those that a chart was rendered with.
    """
    stream = read_stream(file, is_interesting)
    resources = (r for document in stream.documents for r in resources_of(document, reported, home, values))
    return _file_reading(stream, resources, reported)


def read_again(before: FileReading, file: SourceFile) -> FileReading:
    """The reading of a manifest with another text; documents of the same bytes keep data and model."""
    stream = read_stream(file, is_interesting, before.stream)
    of_document: dict[object, list[Resource]] = {}
    for resource in before.resources:
        of_document.setdefault(resource.key[1], []).append(resource)
    # Two documents may hold equal data; the stream hands on the very object of the one that stood there.
    known = {id(document.data): of_document.get(document.index, ()) for document in before.documents}
    resources: list[Resource] = []
    for document in stream.documents:
        kept = known.get(id(document.data))
        resources += resources_of(document, before.reported) if kept is None else _moved(kept, document)
    return _file_reading(stream, resources, before.reported)


def _moved(resources: Iterable[Resource], document: Document) -> Iterator[Resource]:
    """The same resources in the document in which they stand now."""
    for resource in resources:
        home = resource.home
        assert type(home) is ManifestHome, "what was rendered is rendered again, not read again"
        key = (document.file.path, document.index, home.prefix)
        yield replace(resource, home=replace(home, document=document), key=key)


def _file_reading(stream: Stream, resources: Iterable[Resource], reported: bool) -> FileReading:
    path, documents = stream.file.path, stream.documents
    kustomizations = tuple(d.data for d in documents if is_kustomization(path, d.data))
    return FileReading(stream, tuple(resources), kustomizations, reported)


def problem_of(malformed: Malformed) -> InputError:
    """A text's problem for the reader; a template is said to be one, with what to do."""
    message = malformed.message
    if malformed.template:
        message = (
            "this is a template ({{ … }}), not a manifest; render it first, "
            "for Helm: helm template CHART | python -m refactor -"
        )
    return InputError(malformed.path, malformed.line, malformed.column, message)
