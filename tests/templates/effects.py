"""What an edit of a template changes in what Helm renders, told as changes of data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from refactor.source import Edit, Refusal, SourceFile, add_key, read_stream, rename_key, set_scalar, splice
from templates_analysis.masked import Region
from tests.templates.in_process import Files, render, undigested

Path = tuple[str | int, ...]
NEW, VALUE = "zzNew", "zz"


@dataclass(frozen=True)
class Change:
    """One difference: a key that came or went, or another value (``old`` and ``new``)."""

    kind: str
    path: Path
    old: Any = None
    new: Any = None


def differences(old: Any, new: Any, path: Path = ()) -> Iterator[Change]:
    """How two values differ, the order of keys aside."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() | new.keys():
            if key not in new:
                yield Change("gone", (*path, key), old[key])
            elif key not in old:
                yield Change("come", (*path, key), None, new[key])
            else:
                yield from differences(old[key], new[key], (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, (*path, number))
    elif old != new:
        yield Change("other", path, old, new)


@dataclass
class Trial:
    """A chart rendered before and after edits of one of its templates."""

    files: Files
    template: str

    def __post_init__(self) -> None:
        self.before = _rendered(self.files)
        self.name = next(name for name in self.before if self.files.inside(name) == self.template)
        self.documents, self.duplicates = _read(self.before[self.name])

    def changes(self, edits: tuple[Edit, ...]) -> list[Change]:
        """The changes in the template's documents; any other effect fails the test."""
        text = splice(self.files.texts[self.template].decode(), edits)
        after = _rendered(self.files.with_texts({self.template: text}))
        others = [name for name in self.before if name != self.name and after[name] != self.before[name]]
        assert not others
        documents, duplicates = _read(after[self.name])
        assert duplicates <= self.duplicates, text
        assert documents is not None, text
        return list(differences(self.documents, documents))


def _rendered(files: Files) -> dict[str, str]:
    return {name: undigested(text) for name, text in render(files).items()}


def _read(text: str) -> tuple[Any, int]:
    stream = read_stream(SourceFile("rendered", text.encode()), lambda *_: True)
    if stream.malformed:
        return None, 0
    return [one.data for one in stream.documents], sum(len(one.duplicates) for one in stream.documents)


def judged(trial: Trial, region: Region, path: Path) -> int:
    """Rename, set and add at a key, and hold what Helm renders against what was asked; how many were done."""
    done = 0
    key, parent = path[-1], path[:-1]
    assert isinstance(key, str)
    renamed = region.edits(lambda document: rename_key(document, path, key + "Zz"))
    holders: set[Path] | None = None
    if not isinstance(renamed, Refusal):
        done += 1
        changes = trial.changes(renamed)
        holders = {change.path[:-1] for change in changes}
        assert {change.path[-1] for change in changes} <= {key, key + "Zz"}
        assert {c.path[:-1]: c.old for c in changes if c.kind == "gone"} == {
            c.path[:-1]: c.new for c in changes if c.kind == "come"
        }
    for added in (
        region.edits(lambda document: add_key(document, parent, NEW, VALUE)),
        region.edits(lambda document: add_key(document, parent, NEW, VALUE, after=key)),
        region.edits(lambda document: add_key(document, parent, NEW, VALUE, before=key)),
    ):
        if not isinstance(added, Refusal):
            done += 1
            changes = trial.changes(added)
            assert all(c.kind == "come" and c.path[-1] == NEW and c.new == VALUE for c in changes), added
            assert holders is None or holders <= {change.path[:-1] for change in changes}, added
    found = region.edits(lambda document: set_scalar(document, path, VALUE))
    if not isinstance(found, Refusal):
        done += 1
        changes = trial.changes(found)
        assert all(c.new == VALUE and c.path[-1] == key for c in changes), found
        assert holders is None or {change.path[:-1] for change in changes} <= holders, found
    return done
