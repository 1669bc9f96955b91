"""Walking a route on the traffic graph, hop by hop, beyond the first failing hop as far as it is known."""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from refactor.findings import Category, Finding
from refactor.report.journey import End, Remark, Step, Verdict, remark_at, step_at
from refactor.rules import RULES
from refactor.world import Path, Ref, Resource


class Failure(IntEnum):
    """Why a request doesn't arrive; the first certain one on the way decides what the client sees."""

    REFUSED = 1
    UNREADABLE = 2
    NO_SERVICE = 3
    NO_PORT = 4
    NO_ENDPOINT = 5
    DEAD_PORT = 6
    UNREADY = 7
    CRASHING = 8


class Walk:
    """The notes of one walk: steps, first failure, where it leaves the files, where it arrives.

    `findings`: of the whole input, by the key of their resource. `touched` are the places that were
    looked at: a fix of a finding there belongs to the route; so does one of an object that was `visited`,
    where it is about the object itself. `by_accident`: what the client sees where some controllers find a
    port that isn't there.
    """

    def __init__(self, findings: Mapping[object, Sequence[Finding]]) -> None:
        self._findings = findings
        self.steps: list[Step] = []
        self.failure: Failure | None = None
        self.refused: Finding | None = None
        self.unless = ""
        self.by_accident = ""
        self.certain = False
        self.leaves: str | None = None
        self.unclear = False
        self.arrivals: list[str] = []
        self.lost: list[Resource] = []
        self.touched: set[tuple[object, Path]] = set()
        self.visited: set[object] = set()

    def step(self, verdict: Verdict, text: str, at: Ref, *remarks: Remark) -> None:
        """Notes a step; its place counts as looked at."""
        self.touch(at)
        self.steps.append(step_at(verdict, text, at, remarks))

    def leave(self, verdict: Verdict, why: str, at: Ref, wish: str = "") -> None:
        """Notes where the files say no more: `aside` what else answers, `unsure` what can't be told."""
        self.leaves, self.unclear = why, verdict is Verdict.UNSURE
        self.step(verdict, f"{wish}: {why}" if wish else why, at)

    def fail(
        self, why: Failure, text: str, at: Ref, remarks: Iterable[Remark] = (), unless: str = ""
    ) -> None:
        """Notes a step that leads nowhere; `unless` a fact outside the files makes it right."""
        self.step(Verdict.UNSURE if unless else Verdict.FAILS, text, at, *remarks)
        if self.failure is None or (unless == "" and not self.certain):
            self.failure, self.unless = why, unless
        self.certain = self.certain or not unless

    def touch(self, at: Ref) -> None:
        self.touched.add((at.resource.key, at.path))

    def only_suspected(self, at: Ref, default: bool) -> bool:
        """Whether the finding at this place is a suspicion; `default` where there is no finding."""
        for finding in self._findings.get(at.resource.key, ()):
            if RULES[finding.rule].of_links and related(finding.at.path, at.path):
                return finding.category is Category.SUSPECT
        return default

    def notes(self, at: Ref) -> list[Remark]:
        """What the finding at this place was compared with; nothing where there is no finding."""
        for finding in self._findings.get(at.resource.key, ()):
            if RULES[finding.rule].of_links and related(finding.at.path, at.path):
                return [_remark(note.message, note.at) for note in finding.notes]
        return []

    def visit(self, resource: Resource) -> None:
        """Notes what else is wrong with an object on the way: mostly, that the API server refuses it."""
        self.visited.add(resource.key)
        for finding in self._findings.get(resource.key, ()):
            # Hops and probes show the links themselves; what other rules find is told in their words.
            if RULES[finding.rule].of_links or finding.category is Category.FRAGILE:
                continue
            at = Ref(resource, finding.at.path, finding.at.key)
            if finding.category is Category.SUSPECT:
                self.step(Verdict.UNSURE, finding.message, at)
                continue
            self.refused = self.refused or finding
            notes = (_remark(note.message, note.at) for note in finding.notes)
            self.fail(Failure.REFUSED, finding.message, at, notes)

    @property
    def end(self) -> End:
        if self.failure is not None:
            return End.FAILS if self.certain else End.DOUBTFUL
        return End.LEAVES if self.leaves is not None else End.REACHES


def related(one: Path, other: Path) -> bool:
    """Whether one place is the other, or lies in it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _remark(text: str, at: Ref | None) -> Remark:
    return remark_at(text, at) if at is not None else Remark(text)
