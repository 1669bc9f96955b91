"""Findings as GitHub workflow commands, which show them beside the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterator

from refactor.report.style import visible
from refactor.report.tally import applied
from refactor.report.text import fix_label, with_values
from refactor.results import Finding, Result

_LEVEL = {"broken": "error", "suspect": "warning", "deprecated": "warning"}


def commands(result: Result) -> Iterator[str]:
    """One command a line: for each finding, and each error as one too."""
    for error in result.errors:
        place = {"file": error.path, "line": str(error.line), "col": str(error.column)}
        if not error.line:
            place = {"file": error.path}
        yield _command("error", place | {"title": "unreadable input"}, error.message)
    ready = applied(result)
    for finding in result.findings:
        if not finding.fixed:
            yield _finding(finding, finding in ready)


def _finding(finding: Finding, ready: bool) -> str:
    properties = {
        "file": finding.path,
        "line": str(finding.line),
        "endLine": str(finding.line),
        "col": str(finding.column),
        "endColumn": str(finding.column + finding.width),
        "title": f"{finding.category}[{finding.rule}]",
    }
    message = "\n".join([finding.message, *_notes(finding, ready)])
    return _command(_LEVEL.get(finding.category, "notice"), properties, message)


def _notes(finding: Finding, ready: bool) -> Iterator[str]:
    if finding.template:
        yield f"rendered from {finding.template}"
    if finding.values:
        yield with_values(finding)
    if finding.fix:
        yield f"{fix_label(finding, ready)}: {finding.fix}"


def _command(level: str, properties: dict[str, str], message: str) -> str:
    shown = ",".join(f"{key}={_property(visible(value))}" for key, value in properties.items())
    return f"::{level} {shown}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
