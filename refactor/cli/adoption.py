"""`--show-settings`, `--add-ignore` and `--write-baseline`: what holds, and accepting what stands today."""

import argparse
from collections.abc import Callable, Sequence

from refactor.adopting import add_ignores, write_baseline
from refactor.baseline import read_baseline
from refactor.cli.arguments import UsageError
from refactor.cli.sources import source
from refactor.cli.terminal import Output, progress
from refactor.config import shown
from refactor.configuration import Governing, settings_text
from refactor.inputs import InputError
from refactor.report.tally import counted
from refactor.report.text import error_line, note_line, painted_diff
from refactor.source import WriteRefused

Adopting = Callable[[argparse.Namespace, Governing, Output, Output], int]


def adopting(arguments: argparse.Namespace) -> Adopting:
    """What was asked for instead of a check. Raises UsageError for what doesn't fit."""
    if arguments.show_settings:
        return _show_settings
    name = "--add-ignore" if arguments.add_ignore else "--write-baseline"
    if arguments.output_format != "text" or arguments.check or arguments.write:
        raise UsageError(f"{name} can't be combined with --check, --write or --output-format")
    if name == "--add-ignore":
        if "-" in arguments.paths:
            raise UsageError("--add-ignore writes comments into files: give files or folders instead of -")
        return _add_ignore
    if arguments.baseline or arguments.diff:
        raise UsageError("--write-baseline takes all that stands: leave out --baseline and --diff")
    return _write_baseline


def _show_settings(arguments: argparse.Namespace, governing: Governing, out: Output, err: Output) -> int:
    out.write(settings_text(governing))
    return 0


def _add_ignore(arguments: argparse.Namespace, governing: Governing, out: Output, err: Output) -> int:
    baseline = read_baseline(arguments.baseline) if arguments.baseline else None
    try:
        with progress(err, "Checking"):
            done = add_ignores(source(arguments, err), governing, baseline, write=not arguments.diff)
    except WriteRefused as refused:
        for problem in refused.problems:
            err.write(error_line(InputError(problem.path, 0, 0, problem.message), err.style))
        err.line("Nothing was written.")
        return 2
    if arguments.diff:
        out.write_exactly(painted_diff(done.diff, out.style))
    for place, rule, reason in done.refused:
        err.line(f"not suppressed: {place} {rule}: {reason}")
    _tell(arguments, err, done.errors, done.notes)
    files = f" in {counted(len(done.files), 'file')}" if done.files else ""
    would = "Would suppress" if arguments.diff else "Suppressed"
    err.line(f"{would} {counted(done.count, 'problem')}{files}.")
    return 2 if done.errors else int(bool(done.refused) and not arguments.exit_zero)


def _write_baseline(arguments: argparse.Namespace, governing: Governing, out: Output, err: Output) -> int:
    with progress(err, "Checking"):
        done = write_baseline(source(arguments, err), governing, arguments.write_baseline)
    _tell(arguments, err, done.errors, done.notes)
    name = shown(arguments.write_baseline)
    err.line(f"Wrote {counted(done.count, 'problem')} to {name}; --baseline {name} reports only new ones.")
    return 2 if done.errors else 0


def _tell(
    arguments: argparse.Namespace, err: Output, errors: Sequence[InputError], notes: Sequence[str]
) -> None:
    for error in errors:
        err.write(error_line(error, err.style))
    for note in () if arguments.quiet else notes:
        err.write(note_line(note, err.style))
