"""Files: finding each once, reading, and writing a set of them wholly or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from refactor.source.files import Found, InputProblem, WriteRefused, discover, read, write_files
from refactor.source.text import SourceFile

as_root = os.geteuid() == 0


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "deploy/b.yaml",
        "deploy/a.yml",
        "deploy/c.json",
        "deploy/notes.txt",
        "deploy/sub/d.yaml",
        "deploy/sub/.hidden.yaml",
        "deploy/.git/e.yaml",
        "deploy/node_modules/f.yaml",
        "deploy/.venv/g.yaml",
        "deploy/vendor/h.yaml",
        "top",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"name: {name}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    found, problems = discover(paths, exclude)
    assert problems == []
    return [one.path for one in found]


def problems(*paths: str) -> list[InputProblem]:
    return discover(paths)[1]


def test_a_folder_is_walked_in_order_without_what_is_hidden(tree: Path) -> None:
    expected = ["a.yml", "b.yaml", "c.json", "sub/d.yaml", "vendor/h.yaml"]
    assert shown("deploy") == [f"deploy/{name}" for name in expected]
    assert shown("deploy/") == [f"deploy/{name}" for name in expected]
    assert shown("./deploy/sub") == ["./deploy/sub/d.yaml"]
    assert shown(str(tree / "deploy" / "sub")) == [f"{tree}/deploy/sub/d.yaml"]


def test_the_current_folder_is_shown_as_it_was_given(tree: Path) -> None:
    assert shown(".")[:1] == ["./deploy/a.yml"]


def test_a_named_file_is_taken_whatever_its_ending(tree: Path) -> None:
    assert shown("top", "deploy/sub/.hidden.yaml", "deploy/notes.txt") == [
        "top",
        "deploy/sub/.hidden.yaml",
        "deploy/notes.txt",
    ]
    assert shown("deploy/.git") == ["deploy/.git/e.yaml"]


def test_what_is_excluded_is_left_out(tree: Path) -> None:
    assert shown("deploy", exclude=("sub", "vendor/h.yaml", "deploy/c.json")) == [
        "deploy/a.yml",
        "deploy/b.yaml",
    ]


def test_a_file_reached_twice_is_one(tree: Path) -> None:
    assert shown("deploy/b.yaml", "deploy", "deploy", "./deploy/b.yaml").count("deploy/b.yaml") == 1
    assert len(shown("deploy/b.yaml", "deploy")) == 5


def test_links_are_followed_once_and_a_file_is_named_by_its_own_place(tree: Path) -> None:
    (tree / "deploy/a-link.yaml").symlink_to("sub/d.yaml")
    (tree / "deploy/outside.yaml").symlink_to("../top")
    (tree / "deploy/aa").symlink_to("sub")
    found = shown("deploy")
    assert "deploy/sub/d.yaml" in found
    assert "deploy/outside.yaml" in found
    assert len(found) == 6


def test_links_in_a_circle_are_no_harm(tree: Path) -> None:
    (tree / "deploy/loop").symlink_to(".")
    (tree / "deploy/up").symlink_to("..")
    (tree / "deploy/x.yaml").symlink_to("y.yaml")
    (tree / "deploy/y.yaml").symlink_to("x.yaml")
    found, faults = discover(["deploy"])
    assert len([one for one in found if one.path.startswith("deploy/") and "up" not in one.path]) == 5
    assert [(one.path, "circle" in one.message) for one in faults] == [
        ("deploy/x.yaml", True),
        ("deploy/y.yaml", True),
    ]
    assert "circle" in problems("deploy/x.yaml")[0].message


def test_a_dangling_link_is_a_problem(tree: Path) -> None:
    (tree / "deploy/gone.yaml").symlink_to("nowhere.yaml")
    assert [one.path for one in problems("deploy")] == ["deploy/gone.yaml"]


def test_what_is_missing_or_no_file_is_a_problem_in_one_line(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    for path in ("nowhere", "pipe", "top/below", "nul\0byte"):
        (fault,) = problems(path)
        assert fault.path == path
        assert "\n" not in fault.message
        assert len(fault.message) > 20
    assert shown("deploy/sub") == ["deploy/sub/d.yaml"]


@pytest.mark.skipif(as_root, reason="nothing is unreadable to root")
def test_an_unreadable_folder_or_file_leaves_the_others(tree: Path) -> None:
    (tree / "deploy/sub").chmod(0)
    (tree / "deploy/b.yaml").chmod(0)
    found, faults = discover(["deploy"])
    (tree / "deploy/sub").chmod(0o755)
    assert [one.path for one in faults] == ["deploy/sub"]
    results = [read(one) for one in found]
    assert [one.path for one in results if isinstance(one, InputProblem)] == ["deploy/b.yaml"]
    assert len(results) == 4


def test_reading_gives_the_bytes(tree: Path) -> None:
    data = b"\xef\xbb\xbf\xff\r\n" * 300_000
    (tree / "big.yaml").write_bytes(data)
    file = read(Found("big.yaml", "big.yaml"))
    assert isinstance(file, SourceFile)
    assert (file.path, file.data) == ("big.yaml", data)


def test_a_vanished_file_is_a_problem(tree: Path) -> None:
    (found,) = discover(["top"])[0]
    (tree / "top").unlink()
    fault = read(found)
    assert isinstance(fault, InputProblem)
    assert "no such file" in fault.message


def change(*names: str) -> dict[Found | str, tuple[bytes, bytes]]:
    return {name: (f"name: {name}\n".encode(), b"new\r\n") for name in names}


def content(tree: Path) -> dict[str, bytes]:
    return {str(path.relative_to(tree)): path.read_bytes() for path in tree.rglob("*") if path.is_file()}


def test_a_set_of_files_is_written_with_its_modes_and_links(tree: Path) -> None:
    (tree / "top").chmod(0o640)
    (tree / "link").symlink_to("deploy/b.yaml")
    before = content(tree)
    changes = change("top", "deploy/a.yml")
    changes[Found("link", str(tree / "link"))] = (b"name: deploy/b.yaml\n", b"linked\n")
    write_files(changes)
    assert stat.S_IMODE((tree / "top").stat().st_mode) == 0o640
    assert (tree / "link").is_symlink()
    assert content(tree) == before | {
        "top": b"new\r\n",
        "deploy/a.yml": b"new\r\n",
        "deploy/b.yaml": b"linked\n",
        "link": b"linked\n",
    }


def refused(changes: dict[Found | str, tuple[bytes, bytes]]) -> tuple[InputProblem, ...]:
    with pytest.raises(WriteRefused) as caught:
        write_files(changes)
    return caught.value.problems


def test_one_file_in_the_way_keeps_all_as_they_are(tree: Path) -> None:
    changes = change("top", "deploy/a.yml", "deploy/b.yaml", "deploy/sub/d.yaml")
    changes["nowhere"] = (b"", b"x")
    (tree / "deploy/a.yml").write_text("edited meanwhile\n")
    (tree / "deploy/b.yaml").chmod(0o444)
    (tree / "deploy/sub").chmod(0o555)
    before = content(tree)
    faults = refused(changes)
    assert content(tree) == before
    assert {one.path: one.message.split(";")[0] for one in faults} == {
        "deploy/a.yml": "changed since it was read",
        "deploy/b.yaml": "is read-only",
        "deploy/sub/d.yaml": "its folder is read-only",
        "nowhere": "can't read: there is no such file or folder",
    }


@pytest.mark.parametrize("broken", ["fsync", "write", "replace", "chmod"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_failure_at_any_step_leaves_everything_as_it_was(
    tree: Path, monkeypatch: pytest.MonkeyPatch, broken: str, at: int
) -> None:
    """As when the disk is full or a file is taken away in the middle of it."""
    before = content(tree)
    real = getattr(os, broken)
    calls = 0

    def failing(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(28, "No space left on device")
        return real(*args, **kwargs)

    monkeypatch.setattr(os, broken, failing)
    (fault,) = refused(change("top", "deploy/a.yml", "deploy/b.yaml"))
    monkeypatch.undo()
    assert "No space left" in fault.message
    assert content(tree) == before


def test_a_file_that_is_named_twice_is_refused(tree: Path) -> None:
    (tree / "link").symlink_to("top")
    before = content(tree)
    changes = change("top")
    changes["link"] = (b"name: top\n", b"other\n")
    assert [one.path for one in refused(changes)] == ["top", "link"]
    assert content(tree) == before


def test_a_file_that_changes_during_staging_is_not_overwritten(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def meanwhile(descriptor: int) -> None:
        (tree / "top").write_text("somebody else\n")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", meanwhile)
    (fault,) = refused(change("top", "deploy/a.yml"))
    assert "changed since" in fault.message
    assert (tree / "top").read_text() == "somebody else\n"
    assert (tree / "deploy/a.yml").read_text() == "name: deploy/a.yml\n"


def test_what_cannot_be_restored_is_said(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.replace
    calls = 0

    def failing(source: str, target: str) -> None:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise OSError(5, "Input/output error")
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    faults = refused(change("top", "deploy/a.yml"))
    assert [one.path for one in faults] == ["deploy/a.yml", "top"]
    assert "couldn't be restored" in faults[1].message


def test_an_interruption_leaves_no_temporary_files(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(tree)

    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_files(change("top"))
    monkeypatch.undo()
    assert content(tree) == before
