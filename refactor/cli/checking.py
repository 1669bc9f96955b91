"""`python -m refactor PATH...`: findings, their diff, or the files repaired."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from refactor.api import fix_manifests
from refactor.cli.arguments import UsageError
from refactor.cli.repeating import repeated
from refactor.cli.sources import STDIN, governing_of, source
from refactor.cli.terminal import Output, progress
from refactor.inputs import InputError
from refactor.report.rollout import kept_lines, second_stage
from refactor.report.summary import summary
from refactor.report.tally import applied
from refactor.report.text import error_line, finding_text, fixed_line, note_line, painted_diff
from refactor.results import Finding, Result
from refactor.source import WriteRefused


def check(arguments: argparse.Namespace, out: Output, err: Output) -> int:
    """Looks, shows, and with `--write` repairs; gives the exit code."""
    again = repeated(arguments)
    governing = governing_of(arguments)
    if arguments.show_settings or arguments.add_ignore or arguments.write_baseline:
        from refactor.cli.adoption import adopting

        return adopting(arguments)(arguments, governing, out, err)
    streaming = "-" in arguments.paths and arguments.write and arguments.chart is None
    if streaming and arguments.output_format != "text":
        raise UsageError(
            "with - and --write, standard output is the repaired text: leave out --output-format"
        )
    given = source(arguments, err)
    try:
        with progress(err, "Checking"):
            result = fix_manifests(given, write=arguments.write and not streaming, **_settings(arguments))
    except WriteRefused as refused:
        for problem in refused.problems:
            err.write(error_line(InputError(problem.path, 0, 0, problem.message), err.style))
        err.line("Nothing was written.")
        return 2
    if streaming:
        result = _as_written(result)
        out.write_exactly(result.files.get(STDIN) or _unchanged(given))
    _show(result, arguments, out, err, streaming)
    if not arguments.quiet and arguments.output_format != "json":
        _show_rest(result, arguments, err, streaming, again)
    if result.errors:
        return 2
    return int(not arguments.exit_zero and _stands(result.findings, governing.fail_on))


def _settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """The options as `fix_manifests` takes them."""
    names = ("select", "ignore", "stage", *_SURROUNDINGS)
    return {name: getattr(arguments, name) for name in names} | {"unsafe": arguments.unsafe_fixes}


_SURROUNDINGS = (
    "context", "external", "values", "sets", "set_strings", "release", "namespace", "kube_version",
    "api_versions", "helm", "timeout", "config", "exclude", "force_exclude", "baseline", "siblings", "chart",
)  # fmt: skip


def _stands(findings: Sequence[Finding], fail_on: frozenset[str]) -> bool:
    return any(finding.category in fail_on and not finding.fixed for finding in findings)


def _as_written(result: Result) -> Result:
    """The result of a stream whose repaired text goes to standard output: what the diff solves is fixed."""
    done = applied(result)
    return replace(result, findings=tuple(replace(f, fixed=f in done) for f in result.findings))


def _unchanged(given: object) -> str:
    """The stream as it came, byte for byte (bytes that aren't UTF-8 are smuggled through)."""
    assert isinstance(given, dict)
    data: bytes = given[STDIN]
    return data.decode("utf-8", "surrogateescape")


def _show(result: Result, arguments: argparse.Namespace, out: Output, err: Output, streaming: bool) -> None:
    if arguments.output_format == "json":
        from refactor.report.document import findings_json

        out.write_exactly(findings_json(result, with_diff=not arguments.check))
        return
    if arguments.output_format == "github":
        from refactor.report.github import commands

        for command in commands(result):
            out.line(command)
    else:
        _show_text(result, arguments, out, err, streaming)
        for error in result.errors:
            err.write(error_line(error, err.style))


def _show_rest(
    result: Result, arguments: argparse.Namespace, err: Output, streaming: bool, again: str
) -> None:
    """Notes and the last lines. `again`: the options and paths for the commands that they propose."""
    for note in result.notes:
        err.write(note_line(note, err.style))
    mode = "write" if arguments.write else "check" if arguments.check else "diff"
    for line in summary(result, mode, "the text on standard output" if streaming else "", again):
        err.line(line)
    for line in second_stage(again) if arguments.write and arguments.stage == 1 and result.files else ():
        err.line(line)


def _show_text(
    result: Result, arguments: argparse.Namespace, out: Output, err: Output, streaming: bool
) -> None:
    """Findings go to standard output, unless that is for the diff or for the repaired text."""
    plain = arguments.check or (arguments.write and not streaming)
    reader = out if plain else err
    ready = applied(result)
    for finding in result.findings:
        if finding.fixed:
            reader.write(fixed_line(finding, reader.style))
    for finding in result.findings:
        if not finding.fixed:
            reader.write(finding_text(finding, reader.style, finding in ready))
    if arguments.verbose:
        for line in kept_lines(result, reader.style):
            reader.write(line)
    if not plain and not streaming:
        diff = painted_diff(result.diff, out.style)
        out.write_exactly(diff)
