"""The last lines of a run: what was found, what was repaired, and what to do next."""

from collections.abc import Iterator

from refactor.report.folders import folder_lines
from refactor.report.rollout import kept_summary, rollout_lines
from refactor.report.tally import Tally, applied, counted, tally
from refactor.results import Counts, Result


def summary(result: Result, mode: str, fixed_name: str = "", paths: str = "PATH") -> Iterator[str]:
    """The lines for a result. `mode`: "diff", "check" or "write".

    `fixed_name`: for "write", where the repaired text went when it isn't in the files. `paths`: options
    and paths as they were given, as they are typed in a shell.
    """
    found = tally(result)
    yield from folder_lines(result.findings)
    if mode == "write" and found.fixed:
        yield _written(result, fixed_name)
        yield _remaining(result)
    elif found.total:
        yield f"Found {_problems(found)} in {_extent(result.counts)}{_remedies(found)}."
    elif result.counts.documents or not result.errors:
        yield _clean(result)
    if found.total == found.fixed:
        yield from _unselected(result.counts)
    yield from _accepted(result.counts)
    yield from _rendered(result.counts)
    if result.errors:
        errors = "the error" if len(result.errors) == 1 else f"the {len(result.errors)} errors"
        rest = "; everything else was done" if result.counts.files or result.counts.charts else ""
        yield f"What {errors} above {'is' if len(result.errors) == 1 else 'are'} about was left out{rest}."
    yield from _next(result, found, mode)
    yield from rollout_lines(result, mode, paths)
    yield from kept_summary(result, paths)


def _accepted(counts: Counts) -> Iterator[str]:
    """What was found and isn't reported, because somebody has accepted it."""
    parts = [f"{counts.suppressed} suppressed in the files"] if counts.suppressed else []
    parts += [f"{counts.baselined} in the baseline"] if counts.baselined else []
    if parts:
        yield f"Not counted: {', '.join(parts)}."


def _rendered(counts: Counts) -> Iterator[str]:
    if counts.renders:
        charts = counted(counts.charts, "chart")
        yield f"Rendered {charts} {counted(counts.renders, 'time')} in {counts.seconds * 1000:.0f} ms."


def _problems(found: Tally) -> str:
    kinds = ", ".join(f"{number} {category}" for category, number in found.categories.items())
    return f"{counted(found.total, 'problem')} ({kinds})"


def _extent(counts: Counts) -> str:
    parts = (
        counted(counts.files, "file"),
        counted(counts.documents, "document"),
        counted(counts.routes, "route"),
    )
    return ", ".join(parts)


def _remedies(found: Tally) -> str:
    parts = [f"{found.ready} fixable"] if found.ready else []
    parts += [f"{found.unsafe}{' more' if parts else ' fixable'} with --unsafe-fixes"] if found.unsafe else []
    parts += [f"{found.staged} in the other stage"] if found.staged else []
    parts += [f"{found.advised} with advice"] if found.advised else []
    return f": {', '.join(parts)}" if parts else ": none fixable by this tool"


def _written(result: Result, fixed_name: str) -> str:
    fixed = counted(sum(1 for f in result.findings if f.fixed), "problem")
    paths = list(result.files)
    shown = ", ".join(paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")
    where = fixed_name or f"{counted(len(paths), 'file')}: {shown}"
    return f"Fixed {fixed}{_guesses(result)} in {where}."


def _guesses(result: Result) -> str:
    """How many of the changes are guesses: somebody has to look at those."""
    number = sum(1 for fix in result.plan.fixes if fix.applied and fix.safety == "unsafe")
    return f" ({counted(number, 'guess', 'guesses')})" if number else ""


def _remaining(result: Result) -> str:
    left = [finding for finding in result.findings if not finding.fixed]
    if not left:
        return f"Nothing{_asked(result.counts)} remains."
    unsafe = sum(1 for finding in left if finding.fixable and finding.safety == "unsafe")
    hint = f", {unsafe} fixable with --unsafe-fixes" if unsafe else ""
    return f"{counted(len(left), 'problem remains', 'problems remain')}{hint}."


def _clean(result: Result) -> str:
    counts = result.counts
    documents = f"{counted(counts.documents, 'document')} in {counted(counts.files, 'file')}"
    if counts.charts and not counts.files:
        what = "the chart renders" if counts.charts == 1 else "the charts render"
        return f"Nothing was checked: {what} nothing that isn't excluded."
    if not counts.documents:
        return "Nothing was checked: there is no YAML document in what was given."
    found = f"Found no problems{_asked(counts)} in {documents}"
    if not counts.routes:
        return f"{found}; there is no Ingress or other route in them."
    return f"{found}. {_fates(counts)}"


def _asked(counts: Counts) -> str:
    names = ", ".join(counts.selected[:4]) + (" …" if len(counts.selected) > 4 else "")
    return f" of the selected rules ({names})" if counts.selected else ""


def _unselected(counts: Counts) -> Iterator[str]:
    """What was seen by the way, so that a narrow question doesn't look like a clean bill."""
    if counts.unselected:
        kinds = ", ".join(f"{number} {category}" for category, number in counts.unselected)
        names = ",".join(category for category, _ in counts.unselected)
        number = sum(number for _, number in counts.unselected)
        others, them = ("1 other wasn't", "it") if number == 1 else (f"{number} others weren't", "them")
        yield f"{others} selected ({kinds}): see {them} with --select {names}."


def _fates(counts: Counts) -> str:
    """What became of the routes, each claim only where it is true."""
    total, reaching, leaving = counts.routes, counts.reaching, counts.leaving
    if reaching == total:
        return (
            "The only route leads to a container."
            if total == 1
            else f"{'Both' if total == 2 else f'All {total}'} routes lead to a container."
        )
    parts = [f"{reaching} lead{'s' if reaching == 1 else ''} to a container"] if reaching else []
    parts += [f"{leaving} leave{'s' if leaving == 1 else ''} these files"] if leaving else []
    rest = total - reaching - leaving
    parts += [f"{rest} can't be followed to the end (see trace)"] if rest else []
    return f"Of {counted(total, 'route')}, {', '.join(parts)}."


def _next(result: Result, found: Tally, mode: str) -> Iterator[str]:
    ready = sum(1 for fix in result.plan.fixes if fix.applied)
    if mode == "write":
        return
    if ready:
        changes = "this change" if ready == 1 else f"these {ready} changes"
        yield f"To make {changes}{_guesses(result)}, add --write."
    if found.total and not applied(result) and not found.unsafe:
        yield "What a rule looks for, and why: python -m refactor explain RULE"
