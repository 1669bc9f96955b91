"""A command line once more, for the commands that the last lines of a run propose."""

import argparse
import shlex
from collections.abc import Iterator

# What decides on what is read and found. How it is shown, and --stage, a proposed command says itself.
_OPTIONS = {
    "select": "--select",
    "ignore": "--ignore",
    "unsafe_fixes": "--unsafe-fixes",
    "config": "--config",
    "baseline": "--baseline",
    "exclude": "--exclude",
    "force_exclude": "--force-exclude",
    "siblings": "--siblings",
    "context": "--context",
    "external": "--external",
    "values": "--values",
    "sets": "--set",
    "set_strings": "--set-string",
    "release": "--release",
    "namespace": "--namespace",
    "kube_version": "--kube-version",
    "api_versions": "--api-versions",
    "helm": "--helm",
    "timeout": "--timeout",
    "chart": "--chart",
}
_OFF = {"--config": "--isolated", "--unsafe-fixes": "--no-unsafe-fixes"}


def repeated(arguments: argparse.Namespace) -> str:
    """Options and paths as they were given, as they are typed in a shell."""
    paths = arguments.paths or ["."]
    stop = ["--"] if any(path.startswith("-") and path != "-" for path in paths) else []
    return shlex.join([*options(arguments), *stop, *paths])


def options(arguments: argparse.Namespace) -> Iterator[str]:
    """The words of the options alone, without the paths."""
    for name, option in _OPTIONS.items():
        given = getattr(arguments, name, None)
        for value in given if isinstance(given, list) else [given]:
            yield from _words(option, value)


def _words(option: str, value: object) -> Iterator[str]:
    if value is True:
        yield option
    elif value is False:
        yield from [_OFF[option]] if option in _OFF else []
    elif value is not None:
        text = f"{value:g}" if isinstance(value, float) else str(value)
        yield from [f"{option}={text}"] if text.startswith("-") else [option, text]
