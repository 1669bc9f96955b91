"""What a setting that feeds ports may hold, and the JSON Schema that says so.

Numbers and names are those of https://kubernetes.io/docs/concepts/services-networking/service/ and of
RFC 6335, section 5.1; patterns have no lookahead, for Helm matches them with Go's regexp.
"""

import re
from dataclasses import dataclass
from typing import Any

HIGHEST = 65535
_IANA = "^([0-9]+-)*[0-9]*[a-z](-?[a-z0-9])*$"
_LABEL = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"
_LONGEST_IANA, _LONGEST_LABEL = 15, 63


@dataclass(frozen=True, slots=True)
class Shape:
    """`numbers`: a port's number fits; `names`: the longest name that does, 0 for none; `empty`: null too."""

    numbers: bool
    names: int
    empty: bool = False

    def __and__(self, other: "Shape") -> "Shape":
        """What fits both."""
        names = min(self.names, other.names)
        return Shape(self.numbers and other.numbers, names, self.empty or other.empty)

    def __bool__(self) -> bool:
        """Whether anything fits."""
        return self.numbers or self.names > 0

    def holds(self, value: object) -> bool:
        """Whether a value fits."""
        if value is None:
            return self.empty
        if isinstance(value, str):
            pattern = _IANA if self.names == _LONGEST_IANA else _LABEL
            return 0 < len(value) <= self.names and bool(re.match(pattern, value))
        whole = isinstance(value, int) and not isinstance(value, bool)
        return self.numbers and whole and 1 <= int(str(value)) <= HIGHEST

    def schema(self) -> dict[str, Any]:
        """The JSON Schema (draft 7) of what fits."""
        choices = [*([_number()] if self.numbers else []), *([_name(self.names)] if self.names else [])]
        if len(choices) == 1:
            if self.empty:
                choices[0]["type"] = [choices[0]["type"], "null"]
            return choices[0]
        return {"anyOf": [*choices, *([{"type": "null"}] if self.empty else [])]}


NUMBER = Shape(True, 0)
NAME = Shape(False, _LONGEST_IANA)
EITHER = Shape(True, _LONGEST_IANA)
SERVICE_PORT_NAME = Shape(False, _LONGEST_LABEL)


def _number() -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": HIGHEST}


def _name(longest: int) -> dict[str, Any]:
    pattern = _IANA if longest == _LONGEST_IANA else _LABEL
    return {"type": "string", "pattern": pattern, "maxLength": longest}
