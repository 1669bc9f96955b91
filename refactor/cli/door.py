"""The door: from a command line to a command, and from every way it can end to an exit code."""

import difflib
import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

import refactor
from refactor.cli.arguments import ELSEWHERE, HELPS, UsageError, parse
from refactor.cli.terminal import Output
from refactor.collecting import without_collector

Command = Callable[[Namespace, Output, Output], int]

BAD = 2
INTERRUPTED = 130

# Who asks for these wants no command to be run.
_ASKING = frozenset(("-h", "--help", "-V", "--version"))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line (`sys.argv` without its first word where `argv` is None).

    Gives the exit code: 0, 1 where problems stand, 2 for usage, settings, unreadable input or a fault
    of ours. Only with REFACTOR_DEBUG set does such a fault show its traceback.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    err = Output(sys.stderr)
    try:
        return _run(words, err, alone=argv is None)
    except UsageError as problem:
        return _refuse(err, str(problem))
    except KeyboardInterrupt:
        err.line("\nInterrupted.")
        return INTERRUPTED
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] in ("refactor", "templates_analysis"):
            return _fault(err, missing)
        return _refuse(err, f"the package {missing.name} isn't installed: run `pip install .` first")
    except Exception as fault:
        return _fault(err, fault)


def _run(words: Sequence[str], err: Output, alone: bool) -> int:
    """`alone`: nothing else lives in this process."""
    if words and not _ASKING.intersection(words):
        _hint(words[0])
    arguments = parse(words)
    out = Output(sys.stdout, arguments.color)
    err = Output(sys.stderr, arguments.color)
    if arguments.help:
        out.line(HELPS[arguments.command])
        return 0
    if arguments.version:
        out.line(f"manifest-refactor {refactor.__version__}")
        return 0
    if not words:
        err.line(HELPS[""])
        return BAD
    with without_collector():
        from refactor.config import ConfigurationError, FileError

        command = _command(arguments.command)
        if alone:
            # What is loaded stays loaded: looking through it again and again took a seventh of a short run.
            gc.freeze()
    try:
        return command(arguments, out, err)
    except ConfigurationError as problem:
        return _refuse(err, str(problem), hint=not isinstance(problem, FileError))


def _command(name: str) -> Command:
    """The function of a command; its modules are loaded only now."""
    if name == "trace":
        from refactor.cli.tracing import trace

        return trace
    if name == "guard":
        from refactor.cli.guarding import guard

        return guard
    if name in ("rules", "explain"):
        from refactor.cli.catalogue import explain, rules

        return explain if name == "explain" else rules
    from refactor.cli.checking import check

    return check


def _hint(word: str) -> None:
    """Words that are commands of other tools or slips, unless something of that name is there."""
    if word in HELPS or not word.isalpha() or os.path.lexists(word):
        return
    if word in ELSEWHERE:
        raise UsageError(f"there is no command {word}; use: python -m refactor {ELSEWHERE[word]}")
    if word == "help":
        raise UsageError("there is no command help; use: python -m refactor --help")
    near = difflib.get_close_matches(word.lower(), list(HELPS), n=1, cutoff=0.7)
    if near:
        raise UsageError(f"unknown command {word}; did you mean {near[0]}?")


def _refuse(err: Output, message: str, hint: bool = True) -> int:
    label = err.style.paint("error:", "bold", "red")
    err.line(f"{label} {message}")
    if hint:
        err.line("All options: python -m refactor --help")
    return BAD


def _fault(err: Output, fault: Exception) -> int:
    if os.environ.get("REFACTOR_DEBUG"):
        import traceback

        err.write(traceback.format_exc())
    text = " ".join(str(fault).split())[:200]
    err.line(
        f"internal error: {type(fault).__name__}: {text}; please report it with the input "
        "(REFACTOR_DEBUG=1 shows where it happened)"
    )
    return BAD
