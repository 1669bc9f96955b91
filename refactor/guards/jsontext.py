"""Adding members to a JSON text without printing the rest of it anew.

Offsets are code points. The text has to be JSON already (https://www.rfc-editor.org/rfc/rfc8259): Helm
reads nothing else as a schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_BLANK = re.compile(r"[ \t\r\n]*")
_LINE_START = re.compile(r"[ \t]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class JsonObject:
    """An object in a text: its braces, what its members hold, and where the last of them ends."""

    start: int
    end: int
    members: Mapping[str, JsonObject | Any]
    first: int
    last: int


def read_object(text: str, start: int = 0) -> JsonObject:
    """The object that begins at an offset (blanks before it aside).

    Raises ValueError where there is none.
    """
    start = _past(text, start)
    if text[start : start + 1] != "{":
        raise ValueError("not a JSON object")
    members: dict[str, JsonObject | Any] = {}
    first = place = _past(text, start + 1)
    last = start + 1
    while text[place] != "}":
        key, place = _DECODER.raw_decode(text, place)
        place = _past(text, _past(text, place) + 1)
        members[key], last = _value(text, place)
        place = _past(text, last)
        if text[place] == ",":
            place = _past(text, place + 1)
    return JsonObject(start, place + 1, members, first, last)


def _value(text: str, place: int) -> tuple[JsonObject | Any, int]:
    if text[place] == "{":
        found = read_object(text, place)
        return found, found.end
    value, end = _DECODER.raw_decode(text, place)
    return value, end


def object_at(text: str, path: Sequence[str]) -> JsonObject | None:
    """The object at a path of keys; None where another thing or nothing stands there."""
    found: JsonObject | Any = read_object(text)
    for key in path:
        found = found.members.get(key) if isinstance(found, JsonObject) else None
    return found if isinstance(found, JsonObject) else None


def with_member(text: str, path: Sequence[str], key: str, value: Any) -> str:
    """The text with one more member, the last of the object at a path, spaced as its members are.

    Raises ValueError where there is no such object.
    """
    holder = object_at(text, path)
    if holder is None:
        raise ValueError("no such object")
    step, feed = _step(text), "\r\n" if "\r\n" in text else "\n"
    outer = _indent(text, holder.end - 1 if holder.members else holder.start)
    apart = text[holder.start + 1 : holder.first] if holder.members else "\n"
    comma = "," if holder.members else ""
    if "\n" not in apart:
        member = f"{json.dumps(key)}: {json.dumps(value)}"
        return f"{text[: holder.last]}{comma} {member}{text[holder.last :]}"
    indent = apart.rpartition("\n")[2] if holder.members else outer + step
    lines = f"{json.dumps(key)}: {json.dumps(value, indent=step)}".split("\n")
    member = feed.join(f"{indent}{line}" for line in lines)
    rest = text[holder.last :] if holder.members else f"{feed}{outer}{text[holder.end - 1 :]}"
    return f"{text[: holder.last]}{comma}{feed}{member}{rest}"


def _past(text: str, place: int) -> int:
    """The first offset from here on where no blank stands."""
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _indent(text: str, place: int) -> str:
    """The blanks that the line with this offset begins with."""
    found = _LINE_START.match(text, text.rfind("\n", 0, place) + 1)
    return found[0] if found else ""


def _step(text: str) -> str:
    """What one level is indented by: as the outermost members are."""
    found = re.match(r"\s*\{[ \t\r]*\n([ \t]+)", text)
    return found[1] if found else "  "
