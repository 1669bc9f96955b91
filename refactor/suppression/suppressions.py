"""Whether a finding is suppressed where it stands, and what is wrong with the words that should do it."""

from collections.abc import Iterable, Iterator, Mapping

from refactor.config import unknown_name
from refactor.findings import Finding
from refactor.inputs import FileReading
from refactor.source import Document, Position, SourceFile
from refactor.suppression.annotations import OURS, annotated_names, own_names
from refactor.suppression.remarks import Remark, head_lines, remarks, remarks_on
from refactor.world import Resource
from refactor.world.manifests import ManifestHome

# Most files hold none of these: they cost one search each, and only where something was found.
_SIGNS = (b"refactor", b"kube-linter.io", b"kube-score")


def may_suppress(document: Document) -> bool:
    """Whether a document holds a word without which nothing in it can suppress."""
    return document.mentions(*_SIGNS)


class Suppressions:
    """Asks each finding's own text, so it answers for every state of a file alike."""

    def __init__(self) -> None:
        self._remarks: dict[Document, tuple[Remark, ...]] = {}
        self._heads: dict[Resource, frozenset[str]] = {}
        self._may: dict[Document, bool] = {}
        self._sources: dict[SourceFile, bool] = {}

    def hides(self, finding: Finding) -> bool:
        """Whether its line, its resource's first line or its resource's annotations suppress a finding.

        What a chart renders has two lines: the one that is printed, and the one of the chart that is shown.
        """
        home, names = finding.at.resource.home, {finding.rule, finding.category.value}
        if not isinstance(home, ManifestHome):
            return bool(names & self._of_resource(finding.at.resource))
        if self._may_suppress(home.document):
            if names & self._of_resource(finding.at.resource):
                return True
            line = ManifestHome.location(home, finding.at.path, finding.at.key).position.line
            if any(names.intersection(r.names or ()) for r in self._of(home.document) if r.line == line):
                return True
        return type(home) is not ManifestHome and bool(names & self._at_source(home, finding))

    def _at_source(self, home: ManifestHome, finding: Finding) -> frozenset[str]:
        """The names on the line of a template or values file from which a rendered place comes."""
        place = home.location(finding.at.path, finding.at.key)
        known = self._sources.get(place.file)
        if known is None:
            known = self._sources[place.file] = any(sign in place.file.data for sign in _SIGNS)
        found = remarks_on(place.file, place.position.line) if known else ()
        return frozenset(name for remark in found for name in remark.names or ())

    def _may_suppress(self, document: Document) -> bool:
        """The same as above; a long document with many findings is searched once."""
        known = self._may.get(document)
        if known is None:
            known = self._may[document] = may_suppress(document)
        return known

    def notes(self, files: Iterable[FileReading]) -> Iterator[str]:
        """What a reader should know: remarks without effect, and names that aren't known."""
        for found in files:
            if not found.reported:
                continue
            marked = [document for document in found.documents if may_suppress(document)]
            for document in marked:
                for remark in self._of(document):
                    yield from _remark_notes(found.file.path, remark)
            for resource in found.resources if marked else ():
                names = own_names(resource)
                if names:
                    place = resource.home.position(("metadata", "annotations", OURS))
                    yield from _unknown(found.file.path, place, names)

    def _of(self, document: Document) -> tuple[Remark, ...]:
        known = self._remarks.get(document)
        if known is None:
            known = self._remarks[document] = tuple(remarks(document))
        return known

    def _of_resource(self, resource: Resource) -> frozenset[str]:
        known = self._heads.get(resource)
        if known is None:
            known = self._heads[resource] = frozenset([*annotated_names(resource), *self._at_head(resource)])
        return known

    def _at_head(self, resource: Resource) -> Iterator[str]:
        home = resource.home
        found = self._of(home.document) if isinstance(home, ManifestHome) else ()
        if not found or not isinstance(home, ManifestHome):
            return
        lines = head_lines(home.document, resource)
        for remark in found:
            if remark.line in lines and not remark.alone:
                yield from remark.names or ()


def source_notes(sources: Mapping[str, SourceFile]) -> Iterator[str]:
    """The same of the remarks in the templates and values files of a chart, by their paths."""
    for path in sorted(sources):
        file = sources[path]
        if b"refactor:" in file.data:
            for line in range(1, file.data.count(b"\n") + 2):
                for remark in remarks_on(file, line):
                    yield from _remark_notes(path, remark)


def _remark_notes(path: str, remark: Remark) -> Iterator[str]:
    place = Position(remark.line, remark.column)
    if remark.amid:
        yield (
            f"{_told(path, place)}: `refactor: ignore` has no effect amid the words of a comment; "
            "write # before it: # refactor: ignore[rule-name]"
        )
    elif not remark.names:
        yield (
            f"{_told(path, place)}: `# refactor: ignore` names no rule and has no effect; "
            "write # refactor: ignore[rule-name]"
        )
    elif remark.alone:
        yield (
            f"{_told(path, place)}: this `# refactor: ignore` stands on a line of its own and has no effect; "
            "put it behind the line that it is for, or behind apiVersion for the whole resource"
        )
    yield from _unknown(path, place, remark.names or ())


def _unknown(path: str, place: Position, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        problem = unknown_name(name)
        if problem:
            yield f"{_told(path, place)}: this suppression names an {problem}"


def _told(path: str, place: Position) -> str:
    return f"{path}:{place.line}:{place.column}"
