"""What `trace` tells of a route: its steps, each with its place and verdict, and how it ends. Types only."""

from dataclasses import dataclass
from enum import StrEnum

from refactor.results import ResourceName
from refactor.world import Ref


class Verdict(StrEnum):
    """Whether a step holds; `unsure`: a fact outside the files decides, `aside`: it changes nothing."""

    HOLDS = "holds"
    FAILS = "fails"
    UNSURE = "unsure"
    ASIDE = "aside"


class End(StrEnum):
    """How a journey ends: at a container, outside these files, nowhere, or perhaps nowhere."""

    REACHES = "reaches"
    LEAVES = "leaves"
    FAILS = "fails"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Remark:
    """What belongs to a step. `path` is None where it stands in no file; lines and columns are 1-based.

    `template`: Helm's name of the template, where the file is rendered output.
    """

    text: str
    path: str | None = None
    line: int = 0
    column: int = 0
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a request, and what belongs to it; `template` as of a remark."""

    verdict: Verdict
    text: str
    path: str | None
    line: int
    column: int
    remarks: tuple[Remark, ...] = ()
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """A repair on the way; `applied`: it is part of the diff. `fix` is None where `reason` says why.

    `withheld`: why a run doesn't make it: its findings were accepted or not asked for; `reason` says it too.
    """

    fix: str | None
    safety: str | None = None
    stage: int | None = None
    applied: bool = False
    reason: str | None = None
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """What happens to the requests of one route.

    `route` is how `--route` calls it (`ingress/web`), `outcome` what the client sees, `repaired` what
    becomes of it with the fixes of the diff (None where there is none). `values`: of a chart, those with
    which it goes so; "" where it goes so with all.
    """

    route: str
    resource: ResourceName
    request: str
    verdict: End
    steps: tuple[Step, ...]
    outcome: str
    remedies: tuple[Remedy, ...] = ()
    repaired: str | None = None
    values: str = ""


def remark_at(text: str, at: Ref) -> Remark:
    """A remark with the place of what it speaks of."""
    place, template = at.location, at.resource.home.template
    return Remark(text, place.file.path, place.position.line, place.position.column, template)


def step_at(verdict: Verdict, text: str, at: Ref, remarks: tuple[Remark, ...] = ()) -> Step:
    """A step with the place of what decides it."""
    place, template = at.location, at.resource.home.template
    position = place.position
    return Step(verdict, text, place.file.path, position.line, position.column, remarks, template)
