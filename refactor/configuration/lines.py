"""The line of a key in a TOML text: the standard library's reader gives values without places.

A key stands where the text before is readable and hasn't got it, and the text with its statement has.
"""

import tomllib
from collections.abc import Sequence


def line_of(text: str, key: Sequence[str], quoted: str | None = None) -> int:
    """The 1-based line on which the statement of a key begins; 1 for a key that isn't found.

    `quoted`: a text inside of the key's value; then the line on which that stands.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines):
        end = _statement_end(lines, number, key) if key and key[-1] in line else None
        if end is not None:
            return 1 + _line_with(lines, number, end, quoted)
    return 1


def _statement_end(lines: Sequence[str], start: int, key: Sequence[str]) -> int | None:
    """The number of lines up to the end of the statement at `start`, if that is the one with the key."""
    if _parsed(lines[:start]) is None:
        return None
    for count in range(start + 1, len(lines) + 1):
        data = _parsed(lines[:count])
        if data is not None:
            return count if _holds(data, key) else None
    return None


def _parsed(lines: Sequence[str]) -> dict[str, object] | None:
    try:
        return tomllib.loads("\n".join(lines).removesuffix("\r"))
    except tomllib.TOMLDecodeError:
        return None


def _holds(data: object, key: Sequence[str]) -> bool:
    for step in key:
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True


def _line_with(lines: Sequence[str], start: int, end: int, quoted: str | None) -> int:
    for number in range(start, end):
        if quoted and (f'"{quoted}"' in lines[number] or f"'{quoted}'" in lines[number]):
            return number
    return start
