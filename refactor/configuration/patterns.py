"""Patterns for paths, as in a .gitignore without its exceptions.

`name` or `*.name` without a slash means any file or folder of that name; with a slash the pattern
counts from the folder of the settings. `*` and `?` stay in one folder, `**` crosses folders. What lies
in a folder that matches, matches.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_SIGNS = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[!?[^\]/]+\]|.", re.DOTALL)
_MEANINGS = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether a path (posix style, relative to the folder of the settings) matches one of the patterns."""
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    starts = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    for pattern in patterns:
        anchored, expression = _compiled(pattern)
        if any(expression.fullmatch(one) for one in (starts if anchored else parts)):
            return True
    return False


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> tuple[bool, re.Pattern[str]]:
    bare = pattern.removeprefix("./").rstrip("/")
    text = "".join(_meaning(sign) for sign in _SIGNS.findall(bare.removeprefix("/")))
    return "/" in bare, re.compile(text, re.DOTALL)


def _meaning(sign: str) -> str:
    if sign in _MEANINGS:
        return _MEANINGS[sign]
    if len(sign) > 1:
        negated = sign.startswith("[!")
        inside = sign[2:-1] if negated else sign[1:-1]
        return f"[{'^' if negated else ''}{re.escape(inside).replace(chr(92) + '-', '-')}]"
    return re.escape(sign)
