"""Keeps values out of messages: Helm quotes some of them, and they may be secrets.

Names that the chart's own templates hold (fields, functions, keys) may stay: they say what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from refactor.source import SourceFile, read_stream

_LONGEST = 400
_LONG_ENOUGH = 6
_GONE = "…"
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|`[^`]*`?|(?<![^\s(:])'[^'\n]{3,}'(?!\w)")
_NAMING = re.compile(
    r"""(?x)
    nil\ pointer\ evaluating | can't\ evaluate\ field | (?:no\ )?template\ \" | function\ \"
    | map\ has\ no\ entry | can't\ (?:handle|give|call) | wrong\ (?:type|number) | incompatible\ types
    | index\ out\ of\ range | rendering\ template\ has | exceeded\ maximum | missing\ value\ for
    | -\ (?:at\ |[\w().-]+:\ )
    """
)
# Unquoted values, with what comes before and after them in Helm's or Sprig's words.
_BARE = (
    (re.compile(r"(range can't iterate over ).*", re.DOTALL), r"\1it"),
    (re.compile(r"(unable to cast ).*( of type )", re.DOTALL), r"\1a value\2"),
    (re.compile(r"(improper constraint: |[Ii]nvalid [Ss]emantic [Vv]ersion: ).*", re.DOTALL), r"\1" + _GONE),
    (re.compile(r"(^- at '[^']*': )'.*' (does not match pattern|is not valid)", re.DOTALL), r"\1it \2"),
    (re.compile(r"(is not valid [\w-]+): .*", re.DOTALL), r"\1"),
)
_SECRET_KEY = re.compile(
    r"pass|pwd|secret|token|credential|api_?key|access_?key|private|cert|auth|license|dsn|conn|salt|key$",
    re.IGNORECASE,
)


def one_line(text: str) -> str:
    """A text with all white space in it, line ends too, made single spaces."""
    return " ".join(text.split())


def shortened(line: str) -> str:
    """A line of a length that can be read."""
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + _GONE


def without_values(reason: str) -> str:
    """Helm's reason without the values in it; names of the chart's own stay."""
    for pattern, instead in _BARE:
        reason = pattern.sub(instead, reason)
    return reason if _NAMING.match(reason) else without_texts(reason)


def without_texts(reason: str) -> str:
    """A reason without anything that it quotes."""
    return _QUOTED.sub(_GONE, reason)


def without_secrets(message: str, files: Mapping[str, bytes], values: Mapping[str, Any]) -> str:
    """A message without the values of keys that look secret, as the chart's own words may hold them.

    ``files`` hold the chart's values.yaml files, ``values`` what goes on top of them.
    """
    secrets = set(map(one_line, _secrets(values, False)))
    for path, data in files.items():
        if path.rpartition("/")[2] == "values.yaml":
            secrets |= _secrets_of(data)
    for secret in sorted(secrets - {""}, key=len, reverse=True):
        # A short one is part of many a word.
        edge = r"\b" if len(secret) < _LONG_ENOUGH else ""
        message = re.sub(f"{edge}{re.escape(secret)}{edge}", _GONE, message)
    return message


@lru_cache(maxsize=64)
def _secrets_of(data: bytes) -> frozenset[str]:
    """The secrets in a values file; a chart fails many times with the same files."""
    documents = read_stream(SourceFile("", data), lambda *_: True).documents
    return frozenset(one_line(secret) for one in documents for secret in _secrets(one.data, False))


def _secrets(value: object, secret: bool) -> Iterator[str]:
    """Texts and numbers below keys that look secret; `true`, `null` and short ones tell nothing."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _secrets(below, secret or _SECRET_KEY.search(str(key)) is not None)
    elif isinstance(value, list):
        for below in value:
            yield from _secrets(below, secret)
    elif secret and isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value)
        if len(text) > 2:
            yield text


_WORD = re.compile(r"[^\s\"'`(){}\[\],;]+")
_SPLIT = re.compile(rb"(?:[\s\"'`(){}\[\],;%]|\\[ntr])+")
_GAPS = re.compile(r"…(?:[^\w\s]*…)+")


def without_strangers(message: str, files: Mapping[str, bytes]) -> str:
    """A text of the chart's own with every word that no template says put out: it came out of the values.

    What `fail` and `required` print may hold a setting whole, in part or encoded.
    """
    said = {
        word.decode(errors="replace").strip(_ENDS)
        for path, data in files.items()
        if "templates/" in path
        for word in _SPLIT.split(data)
    }
    told = _WORD.sub(lambda found: found[0] if found[0].strip(_ENDS) in said else "…", message)
    return _GAPS.sub("…", told)


_ENDS = ".:!?=<>-"
