"""Judging edits with code that shares nothing with the verbs: PyYAML's tokens tell the comments."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import yaml

from refactor.source.documents import Document
from refactor.source.streams import Stream, read_stream
from refactor.source.text import Edit, SourceFile, splice
from refactor.source.tree import Path
from refactor.source.verbs import Edits, Refusal

Verb = Callable[[Document], Edits | Refusal]

HOSTILE: list[Any] = [
    "x",
    "web-2",
    "",
    " ",
    "on",
    "Yes",
    "n",
    "null",
    "~",
    "80",
    "0x10",
    "0o17",
    "1_000",
    "1e3",
    "1:30",
    "12:30:45",
    "2001-01-01",
    ".5",
    "=",
    "<<",
    "- a",
    "-",
    "?",
    "? x",
    ":",
    "a: b",
    "a:",
    "a #b",
    "#c",
    "a#b",
    "[x]",
    "{x}",
    "a, b",
    "a]b",
    "'",
    '"',
    "it's",
    'say "x"',
    "\\",
    "tab\there",
    "two\nlines",
    "\n",
    "*a",
    "&a",
    "!x",
    "|",
    ">",
    "@x",
    "`x`",
    "%x",
    "é😀",
    "\u2028",
    "\x85",
    "\x07",
    "\ufeff",
    "---",
    "...",
    " lead",
    "trail ",
    "http://x:80/y?z#w",
    "nginx:1.25",
    "--port=80",
    "a" * 300,
    "NaN",
    ".inf",
    "y",
    "8080-tcp",
    "1.2.3.4",
    0,
    80,
    -1,
    2**40,
    True,
    False,
    None,
    1.5,
]


def read(text: str) -> Stream:
    return read_stream(SourceFile("x.yaml", text.encode()), lambda *_: True)


def comments(text: str) -> Counter[str]:
    """All comments of a YAML text."""
    start, found = 0, Counter[str]()
    for token in yaml.scan(text.removeprefix("\ufeff"), Loader=yaml.CLoader):
        found.update(_in_gap(text.removeprefix("\ufeff")[start : token.start_mark.index]))
        start = max(start, token.end_mark.index)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            found.update(
                _in_gap(text.removeprefix("\ufeff")[token.start_mark.index : start].partition("\n")[0])
            )
    return found


def _in_gap(text: str) -> list[str]:
    return [comment.rstrip() for comment in re.findall(r"#[^\n]*", text)]


def assert_edited(document: Document, result: tuple[Edit, ...] | Refusal, expected: Any) -> bool:
    """Whether the verb edited; that the result is right in every respect is asserted."""
    if isinstance(result, Refusal):
        assert len(result.reason) > 10
        return False
    old = document.file.text
    new = splice(old, result)
    stream = read(new)
    before = read(old)
    assert stream.malformed == before.malformed, new
    datas = {one.index: one.data for one in before.documents}
    datas[document.index] = expected
    found = {one.index: one.data for one in stream.documents}
    if document.aliased:  # merged keys have no place of their own in the order
        found, datas = _sorted(found), _sorted(datas)
    assert repr(found) == repr(datas), f"{old}\n=====\n{new}"
    assert comments(new) == comments(old), f"{old}\n=====\n{new}"
    assert_same_ends(old, new)
    return True


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def assert_same_ends(old: str, new: str) -> None:
    """Line breaks and the end of the file are as they were."""
    if "\n" in old:
        if "\n" not in old.replace("\r\n", ""):
            assert "\n" not in new.replace("\r\n", "")
        elif "\r" not in old:
            assert "\r" not in new
        # A block of text that comes to stand last needs its line break.
        assert new.endswith("\n") == old.endswith("\n") or re.search(r"[|>]", new)
    assert new.startswith("\ufeff") == old.startswith("\ufeff")


def changed(data: Any, path: Path, value: Any) -> Any:
    """A copy of the data with another value at a path."""
    if not path:
        return value
    top = copy.deepcopy(data)
    _parent(top, path)[path[-1]] = value
    return top


def with_key(data: Any, path: Path, key: str, value: Any, place: int) -> Any:
    """A copy with a key added to the mapping at a path, as its ``place``-th one."""
    entries = list((_at(data, path) or {}).items())
    entries.insert(place, (key, value))
    return changed(data, path, dict(entries))


def without(data: Any, path: Path) -> Any:
    top = copy.deepcopy(data)
    del _parent(top, path)[path[-1]]
    return top


def renamed(data: Any, path: Path, key: str) -> Any:
    entries = _at(data, path[:-1]).items()
    return changed(data, path[:-1], {key if name == path[-1] else name: value for name, value in entries})


def with_item(data: Any, path: Path, index: int, value: Any) -> Any:
    items = list(_at(data, path))
    items.insert(index, value)
    return changed(data, path, items)


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _parent(data: Any, path: Path) -> Any:
    return _at(data, path[:-1])


def paths(data: Any, path: Path = ()) -> list[Path]:
    """All paths of the data, the root's first."""
    found = [path]
    if isinstance(data, dict):
        found += [one for key, value in data.items() for one in paths(value, (*path, key))]
    if isinstance(data, list):
        found += [one for index, value in enumerate(data) for one in paths(value, (*path, index))]
    return found


def document(text: str) -> Document:
    """The only document of a text."""
    (only,) = read(text).documents
    return only


def edited(text: str, verb: Verb) -> str:
    """What a verb makes of a text; that it can be read and has its comments is asserted."""
    result = verb(document(text))
    assert not isinstance(result, Refusal), result.reason
    new = splice(text, result)
    assert read(new).malformed == ()
    assert comments(new) == comments(text)
    return new


def reason(text: str, verb: Verb) -> str:
    """Why a verb refuses to edit a text."""
    result = verb(document(text))
    assert isinstance(result, Refusal), splice(text, result)
    return result.reason
