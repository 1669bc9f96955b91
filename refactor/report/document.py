"""The JSON of `--output-format json`: its models, from which the published schemas are generated."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from refactor.inputs import InputError
from refactor.report.journey import Journey
from refactor.results import Finding, Result


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class ResourceModel(_Model):
    """Which object; `namespace` is null where the file doesn't say."""

    kind: str
    namespace: str | None
    name: str


class RelatedModel(_Model):
    """What a finding was compared with; `path` is null and `line` 0 where it stands in no file.

    `template`: as of a finding.
    """

    message: str
    path: str | None
    line: int
    column: int
    template: str | None


class FindingModel(_Model):
    """A fault. Lines and columns are 1-based and count code points; `width` is how many it covers.

    `values`: of a chart, the sets of values with which it occurs; empty where all do. `template`: of
    rendered output, Helm's name of the template (`web/templates/service.yaml`), where a `# Source:` comment
    tells it; else null.
    """

    rule: str
    category: Literal["broken", "suspect", "fragile", "deprecated"]
    message: str
    path: str
    line: int
    column: int
    width: int
    resource: ResourceModel
    fixable: bool
    fixed: bool
    safety: Literal["safe", "unsafe", "shown"] | None
    stage: int | None
    reason: str | None
    fix: str | None
    related: tuple[RelatedModel, ...]
    values: tuple[str, ...]
    template: str | None


class ErrorModel(_Model):
    """What couldn't be read or written; line 0 means the whole file."""

    path: str
    line: int
    column: int
    message: str


class SummaryModel(_Model):
    """How much was looked at, and how many findings there are.

    `suppressed` and `baselined`: those that were accepted before, and aren't among the findings.
    `charts` were rendered `renders` times.
    """

    files: int
    documents: int
    routes: int
    findings: int
    fixable: int
    fixed: int
    suppressed: int
    baselined: int
    charts: int
    renders: int


class FindingsDocument(_Model):
    """The outcome of a run. `diff` is empty with --check."""

    version: Literal[1] = 1
    findings: tuple[FindingModel, ...]
    errors: tuple[ErrorModel, ...]
    notes: tuple[str, ...]
    diff: str
    summary: SummaryModel


class RemarkModel(_Model):
    """What belongs to a step; `path` is null and `line` 0 where it stands in no file.

    `template`: of rendered output, Helm's name of the template; else null.
    """

    text: str
    path: str | None
    line: int
    column: int
    template: str | None


class StepModel(RemarkModel):
    """One step of a request, and whether it holds."""

    verdict: Literal["holds", "fails", "unsure", "aside"]
    remarks: tuple[RemarkModel, ...]


class RemedyModel(_Model):
    """A fix on the way of a request; `reason` says why there is none."""

    fix: str | None
    safety: Literal["safe", "unsafe", "shown"] | None
    stage: int | None
    applied: bool
    reason: str | None


class RouteModel(_Model):
    """What happens to the requests of one route; `repaired` is where they come to with the fixes.

    `values`: of a chart, those with which it goes so; empty where it goes so with all.
    """

    route: str
    resource: ResourceModel
    request: str
    verdict: Literal["reaches", "leaves", "fails", "doubtful"]
    steps: tuple[StepModel, ...]
    outcome: str
    remedies: tuple[RemedyModel, ...]
    repaired: str | None
    values: str


class TraceDocument(_Model):
    """The outcome of `trace`."""

    version: Literal[1] = 1
    routes: tuple[RouteModel, ...]
    errors: tuple[ErrorModel, ...]
    notes: tuple[str, ...]


def findings_json(result: Result, with_diff: bool) -> str:
    """The document of a run, ending with a line feed."""
    counts, findings = result.counts, result.findings
    document = FindingsDocument(
        findings=tuple(FindingModel.model_validate(finding) for finding in findings),
        errors=_errors(result.errors),
        notes=result.notes,
        diff=result.diff if with_diff else "",
        summary=SummaryModel(
            files=counts.files,
            documents=counts.documents,
            routes=counts.routes,
            findings=len(findings),
            fixable=_count(findings, "fixable"),
            fixed=_count(findings, "fixed"),
            suppressed=counts.suppressed,
            baselined=counts.baselined,
            charts=counts.charts,
            renders=counts.renders,
        ),
    )
    return _dumped(document)


def trace_json(journeys: Iterable[Journey], errors: Iterable[InputError], notes: Sequence[str]) -> str:
    """The document of `trace`, ending with a line feed."""
    routes = tuple(RouteModel.model_validate(journey) for journey in journeys)
    return _dumped(TraceDocument(routes=routes, errors=_errors(errors), notes=tuple(notes)))


def schema(document: type[FindingsDocument] | type[TraceDocument]) -> dict[str, Any]:
    """The JSON schema of a document, as it is published in this package beside this file."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | document.model_json_schema(mode="serialization")


def _errors(errors: Iterable[InputError]) -> tuple[ErrorModel, ...]:
    return tuple(ErrorModel.model_validate(error) for error in errors)


def _count(findings: Iterable[Finding], flag: str) -> int:
    return sum(1 for finding in findings if getattr(finding, flag))


def _dumped(document: BaseModel) -> str:
    return document.model_dump_json(indent=2) + "\n"
