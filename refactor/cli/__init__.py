"""The command line: a thin door in front of the pipe. Starting it loads nothing but argparse."""

from refactor.cli.door import main

__all__ = ["main"]
