"""What ``helm template`` prints, cut into the texts of its templates."""

from __future__ import annotations

import re

_SOURCE = re.compile(r"^---\n# Source: (?P<name>.+)\n", re.MULTILINE)


def is_notes(template: str) -> bool:
    """Whether Helm shows what a template makes to the user instead of installing it."""
    return template.rpartition("/")[2] == "NOTES.txt"


def by_template(output: str) -> dict[str, str]:
    """Helm's name of each template -> its documents, in the order in which Helm installs them.

    Helm has left out what holds no document, and trimmed the rest.
    """
    texts: dict[str, str] = {}
    starts = list(_SOURCE.finditer(output))
    bounds = [*(start.start() for start in starts), len(output)]
    for start, end in zip(starts, bounds[1:], strict=True):
        name, text = start["name"], output[start.end() : end]
        texts[name] = f"{texts[name]}---\n{text}" if name in texts else text
    return texts


def whole_texts(output: str, mark: str) -> dict[str, str]:
    """Helm's name of each template -> exactly its text, from output in which ``mark`` ends each text.

    Empty where Helm printed no such thing. Helm prints hooks a second time, after all texts; the first
    one counts.
    """
    texts: dict[str, str] = {}
    start = _SOURCE.match(output)
    while start is not None and start["name"] not in texts:
        end = output.find(mark, start.end())
        if end < 0:
            break
        texts[start["name"]] = output[start.end() : end]
        start = _SOURCE.match(output, end + len(mark) + 1)
    return texts
