"""A slip in any key of an application is told at the key, and leads to no change that nobody asked for."""

from __future__ import annotations

import re

import pytest

from refactor import fix_manifests
from tests.manifests import APP

HEALTHY = APP.replace("{number: 80}", "{name: http}").replace(
    "{name: http, containerPort: 8080}\n",
    "{name: http, containerPort: 8080}\n          readinessProbe: {httpGet: {path: /, port: http}}\n",
)
# Where each key of more than two letters begins and ends; labels have names of their own.
KEYS = [found.span() for found in re.finditer(r"\w{3,}(?=: ?)", HEALTHY) if found[0] not in ("app", "http")]
FAULTS = "broken,suspect,deprecated"


def slipped(start: int, end: int) -> str:
    """The application with two neighbouring letters of a key in the wrong order."""
    key = HEALTHY[start:end]
    place = next(i for i in range(1, len(key) - 1) if key[i] != key[i + 1])
    return f"{HEALTHY[: start + place]}{key[place + 1]}{key[place]}{HEALTHY[start + place + 2 :]}"


def test_the_application_is_healthy() -> None:
    assert fix_manifests({"app.yaml": HEALTHY}, select=FAULTS).findings == ()
    assert len(KEYS) > 40


@pytest.mark.parametrize("start, end", KEYS, ids=[HEALTHY[start:end] for start, end in KEYS])
def test_a_slip_in_a_key_is_told_there_and_nothing_else_is_moved(start: int, end: int) -> None:
    text = slipped(start, end)
    result = fix_manifests({"app.yaml": text}, select=FAULTS)
    assert result.diff == "", "a slip is a guess"
    line = text.count("\n", 0, start) + 1
    assert ("misspelt-field", line) in {(finding.rule, finding.line) for finding in result.findings}
    mended = fix_manifests({"app.yaml": text}, select=FAULTS, unsafe=True)
    assert mended.files == {"app.yaml": HEALTHY}
