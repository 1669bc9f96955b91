"""What the paths of a command line mean, files, folders or standard input, and which settings hold there."""

import argparse
from collections.abc import Mapping, Sequence

from refactor.charts.options import HelmOptions
from refactor.cli.arguments import UsageError
from refactor.cli.terminal import Output, read_standard_input
from refactor.config import CATEGORIES, ConfigurationError, nearest, split
from refactor.configuration import Asked, Governing, govern, nearest_to

STDIN = "<stdin>"


def source(arguments: argparse.Namespace, err: Output) -> Sequence[str] | Mapping[str, bytes]:
    """The paths (the current folder where none is given), or {"<stdin>": bytes} for `-`."""
    if "-" not in arguments.paths:
        return arguments.paths or ["."]
    if set(arguments.paths) != {"-"}:
        raise UsageError(
            "- stands alone: read either standard input or files (--context takes files beside it)"
        )
    return {STDIN: read_standard_input(err)}


def governing_of(arguments: argparse.Namespace) -> Governing:
    """The settings that hold for the paths of a command line; for standard input, the current folder's.

    With --chart they are those that hold for the chart.

    Sets `config` of the arguments to what was found for standard input, which has no folder of its own.
    """
    given = arguments.paths or ["."] if arguments.chart is None else [arguments.chart]
    paths = [path for path in given if path != "-"]
    if not paths and arguments.config is None:
        found = nearest_to(".")
        arguments.config = found.path if found else False
    fail_on = getattr(arguments, "fail_on", None)
    asked = Asked(
        getattr(arguments, "select", None),
        getattr(arguments, "ignore", None),
        arguments.unsafe_fixes,
        getattr(arguments, "stage", None),
        arguments.external,
        arguments.context,
        arguments.kube_version,
        None if fail_on is None else _categories(fail_on),
        arguments.exclude,
        arguments.force_exclude,
        arguments.config,
        arguments.siblings,
        HelmOptions(
            tuple(arguments.values),
            tuple(arguments.sets),
            arguments.release,
            arguments.namespace,
            arguments.kube_version,
            tuple(arguments.api_versions),
            arguments.helm,
            arguments.timeout,
            chart=arguments.chart,
            strings=tuple(arguments.set_strings),
        ),
    )
    return govern(paths, asked)


def _categories(names: Sequence[str]) -> list[str]:
    for name in (wanted := split(names)):
        if name not in CATEGORIES:
            raise ConfigurationError(f"--fail-on: unknown category {name!r}{nearest(name, CATEGORIES)}")
    return wanted
