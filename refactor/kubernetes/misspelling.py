"""Fields that Kubernetes doesn't know where they stand, and those that are meant by them.

https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from refactor.kubernetes.fields import Fields, fields_at
from refactor.slips import is_slip

Path = tuple[str | int, ...]


def misspelt_fields(data: object, fields: Fields, path: Path = ()) -> Sequence[tuple[Path, str]]:
    """The places of misspelt fields, each with the right spelling; not what is below such a one.

    A field is misspelt where Kubernetes knows none of that name there, and one that differs in its capitals
    only, or that is a slip away and doesn't stand there itself.
    """
    # Nearly all are right, and no places are made for those.
    return tuple(_misspelt(data, fields, path)) if _may_be_misspelt(data, fields) else ()


def _may_be_misspelt(data: object, fields: Fields) -> bool:
    """Whether a field that isn't known stands in the data, or below: asked of every object."""
    if isinstance(data, dict):
        if not fields.names.issuperset(data):
            return True
        for key, below in fields.below.items():
            if key in data and _may_be_misspelt(data[key], below):
                return True
    elif isinstance(data, list):
        for item in data:
            if _may_be_misspelt(item, fields):
                return True
    return False


def _misspelt(data: object, fields: Fields, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _misspelt(item, fields, (*path, index))
    elif isinstance(data, dict):
        yield from (((*path, key), right) for key in data if (right := _right(key, data, fields.names)))
        for key, below in fields.below.items():
            if key in data:
                yield from _misspelt(data[key], below, (*path, key))


def _right(key: str, holder: Collection[str], names: frozenset[str]) -> str | None:
    if key in names:
        return None
    other_capitals = next((name for name in names if name.lower() == key.lower()), None)
    near = [name for name in names if _is_near(key, name)]
    return other_capitals or (near[0] if len(near) == 1 and near[0] not in holder else None)


def _is_near(key: str, name: str) -> bool:
    """Whether a key is a slip away from a name, or is it with other words' marks in between.

    Kubernetes' names are letters only: `x-nodePort` is somebody's own.
    """
    if key.isalpha():
        return is_slip(key, name)
    return key.replace("-", "").replace("_", "").lower() == name.lower()


def mended(data: Any, fields: Fields | None) -> Any:
    """The data with every misspelt field spelt as it is meant."""
    if isinstance(data, list):
        return [mended(item, fields) for item in data]
    if fields is None or not isinstance(data, dict):
        return data
    spelt = {key: _right(key, data, fields.names) or key for key in data}
    return {right: mended(data[key], fields.below.get(right)) for key, right in spelt.items()}


def spellings(holder: object, field: str, fields: Fields | None = None) -> list[str]:
    """The keys of a mapping that are misspelt for a field; without its fields, those in other capitals."""
    if not isinstance(holder, dict):
        return []
    names = fields.names if fields else None
    return [key for key in holder if key != field and _is_meant(key, field, holder, names)]


def _is_meant(key: str, field: str, holder: Collection[str], names: frozenset[str] | None) -> bool:
    return key.lower() == field.lower() if names is None else _right(key, holder, names) == field


def as_spelt(holder: object, field: str, fields: Fields | None) -> str | None:
    """The key with which a field stands in a mapping misspelt only; None where it doesn't."""
    if not isinstance(holder, dict) or field in holder:
        return None
    return next(iter(spellings(holder, field, fields)), None)


def written_path(data: Any, path: Path, fields: Fields | None) -> Path:
    """A path in data where some of its fields may be misspelt; as far as it leads."""
    written: list[str | int] = []
    for step in path:
        key = as_spelt(data, step, fields) if isinstance(step, str) else None
        written.append(step if key is None else key)
        fields = fields_at(fields, (step,))
        try:
            data = data[written[-1]]
        except (KeyError, IndexError, TypeError):
            data = None
    return tuple(written)
