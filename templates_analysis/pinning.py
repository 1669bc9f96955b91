"""Makes random, clock-bound and cryptographic functions constant, so that a chart always renders alike.

Each call keeps its place and arguments: only the function's name is exchanged for a call that takes the same
arguments and prints a constant of the same shape (certificates keep `.Cert` and `.Key`, random strings their
length). The functions are those of https://helm.sh/docs/chart_template_guide/function_list/ whose result
differs from render to render, and those that are slow because they compute keys.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .actions import LexError, lex

_WORD = "pinned" * 50
_DIGITS = "1234567890" * 30
_PEM = r"-----BEGIN {0}-----\ncGlubmVk\n-----END {0}-----\n"
_CERTIFICATE = f'dict "Cert" "{_PEM.format("CERTIFICATE")}" "Key" "{_PEM.format("PRIVATE KEY")}"'


def _constant(text: str) -> str:
    """A call that prints ``text`` whatever arguments follow: a format that names one is content with it."""
    return f'printf "%[1]s" "{text}"'


def _first(text: str) -> str:
    """A call that prints as many characters of ``text`` as its next argument says."""
    return f'printf "%.[2]*[1]s" "{text}"'


_PINS = {
    "genCA": _CERTIFICATE,
    "genCAWithKey": _CERTIFICATE,
    "genSelfSignedCert": _CERTIFICATE,
    "genSelfSignedCertWithKey": _CERTIFICATE,
    "genSignedCert": _CERTIFICATE,
    "genSignedCertWithKey": _CERTIFICATE,
    "buildCustomCert": _CERTIFICATE,
    "genPrivateKey": _constant(_PEM.format("PRIVATE KEY")),
    "derivePassword": _constant("Pinned0-Pinned0-"),
    "bcrypt": _constant("$2a$10$pinned"),
    "htpasswd": 'printf "%[1]s:$2a$10$pinned"',
    "encryptAES": _constant("cGlubmVk"),
    "decryptAES": _constant("pinned"),
    "randAlpha": _first(_WORD),
    "randAlphaNum": _first(_WORD),
    "randAscii": _first(_WORD),
    "randBytes": _first(_WORD),
    "randNumeric": _first(_DIGITS),
    "randInt": "coalesce",
    "shuffle": "print",
    "ago": _constant("1s"),
    # These two take no arguments, so that the call can stand before a field or a pipe as the name did.
    "now": '(toDate "2006-01-02" "2020-01-02")',
    "uuidv4": '(print "00000000-0000-4000-8000-000000000000")',
}
_NAMES = "|".join(sorted(_PINS, key=len, reverse=True))
_MENTIONED = re.compile(rf"\b(?:{_NAMES})\b")
# Strings, fields and variables are passed over: `.Values.now` and `"now"` aren't calls.
_TOKEN = re.compile(
    r"""("(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+'|`[^`]*+`|[.$][\w.$]*+)|"""
    rf"\b({_NAMES})\b"
)


def pin(body: str) -> str:
    """The pipeline of one action with random, clock-bound and cryptographic functions made constant."""
    if _MENTIONED.search(body) is None:
        return body
    return _TOKEN.sub(lambda found: found[1] or _PINS[found[2]], body)


@lru_cache(maxsize=2048)
def pinned(text: str) -> str:
    """A template's text with :func:`pin` applied to every action; unchanged when it can't be lexed.

    Lines stay where they are, columns after a replaced name move.
    """
    if _MENTIONED.search(text) is None:
        return text
    try:
        template = lex(text)
    except LexError:
        return text
    pieces: list[str] = []
    done = 0
    for segment in template.segments:
        if segment.kind == "action":
            pieces += text[done : segment.body_start], pin(text[segment.body_start : segment.body_end])
            done = segment.body_end
    return "".join([*pieces, text[done:]])
