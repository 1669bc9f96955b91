"""From the courses of repairs to what callers get: places become lines and columns here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain

from refactor.analysis import Analysis
from refactor.changes import Fix as Planned
from refactor.findings import Category
from refactor.findings import Finding as Found
from refactor.kubernetes.fields import fields_of
from refactor.kubernetes.misspelling import written_path
from refactor.planning.consumers import aws_holder
from refactor.planning.rollout import may_go_down, replaces_pods
from refactor.proof import Lowered
from refactor.repair import Key, Repair
from refactor.results import Counts, Declined, Finding, Fix, Plan, Related, ResourceName, Rollout
from refactor.routes import Backend, Reason
from refactor.source import Edit
from refactor.world import Ref


class Outcome:
    """The courses of the repairs of several applications in the words of `refactor.results`."""

    def __init__(self, courses: Sequence[Repair], written: bool = False) -> None:
        self._each = [_Course(course, written) for course in courses]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of their places."""
        return tuple(sorted(chain.from_iterable(one.findings for one in self._each), key=_place))

    def plan(self) -> Plan:
        """The fixes, made ones first, then the offered; and every finding without one."""
        plans = [one.plan() for one in self._each]
        fixes = sorted(chain.from_iterable(one.fixes for one in plans), key=lambda fix: not fix.applied)
        return Plan(tuple(fixes), tuple(chain.from_iterable(one.declined for one in plans)))

    def texts(self) -> dict[str, tuple[str, str]]:
        """Path → (text as given, text as repaired) of the files that change."""
        return dict(sorted(chain.from_iterable(one.texts().items() for one in self._each)))

    def secrets(self) -> dict[str, frozenset[int]]:
        """Path → the lines of the text as given that look like secrets, for the values files that change."""
        return dict(chain.from_iterable(one.secrets().items() for one in self._each))

    def counts(self) -> Counts:
        """How much was looked at."""
        every = [one.counts() for one in self._each]
        names = ("files", "documents", "routes", "reaching", "leaving")
        return Counts(**{name: sum(getattr(one, name) for one in every) for name in names})

    def rollout(self, stage: int | None) -> Rollout | None:
        """What rolling out takes, of both stages or of one alone; None where that is nothing."""
        every = [found for one in self._each if (found := one.rollout(stage)) is not None]
        if not every:
            return None
        names = ("moved", "waiting", "unrolled", "restarts", "downtime")
        sums = {name: sum(getattr(one, name) for one in every) for name in names}
        return Rollout(**sums, replaced=tuple(sorted(set(chain.from_iterable(r.replaced for r in every)))))


# Faults between two objects that are both there: no other setting is likely to bring what is missing.
_BETWEEN_TWO = frozenset({"missing-backend-port", "missing-target-port"})


def _fate(analysis: Analysis, backend: Backend) -> str:
    """What becomes of a route. A number that isn't declared arrives where no rule doubts it."""
    graph, target = analysis.graph, analysis.graph.target(backend)
    if graph.reaches(backend):
        return "reaches"
    if graph.leaves(backend):
        return "leaves"
    undeclared = target and {hit.reason for hit in target.failing} == {Reason.UNDECLARED}
    return "reaches" if undeclared and not any(f.subject is target for f in analysis.findings) else "fails"


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.path, finding.line, finding.column, finding.rule, finding.message


def _apart(told: Mapping[Key, Finding], keys: list[Key]) -> list[list[Key]]:
    """Under other values something else may be wrong at a place: where the outcome differs, they are two."""
    if len({(told[key].fixable, told[key].safety) for key in keys}) == 1:
        return [keys]
    messages: dict[str, list[Key]] = {}
    for key in keys:
        messages.setdefault(told[key].message, []).append(key)
    return list(messages.values())


class _Course:
    """The course of one repair; what several sets of values have in common is told once."""

    def __init__(self, course: Repair, written: bool) -> None:
        self._course = course
        self._fixed = {f.key for fix, _ in course.made for f in fix.solves} if written else set()
        self._original = {
            resource.key: resource
            for reading in course.first.application.readings
            for resource in reading.resources
        }
        self._fixes = {f.key: fix for fix, _ in (*course.made, *course.offered) for f in fix.solves}
        self._secrets: dict[str, frozenset[int] | None] = {}
        self._rendered = any(reading.values for reading in course.first.application.readings)

    @cached_property
    def _told(self) -> dict[Key, Finding]:
        return self._merged({key: self._tell(found) for key, found in self._course.found.items()})

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, each once."""
        return tuple(dict.fromkeys(f for key, f in self._told.items() if self._is_told(f, key)))

    def _is_told(self, finding: Finding, key: Key) -> bool:
        """What only a switch of ours shows, and nobody can mend, may miss another setting: it isn't told."""
        given = set(self._course.first.application.given)
        if not finding.values or given & set(finding.values):
            return True
        if finding.fixable or key in self._course.barred:
            return finding.category != Category.SUSPECT or finding.safety == "safe"
        return finding.category == Category.BROKEN and finding.rule in _BETWEEN_TWO

    def _merged(self, told: Mapping[Key, Finding]) -> dict[Key, Finding]:
        """One finding for all of the same place; told are the values with which it occurs, unless all do."""
        given, merged = self._course.first.application.given, dict(told)
        for keys in self._same(told):
            # What is told is told of the first values that have it, in the words of one that can be mended.
            chosen = max(keys, key=lambda key: told[key].fixable)
            best = told[chosen]
            under = tuple(dict.fromkeys(values for key in keys if (values := self._values_of(key))))
            if not set(given) <= set(under):
                best = replace(best, values=tuple(v for v in under if v in given) or under)
            if self._rendered and self._is_told(best, chosen):
                best = self._explained(best, self._course.found[chosen])
            merged |= dict.fromkeys(keys, best)
        return merged

    def _explained(self, finding: Finding, found: Found) -> Finding:
        """The finding with what makes its value, and the one it is compared with, in a chart's source."""
        at = self._at(found.at)
        if not at.resource.values:
            return finding
        from refactor.charts.telling import compared, makers

        remarks = [
            Related(one.text, one.file.path, one.position.line, one.position.column)
            if one.file and one.position
            else Related(one.text)
            for one in makers(at, found.message)
        ]
        notes = list(finding.related)
        if notes and (place := found.notes[0].at) is not None:
            notes[0] = replace(notes[0], message=notes[0].message + compared(self._at(place), at))
        return replace(finding, related=(*remarks, *notes))

    def _same(self, told: Mapping[Key, Finding]) -> list[list[Key]]:
        """The findings that are one to a reader: of one place, or of one field under several values."""
        places: dict[tuple[object, ...], tuple[object, ...]] = {}
        same: dict[tuple[object, ...], list[Key]] = {}
        for key, finding in told.items():
            place = (finding.path, finding.line, finding.column, self._course.found[key].twin)
            first = places.setdefault(_place(finding), place)
            same.setdefault(places.setdefault(place, first), []).append(key)
        return [one for keys in same.values() for one in _apart(told, keys)]

    def _values_of(self, key: Key) -> str:
        return self._course.found[key].at.resource.values

    def plan(self) -> Plan:
        """The fixes, made ones first, then the offered; and every finding without one."""
        fixes = [self._fix(lowered, True) for lowered in _once(self._course.made)]
        fixes += [self._fix(lowered, False) for lowered in _once(self._course.offered)]
        declined = [Declined(f, f.reason) for f in self.findings if not f.fixable and f.reason]
        kept = {_place(finding): finding for finding in map(self._tell, self._course.kept.values())}
        declined += [Declined(finding, finding.reason or "") for finding in kept.values()]
        return Plan(tuple(fixes), tuple(declined))

    def texts(self) -> dict[str, tuple[str, str]]:
        """Path → (text as given, text as repaired) of the files that change."""
        paths = {edit.file.path for _, edits in self._course.made for edit in edits}
        before, after = self._course.first.application.sources, self._course.last.application.sources
        return {path: (before[path].text, after[path].text) for path in sorted(paths)}

    def secrets(self) -> dict[str, frozenset[int]]:
        """Path → the lines that look like secrets, for the values files that change."""
        found = {path: self._secret_lines(path) for path in self.texts()}
        return {path: lines for path, lines in found.items() if lines is not None}

    def _secret_lines(self, path: str) -> frozenset[int] | None:
        if path not in self._secrets:
            self._secrets[path] = self._course.first.application.secrets(path)
        return self._secrets[path]

    def counts(self) -> Counts:
        """How much was looked at."""
        first = self._course.first
        files = [found for found in first.application.readings[0].files.values() if found.reported]
        documents = sum(len(found.documents) + len(found.skipped) for found in files)
        # A route is one, whatever values a chart is rendered with; with all of them it must hold.
        routes: dict[object, set[str]] = {}
        for analysis in first.analyses:
            for backend in analysis.graph.backends:
                if backend.edge.resource.reported:
                    key = backend.edge.resource.twin, backend.place
                    routes.setdefault(key, set()).add(_fate(analysis, backend))
        reaching = sum(1 for fates in routes.values() if fates == {"reaches"})
        leaving = sum(1 for fates in routes.values() if "leaves" in fates and "fails" not in fates)
        return Counts(len(files), documents, len(routes), reaching, leaving)

    def rollout(self, stage: int | None) -> Rollout | None:
        """What rolling out takes, of both stages or of one alone; None where that is nothing."""
        made = [fix for fix, _ in _once(self._course.made)]
        moved = [fix for fix in made if fix.stage == 2]
        waiting = [] if stage else [fix for fix in moved if fix.waits]
        changed = [c for fix in made for c in fix.changes if replaces_pods(c)]
        rolled = {change.at.resource.twin: change.at.resource for change in changed}
        if not moved and not rolled:
            return None
        return Rollout(
            moved=0 if stage else len(moved),
            waiting=len(waiting),
            unrolled=sum(not isinstance(fix.solves[0].subject, Backend) for fix in waiting),
            restarts=len(rolled),
            downtime=sum(map(may_go_down, rolled.values())),
            replaced=self._replaced(moved),
        )

    def _replaced(self, moved: Sequence[Planned]) -> tuple[str, ...]:
        """The objects whose AWS target groups are made anew."""
        graphs = {reading.values: analysis.graph for reading, analysis in self._course.first.parts}
        places = (self._at(change.at).resource for fix in moved for change in fix.changes)
        asked = (aws_holder(graphs[resource.values], resource) for resource in places)
        return tuple(sorted({holder.label for holder in asked if holder is not None}))

    def _fix(self, lowered: Lowered, applied: bool) -> Fix:
        fix, edits = lowered
        told = (self._told[found.key] for found in fix.solves if found.key in self._told)
        solves = tuple({_place(finding): finding for finding in told}.values())
        return Fix(fix.title, fix.safety.value, fix.stage, edits, solves, applied)

    def _tell(self, found: Found) -> Finding:
        at = self._at(found.at)
        place = at.location
        line = place.position.line
        fix = self._fixes.get(found.key)
        identity = at.resource.id
        return Finding(
            found.rule,
            found.category.value,
            found.message,
            place.file.path,
            place.position.line,
            place.position.column,
            ResourceName(identity.kind, identity.namespace, identity.name),
            fixable=fix is not None,
            fixed=found.key in self._fixed,
            safety=fix.safety.value if fix else None,
            stage=fix.stage if fix else None,
            reason=None if fix else self._course.reasons.get(found.key),
            fix=fix.title if fix else None,
            related=tuple(self._related(note.message, note.at) for note in found.notes),
            source="" if line in (self._secret_lines(place.file.path) or ()) else place.file.line_text(line),
            width=place.width,
            template=at.resource.home.template,
        )

    def _at(self, ref: Ref) -> Ref:
        """The place in the text as it was given, for what only a later round has found."""
        before = self._original.get(ref.resource.key, ref.resource)
        same = before is ref.resource or Ref(before, ref.path).value is not None
        path = ref.path if same else written_path(before.data, ref.path, fields_of(before.body))
        return Ref(before, path, ref.key)

    def _related(self, message: str, ref: Ref | None) -> Related:
        if ref is None:
            return Related(message)
        at = self._at(ref)
        place, template = at.location, at.resource.home.template
        return Related(message, place.file.path, place.position.line, place.position.column, template)


def _once(fixes: Sequence[Lowered]) -> Iterator[Lowered]:
    """The fixes without repetitions: the same edits may solve a fault under several sets of values."""
    same: dict[frozenset[Edit], Lowered] = {}
    for fix, edits in fixes:
        changed = frozenset(edits)
        known = same.get(changed)
        same[changed] = (
            (fix, edits)
            if known is None
            else (replace(known[0], solves=(*known[0].solves, *fix.solves)), edits)
        )
    yield from same.values()
