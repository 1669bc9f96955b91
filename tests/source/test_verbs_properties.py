"""Whatever a verb edits reads back as exactly what was asked, with every comment where it was."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from refactor.source.documents import Document
from refactor.source.streams import read_stream
from refactor.source.tree import Path
from refactor.source.verbs import Kept, add_key, insert_item, remove_key, rename_key, reshape, set_scalar
from tests.source import corpus, judging
from tests.source.texts import ALL, VARIANTS

NESTED: list[Any] = [
    {"name": "x", "port": {"number": 80}},
    {"a": [1, {"b": "on", "c": []}, "x: y"], "d": {}},
    ["x", {"y": 1, "z": [{"q": None}]}],
    [],
    {},
]
KEYS = ["new", "on", "80", "a b", "x: y", "null", "k8s.io/name", "#", "-", "", "é", "it's"]


def value_for(chance: random.Random) -> Any:
    return chance.choice(judging.HOSTILE if chance.random() < 0.7 else NESTED)


def try_everything(document: Document, chance: random.Random, tries: int) -> Counter[str]:
    """Random verbs at random paths; what was edited and what was refused, by verb."""
    done: Counter[str] = Counter()
    everywhere = judging.paths(document.data)
    for _ in range(tries):
        path = chance.choice(everywhere)
        verb = chance.choice((_set, _add, _remove, _rename, _insert, _reshape))
        done[f"{verb.__name__} {verb(document, path, chance)}"] += 1
    return done


def at(document: Document, path: Path) -> Any:
    value = document.data
    for step in path:
        value = value[step]
    return value


def _set(document: Document, path: Path, chance: random.Random) -> bool:
    value = chance.choice(judging.HOSTILE)
    return judging.assert_edited(
        document, set_scalar(document, path, value), judging.changed(document.data, path, value)
    )


def _add(document: Document, path: Path, chance: random.Random) -> bool:
    key, value = chance.choice(KEYS), value_for(chance)
    mapping = at(document, path)
    names = list(mapping) if isinstance(mapping, dict) else []
    place, where = len(names), {}
    if names and chance.random() < 0.6:
        number = chance.randrange(len(names))
        side = chance.choice(("before", "after"))
        place, where = number + (side == "after"), {side: names[number]}
    result = add_key(document, path, key, value, **where)
    if key in names or not (isinstance(mapping, dict) or mapping is None):
        return judging.assert_edited(document, result, "never")
    return judging.assert_edited(document, result, judging.with_key(document.data, path, key, value, place))


def _remove(document: Document, path: Path, chance: random.Random) -> bool:
    result = remove_key(document, path)
    expected = judging.without(document.data, path) if path else "never"
    return judging.assert_edited(document, result, expected)


def _rename(document: Document, path: Path, chance: random.Random) -> bool:
    key = chance.choice(KEYS)
    named = path and isinstance(path[-1], str) and key not in at(document, path[:-1])
    expected = judging.renamed(document.data, path, key) if named else "never"
    return judging.assert_edited(document, rename_key(document, path, key), expected)


def _insert(document: Document, path: Path, chance: random.Random) -> bool:
    items = at(document, path)
    index = chance.randint(0, len(items)) if isinstance(items, list) else 0
    value = value_for(chance)
    expected = judging.with_item(document.data, path, index, value) if isinstance(items, list) else "never"
    return judging.assert_edited(document, insert_item(document, path, index, value), expected)


def _reshape(document: Document, path: Path, chance: random.Random) -> bool:
    """Nest the scalars of a mapping in another way, keeping all of them."""
    old = at(document, path)
    if isinstance(old, dict):
        leaves = [one for one in judging.paths(old) if one and not isinstance(_below(old, one), dict | list)]
    else:
        leaves = [()]
    shape: dict[str, Any] = {}
    expected: dict[str, Any] = {}
    for number, leaf in enumerate(leaves):
        name, value = f"k{number}", _below(old, leaf)
        kept: Any = Kept((*path, *leaf))
        wrap = chance.choice((_bare, _nested, _listed))
        shape[name], expected[name] = wrap(kept), wrap(value)
    if chance.random() < 0.3:
        shape["fresh"] = expected["fresh"] = value_for(chance)
    result = reshape(document, path, shape)
    return judging.assert_edited(document, result, judging.changed(document.data, path, expected))


def _bare(value: Any) -> Any:
    return value


def _nested(value: Any) -> Any:
    return {"name": value, "port": {"number": 1}}


def _listed(value: Any) -> Any:
    return [{"inner": value}, 2]


def _below(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


@pytest.mark.parametrize("variant", range(len(VARIANTS)))
@pytest.mark.parametrize("text", range(len(ALL)))
def test_verbs_on_the_samples(text: int, variant: int) -> None:
    (document,) = judging.read(VARIANTS[variant](ALL[text])).documents
    done = try_everything(document, random.Random(f"{text} {variant}"), 400)
    for verb in ("_set", "_add", "_remove", "_rename", "_insert", "_reshape"):
        assert done[f"{verb} True"] > 0, done


@corpus.needs_corpus
@pytest.mark.parametrize("part", range(8))
def test_verbs_on_the_corpus(part: int) -> None:
    chance = random.Random(part)
    done: Counter[str] = Counter()
    for file in corpus.files()[part::8]:
        stream = read_stream(file, lambda *_: True)
        if stream.malformed or len(file.data) > 20_000:
            continue
        for document in stream.documents[:4]:
            done += try_everything(document, chance, 6)
    edited = sum(count for name, count in done.items() if name.endswith("True"))
    assert edited > sum(done.values()) * 0.4, done


@corpus.needs_corpus
@pytest.mark.parametrize("variant", range(1, len(VARIANTS)))
def test_verbs_on_bent_files_of_the_corpus(variant: int) -> None:
    chance = random.Random(variant)
    done: Counter[str] = Counter()
    for file in chance.sample(corpus.files(), 40):
        if len(file.data) > 10_000 or "\r" in file.text or file.text.startswith(("\ufeff", "---", "%")):
            continue
        for document in judging.read(VARIANTS[variant](file.text)).documents[:3]:
            done += try_everything(document, chance, 10)
    assert sum(count for name, count in done.items() if name.endswith("True")) > 50
