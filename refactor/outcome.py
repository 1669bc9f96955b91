"""From the course of a repair to what callers get: places become lines and columns here."""

from refactor.findings import Finding as Found
from refactor.planning.consumers import aws_holder
from refactor.planning.rollout import may_go_down, replaces_pods
from refactor.proof import Lowered
from refactor.repair import Key, Repair
from refactor.results import Counts, Declined, Finding, Fix, Plan, Related, ResourceName, Rollout
from refactor.source import Position
from refactor.world import Ref


class Outcome:
    """The course of a repair in the words of `refactor.results`."""

    def __init__(self, course: Repair, written: bool = False) -> None:
        self._course = course
        self._fixed = {f.key for fix, _ in course.made for f in fix.solves} if written else set()
        self._original = {resource.key: resource for resource in course.first.reading.resources}
        self._fixes = {f.key: fix for fix, _ in (*course.made, *course.offered) for f in fix.solves}
        self._told: dict[Key, Finding] = {key: self._tell(found) for key, found in course.found.items()}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of their places."""
        return tuple(sorted(self._told.values(), key=lambda f: (f.path, f.line, f.column, f.rule, f.message)))

    def plan(self) -> Plan:
        """The fixes, made ones first, then the offered; and every finding without one."""
        fixes = [self._fix(lowered, True) for lowered in self._course.made]
        fixes += [self._fix(lowered, False) for lowered in self._course.offered]
        declined = [Declined(f, f.reason) for f in self.findings if not f.fixable and f.reason]
        declined += [Declined(f, f.reason or "") for f in map(self._tell, self._course.kept.values())]
        return Plan(tuple(fixes), tuple(declined))

    def texts(self) -> dict[str, tuple[str, str]]:
        """Path → (text as given, text as repaired) of the files that change."""
        paths = {edit.file.path for _, edits in self._course.made for edit in edits}
        before, after = self._course.first.reading.files, self._course.last.reading.files
        return {path: (before[path].file.text, after[path].file.text) for path in sorted(paths)}

    def counts(self) -> Counts:
        """How much was looked at."""
        reading, graph = self._course.first.reading, self._course.first.analysis.graph
        files = [found for found in reading.files.values() if found.reported]
        documents = sum(len(found.documents) + len(found.skipped) for found in files)
        backends = [backend for backend in graph.backends if backend.edge.resource.reported]
        reaching = sum(1 for backend in backends if graph.reaches(backend))
        leaving = sum(1 for backend in backends if graph.leaves(backend))
        return Counts(len(files), documents, len(backends), reaching, leaving)

    def rollout(self) -> Rollout | None:
        """What the order of rolling out takes; None where nothing that works today is moved."""
        made = [fix for fix, _ in self._course.made]
        moved = [fix for fix in made if fix.stage == 2]
        if not moved:
            return None
        rolled = {
            c.at.resource.key: c.at.resource
            for f in made
            if f.stage == 1
            for c in f.changes
            if replaces_pods(c)
        }
        graph = self._course.first.analysis.graph
        asked = (aws_holder(graph, self._at(c.at).resource) for f in moved for c in f.changes)
        return Rollout(
            len(moved),
            sum(fix.waits for fix in moved),
            len(rolled),
            sum(map(may_go_down, rolled.values())),
            tuple(sorted({holder.label for holder in asked if holder is not None})),
        )

    def _fix(self, lowered: Lowered, applied: bool) -> Fix:
        fix, edits = lowered
        solves = tuple(self._told[found.key] for found in fix.solves if found.key in self._told)
        return Fix(fix.title, fix.safety.value, fix.stage, edits, solves, applied)

    def _tell(self, found: Found) -> Finding:
        at = self._at(found.at)
        file, position = at.resource.home.file, at.resource.home.position(at.path)
        fix = self._fixes.get(found.key)
        identity = at.resource.id
        return Finding(
            found.rule,
            found.category.value,
            found.message,
            file.path,
            position.line,
            position.column,
            ResourceName(identity.kind, identity.namespace, identity.name),
            fixable=fix is not None,
            fixed=found.key in self._fixed,
            safety=fix.safety.value if fix else None,
            stage=fix.stage if fix else None,
            reason=None if fix else self._course.reasons.get(found.key),
            fix=fix.title if fix else None,
            related=tuple(self._related(note.message, note.at) for note in found.notes),
            source=file.line_text(position.line),
            width=_width(at, position),
        )

    def _at(self, ref: Ref) -> Ref:
        """The place in the text as it was given, for what only a later round has found."""
        return Ref(self._original.get(ref.resource.key, ref.resource), ref.path)

    def _related(self, message: str, ref: Ref | None) -> Related:
        if ref is None:
            return Related(message)
        at = self._at(ref)
        position = at.resource.home.position(at.path)
        return Related(message, at.resource.home.file.path, position.line, position.column)


def _width(at: Ref, position: Position) -> int:
    """How much of the line the value covers; 1 where nothing stands."""
    span = at.resource.home.span(at.path)
    if span is None:
        return 1
    rest = len(at.resource.home.file.line_text(position.line)) - position.column + 1
    return max(1, min(span.end - span.start, rest))
