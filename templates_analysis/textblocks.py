"""Blocks of text (`|` and `>`), whose lines YAML doesn't read: https://yaml.org/spec/1.2.2/#81-block-scalar-styles."""

from __future__ import annotations

import re

_HEADER = re.compile(r"((?:[ ]*-(?=[ ]))*[ ]*)([^#\s].*?:[ ]+)?(?:[!&]\S+[ ]+)*[|>][-+0-9]*[ \t]*(?:#.*)?")


def text_column(line: str) -> int | None:
    """The 0-based column that a block of text must exceed that a line begins; None if it begins none."""
    found = _HEADER.fullmatch(line)
    if found is None:
        return None
    lead = found[1]
    return len(lead) if found[2] else max(0, len(lead.rstrip()) - 1)


def in_block_of_text(text: str, offset: int) -> bool:
    """Whether a place (a code point) stands in a block of text, judged by the lines it is indented below."""
    start = text.rfind("\n", 0, offset) + 1
    column = offset - start - len(text[start:offset].lstrip(" "))
    for line in reversed(text[:start].split("\n")):
        content = line.strip()
        own = len(line) - len(line.lstrip(" "))
        if not content or own >= column or (content.startswith("{{") and content.endswith("}}")):
            continue
        if text_column(line.rstrip("\r")) is not None:
            return True
        column = own
    return False
