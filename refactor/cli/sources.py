"""What the paths of a command line mean: files and folders, the current folder, or standard input."""

import argparse
from collections.abc import Mapping, Sequence

from refactor.cli.arguments import UsageError
from refactor.cli.terminal import Output, read_standard_input

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
