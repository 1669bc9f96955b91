"""What an unquoted YAML scalar means to Kubernetes.

kubectl, Helm and the API server read YAML with sigs.k8s.io/yaml, a wrapper of go-yaml version 2:
YAML 1.1 booleans (``y``, ``on``, ``no``), octal ``0777`` and ``0o17``, underscores in numbers,
dates as text; then everything passes through JSON, where ``8080.0`` and ``8080`` are one number.
Source: https://github.com/kubernetes-sigs/yaml and its ``goyaml.v2/resolve.go``.
"""

from __future__ import annotations

import math
import re
import struct

Scalar = None | bool | int | float | str

_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 64

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys("y Y yes Yes YES true True TRUE on On ON".split(), True),
    **dict.fromkeys("n N no No NO false False FALSE off Off OFF".split(), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(".inf .Inf .INF +.inf +.Inf +.INF".split(), math.inf),
    **dict.fromkeys("-.inf -.Inf -.INF".split(), -math.inf),
    **dict.fromkeys(".nan .NaN .NAN".split(), math.nan),
}
_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_POINT_FIRST = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_BASES = {"0x": 16, "0o": 8, "0b": 2}
# Go prints a float as JSON without an exponent below this bound, and then it is an integer.
_EXPONENT_FROM = 1e21


def resolve(plain: str) -> Scalar:
    """The value of a plain (unquoted, untagged) scalar: null, boolean, number or the text itself."""
    if plain in _WORDS:
        return _WORDS[plain]
    if plain[0] not in "+-.0123456789":
        return plain
    # Behind a leading point go-yaml reads by Go's own rules: underscores only between digits.
    digits = plain.replace("_", "") if plain[0] != "." or _POINT_FIRST.fullmatch(plain) else plain
    if len(digits) <= _LONGEST_REMEMBERED and _INTEGER.fullmatch(digits):
        value = _integer(digits)
        if -(2**63) <= value < 2**64:
            return value
    if _FLOAT.fullmatch(digits):
        return _number(float(digits), plain)
    return plain


def _integer(digits: str) -> int:
    unsigned = digits.lstrip("+-").lower()
    base = _BASES.get(unsigned[:2], 8 if unsigned[0] == "0" and len(unsigned) > 1 else 10)
    value = int(unsigned[2:] if unsigned[:2] in _BASES else unsigned, base)
    return -value if digits[0] == "-" else value


def _number(value: float, plain: str) -> Scalar:
    if math.isinf(value):
        return plain
    return int(value) if value.is_integer() and abs(value) < _EXPONENT_FROM else value


class ResolvedScalars(dict[str, Scalar]):
    """A bounded memory of resolved scalars: ``known[plain]`` is ``resolve(plain)``, fast."""

    def __missing__(self, plain: str) -> Scalar:
        value = resolve(plain)
        if len(plain) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[plain] = value
        return value


def key_text(value: Scalar) -> str | None:
    """The text of a mapping key as Kubernetes' JSON has it: ``true`` → "true", ``1`` → "1".

    None for null, which isn't allowed as a key.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _short_float(value)


def _short_float(value: float) -> str:
    """The shortest text that reads back as the same 32-bit number, as Go writes float keys."""
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    try:
        single: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return ".inf" if value > 0 else "-.inf"
    texts = (f"{single:.{digits}g}" for digits in range(1, 10))
    return next((text for text in texts if _as_single(float(text)) == single), repr(single))


def _as_single(value: float) -> float:
    return float(struct.unpack("f", struct.pack("f", value))[0])
