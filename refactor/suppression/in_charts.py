"""Writing suppressions into a chart: a comment behind the line of the template or values file that is shown.

Every set of values is rendered again before it is believed: all objects read as before, and every finding
is suppressed. What can't be done so is refused with the reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from refactor.analysis import Analysis
from refactor.findings import Finding
from refactor.inputs import Application, FileReading, Reading
from refactor.source import Edit, SourceFile, splice
from refactor.suppression.remarks import remark_behind, remarks_on
from refactor.suppression.suppressions import Suppressions
from refactor.suppression.writing import Added
from refactor.world.applied import same

_Line = tuple[str, int]


def add_to_chart(
    chart: Application,
    analyses: Sequence[Analysis],
    findings: Iterable[Finding],
    locked: Mapping[str, str],
) -> Added:
    """Suppresses findings of a chart, all its sets of values at once; writes nothing.

    `locked`: the files that can't be changed, each with why.
    """
    lines: dict[_Line, list[Finding]] = {}
    refused: list[tuple[Finding, str]] = []
    for finding in findings:
        path = finding.at.location.file.path
        if path in chart.sources and path not in locked:
            lines.setdefault((path, finding.at.location.position.line), []).append(finding)
        else:
            refused.append((finding, f"{path} {locked.get(path, _NOT_YOURS)}"))
    kept = _provable(chart, analyses, lines)
    lost = (one for line, found in lines.items() if line not in kept for one in found)
    refused += [(finding, _OTHERWISE) for finding in lost]
    texts = {path: (chart.sources[path].text, new) for path, new in _texts(chart, kept).items()}
    count = len({(line, one.rule, one.message) for line, found in kept.items() for one in found})
    return Added(texts, count, tuple(_once(refused)))


_NOT_YOURS = "is fetched from elsewhere and isn't changed: take a baseline (--write-baseline)"
_OTHERWISE = "with a comment behind this line the chart would render otherwise: take a baseline"


def _provable(
    chart: Application,
    analyses: Sequence[Analysis],
    lines: Mapping[_Line, list[Finding]],
    beside: Mapping[_Line, list[Finding]] = MappingProxyType({}),
) -> Mapping[_Line, list[Finding]]:
    """The lines that can have their comment, with those `beside` them: mostly all, else sought in halves."""
    together = {**beside, **lines}
    if not lines or _proven(chart, analyses, together):
        return together
    if len(lines) == 1:
        return beside
    every = list(lines.items())
    first, second = dict(every[: len(every) // 2]), dict(every[len(every) // 2 :])
    return _provable(chart, analyses, second, _provable(chart, analyses, first, beside))


def _texts(chart: Application, lines: Mapping[_Line, list[Finding]]) -> dict[str, str]:
    texts = {}
    for path in sorted({path for path, _ in lines}):
        file = chart.sources[path]
        wanted = ((line, found) for (one, line), found in lines.items() if one == path)
        texts[path] = splice(file.text, [_remark(file, line, found) for line, found in wanted])
    return texts


def _remark(file: SourceFile, line: int, found: Iterable[Finding]) -> Edit:
    there = next((one for one in remarks_on(file, line) if not one.amid), None)
    known = (there and there.names) or ()
    return remark_behind(file, line, sorted({one.rule for one in found} - {*known}), there)


def _proven(chart: Application, analyses: Sequence[Analysis], lines: Mapping[_Line, list[Finding]]) -> bool:
    """Whether the chart reads the same with the comments, and they suppress what they are for."""
    again = chart.changed(_texts(chart, lines))
    if again.problem is not None or again.doubt(chart) is not None:
        return False
    wanted = {finding.key for found in lines.values() for finding in found}
    suppressions = Suppressions()
    for old, new, analysis in zip(chart.readings, again.readings, analyses, strict=True):
        if not _reads_the_same(old, new):
            return False
        found = (one for one in analysis.again(new.resources).findings if one.key in wanted)
        if not all(map(suppressions.hides, found)):
            return False
    # A switch that nobody gave may print the file elsewhere, or a sum of it.
    return chart.wider(again, lambda old, new: not _reads_the_same(old, new)) is None


def _reads_the_same(old: Reading, new: Reading) -> bool:
    return old.files.keys() == new.files.keys() and all(
        _holds_the_same(found, new.files[path]) for path, found in old.files.items()
    )


def _holds_the_same(old: FileReading, new: FileReading) -> bool:
    """Whether a rendered file holds the same data, and what isn't read letter for letter the same."""
    return (
        (len(old.documents), len(old.malformed)) == (len(new.documents), len(new.malformed))
        and _unread(old) == _unread(new)
        and all(same(a.data, b.data) for a, b in zip(old.documents, new.documents, strict=True))
    )


def _unread(found: FileReading) -> list[bytes]:
    return [found.file.data[one.start : one.end] for one in found.skipped]


def _once(refused: Iterable[tuple[Finding, str]]) -> Iterable[tuple[Finding, str]]:
    """What several sets of values say alike is told once."""
    return {(one.at.location, one.rule, one.message): (one, why) for one, why in refused}.values()
