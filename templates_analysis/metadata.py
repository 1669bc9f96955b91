"""A chart's Chart.yaml, and its requirements.yaml where it is of the first format.

The fields are those of https://helm.sh/docs/topics/charts/#the-chartyaml-file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from refactor.source import Document, SourceFile

from .mappings import documents_of
from .problems import ChartProblem


@dataclass(frozen=True, slots=True)
class Dependency:
    """A chart that a Chart.yaml (or requirements.yaml) asks for.

    ``line`` is 1-based in the file ``inside`` the chart that declares it. ``imports`` are the entries of
    ``import-values``: pairs of a dotted path in the dependency and one in the chart.
    """

    name: str
    alias: str | None
    version: str
    repository: str
    condition: str
    tags: tuple[str, ...]
    line: int
    inside: str = "Chart.yaml"
    imports: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The key under which its values stand in the parent's."""
        return self.alias or self.name

    @property
    def folder(self) -> str | None:
        """The folder of a ``file://`` repository, relative to the chart's own or absolute; else None."""
        scheme, found, folder = self.repository.partition("file://")
        return folder if found and not scheme else None

    @property
    def fetched(self) -> bool:
        """Whether it comes from a repository somewhere else."""
        return bool(self.repository) and self.folder is None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a Chart.yaml says, as far as it matters here."""

    name: str
    version: str
    library: bool
    dependencies: tuple[Dependency, ...]


def read_metadata(files: Mapping[str, SourceFile], prefix: str, shown: str) -> Metadata | ChartProblem:
    """The metadata of the chart whose files begin with ``prefix``; ``shown`` is its folder for messages."""
    file = files.get(f"{prefix}Chart.yaml")
    if file is None:
        return ChartProblem(shown, 0, 0, "this is no chart: it has no Chart.yaml")
    documents = documents_of(file)
    if isinstance(documents, ChartProblem):
        return documents
    data = documents[0].data if documents else {}
    refused = _refused(data)
    if refused:
        return ChartProblem(file.path, 1, 1, refused)
    declared = _declared(documents[0], f"{prefix}Chart.yaml")
    older = files.get(f"{prefix}requirements.yaml")
    if older is not None and not isinstance(declared, ChartProblem):
        documents = documents_of(older)
        if isinstance(documents, ChartProblem):
            return documents
        listed = _declared(documents[0], f"{prefix}requirements.yaml") if documents else ()
        declared = listed or declared
    if isinstance(declared, ChartProblem):
        return declared
    return Metadata(
        _text(data["name"]), _text(data["version"]), data.get("type") == "library", tuple(declared)
    )


def _refused(data: Mapping[str, Any]) -> str:
    for key in ("name", "version"):
        if not _text(data.get(key)):
            return f"Chart.yaml has no `{key}`: Helm refuses such a chart; add one"
    name = _text(data["name"])
    return f"the chart's name {name!r} isn't one: it holds a slash" if "/" in name else ""


def _declared(document: Document, inside: str) -> tuple[Dependency, ...] | ChartProblem:
    entries = document.data.get("dependencies") or []
    if not isinstance(entries, list):
        place = document.position(("dependencies",))
        return ChartProblem(
            document.file.path, place.line, place.column, "`dependencies` must be a list of charts"
        )
    found = []
    for number, entry in enumerate(entries):
        place = document.position(("dependencies", number))
        if not isinstance(entry, dict) or not _text(entry.get("name")):
            message = "every dependency needs a `name`; add it, or remove the entry"
            return ChartProblem(document.file.path, place.line, place.column, message)
        found.append(_dependency(entry, place.line, inside))
    return tuple(found)


def _dependency(entry: Mapping[str, Any], line: int, inside: str) -> Dependency:
    tags = entry.get("tags")
    return Dependency(
        name=_text(entry["name"]),
        alias=_text(entry.get("alias")) or None,
        version=_text(entry.get("version")),
        repository=_text(entry.get("repository")),
        condition=_text(entry.get("condition")).strip(),
        tags=tuple(map(_text, tags)) if isinstance(tags, list) else (),
        line=line,
        inside=inside,
        imports=tuple(_imports(entry.get("import-values") or ())),
    )


def _imports(entries: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for entry in entries:
        if isinstance(entry, dict):
            yield _text(entry.get("child")), _text(entry.get("parent"))
        else:
            yield f"exports.{_text(entry)}", "."


def _text(value: Any) -> str:
    """A field that Helm reads as text, whatever YAML takes it for: ``alias: off`` is "false" to it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
