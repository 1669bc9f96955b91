"""The last lines of a run: honest sums, and success only as far as it is true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from refactor.report.summary import summary
from refactor.results import Counts
from tests.results import finding, result


def test_the_summary_counts_by_category_and_by_what_it_takes() -> None:
    safe = finding(fixable=True, safety="safe", stage=1, fix="x")
    second = replace(safe, line=18)
    guess = replace(safe, category="suspect", safety="unsafe")
    lines = list(summary(result(safe, second, guess, applied=(safe, second)), "check"))
    assert lines[0] == (
        "Found 3 problems (2 broken, 1 suspect) in 4 files, 9 documents, 4 routes: "
        "2 fixable, 1 more with --unsafe-fixes."
    )
    assert lines[1] == "To make this change, add --write."
    lines = list(summary(result(guess, applied=(guess,)), "diff"))
    assert lines[1] == "To make this change (1 guess), add --write."
    done = list(summary(result(replace(guess, fixed=True), applied=(guess,)), "write", "the text"))
    assert done[0] == "Fixed 1 problem (1 guess) in the text."


def test_the_summary_promises_no_fix_where_there_is_none() -> None:
    lines = list(summary(result(finding(reason="no")), "diff"))
    assert lines[0].endswith("4 routes: none fixable by this tool.")
    assert not any("--write" in line for line in lines)


@pytest.mark.parametrize(
    "counts, words",
    [
        (Counts(2, 6, 2, 2), "Both routes lead to a container."),
        (Counts(1, 3, 1, 1), "The only route leads to a container."),
        (
            Counts(4, 12, 4, 4),
            "Found no problems in 12 documents in 4 files. All 4 routes lead to a container.",
        ),
        (Counts(4, 12, 4, 1, 3), "Of 4 routes, 1 leads to a container, 3 leave these files."),
        (
            Counts(4, 12, 4, 2, 1),
            "2 lead to a container, 1 leaves these files, 1 can't be followed to the end",
        ),
        (Counts(4, 12, 0), "there is no Ingress or other route in them."),
        (Counts(), "Nothing was checked: there is no YAML document in what was given."),
    ],
)
def test_success_is_told_only_as_far_as_it_is_true(counts: Counts, words: str) -> None:
    (line,) = summary(result(counts=counts), "diff")
    assert words in line


def test_success_is_that_of_the_selected_rules() -> None:
    counts = Counts(4, 12, 4, 4, selected=("broken", "missing-probe-port"))
    (line,) = summary(result(counts=counts), "check")
    assert line.startswith(
        "Found no problems of the selected rules (broken, missing-probe-port) in 12 documents"
    )
    _, more = summary(result(counts=replace(counts, unselected=(("suspect", 2), ("deprecated", 1)))), "check")
    assert (
        more
        == "3 others weren't selected (2 suspect, 1 deprecated): see them with --select suspect,deprecated."
    )
    _, one = summary(result(counts=replace(counts, unselected=(("suspect", 1),))), "diff")
    assert one == "1 other wasn't selected (1 suspect): see it with --select suspect."
    lines = list(summary(result(finding(), counts=replace(counts, unselected=(("suspect", 1),))), "check"))
    assert not any("selected" in line for line in lines)


def test_the_summary_of_a_write_says_what_remains() -> None:
    done = finding(fixable=True, fixed=True, safety="safe", stage=1, fix="x")
    left = finding(line=20, fixable=True, safety="unsafe", stage=1, fix="y")
    written = result(done, left, applied=(done,), files={"a.yaml": "", "b.yaml": ""})
    assert list(summary(written, "write")) == [
        "Fixed 1 problem in 2 files: a.yaml, b.yaml.",
        "1 problem remains, 1 fixable with --unsafe-fixes.",
    ]
