"""Repairs the incident in examples/incident before your eyes; `make demo` runs it.

Works on a copy in a temporary folder. Exits with 0 when the repair ended in a clean check, else with 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
PROBLEMS = (
    ("ingress.yaml", "number: 80", "the Ingress asks the Service for port 80 …"),
    ("service.yaml", "targetPort: 8080", "… the Service has 8080 only, and sends it to 8080 …"),
    ("deployment.yaml", "containerPort: 3000", "… while the container listens on 3000."),
)
REPAIRED = """
  Repaired. It was a copy; examples/incident is as broken as before. Try it yourself:
      .venv/bin/python -m refactor examples/incident
"""
NOT_REPAIRED = """
  The repair did not end in a clean check. That is a fault of the tool: please report it.
"""
COLOURED = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def paint(code: str, text: str) -> str:
    return f"\033[{code}m{text}\033[0m" if COLOURED else text


def headline(text: str) -> None:
    print(f"\n{paint('1;36', '▌ ' + text)}\n", flush=True)


def show_problems(folder: Path) -> None:
    for name, fragment, meaning in PROBLEMS:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        number = next(i for i, line in enumerate(lines, 1) if fragment in line)
        place, line = f"{name}:{number}", lines[number - 1].strip(" -")
        print(f"  {place:<20} {paint('31', line)}")
        print(f"  {'':<20} {paint('2', meaning)}")


def run(folder: Path, *arguments: str) -> int:
    """Shows a command of the tool as one would type it, and what it prints; gives its exit code."""
    print(paint("1", "  $ python -m refactor " + " ".join(arguments)), flush=True)
    environment = dict(os.environ, PYTHONPATH=str(EXAMPLES.parent))
    command = [sys.executable, "-m", "refactor", *arguments]
    code = subprocess.run(
        command, cwd=folder, env=environment, check=False, stderr=subprocess.STDOUT
    ).returncode
    print(paint("2", f"  [exit code {code}]"), flush=True)
    return code


def repair(folder: Path) -> bool:
    headline("1  Three files, deployed without an error. No request arrives.")
    show_problems(folder / "incident")
    headline("2  What happens to a request")
    run(folder, "trace", "incident")
    headline("3  The findings, and the diff that would mend them (nothing is written yet)")
    run(folder, "incident")
    headline("4  Write it")
    run(folder, "--write", "incident")
    headline("5  Check again: nothing stands")
    clean = run(folder, "--check", "incident") == 0
    headline("6  What happens to a request now")
    arrives = run(folder, "trace", "incident") == 0
    return clean and arrives


def main() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(EXAMPLES / "incident", folder / "incident")
        (folder / "incident" / "expected.diff").unlink(missing_ok=True)
        mended = repair(folder)
    print(paint("1;32", REPAIRED) if mended else paint("1;31", NOT_REPAIRED))
    return 0 if mended else 1


if __name__ == "__main__":
    sys.exit(main())
