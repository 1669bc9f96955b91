"""The door from inside: what a start loads, the help, interruptions, faults of ours, colour."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import refactor
from refactor.cli import main
from refactor.cli.arguments import HELPS, parse, seconds
from refactor.cli.terminal import Output, progress


def loaded_by(root: Path, *arguments: str) -> set[str]:
    probe = (
        "import sys; from refactor.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    )
    call = [sys.executable, "-c", probe, *arguments]
    done = subprocess.run(call, cwd=root, capture_output=True, check=True, encoding="utf-8")
    return {name.partition(".")[0] for name in done.stderr.split()} | set(done.stderr.split())


@pytest.mark.parametrize("option", ["--version", "--help", "-V", "-h"])
def test_a_start_loads_no_library_and_no_pipe(root: Path, option: str) -> None:
    loaded = loaded_by(root, option)
    assert "argparse" in loaded
    assert not loaded & {"pydantic", "ruamel", "_ruamel_yaml", "refactor.api", "refactor.rules"}


@pytest.mark.parametrize("text", HELPS.values())
def test_every_help_fits_a_screen(text: str) -> None:
    lines = text.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


def test_the_help_names_every_option() -> None:
    known = (
        "--check --write --select --ignore --unsafe-fixes --stage --context --external --fail-on --exit-zero"
    )
    known += (
        " --output-format --quiet --color --help --version --values --set --set-string --release --namespace"
    )
    known += " --kube-version --api-versions --helm --timeout"
    for option in known.split():
        assert option in HELPS[""]
        value = [] if option in _SWITCHES else ["1"] if option != "--color" else ["never"]
        value = ["json"] if option == "--output-format" else value
        assert parse([option, *value, "x"]).paths == ["x"]


_SWITCHES = "--check --write --unsafe-fixes --exit-zero --quiet --help --version".split()


def test_helps_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"manifest-refactor {refactor.__version__}\n"
    for words, text in (([], HELPS[""]), (["trace"], HELPS["trace"]), (["explain"], HELPS["explain"])):
        assert main([*words, "--help"]) == 0
        assert capsys.readouterr().out == text + "\n"


def test_options_and_paths_may_be_mixed() -> None:
    parsed = parse(["a", "--select", "x,y", "-", "--fix", "--ignore=z", "b", "--", "--odd", "trace"])
    assert parsed.paths == ["a", "-", "b", "--odd", "trace"]
    assert (parsed.select, parsed.ignore, parsed.write) == (["x,y"], ["z"], True)


@pytest.mark.parametrize(
    "text, expected", [("90", 90), ("90s", 90), ("1m30s", 90), ("1h", 3600), ("2.5", 2.5)]
)
def test_durations(text: str, expected: float) -> None:
    assert seconds(text) == expected


def test_helm_options_are_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from refactor.cli import checking

    seen: dict[str, object] = {}
    real = refactor.fix_manifests

    def recorder(paths: Any, **options: Any) -> object:
        seen.update(options)
        return real(paths, **options)

    monkeypatch.setattr(checking, "fix_manifests", recorder)
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n")
    monkeypatch.chdir(tmp_path)
    words = "-f a.yaml --values b.yaml --set k=v --release r -n ns --kube-version 1.33"
    words += " -a x/v1 --helm h --timeout 5s"
    assert main([*words.split(), "--external", "a,b", "--context", ".", "--stage", "1", str(tmp_path)]) == 0
    assert seen["values"] == ["a.yaml", "b.yaml"]
    assert (seen["sets"], seen["release"], seen["namespace"]) == (["k=v"], "r", "ns")
    assert (seen["kube_version"], seen["api_versions"], seen["helm"]) == ("1.33", ["x/v1"], "h")
    assert (seen["timeout"], seen["external"], seen["context"], seen["stage"]) == (5.0, ["a,b"], ["."], 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("trac incident --write", "unknown command trac; did you mean trace?"),
        ("tarce incident --route web", "unknown command tarce; did you mean trace?"),
        ("Guard chart", "unknown command Guard; did you mean guard?"),
        ("explan missing-backend-port", "unknown command explan; did you mean explain?"),
        ("--route web incident", "--route belongs to trace"),
        ("guard chart --all", "--all belongs to trace"),
        ("trace incident --write", "--write belongs to python -m refactor PATH..., not to trace"),
        ("rules --select=broken", "--select belongs to python -m refactor PATH..., not to rules"),
        ("--rout web", "unknown option --rout"),
    ],
)
def test_slips_are_told_and_nothing_is_done(
    words: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("refactor.cli.checking.fix_manifests", _raise(AssertionError("it was done")))
    assert main(words.split()) == 2
    out, err = capsys.readouterr()
    assert (out, err.partition("\n")[0].partition(told)[:2]) == ("", ("error: ", told))


def test_a_path_that_looks_like_a_slip_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trac").write_text("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n")
    assert main(["trac"]) == 0


def _raise(fault: BaseException) -> object:
    def check(*_: object, **__: object) -> object:
        raise fault

    return check


def test_an_interruption_is_130_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("refactor.cli.checking.fix_manifests", _raise(KeyboardInterrupt()))
    assert main(["--check"]) == 130
    assert capsys.readouterr() == ("", "\nInterrupted.\n")


def test_a_fault_of_ours_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("REFACTOR_DEBUG", raising=False)
    monkeypatch.setattr("refactor.cli.checking.fix_manifests", _raise(ZeroDivisionError("a\nb")))
    assert main(["--check"]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("internal error: ZeroDivisionError: a b; please report it")
    assert captured.err.count("\n") == 1
    monkeypatch.setenv("REFACTOR_DEBUG", "1")
    assert main(["--check"]) == 2
    assert "Traceback" in capsys.readouterr().err


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "flag, environment, terminal, coloured",
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_follows_flag_environment_and_terminal(
    flag: str, environment: dict[str, str], terminal: bool, coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = Screen() if terminal else io.StringIO()
    assert Output(stream, flag).style.colour is coloured


def test_a_stream_without_our_signs_gets_plain_ones() -> None:
    raw = io.BytesIO()
    output = Output(io.TextIOWrapper(raw, encoding="ascii"))
    output.line("✗ 80 → 8080 … 日é")
    output.write_exactly("+ café →\n")
    assert raw.getvalue() == b"x 80 -> 8080 ... ???\n" + "+ café →\n".encode()


def test_progress_shows_only_on_a_terminal_and_only_on_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("refactor.cli.terminal._PATIENCE", 0.01)
    monkeypatch.setattr("refactor.cli.terminal._BEAT", 0.01)
    screen, file = Screen(), io.StringIO()
    for stream in (screen, file):
        with progress(Output(stream), "Checking"):
            while stream is screen and "Checking …" not in screen.getvalue():
                time.sleep(0.01)
    assert screen.getvalue().endswith(" \r")
    assert file.getvalue() == ""
    monkeypatch.setattr("refactor.cli.terminal._PATIENCE", 60)
    brief = Screen()
    with progress(Output(brief), "Checking"):
        pass
    assert brief.getvalue() == ""


def test_the_module_runs_from_a_closed_standard_output(root: Path) -> None:
    call = f"{sys.executable} -m refactor --check examples/incident >&-"
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(["sh", "-c", call], cwd=root, env=environment, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"internal error" not in done.stderr
