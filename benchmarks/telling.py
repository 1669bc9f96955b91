"""Texts, diffs and findings as the harnesses count and tell them: the same for manifests and charts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")

Files = Mapping[str, str]


def comments(files: Files) -> Counter[str]:
    """Every comment text, and how often it stands in `files`; a `#` within a string counts too."""
    lines = (line for text in files.values() for line in text.splitlines())
    return Counter(found[0].rstrip() for line in lines if (found := _COMMENT.search(line)))


def lost_comments(before: Files, after: Files) -> int:
    """How many comments of `before` aren't in `after`."""
    return (comments(before) - comments(after)).total()


def changed_lines(diff: str) -> int:
    """The lines that a unified diff takes out or puts in."""
    return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in diff.splitlines() if line)


def category(finding: Any) -> str:
    """The category of a finding, as text."""
    return str(getattr(finding.category, "value", finding.category))


def line_told(path: str, text: str, start: int, old: str, new: str) -> str:
    """The line of `text` in which `old` was written over, and with what."""
    line = text.count("\n", 0, start) + 1
    whole = text[text.rfind("\n", 0, start) + 1 :].partition("\n")[0].strip()
    return f"{path}:{line}: {whole!r}: {old!r} -> {new!r}"


def finding_told(finding: Any) -> str:
    """A finding in one line; in brackets why nothing mends it."""
    return f"{finding.path}:{finding.line}: {finding.rule}: {finding.message} [{finding.reason or ''}]"
