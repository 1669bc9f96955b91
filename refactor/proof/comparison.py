"""Whether a changed text says what the changes say, and nothing else.

A manifest must come to exactly the planned data. In a chart one setting may stand behind several fields:
others may move along by the same word, and the same field under other values; but no second port of a loop
does, unless it was planned too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refactor.changes import Fix
from refactor.inputs import FileReading, Reading
from refactor.proof.leaving import with_leaving
from refactor.source import Edit
from refactor.world import AddKey, Change, RenameKey, Resource
from refactor.world.applied import applied, same

Path = tuple[str | int, ...]

# Checksums of other templates follow whatever changes there.
_DIGEST = re.compile(r"[0-9a-f]{64}")
# What others than this chart may rely on; it moves only where the plan says so.
_OUTSIDE = frozenset({"port", "nodePort", "host", "hosts", "hostPort", "externalName", "loadBalancerIP"})


# Fields whose values a message may say; others (of the environment, of commands) may hold secrets.
_SPOKEN = frozenset(
    {"appProtocol", "containerPort", "name", "nodePort", "number", "port", "protocol", "targetPort", "type"}
)


@dataclass(frozen=True, slots=True)
class Moves:
    """What fixes change: by resource, as (twin of the resource, path), and as words of the source."""

    changes: Mapping[Resource, Sequence[Change]]
    places: frozenset[tuple[object, Path]]
    words: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, fixes: Iterable[Fix], edits: Iterable[Edit]) -> "Moves":
        """The moves of these fixes, which are made by these edits."""
        changes: dict[Resource, list[Change]] = {}
        for change in (change for fix in fixes for change in fix.changes):
            changes.setdefault(change.at.resource, []).append(change)
        places = {(r.twin, p) for r, group in changes.items() for c in group for p in _touched(c)}
        words = dict.fromkeys((_word(edit.old), _word(edit.new)) for edit in edits if edit.old.strip())
        return cls(changes, frozenset(places), tuple(words))


def _touched(change: Change) -> Iterator[Path]:
    """The paths at which a change can be seen."""
    path = change.at.path
    match change:
        case AddKey(key=key):
            yield (*path, key)
        case RenameKey(key=key):
            yield path
            yield (*path[:-1], key)
        case _:
            yield path


def _word(text: str) -> str:
    return text.strip().strip("\"'")


def misread(before: Reading, after: Reading, texts: Iterable[str], moves: Moves) -> str | None:
    """Whether each resource reads as the changes say, and all others as before; why not, if not."""
    if after.values:
        return _rendered_otherwise(before, after, moves)
    for path in texts:
        old = before.files[path]
        new = with_leaving(old, after.files[path])
        if not _paired(old, new):
            return "the changed text doesn't read as YAML with the same resources"
        for was, now in zip(old.resources, new.resources, strict=True):
            expected = _expected(was, moves)
            if expected is not now.data and not same(expected, now.data):
                return f"the changed text of {was.label} reads otherwise than planned"
    return None


def _paired(old: FileReading, new: FileReading) -> bool:
    return len(new.malformed) <= len(old.malformed) and len(new.resources) == len(old.resources)


def _expected(resource: Resource, moves: Moves) -> Any:
    changes = moves.changes.get(resource)
    return applied(resource, changes) if changes else resource.data


def _rendered_otherwise(before: Reading, after: Reading, moves: Moves) -> str | None:
    if before.files.keys() != after.files.keys():
        return "other templates would render than today"
    for path, old in before.files.items():
        new = after.files[path]
        if new.file.data == old.file.data and not any(r in moves.changes for r in old.resources):
            continue
        new = with_leaving(old, new)
        if not _paired(old, new) or len(old.skipped) != len(new.skipped):
            return f"{path} would no longer render the same objects"
        for was, now in zip(old.resources, new.resources, strict=True):
            wrong = _changed_otherwise(was, now, moves)
            if wrong:
                return wrong
        for gone, came in zip(old.skipped, new.skipped, strict=True):
            one, other = (f.file.data[s.start : s.end].decode() for f, s in ((old, gone), (new, came)))
            if not _follows(one, other, moves):
                return f"it would also change a {gone.kind or 'document'} in {path}"
    return None


def _changed_otherwise(was: Resource, now: Resource, moves: Moves) -> str | None:
    if was.id != now.id:
        return f"{was.label} would be called {now.label}"
    for at, one, other in differences(_expected(was, moves), now.data):
        if not _moves_along(was, at, one, other, moves):
            where = ".".join(map(str, at))
            values = f", from {_told(one)} to {_told(other)}" if at and at[-1] in _SPOKEN else ""
            return f"it would also change {where} of {was.label}{values}"
    return None


_MISSING = object()


def differences(one: Any, other: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """The leaves in which two pieces of plain data differ; what one of them lacks is told as None."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            yield from differences(one.get(key, _MISSING), other.get(key, _MISSING), (*path, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, (*path, index))
    elif one is _MISSING or other is _MISSING or not same(one, other):
        yield path, None if one is _MISSING else one, None if other is _MISSING else other


def _moves_along(resource: Resource, path: Path, one: Any, other: Any, moves: Moves) -> bool:
    """Whether a field moves as the fix says: the same field under other values, or by the same word."""
    if any((resource.twin, path[:length]) in moves.places for length in range(1, len(path) + 1)):
        return True
    if isinstance(one, dict | list) or isinstance(other, dict | list) or one is None or other is None:
        return False
    if resource in moves.changes and path[:2] == ("spec", "ports"):
        return False  # another port of the same Service: what is right for the one needn't be for the other
    names = {step for step in path if isinstance(step, str)}
    outside = resource.kind in ("Service", "Ingress") and names & _OUTSIDE and "backend" not in names
    return not outside and _follows(str(one), str(other), moves)


def _follows(one: str, other: str, moves: Moves) -> bool:
    """Whether a text is another but for the words that move, and checksums."""
    blank = _DIGEST.sub("", one)
    if blank == _DIGEST.sub("", other):
        return True
    for old, new in moves.words:
        if old:
            blank = re.sub(rf"(?<![\w.-]){re.escape(old)}(?![\w-])", new.replace("\\", r"\\"), blank)
    return blank == _DIGEST.sub("", other)


def _told(value: Any) -> str:
    return "nothing" if value is None else str(value) if not isinstance(value, dict | list) else "a block"
