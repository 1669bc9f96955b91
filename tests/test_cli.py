"""The command line from outside: exit codes, which stream holds what, and every way a run can end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import run
from tests.manifests import APP

BROKEN = APP.replace("{number: 80}}", "{name: htpp}}  # a slip")
MENDED = BROKEN.replace("htpp", "http")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    (tmp_path / "web.yaml").write_text(BROKEN, encoding="utf-8")
    return tmp_path


@pytest.fixture
def mended(tmp_path: Path) -> Path:
    (tmp_path / "web.yaml").write_text(MENDED, encoding="utf-8")
    return tmp_path


def test_the_diff_goes_to_stdout_and_all_words_to_stderr(root: Path, broken: Path) -> None:
    done = run(root, "web.yaml", cwd=broken)
    assert done.returncode == 1
    assert done.stdout.startswith(b"--- a/web.yaml\n+++ b/web.yaml\n@@")
    assert b"missing-backend-port" not in done.stdout
    assert b"web.yaml:6:39: broken[missing-backend-port]" in done.stderr
    assert b"Found 1 problem (1 broken) in 1 file, 3 documents, 1 route: 1 fixable." in done.stderr
    assert (broken / "web.yaml").read_text(encoding="utf-8") == BROKEN


def test_the_diff_can_be_applied(root: Path, broken: Path) -> None:
    diff = run(root, "web.yaml", cwd=broken).stdout
    subprocess.run(["git", "apply", "-"], cwd=broken, input=diff, check=True)
    assert (broken / "web.yaml").read_text(encoding="utf-8") == MENDED


def test_check_lists_findings_on_stdout_without_a_diff(root: Path, broken: Path) -> None:
    done = run(root, "--check", "web.yaml", cwd=broken)
    assert done.returncode == 1
    assert b"broken[missing-backend-port]" in done.stdout
    assert b"+++" not in done.stdout
    assert b"broken[" not in done.stderr


def test_sound_files_end_with_0_and_an_empty_stdout(root: Path, mended: Path) -> None:
    done = run(root, "web.yaml", cwd=mended)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"Found no problems in 3 documents in 1 file. The only route leads to a container." in done.stderr


def test_write_repairs_lists_and_is_done(root: Path, broken: Path) -> None:
    done = run(root, "--write", "web.yaml", cwd=broken)
    assert done.returncode == 0
    assert b"fixed web.yaml:6:39 missing-backend-port: " in done.stdout
    assert b"Fixed 1 problem in 1 file: web.yaml.\nNothing remains." in done.stderr
    assert (broken / "web.yaml").read_text(encoding="utf-8") == MENDED
    again = run(root, "--write", "web.yaml", cwd=broken)
    assert (again.returncode, again.stdout) == (0, b"")


def test_write_shows_what_remains_and_ends_with_1(root: Path, broken: Path) -> None:
    lonely = "---\napiVersion: v1\nkind: Service\nmetadata: {name: zebra}\nspec:\n"
    lonely += "  selector: {app: zebra}\n  ports: [{port: 1}]\n"
    (broken / "zebra.yaml").write_text(lonely, encoding="utf-8")
    done = run(root, "--write", ".", cwd=broken)
    assert done.returncode == 1
    assert b"fixed ./web.yaml" in done.stdout
    assert b"suspect[unmatched-selector]" in done.stdout
    assert b"1 problem remains" in done.stderr
    assert run(root, "--check", "--fail-on", "broken", ".", cwd=broken).returncode == 0


def test_fail_on_and_exit_zero(root: Path, broken: Path) -> None:
    assert run(root, "--fail-on", "suspect,fragile", "web.yaml", cwd=broken).returncode == 0
    assert run(root, "--fail-on", "fragile", "--fail-on", "broken", "web.yaml", cwd=broken).returncode == 1
    assert run(root, "--exit-zero", "web.yaml", cwd=broken).returncode == 0
    assert run(root, "--ignore", "missing-backend-port", "web.yaml", cwd=broken).returncode == 0
    assert run(root, "--select", "deprecated,suspect", "web.yaml", cwd=broken).returncode == 0
    assert run(root, "--exit-zero", "nowhere.yaml", cwd=broken).returncode == 2


def test_standard_input_is_called_stdin(root: Path, broken: Path) -> None:
    done = run(root, "-", cwd=broken, stdin=BROKEN.encode())
    assert done.returncode == 1
    assert done.stdout.startswith(b"--- a/<stdin>\n")
    assert b"<stdin>:6:39: broken" in done.stderr


def test_standard_input_written_comes_out_whole(root: Path, broken: Path) -> None:
    done = run(root, "-", "--write", cwd=broken, stdin=BROKEN.encode())
    assert (done.returncode, done.stdout.decode()) == (0, MENDED)
    assert b"Fixed 1 problem in the text on standard output." in done.stderr
    sound = run(root, "-", "--write", cwd=broken, stdin=MENDED.encode())
    assert (sound.returncode, sound.stdout.decode()) == (0, MENDED)


@pytest.mark.parametrize("data", [b"a: [1\n", b"a: \xff\xfe\n", b"\xef\xbb\xbfa: {\r\n"])
def test_an_unreadable_stream_comes_out_as_it_went_in(root: Path, tmp_path: Path, data: bytes) -> None:
    done = run(root, "--write", "-", cwd=tmp_path, stdin=data)
    assert (done.returncode, done.stdout) == (2, data)
    assert b"error: <stdin>:" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_rest_is_done_beside_unreadable_files(root: Path, broken: Path) -> None:
    (broken / "bad.yaml").write_bytes(b"a: [1\n")
    (broken / "gone.yaml").symlink_to("nowhere.yaml")
    done = run(root, ".", cwd=broken)
    assert done.returncode == 2
    assert done.stdout.startswith(b"--- a/web.yaml\n")
    assert b"error: ./bad.yaml:" in done.stderr
    assert b"error: ./gone.yaml: " in done.stderr
    assert b"What the 2 errors above are about was left out; everything else was done." in done.stderr


def test_a_read_only_file_is_said_and_left(root: Path, broken: Path) -> None:
    (broken / "web.yaml").chmod(0o444)
    done = run(root, "--write", "web.yaml", cwd=broken)
    assert done.returncode == 2
    assert b"error: web.yaml: is read-only" in done.stderr
    assert (broken / "web.yaml").read_text(encoding="utf-8") == BROKEN


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every folder")
def test_a_folder_that_cannot_be_listed_is_said(root: Path, broken: Path) -> None:
    closed = broken / "closed"
    closed.mkdir(mode=0)
    done = run(root, ".", cwd=broken)
    closed.chmod(0o755)
    assert done.returncode == 2
    assert b"error: ./closed: can't list the folder: permission denied" in done.stderr
    assert done.stdout.startswith(b"--- a/web.yaml\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--chek", "."], "unknown option --chek; did you mean --check?"),
        (["--check", "--write", "."], "not allowed with --check"),
        (["--select", "brokn", "."], "unknown rule or category 'brokn'; did you mean 'broken'?"),
        (
            ["--fail-on", "suspicious", "."],
            "--fail-on: unknown category 'suspicious'; did you mean 'suspect'?",
        ),
        (["--stage", "3", "."], "--stage"),
        (["--kube-version", "new", "."], "Kubernetes version 'new'"),
        (["--timeout", "soon", "."], "'soon' is no duration"),
        (["-", "web.yaml"], "- stands alone"),
        (["-", "--write", "--output-format", "json"], "standard output is the repaired text"),
        (["check", "."], "there is no command check; use: python -m refactor --check PATH..."),
        (["explain"], "explain which rule?"),
        (["explain", "missing-backend-prt"], "did you mean 'missing-backend-port'?"),
        (["rules", "x"], "rules takes no argument"),
        (["trace", ".", "--route", "ingress/wbe"], "did you mean 'ingress/web'?"),
        (["trace", ".", "--write"], "--write belongs to python -m refactor PATH..., not to trace"),
    ],
)
def test_usage_errors_are_one_line_and_exit_2(
    root: Path, broken: Path, arguments: list[str], words: str
) -> None:
    done = run(root, *arguments, cwd=broken)
    first, _, rest = done.stderr.decode().partition("\n")
    assert (done.returncode, done.stdout) == (2, b"")
    assert first.startswith("error: ")
    assert words in first
    assert rest == "All options: python -m refactor --help\n"
    assert (broken / "web.yaml").read_text(encoding="utf-8") == BROKEN


def test_without_any_word_the_help_and_2(root: Path, broken: Path) -> None:
    done = run(root, cwd=broken)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"python -m refactor PATH..." in done.stderr


def test_options_alone_mean_the_current_folder(root: Path, broken: Path) -> None:
    done = run(root, "--check", cwd=broken)
    assert done.returncode == 1
    assert b"./web.yaml:6:39" in done.stdout


def test_the_name_of_a_command_can_still_be_a_path(root: Path, broken: Path) -> None:
    for name in ("rules", "check"):
        (broken / name).mkdir()
        (broken / name / "web.yaml").write_text(BROKEN, encoding="utf-8")
    assert b"rules/web.yaml:6" in run(root, "--check", "./rules", cwd=broken).stdout
    assert b"rules/web.yaml:6" in run(root, "--check", "--", "rules", cwd=broken).stdout
    assert run(root, "check", cwd=broken).stdout.startswith(b"--- a/check/web.yaml")


def test_other_formats_hold_stdout_alone(root: Path, broken: Path) -> None:
    done = run(root, "--output-format", "json", "web.yaml", cwd=broken)
    document = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, b"")
    assert document["summary"]["fixable"] == 1
    assert document["diff"].startswith("--- a/web.yaml")
    quiet = run(root, "--check", "--output-format=json", "web.yaml", cwd=broken)
    assert json.loads(quiet.stdout)["diff"] == ""
    github = run(root, "--output-format", "github", "web.yaml", cwd=broken)
    assert github.stdout.startswith(b"::error file=web.yaml,line=6,")
    assert github.stdout.count(b"\n") == 1


def test_a_reader_that_goes_away_changes_nothing(root: Path, broken: Path) -> None:
    many = "---\n".join(BROKEN.replace("name: web", f"name: web{i}") for i in range(300))
    (broken / "web.yaml").write_text(many, encoding="utf-8")
    call = [sys.executable, "-m", "refactor", "--check", "web.yaml"]
    environment = os.environ | {"PYTHONPATH": str(root)}
    with subprocess.Popen(
        call, cwd=broken, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run_:
        assert run_.stdout is not None
        assert run_.stderr is not None
        run_.stdout.read(10)
        run_.stdout.close()
        words = run_.stderr.read()
    assert run_.returncode == 1
    assert words.startswith(b"Found ")
    assert b"BrokenPipe" not in words
