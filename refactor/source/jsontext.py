"""JSON documents → plain data, many times faster than a YAML parser reads them.

kubectl reads a document that begins with ``{`` as JSON; whatever isn't plainly JSON is left to YAML.
"""

from __future__ import annotations

import json
import re
from typing import Any

from .scalars import Scalar, resolve
from .tree import DEEPEST

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def load_json(data: bytes) -> dict[str, Any] | None:
    """The data of a JSON object; None when it isn't one or YAML has to judge it.

    That is: duplicate keys, NaN and infinity, lone surrogates, deep nesting.
    """
    try:
        value = _DECODER.decode(data.decode("utf-8"))
        if _SURROGATE.search(data):
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and _is_shallow(value) else None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("duplicate key")
    return mapping


def _number(digits: str) -> Scalar:
    value = resolve(digits)
    if isinstance(value, str):
        raise ValueError("a number out of range")
    return value


def _constant(name: str) -> Any:
    raise ValueError(name)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_number, parse_float=_number, parse_constant=_constant
)


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return True
    return False


def _children(value: Any) -> list[Any]:
    items = value.values() if isinstance(value, dict) else value
    return [item for item in items if isinstance(item, dict | list)]
