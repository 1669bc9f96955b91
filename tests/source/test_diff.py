"""Diffs: git applies them to exactly the new text, whatever the text and the path."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refactor.source.diff import cut_short, unified, unified_all

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no git")

ODD_LINES = [
    "a\n",
    "b\n",
    "a\r\n",
    "\n",
    "\r\n",
    " \n",
    "\x0c\n",
    "a\u2028b\n",
    "\x85\n",
    "é😀\n",
    "\ufeffa\n",
    "- a\n",
    "+b\n",
    "--- a\n",
    "+++ b\n",
    "@@ -1 +1 @@\n",
    "\\ No newline at end of file\n",
    "a\rb\n",
    "\t\n",
]
texts = st.lists(st.sampled_from([*ODD_LINES, "a", "b\r", "\u2028", "é", "\x0c"]), max_size=12).map("".join)


def applied(folder: Path, diff: str, texts: dict[str, str], *options: str) -> dict[str, str]:
    """What git makes of files with a diff."""
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", *options, "-"],
        input=diff.encode(),
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, (done.stderr.decode(), diff)
    return {path: (folder / path).read_bytes().decode() for path in texts}


@needs_git
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, texts)
def test_git_gets_exactly_the_new_text(tmp_path: Path, old: str, new: str) -> None:
    if old == new:
        assert unified("x.yaml", old, new) == ""
    elif old and new:  # nothing else here makes or empties files
        assert applied(tmp_path, unified("x.yaml", old, new), {"x.yaml": old}) == {"x.yaml": new}


@needs_git
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, texts, st.one_of(st.just(frozenset()), st.frozensets(st.integers(1, 12))))
def test_of_a_file_with_secrets_only_what_git_needs_is_shown(
    tmp_path: Path, old: str, new: str, secrets: frozenset[int]
) -> None:
    diff = unified("x.yaml", old, new, secrets)
    left_out = list(cut_short(old, new, secrets)) if old != new else []
    if old and new and old != new:
        zero = ["--unidiff-zero"] if left_out else []
        assert applied(tmp_path, diff, {"x.yaml": old}, *zero) == {"x.yaml": new}
    shown = list(context(diff))
    assert not secrets.intersection(line for line, _ in shown)
    assert all(needed for _, needed in shown)
    assert secrets.issuperset(left_out)


def context(diff: str) -> Iterator[tuple[int, bool]]:
    """The numbers of the lines that a diff shows unchanged, each with whether git needs it.

    That is the line right behind a change, or right before one that is only added, with nothing behind it.
    """
    lines = [line for line in diff.split("\n")[2:-1] if not line.startswith("\\")]
    place = 0
    for number, line in enumerate(lines):
        behind = number > 0 and lines[number - 1][0] in "+-"
        rest = lines[number + 1 :]
        lone = bool(rest) and all(one.startswith("+") for one in rest)
        if line.startswith("@@ -"):
            place = int(line[4:].split()[0].split(",")[0])
        elif line.startswith(" "):
            yield place, behind or lone
        place += line[0] in " -"


def test_a_secret_beside_a_change_is_left_out_and_told() -> None:
    old = "port: htpp\ntoken: 5gR2kq\nreplicas: 1\n"
    new = old.replace("htpp", "http")
    assert "token" not in unified("x", old, new, frozenset({2}))
    assert list(cut_short(old, new, frozenset({2}))) == [2]
    assert unified("x", old, new, frozenset()).endswith("+port: http\n token: 5gR2kq\n")
    assert list(cut_short(old, new, frozenset())) == []


PATHS = [
    "x.yaml",
    "a/b/c.yaml",
    "with space.yaml",
    "two  spaces/ x .yaml",
    "tab\there.yaml",
    'quo"te.yaml',
    "back\\slash.yaml",
    "é/😀.yaml",
    "new\nline.yaml",
    "-dash.yaml",
    'a b\té".yaml',
    "#x.yaml",
    "it's.yaml",
    "\x7f.yaml",
    "a/b.yaml",
    "b/a.yaml",
    "~x.yaml",
    "%x;y.yaml",
]


@needs_git
def test_git_understands_every_path(tmp_path: Path) -> None:
    olds = {path: f"a: {number}\nb: 2" for number, path in enumerate(PATHS)}
    news = {path: old.replace("2", "3\n") for path, old in olds.items()}
    diff = unified_all({path: (olds[path], news[path]) for path in PATHS})
    assert applied(tmp_path, diff, olds) == news


@needs_git
def test_git_agrees_how_odd_paths_are_spelled(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("a\n")
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    for path in PATHS:
        (tmp_path / path).write_text("b\n")
    theirs = subprocess.run(
        ["git", "diff", "--no-color"], cwd=tmp_path, capture_output=True, check=True
    ).stdout.decode()
    heads = {line for line in theirs.splitlines() if line.startswith(("--- ", "+++ "))}
    ours = unified_all(dict.fromkeys(PATHS, ("a\n", "b\n")))
    assert {line for line in ours.splitlines() if line.startswith(("--- ", "+++ "))} == heads


def test_absolute_and_dotted_paths_are_relative_in_a_diff() -> None:
    assert unified("/tmp/x.yaml", "a\n", "b\n").startswith(
        "--- a/tmp/x.yaml\n+++ b/tmp/x.yaml\n@@ -1 +1 @@\n"
    )
    assert unified("./d//x.yaml", "a\n", "b\n").startswith("--- a/d/x.yaml\n")


def test_files_come_in_the_order_of_their_paths() -> None:
    diff = unified_all({"b": ("1", "2"), "a": ("1", "2"), "c": ("1", "1")})
    assert [line for line in diff.splitlines() if line.startswith("---")] == ["--- a/a", "--- a/b"]


def test_a_small_change_is_a_small_diff() -> None:
    old = "".join(f"line {number}\n" for number in range(20))
    new = old.replace("line 10\n", "line ten\nand more\n")
    assert unified("x", old, new) == (
        "--- a/x\n+++ b/x\n@@ -8,7 +8,8 @@\n line 7\n line 8\n line 9\n-line 10\n+line ten\n+and more\n"
        " line 11\n line 12\n line 13\n"
    )


def test_changes_near_each_other_make_one_hunk_and_far_ones_two() -> None:
    old = [f"{number}\n" for number in range(30)]
    for gap, hunks in ((6, 1), (7, 2)):
        new = list(old)
        new[5] = "x\n"
        new[6 + gap] = "y\n"
        assert unified("x", "".join(old), "".join(new)).count("@@ -") == hunks


def test_a_missing_final_newline_is_said() -> None:
    assert unified("x", "a\nb", "a\nb\n").endswith("-b\n\\ No newline at end of file\n+b\n")
    assert unified("x", "a\nb\n", "a\nc").endswith("-b\n+c\n\\ No newline at end of file\n")


def by_hand(old: str, diff: str) -> str:
    """Apply a diff by its line numbers alone."""
    before, after, place = old.split("\n"), [], 0
    lines = diff.split("\n")[2:-1]
    for line in lines:
        if line.startswith("@@"):
            numbers = line.split()[1].lstrip("-").split(",")
            start = int(numbers[0]) - (len(numbers) == 1 or numbers[1] != "0")
            after += before[place:start]
            place = start
        elif line[0] in " -":
            assert before[place] == line[1:]
            place += 1
        if line[0] in " +":
            after.append(line[1:])
    return "\n".join([*after, *before[place:]])


@pytest.mark.parametrize("seed", range(20))
def test_scattered_changes_in_repetitive_text_are_found_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    part = ["apiVersion: v1", "kind: Service", "spec:", "  ports:", "  - port: 80", "    name: x", "---"]
    old = part * 400
    new = list(old)
    places = sorted(chance.sample(range(0, len(old), 11), 60), reverse=True)
    for place in places:
        kind = chance.choice(("replace", "insert", "delete"))
        if kind == "insert":
            new.insert(place, "    targetPort: http")
        elif kind == "delete":
            del new[place]
        else:
            new[place] = f"  changed: {place}"
    texts = "\n".join(old) + "\n", "\n".join(new) + "\n"
    diff = unified("x", *texts)
    assert by_hand(texts[0], diff) == texts[1]
    changed = [line for line in diff.split("\n")[2:] if line[:1] in "+-" and line]
    assert len(changed) <= 2 * len(places)


def test_ten_thousand_scattered_changes_are_no_work() -> None:
    old = "".join(f"a: {number}\nport: 80\nb: 1\nc: 2\nd: 3\ne: 4\nf: 5\n" for number in range(10_000))
    new = old.replace("port: 80", "port: http")
    diff = unified("x", old, new)
    assert by_hand(old, diff) == new
    assert diff.count("\n-port: 80\n") == diff.count("\n+port: http\n") == 10_000


def test_a_text_that_is_wholly_other_is_replaced() -> None:
    old = "".join(f"old {number}\n" for number in range(3_000))
    new = "".join(f"new {number}\n" for number in range(3_000))
    assert by_hand(old, unified("x", old, new)) == new
