"""Plain data → the model of an object, and the fields whose types the API server refuses."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from pydantic import ValidationError

from refactor.kubernetes.kinds import model_of
from refactor.kubernetes.meta import Object, meant

Path = tuple[str | int, ...]


class Fault(NamedTuple):
    """A field whose type the API server refuses: `path` in the object, what it wants, what stands."""

    path: Path
    expected: str
    value: object


_KINDS_OF_NOTHING = 2
_EXPECTED = {
    "int_type": "a number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
}


def read(data: Mapping[str, Any]) -> tuple[Object, tuple[Fault, ...]]:
    """The model of an object and the faults in the types of its fields.

    A field of the wrong type is left out of the model and named in a fault; the rest is used. A number in
    quotes is a fault too, but it is plain which number is meant: the model has it. `null` is the same as
    absent, as for the API server. `data` is not changed. The object must be one for
    which `kind_of` isn't None.
    """
    model = model_of(data)
    try:
        return _validated(model)(data), ()
    except ValidationError as error:
        return _read_around(model, data, error)


@cache
def _validated(model: type[Object]) -> Callable[[object], Object]:
    """What model_validate() does, without looking at options that nobody gives: every object is read so."""
    model.model_rebuild()
    validate: Callable[[object], Object] = model.__pydantic_validator__.validate_python
    return validate


def _read_around(
    model: type[Object], data: Mapping[str, Any], error: ValidationError
) -> tuple[Object, tuple[Fault, ...]]:
    faults: dict[Path, Fault] = {}
    tried: Counter[Path] = Counter()
    pruned = data
    while True:
        wrong = _wrong_places(pruned, error)
        for path, expected in wrong.items():
            value = _at(pruned, path)
            if value is not None:
                faults[path] = Fault(path, expected, value)
        below = sorted(filter(None, wrong), key=len, reverse=True)
        for path in below:
            tried[path] += 1
            # Neither nothing nor an empty mapping can stand for an item of some lists: the list has to go.
            gone = path if tried[path] <= _KINDS_OF_NOTHING else path[:-1]
            pruned = _put_right(pruned, gone, wrong[path]) if gone else {}
        try:
            return model.model_validate(pruned), tuple(faults.values())
        except ValidationError as again:
            if not below:
                return model.model_construct(), tuple(faults.values())
            error = again


def _wrong_places(data: Any, error: ValidationError) -> dict[Path, str]:
    """Each place that pydantic complains of, with what should stand there."""
    wrong: dict[Path, str] = {}
    for detail in error.errors(include_url=False, include_context=False):
        path = _existing(data, detail["loc"])
        expected = _EXPECTED.get(detail["type"], "another type")
        # The members of a union complain one by one, at the same place.
        wrong[path] = expected if wrong.get(path, expected) == expected else "a number or a name"
    return wrong


def _existing(data: Any, location: Sequence[str | int]) -> Path:
    """The part of pydantic's location that is a path in the data (it also names union members)."""
    path: list[str | int] = []
    for step in location:
        if not (step in data if isinstance(data, Mapping) else _is_index(data, step)):
            break
        data = data[step]
        path.append(step)
    return tuple(path)


def _is_index(data: Any, step: str | int) -> bool:
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _at(data: Any, path: Path) -> object:
    for step in path:
        data = data[step]
    value: object = data
    return value


def _put_right(data: Any, path: Path, expected: str) -> Any:
    """The data without the value at `path`, or with the number that it is in quotes.

    Items of lists become empty mappings, so that indexes stay.
    """
    step: Any = path[0]
    below, pruned = path[1:], data.copy()
    if below:
        pruned[step] = _put_right(data[step], below, expected)
    elif expected == _EXPECTED["int_type"] and meant(data[step]) != data[step]:
        pruned[step] = meant(data[step])
    elif isinstance(data, list):
        pruned[step] = {} if data[step] != {} else None
    else:
        pruned.pop(step, None)
    return pruned
