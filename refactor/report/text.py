"""Findings for people, as a good compiler shows them: place, source, what it is compared with, the fix."""

from collections.abc import Iterator

from refactor.inputs import InputError
from refactor.report.snippet import snippet
from refactor.report.style import CATEGORY_LOOK, Style, visible
from refactor.results import Finding, Related


def finding_text(finding: Finding, style: Style, applied: bool) -> str:
    """One finding with all that belongs to it; ends with an empty line.

    `applied`: its fix is part of the diff.
    """
    looks = CATEGORY_LOOK.get(finding.category, ())
    place = style.paint(f"{visible(finding.path)}:{finding.line}:{finding.column}", "bold")
    name = style.paint(f"{finding.category}[{finding.rule}]", *looks)
    lines = [f"{place}: {name} {visible(finding.message)}"]
    if finding.source.strip():
        lines += snippet(finding.source, finding.line, finding.column, finding.width, style, looks)
    indent = " " * (len(str(finding.line)) + 1)
    lines += (f"{indent}{style.paint('=', 'blue')} {note}" for note in _notes(finding, style, applied))
    return "".join(f"{line}\n" for line in lines) + "\n"


def _notes(finding: Finding, style: Style, applied: bool) -> Iterator[str]:
    if finding.template:
        yield f"rendered from {visible(finding.template)}"
    if finding.values:
        yield visible(with_values(finding))
    for related in finding.related:
        yield _related(related, style)
    if finding.fix is not None:
        label = style.paint(f"{fix_label(finding, applied)}:", "bold", "green")
        yield f"{label} {visible(finding.fix)}"
    elif finding.reason:
        yield f"{style.paint('no fix:', 'bold')} {visible(finding.reason)}"


def with_values(finding: Finding) -> str:
    """The values of a chart with which a finding occurs: `with values.yaml, values-prod.yaml and 2 more`."""
    more = f" and {len(finding.values) - 3} more" if len(finding.values) > 3 else ""
    # A set of values may be called by several settings.
    comma = "; " if any("," in one for one in finding.values) else ", "
    return f"with {comma.join(finding.values[:3])}{more}"


def fix_label(finding: Finding, applied: bool) -> str:
    """What it takes to get this fix: `fix`, `fix (unsafe, --unsafe-fixes)`, `fix (--stage 2)`, `advice`."""
    if finding.fixed:
        return "fixed"
    if finding.safety == "shown":
        return "advice"
    if finding.safety == "unsafe":
        return "fix (unsafe)" if applied else "fix (unsafe, --unsafe-fixes)"
    return "fix" if applied else f"fix (--stage {finding.stage})"


def _related(related: Related, style: Style) -> str:
    if related.path is None:
        return visible(related.message)
    place = style.paint(f"--> {visible(related.path)}:{related.line}:{related.column}", "blue")
    template = f" ({visible(related.template)})" if related.template else ""
    return f"{visible(related.message)}  {place}{template}"


def fixed_line(finding: Finding, style: Style) -> str:
    """One line for a finding that was repaired."""
    place = f"{visible(finding.path)}:{finding.line}:{finding.column}"
    guess = " (unsafe)" if finding.safety == "unsafe" else ""
    fixed = f"{style.paint('fixed', 'green')}{guess}"
    return f"{fixed} {place} {finding.rule}: {visible(finding.fix or finding.message)}\n"


def error_line(error: InputError, style: Style) -> str:
    """One line for what couldn't be read or written."""
    return f"{style.paint('error:', 'bold', 'red')} {visible(str(error))}\n"


def note_line(note: str, style: Style) -> str:
    """One line for what a reader should know."""
    return f"{style.paint('note:', 'bold', 'cyan')} {visible(note)}\n"


_DIFF_LOOK = (("+++", "bold"), ("---", "bold"), ("@@", "cyan"), ("+", "green"), ("-", "red"))


def painted_diff(diff: str, style: Style) -> str:
    """The diff in colour; unchanged where there is none, so that it can be piped to `git apply`."""
    if not style.colour:
        return diff
    # Lines end at line feeds only: splitlines would also cut at form feeds and the like.
    return "\n".join(_painted_line(line, style) for line in diff.split("\n"))


def _painted_line(line: str, style: Style) -> str:
    look = next((look for start, look in _DIFF_LOOK if line.startswith(start)), None)
    return style.paint(line, look) if look else line
