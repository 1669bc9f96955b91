"""Changes carried out on plain data: what an edited text must come to when it is read again."""

import copy
import json
from collections.abc import Iterable
from typing import Any

from refactor.source import Kept
from refactor.world.change import AddKey, Change, RemoveKey, RenameKey, Replace, SetScalar
from refactor.world.resources import Path, Resource

# Paths count from the data as it was: values change first, then what moves paths, the deepest first.
_PHASE = {SetScalar: 0, AddKey: 1, RemoveKey: 2, Replace: 2, RenameKey: 2}


def applied(resource: Resource, changes: Iterable[Change]) -> Any:
    """A copy of the resource's data with the changes made."""
    data: Any = copy.deepcopy(dict(resource.data))
    for change in sorted(changes, key=_turn):
        _apply(data, change, resource)
    return data


def _turn(change: Change) -> tuple[int, int, bool]:
    phase = _PHASE[type(change)]
    return phase, -len(change.at.path) if phase == 2 else 0, isinstance(change, RenameKey)


def _apply(data: Any, change: Change, resource: Resource) -> None:
    path = change.at.path
    match change:
        case AddKey(key=key, value=value):
            if path and _at(data, path) is None:
                _at(data, path[:-1])[path[-1]] = {}
            _at(data, path)[key] = value
        case SetScalar(value=value):
            _at(data, path[:-1])[path[-1]] = value
        case RemoveKey():
            del _at(data, path[:-1])[path[-1]]
        case RenameKey(key=key):
            parent = _at(data, path[:-1])
            parent[key] = parent.pop(path[-1])
        case Replace(shape=shape):
            _at(data, path[:-1])[path[-1]] = _filled(shape, resource)


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _filled(shape: Any, resource: Resource) -> Any:
    match shape:
        case Kept(path=path):
            return copy.deepcopy(resource.at(*path).value)
        case dict():
            return {key: _filled(value, resource) for key, value in shape.items()}
        case list():
            return [_filled(value, resource) for value in shape]
        case _:
            return shape


def same(one: Any, other: Any) -> bool:
    """Whether two pieces of plain data are equal in value and type (1, "1" and true all differ)."""
    return repr(one) == repr(other) or fingerprint(one) == fingerprint(other)


def fingerprint(data: Any) -> str:
    """One text for equal data, whatever the order of keys."""
    return json.dumps(data, sort_keys=True, default=repr)
