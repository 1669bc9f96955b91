"""Packed charts that aren't what they seem, and what .helmignore hides."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_analysis.chart import Chart, ChartProblem, chart_of_texts, read_chart_package
from templates_analysis.helmignore import BadPattern, Ignored


def archive(*entries: tuple[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as made:
        for name, data in entries:
            entry = tarfile.TarInfo(name)
            entry.size, entry.type, entry.linkname = len(data), kind, "/etc/passwd"
            made.addfile(entry, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize(
    "data, words",
    [
        (archive(("web/../../x", b"")), "isn't in the chart's own folder"),
        (archive(("../x/y", b"")), "isn't in the chart's own folder"),
        (archive(("/etc/passwd", b"")), "isn't in the chart's own folder"),
        (archive(("web/c:/x", b"")), "isn't in the chart's own folder"),
        (archive(("Chart.yaml", b"")), "isn't in the chart's own folder"),
        (archive(("web/link", b""), kind=tarfile.SYMTYPE), "the archive is empty"),
        (archive(("web/big", bytes(6_000_000))), "larger than Helm takes"),
        (archive(*((f"web/{number}", bytes(5_000_000)) for number in range(14))), "more than 50 MB"),
        (archive(("web/Chart.yaml", b"name: a"))[:-20], "ends too early"),
        (b"", "ends too early"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_packages(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "web.tgz").write_bytes(data)
    problem = read_chart_package(os.fspath(tmp_path / "web.tgz"))
    assert isinstance(problem, ChartProblem)
    assert words in problem.message


@pytest.mark.parametrize(
    "rules, path, hidden",
    [
        ("*.bak", "a/b.bak", True),
        ("a/*.bak", "a/b/c.bak", False),
        ("/a*", "b/a", False),
        ("ci/", "ci", False),
        ("ci/", "ci/values.yaml", True),
        ("# a\n\na", "a", True),
        ("[ab].yaml", "b.yaml", True),
        ("[^ab].yaml", "b.yaml", False),
        ("a\\*b", "a*b", True),
        ("!*.yaml", "a.txt", True),
        ("!*.yaml", "a.yaml", False),
        ("", "templates/.a", True),
        ("", ".a", False),
    ],
)
def test_helmignore(rules: str, path: str, hidden: bool) -> None:
    assert Ignored(rules).hides(path) is hidden


@pytest.mark.parametrize("rules", ["a\n[b", "a\nb\\", "\n[a-", "\na**"])
def test_bad_patterns_are_told_with_their_line(rules: str) -> None:
    with pytest.raises(BadPattern) as refused:
        Ignored(rules)
    assert refused.value.line == 2


PIECES = [
    b"name: a\nversion: 1\n",
    b"a: ",
    b"- ",
    b"{",
    b"[x",
    b"\xff",
    b"\n",
    b"*",
    b"&a ",
    b"? ",
    b"\x1f\x8b\x08",
]
PLACES = [
    *("Chart.yaml", "values.yaml", "requirements.yaml", ".helmignore", "templates/a.yaml", "charts/a.tgz"),
    *("charts/a/Chart.yaml", "charts/a/values.yaml", "charts/", "charts/x", "charts/a/charts/b/Chart.yaml"),
]


@given(st.dictionaries(st.sampled_from(PLACES), st.lists(st.sampled_from(PIECES), max_size=5).map(b"".join)))
def test_whatever_is_given_is_a_chart_or_a_problem(texts: dict[str, bytes]) -> None:
    read = chart_of_texts("web", {"Chart.yaml": b"name: a\nversion: 1\n", **texts})
    if isinstance(read, Chart):
        assert read.templates.keys() | read.archive_files().keys() <= read.files.keys()
    else:
        assert "\n" not in read.message
