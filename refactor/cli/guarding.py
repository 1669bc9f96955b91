"""`guard`: what keeps the faults of charts from coming back, shown as a diff or written."""

import argparse
import json

from refactor.cli.arguments import UsageError
from refactor.cli.repeating import options
from refactor.cli.sources import governing_of
from refactor.cli.terminal import Output, progress
from refactor.guards import Guards, guard_charts
from refactor.inputs import InputError
from refactor.report.tally import counted
from refactor.report.text import error_line, note_line, painted_diff
from refactor.source import WriteRefused


def guard(arguments: argparse.Namespace, out: Output, err: Output) -> int:
    """Shows the guards of charts, or writes them; 0, or 2 where a chart can't be guarded."""
    if not arguments.paths or "-" in arguments.paths:
        raise UsageError("guard: give the folder of a chart: python -m refactor guard CHART")
    if arguments.chart is not None:
        raise UsageError("guard: the chart is given without --chart: python -m refactor guard CHART")
    governing = governing_of(arguments)
    with progress(err, "Rendering"):
        guards = guard_charts(arguments.paths, governing, tuple(options(arguments)))
    if arguments.write and not _is_written(guards, err):
        return 2
    if arguments.output_format == "json":
        out.write_exactly(_document(guards, arguments.write))
    else:
        _show(guards, arguments, out, err)
    return 2 if guards.errors else 0


def _is_written(guards: Guards, err: Output) -> bool:
    try:
        guards.write()
    except WriteRefused as refused:
        for problem in refused.problems:
            err.write(error_line(InputError(problem.path, 0, 0, problem.message), err.style))
        err.line("Nothing was written.")
        return False
    return True


def _show(guards: Guards, arguments: argparse.Namespace, out: Output, err: Output) -> None:
    if not arguments.write:
        out.write_exactly(painted_diff(guards.diff, out.style))
    for error in guards.errors:
        err.write(error_line(error, err.style))
    if arguments.quiet:
        return
    for note in guards.notes:
        err.write(note_line(note, err.style))
    files = counted(len(guards.files), "file")
    if not guards.files:
        err.line("Nothing was written." if guards.errors else "Nothing is to be written.")
    elif arguments.write:
        err.line(f"Wrote {files}: {', '.join(guards.files)}.")
    else:
        err.line(f"Would write {files}; with --write it is done.")


def _document(guards: Guards, written: bool) -> str:
    """The JSON of `--output-format json`, ending with a line feed."""
    files = [{"path": path, "new": guards.before[path] is None} for path in guards.files]
    errors = [
        {"path": one.path, "line": one.line, "column": one.column, "message": one.message}
        for one in guards.errors
    ]
    document = {
        "files": files,
        "written": written,
        "diff": guards.diff,
        "errors": errors,
        "notes": list(guards.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
