"""Repairs the incident in examples/incident, then a Helm chart, before your eyes; `make demo` runs it.

Works on copies in a temporary folder. Exits with 0 when the repairs ended in a clean check, else with 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
PROBLEMS = (
    ("ingress.yaml", "number: 80", "the Ingress asks the Service for port 80 …"),
    ("service.yaml", "targetPort: 8080", "… the Service has 8080 only, and sends it to 8080 …"),
    ("deployment.yaml", "containerPort: 3000", "… while the container listens on 3000."),
)
CHART_PROBLEMS = (
    ("templates/ingress.yaml", "number: 80", "the Ingress says 80, whatever the settings say …"),
    ("templates/service.yaml", "- port:", "… the Service says what they say …"),
    ("values-production.yaml", "port: 80", "… and only in production that is 80 …"),
    ("values.yaml", "port: 8080", "… everywhere else it is 8080."),
    ("values.yaml", "port: htpp", "Here no pod ever gets ready: its port is called http."),
)
NO_HELM = """  Skipped: no Helm is installed. Install it with: .venv/bin/pip install '.[helm]'"""
REPAIRED = """
  Repaired. These were copies; the examples are as broken as before. Try it yourself:
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


def show_problems(folder: Path, problems: tuple[tuple[str, str, str], ...]) -> None:
    for name, fragment, meaning in problems:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        number = next(i for i, line in enumerate(lines, 1) if fragment in line)
        place, line = f"{name}:{number}", lines[number - 1].strip(" -")
        print(f"  {place:<26} {paint('31', line)}")
        print(f"  {'':<26} {paint('2', meaning)}")


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
    show_problems(folder / "incident", PROBLEMS)
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


def repair_chart(folder: Path) -> bool:
    headline("7  A Helm chart: found in what it renders, with each of its values files")
    if find_spec("helm_python") is None and shutil.which("helm") is None:
        print(NO_HELM)
        return True
    show_problems(folder / "chart", CHART_PROBLEMS)
    headline("8  … and mended where it is written: an expression in a template, a setting in values.yaml")
    run(folder, "chart", "--select", "broken")
    headline("9  Write it, and check again")
    run(folder, "--write", "--quiet", "chart", "--select", "broken")
    return run(folder, "--check", "chart", "--select", "broken") == 0


def main() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("incident", "chart"):
            shutil.copytree(EXAMPLES / name, folder / name)
            (folder / name / "expected.diff").unlink(missing_ok=True)
        mended = repair(folder) and repair_chart(folder)
    print(paint("1;32", REPAIRED) if mended else paint("1;31", NOT_REPAIRED))
    return 0 if mended else 1


if __name__ == "__main__":
    sys.exit(main())
