"""What callers get: plain frozen values, without the graph behind them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from refactor.inputs import InputError
from refactor.source import Edit


@dataclass(frozen=True, slots=True)
class ResourceName:
    """Which object: kind, namespace (None where the file doesn't say) and name."""

    kind: str
    namespace: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Related:
    """What a finding was compared with; `path` is None where it stands in no file.

    `template`: Helm's name of the template, where the file is rendered output.
    """

    message: str
    path: str | None = None
    line: int = 0
    column: int = 0
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault for the reader. Lines and columns are 1-based; columns count code points.

    `source` is the line's text and `width` how many code points of it the fault covers. `fixable`: a
    proven fix exists, of this `safety` and `stage`, `fix` says what it does; `fixed`: it was written.
    `reason`: why there is none. `values`: in a chart, those with which it occurs; empty where all do.
    `template`: Helm's name of the template, where the file is rendered output and says so.
    """

    rule: str
    category: str
    message: str
    path: str
    line: int
    column: int
    resource: ResourceName
    fixable: bool = False
    fixed: bool = False
    safety: str | None = None
    stage: int | None = None
    reason: str | None = None
    fix: str | None = None
    related: tuple[Related, ...] = ()
    source: str = ""
    width: int = 1
    values: tuple[str, ...] = ()
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """A proven fix: all of its edits, or none. An edit names the text that it fits (`edit.file`).

    `applied`: it is part of the diff; otherwise it is only offered (unsafe, or of another stage).
    """

    title: str
    safety: str
    stage: int
    edits: tuple[Edit, ...]
    solves: tuple[Finding, ...]
    applied: bool = True


@dataclass(frozen=True, slots=True)
class Declined:
    """A finding without a fix, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Every fix that was found, applied or only offered, and what was declined."""

    fixes: tuple[Fix, ...] = ()
    declined: tuple[Declined, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was looked at; of the routes, how many reach a container, and how many leave the files.

    `suppressed` and `baselined`: findings that were accepted before, and aren't reported. `selected`: the
    rules and categories that were asked for, where that isn't all; `unselected`: how many findings of which
    other category there are all the same, as far as their rules ran. `charts` were rendered `renders` times
    (once for each set of values, and again for every proof), in `seconds`.
    """

    files: int = 0
    documents: int = 0
    routes: int = 0
    reaching: int = 0
    leaving: int = 0
    suppressed: int = 0
    baselined: int = 0
    charts: int = 0
    renders: int = 0
    seconds: float = field(default=0.0, compare=False)
    selected: tuple[str, ...] = ()
    unselected: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Rollout:
    """What it takes to roll out the fixes: in one go or in two, and what that costs.

    `moved`: fixes that move references which work today, 0 where one stage was asked for; `waiting`: those
    of them that move to a name which comes with them; `unrolled`: those of the waiting that need it in
    pods (a targetPort), where the others need it in a Service. `restarts`: workloads whose pods are
    replaced, `downtime`: those of them with one replica or the strategy Recreate. `replaced`: objects
    whose AWS target groups are made anew.
    """

    moved: int
    waiting: int
    unrolled: int
    restarts: int
    downtime: int
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a run; see the attributes. `notes` says what was left out or not applied.

    `rollout`: None where nothing that works moves and no pods are replaced.
    """

    findings: tuple[Finding, ...]
    plan: Plan
    diff: str
    files: Mapping[str, str]
    errors: tuple[InputError, ...]
    notes: tuple[str, ...] = ()
    counts: Counts = field(default_factory=Counts)
    writer: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    rollout: Rollout | None = None

    @property
    def changed(self) -> bool:
        """Whether any file would get another text."""
        return bool(self.files)

    def write(self) -> None:
        """Writes the changed files in place, all or none.

        Raises WriteRefused with a reason for each file that can't be written, and ConfigurationError
        where the input was given as texts: take `files` then.
        """
        if self.writer is not None:
            self.writer()
