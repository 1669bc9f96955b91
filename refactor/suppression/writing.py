"""Writing suppressions for findings: a comment behind the line, or an annotation where none can stand.

Every changed text is read again before it is believed: the same data (but for our annotation), and
every finding suppressed. What can't be done so is refused with the reason.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refactor.analysis import Analysis
from refactor.findings import Finding
from refactor.inputs import FileReading, Reading
from refactor.source import Document, Edit, Refusal, TextMoved, splice
from refactor.source.nodes import Kind
from refactor.suppression.annotations import OURS, annotations_of, own_names
from refactor.suppression.remarks import remark_behind, remarks
from refactor.suppression.suppressions import Suppressions
from refactor.world import AddKey, Resource, SetScalar
from refactor.world.applied import same
from refactor.world.manifests import ManifestHome


@dataclass(frozen=True, slots=True)
class Added:
    """What was suppressed: path → (text as given, text with suppressions), and how many findings.

    `refused`: findings that can't be suppressed in their file, each with the reason.
    """

    texts: Mapping[str, tuple[str, str]]
    count: int
    refused: tuple[tuple[Finding, str], ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """The edits of one file, and the names that each resource's annotation takes on."""

    edits: tuple[Edit, ...]
    annotated: Mapping[Resource, str]


class _Impossible(Exception):
    """A finding that can't be suppressed, and why."""


def add_suppressions(analysis: Analysis, reading: Reading, findings: Iterable[Finding]) -> Added:
    """Suppresses findings of an analysis in the texts of its reading; writes nothing."""
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.at.resource.home.file.path, []).append(finding)
    texts: dict[str, tuple[str, str]] = {}
    refused: list[tuple[Finding, str]] = []
    for path, group in sorted(files.items()):
        outcome = _file(analysis, reading, path, group)
        if isinstance(outcome, _Impossible):
            refused += [(finding, str(outcome)) for finding in group]
        else:
            texts[path] = reading.files[path].file.text, outcome
    return Added(texts, sum(map(len, files.values())) - len(refused), tuple(refused))


def _file(analysis: Analysis, reading: Reading, path: str, group: Sequence[Finding]) -> str | _Impossible:
    """The file's text with every finding of the group suppressed; first by comments, then without."""
    problem = _Impossible("the text can't be changed exactly")
    for with_comments in (True, False):
        try:
            draft = _draft(group, with_comments)
            text = splice(reading.files[path].file.text, draft.edits)
            _prove(analysis, reading, path, text, draft, group)
        except (_Impossible, TextMoved) as failed:
            problem = _Impossible(str(failed))
        else:
            return text
    return problem


def _draft(group: Sequence[Finding], with_comments: bool) -> _Draft:
    lines: dict[tuple[Document, int], set[str]] = {}
    resources: dict[Resource, set[str]] = {}
    for finding in group:
        resource = finding.at.resource
        place = _commentable(resource, finding) if with_comments else None
        names = lines.setdefault(place, set()) if place else resources.setdefault(resource, set())
        names.add(finding.rule)
    edits = [_comment(document, line, sorted(names)) for (document, line), names in lines.items()]
    annotated: dict[Resource, str] = {}
    for resource, names in resources.items():
        annotated[resource] = ", ".join(dict.fromkeys([*own_names(resource), *sorted(names)]))
        edits += _annotation(resource, annotated[resource])
    return _Draft(tuple(edits), annotated)


def _commentable(resource: Resource, finding: Finding) -> tuple[Document, int] | None:
    """The document and line behind which a comment may stand; None where it would be text or break JSON."""
    home = resource.home
    if not isinstance(home, ManifestHome) or home.document.root is None or home.document.root.flow:
        return None
    line = home.location(finding.at.path, finding.at.key).position.line
    end = home.document.file.line_span(line).end
    inside = (n for n in home.document.root.walk() if n.kind is Kind.SCALAR and n.start <= end < n.end)
    return None if any(inside) else (home.document, line)


def _comment(document: Document, line: int, names: Sequence[str]) -> Edit:
    there = next((one for one in remarks(document) if one.line == line and not one.amid), None)
    return remark_behind(document.file, line, names, there)


def _annotation(resource: Resource, value: str) -> Sequence[Edit]:
    metadata = resource.data.get("metadata")
    holder = resource.at("metadata", "annotations")
    if own_names(resource):
        ways = resource.home.ways(SetScalar(holder.to(OURS), value))
    elif isinstance(metadata, dict) and "annotations" in metadata:
        ways = resource.home.ways(AddKey(holder, OURS, value))
    else:
        ways = resource.home.ways(AddKey(resource.at("metadata"), "annotations", {OURS: value}))
    if isinstance(ways, Refusal):
        raise _Impossible(
            f"no comment can stand on the line, and {resource.label} can't be annotated: {ways.reason}"
        )
    return ways[0]


def _prove(
    analysis: Analysis, reading: Reading, path: str, text: str, draft: _Draft, group: Sequence[Finding]
) -> None:
    """Reads the text again; raises _Impossible where it isn't what it should be."""
    again = reading.changed({path: text})
    old, new = reading.files[path], again.files[path]
    if not _same_but(old, new, draft.annotated):
        raise _Impossible("with the suppression the file would read otherwise")
    wanted = {finding.key for finding in group}
    suppressions = Suppressions()
    for finding in analysis.again(again.resources).findings:
        if finding.key in wanted and not suppressions.hides(finding):
            raise _Impossible("the suppression would have no effect")


def _same_but(old: FileReading, new: FileReading, annotated: Mapping[Resource, str]) -> bool:
    if len(old.resources) != len(new.resources) or len(old.malformed) != len(new.malformed):
        return False
    kept = [one.kind for one in old.skipped] == [one.kind for one in new.skipped]
    if not kept or [d.index for d in old.documents] != [d.index for d in new.documents]:
        return False
    return all(
        same(_expected(was, annotated.get(was)), now.data)
        for was, now in zip(old.resources, new.resources, strict=True)
    )


def _expected(resource: Resource, value: str | None) -> Any:
    data: Any = copy.deepcopy(dict(resource.data))
    if value is not None:
        data.setdefault("metadata", {})["annotations"] = {**annotations_of(resource), OURS: value}
    return data
