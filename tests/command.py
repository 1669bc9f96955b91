"""The command line in a process of its own, for tests that look from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

Done = subprocess.CompletedProcess[bytes]


def run(root: Path, *arguments: str, cwd: Path, stdin: bytes = b"", **environment: str) -> Done:
    """`python -m refactor` of the project at `root`, without colours unless they are asked for."""
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    call = [sys.executable, "-m", "refactor", *arguments]
    settings = clean | {"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"} | environment
    return subprocess.run(call, cwd=cwd, env=settings, input=stdin, capture_output=True, check=False)
