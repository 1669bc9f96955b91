"""Where the findings stand: a summary by folder for trees in which they stand in many."""

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator

from refactor.report.style import visible
from refactor.report.tally import ORDER, counted
from refactor.results import Finding

ENOUGH = 4
_SHOWN = 10


def folder_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """A line for each folder, the worst first; none where the findings stand in few folders."""
    folders: dict[str, Counter[str]] = {}
    for finding in findings:
        if not finding.fixed:
            folders.setdefault(posixpath.dirname(finding.path) or ".", Counter())[finding.category] += 1
    if len(folders) <= ENOUGH:
        return
    worst = sorted(folders.items(), key=lambda one: ([-one[1][category] for category in ORDER], one[0]))
    told = [(", ".join(f"{n[c]} {c}" for c in ORDER if n[c]), folder) for folder, n in worst[:_SHOWN]]
    width = max(len(counts) for counts, _ in told)
    yield "By folder:"
    for counts, folder in told:
        yield f"  {counts:<{width}}  {visible(folder)}"
    if len(worst) > _SHOWN:
        rest = sum(sum(counts.values()) for _, counts in worst[_SHOWN:])
        yield f"  and {rest} more in {counted(len(worst) - _SHOWN, 'other folder')}"
