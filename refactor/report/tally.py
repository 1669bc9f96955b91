"""Counting findings: how many of which category, and what can be done about them."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from refactor.results import Finding, Result

ORDER = ("broken", "suspect", "deprecated", "fragile")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings there are; `ready` are solved by the diff, the others only by asking for more."""

    categories: Mapping[str, int]
    fixed: int
    ready: int
    unsafe: int
    staged: int
    advised: int

    @property
    def total(self) -> int:
        return sum(self.categories.values())


def applied(result: Result) -> frozenset[Finding]:
    """The findings that the fixes of the diff solve."""
    return frozenset(finding for fix in result.plan.fixes if fix.applied for finding in fix.solves)


def tally(result: Result) -> Tally:
    """Counts the findings of a result."""
    ready = applied(result)
    open_fixes = [f for f in result.findings if f.fixable and f not in ready]

    def count(wanted: Callable[[Finding], bool]) -> int:
        return sum(1 for finding in open_fixes if wanted(finding))

    found = Counter(finding.category for finding in result.findings)
    return Tally(
        {category: found[category] for category in ORDER if found[category]},
        fixed=sum(1 for finding in result.findings if finding.fixed),
        ready=sum(1 for finding in result.findings if finding in ready),
        unsafe=count(lambda finding: finding.safety == "unsafe"),
        staged=count(lambda finding: finding.safety == "safe"),
        advised=count(lambda finding: finding.safety == "shown"),
    )


def counted(number: int, one: str, many: str = "") -> str:
    """`1 file`, `3 files`; `many` where the plural isn't made with s."""
    return f"{number} {one if number == 1 else many or one + 's'}"
