"""What can be said on the command line: the options, the help, and errors that name the nearest one."""

import argparse
import difflib
import os
import re
from collections.abc import Sequence
from typing import Any, NoReturn

HELP = """\
Follows requests from Ingress to Service to container port, finds where traffic
silently doesn't flow, and repairs the YAML: minimal diffs, comments kept.

  python -m refactor PATH...           show problems, and their repair as a diff
  python -m refactor --write PATH...   repair the files in place
  python -m refactor trace PATH...     what happens to a request, hop by hop
  python -m refactor guard CHART...    a schema and a test that keep it repaired
  python -m refactor rules             all rules; explain RULE: one rule's page

PATH: file, folder, or - for standard input (helm template . | ... - --chart .)
  --check                 only list the problems; -v: and what stays a number
  --select, --ignore A,B  rules, or broken, suspect, fragile, deprecated
  --unsafe-fixes          also make repairs that are guesses
  --stage 1|2             1: repair and name ports; 2: move references to names
  --context PATH          only read, for references (--siblings: all beside the
                          given files); --external NAME: it lives elsewhere
  --exclude A,B           paths to leave out of folders (--force-exclude: too)
  --config FILE           settings; --isolated: of no file; also --show-settings
  --add-ignore, --write-baseline FILE, --baseline FILE  accept what stands today
  --fail-on A,B           exit 1 for (default broken,suspect,deprecated)
  --output-format F       text, json or github       --color auto|always|never
Helm: -f/--values FILE  --set K=V  --set-string K=V  --release  -n/--namespace
      --kube-version  -a/--api-versions  --helm PATH  --timeout 90s -V/--version
Exit: 0 fine, 1 problems (--exit-zero: 0), 2 unreadable.  -q/--quiet -h/--help"""

TRACE_HELP = """\
Shows what happens to a request, hop by hop: each step with its place in the
files and whether it holds, what the client sees in the end, and the repair.

  python -m refactor trace PATH...
  python -m refactor trace PATH... --route ingress/NAME

  --route ROUTE           only this one: kind/NAME, kind/NAMESPACE/NAME, or a
                          part of its host; service/NAME starts at the Service
  --all                   also the Services that no route reaches
  --unsafe-fixes          also try repairs that are guesses
  --output-format F       text or json
  --context, --siblings, --external, --exclude, --config, --isolated,
  --baseline, --kube-version, --chart, --color, -q: as for the whole command

Exit: 0 every route leads to a container or leaves the files, 1 one doesn't,
2 usage or unreadable input."""

GUARD_HELP = """\
Writes what keeps a fault of a chart from coming back, in the chart's own style:
entries in values.schema.json for settings that feed ports, and a Helm test that
calls the Services which its routes reach. No entry that is there is changed, no
file overwritten; what is written was rendered with every set of values.

  python -m refactor guard CHART...           shows it as a diff
  python -m refactor guard --write CHART...   writes it

CHART is a folder with a Chart.yaml. One with a broken route is refused: repair
it first.
  -f/--values FILE, --set and --set-string K=V, --release, -n/--namespace,
  --kube-version, -a/--api-versions, --helm, --timeout: as for the whole command
  --config FILE, --isolated, --exclude, --context, --external, --color, -q: too
  --output-format F       text or json

Exit: 0 done, also where nothing is to be written; 2 usage, unreadable input, or
a chart that is refused."""

RULES_HELP = """\
  python -m refactor rules             lists all rules
  python -m refactor explain RULE      prints the page of a rule (or a category)"""

HELPS = {"": HELP, "trace": TRACE_HELP, "guard": GUARD_HELP, "rules": RULES_HELP, "explain": RULES_HELP}

# What people type who come from other tools, and what it is called here.
ELSEWHERE = {
    "check": "--check PATH...",
    "fix": "--write PATH...",
    "write": "--write PATH...",
    "diff": "PATH...",
}


class UsageError(Exception):
    """A command line that can't be: one line that says what is wrong."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message.replace("argument ", ""))


class _Once(argparse.Action):
    """Takes a value that can't be given twice."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, value: Any, option: Any = None
    ) -> None:
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option} stands only once")
        setattr(namespace, self.dest, value)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line as values: `command` ("" for PATH...) and `paths` are always there.

    Raises UsageError for what can't be.
    """
    command = arguments[0] if arguments and arguments[0] in HELPS else ""
    words = list(arguments[1:] if command else arguments)
    stop = words.index("--") if "--" in words else len(words)
    parser = _parser(command)
    parsed, rest = parser.parse_known_args(words[:stop])
    for word in rest:
        if word.startswith("-") and word != "-":
            raise UsageError(_unknown(command, word))
    parsed.command = command
    parsed.paths = [*rest, *words[stop + 1 :]]
    late = next((path for path in rest if path in HELPS and not os.path.exists(path)), None)
    if late and not command:
        raise UsageError(f"{late} is a command, and a command comes first: python -m refactor {late} …")
    return parsed


def _unknown(command: str, word: str) -> str:
    """What is wrong with an option that the command doesn't know."""
    name = word.partition("=")[0]
    knowing = [other for other in HELPS if name in _options(other)]
    if "" in knowing:
        return f"{name} belongs to python -m refactor PATH..., not to {command}"
    if knowing:
        return f"{name} belongs to {knowing[0]}"
    near = difflib.get_close_matches(name, _options(command), n=1, cutoff=0.6)
    return f"unknown option {name}{f'; did you mean {near[0]}?' if near else ''}"


def _options(command: str) -> list[str]:
    return [option for action in _parser(command)._actions for option in action.option_strings]


def _parser(command: str) -> argparse.ArgumentParser:
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("-V", "--version", action="store_true")
    parser.add_argument("-q", "--quiet", action="store_true")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    if command in ("rules", "explain"):
        return parser
    formats = ("text", "json") if command else ("text", "json", "github")
    parser.add_argument("--output-format", choices=formats, default="text")
    parser.add_argument("--unsafe-fixes", action=argparse.BooleanOptionalAction)
    _add_configuration(parser)
    parser.add_argument("--context", action="append", default=[])
    parser.add_argument("--external", action="append", default=[])
    _add_helm(parser)
    if command == "trace":
        parser.add_argument("--route")
        parser.add_argument("--all", action="store_true")
        parser.add_argument("--baseline")
    elif command == "guard":
        parser.add_argument("--write", action="store_true")
    else:
        _add_checking(parser)
    return parser


def _add_configuration(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--config", metavar="FILE")
    source.add_argument("--isolated", action="store_const", const=False, dest="config")
    parser.add_argument("--exclude", action="append")
    parser.add_argument("--force-exclude", action="store_true")
    parser.add_argument("--siblings", action="store_true")


def _add_checking(parser: argparse.ArgumentParser) -> None:
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true")
    mode.add_argument("--write", "--fix", action="store_true")
    mode.add_argument("--diff", action="store_true")
    parser.add_argument("--select", action="append")
    parser.add_argument("--ignore", action="append", default=[])
    parser.add_argument("--stage", type=int, choices=(1, 2))
    parser.add_argument("--fail-on", action="append")
    parser.add_argument("--exit-zero", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--show-settings", action="store_true")
    parser.add_argument("--baseline")
    adopting = parser.add_mutually_exclusive_group()
    adopting.add_argument("--write-baseline")
    adopting.add_argument("--add-ignore", action="store_true")


def _add_helm(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-f", "--values", action="append", default=[])
    parser.add_argument("--set", action="append", default=[], dest="sets")
    parser.add_argument("--set-string", action="append", default=[], dest="set_strings")
    parser.add_argument("--release")
    parser.add_argument("-n", "--namespace")
    parser.add_argument("--kube-version")
    parser.add_argument("-a", "--api-versions", action="append", default=[])
    parser.add_argument("--helm")
    parser.add_argument("--timeout", type=seconds)
    parser.add_argument("--chart", action=_Once)


_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?|(\d+)ms")


def seconds(text: str) -> float:
    """A duration as Helm writes it (`90s`, `1m30s`) or a plain number, in seconds."""
    match = _DURATION.fullmatch(text)
    if not match or not any(match.groups()):
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write it like 90s or 1m30s")
    hours, minutes, rest, thousandths = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + rest + thousandths / 1000
