"""The marks that instrumented templates print around what they write, in letters that no chart uses.

Letters of the Yi script are printable for Go's `%q` (https://pkg.go.dev/strconv#IsPrint) and for YAML and
have no case, so that `quote`, `indent` and `nindent` let them pass unchanged.
"""

from __future__ import annotations

import re

_ZERO, _BITS, _DIGITS = 0xA000, 10, 3
_OPENING, CLOSING, _LITERAL, TWIN = "\ua400", "\ua401", "\ua402", "\ua403"
_DIGIT = f"[{chr(_ZERO)}-{chr(_ZERO + (1 << _BITS) - 1)}]"

MARK = re.compile(f"([{_OPENING}{_LITERAL}])({_DIGIT}{{{_DIGITS}}})|{CLOSING}")

TRIM_NAME = f'"trim{TWIN}"'
_PASSED = f"((?:[{_OPENING}{_LITERAL}]{_DIGIT}{{{_DIGITS}}}|{CLOSING})*)"
_BLANK = r"[\s\v\x{85}\x{a0}]+"
TRIM = (
    f"{{{{define {TRIM_NAME}}}}}{{{{$left := regexReplaceAll `^{_PASSED}{_BLANK}` . `${{1}}`}}}}"
    f"{{{{$both := regexReplaceAll `{_BLANK}{_PASSED}$` $left `${{1}}`}}}}"
    f"{{{{if eq $both .}}}}{{{{.}}}}{{{{else}}}}{{{{include {TRIM_NAME} $both}}}}{{{{end}}}}{{{{end}}}}"
)
"""A named template that does what `trim` does, also to blanks between marks, and keeps the marks."""


def opening(number: int) -> str:
    """Begins what an action prints; :data:`CLOSING` ends it."""
    return _OPENING + _spelled(number)


def literal(number: int) -> str:
    """Stands in a template's own text."""
    return _LITERAL + _spelled(number)


def number_of(mark: re.Match[str]) -> tuple[bool, int] | None:
    """Whether a found mark is an opening one (else a literal's) and its number; None for a closing mark."""
    if mark[1] is None:
        return None
    number = 0
    for letter in mark[2]:
        number = (number << _BITS) + ord(letter) - _ZERO
    return mark[1] == _OPENING, number


def _spelled(number: int) -> str:
    shifts = range(_BITS * (_DIGITS - 1), -1, -_BITS)
    return "".join(chr(_ZERO + (number >> shift) % (1 << _BITS)) for shift in shifts)
