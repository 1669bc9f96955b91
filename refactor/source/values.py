"""Nodes → plain data, the exact way: aliases, merges, tags, duplicate and non-text keys.

What go-yaml version 2 does with them is what Kubernetes does: an alias repeats what the latest
anchor of its name holds; ``<<`` copies keys at its place, so that whatever stands later wins; a
duplicate key's last value wins.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, NamedTuple

from .scalars import Scalar, key_text, resolve
from .tree import DEEPEST, Kind, Node, Path, YamlProblem, is_merge

TOO_DEEP = f"nested deeper than {DEEPEST} levels"
MOST_ALIASED_NODES = 100_000
_TAGS = "tag:yaml.org,2002:"
_TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
    "null": (type(None),),
}


class Loaded(NamedTuple):
    """A document's data: dicts with text keys, lists, and scalars by Kubernetes' rules.

    ``duplicates`` are the paths of keys that stand more than once in their mapping; ``aliased`` says
    that the document uses aliases, so that parts of ``value`` may be one and the same object.
    """

    value: Any
    duplicates: tuple[Path, ...]
    aliased: bool


@dataclass(frozen=True, slots=True)
class _Built:
    value: Any
    size: int
    height: int


class _Frame:
    """A collection that is being built: how far we are, and what its children came to."""

    __slots__ = ("built", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.built: list[_Built] = []


def construct(root: Node) -> Loaded:
    """The data of a document. Raises YamlProblem, for instance when aliases grow without bound."""
    builder = _Builder()
    value = builder.build(root)
    return Loaded(value, tuple(builder.duplicates), builder.aliased)


class _Builder:
    def __init__(self) -> None:
        self.stack: list[_Frame] = []
        self.anchors: dict[str, Node] = {}
        self.finished: dict[int, _Built] = {}
        self.duplicates: list[Path] = []
        self.aliased = False
        self.copied = 0

    def build(self, root: Node) -> Any:
        top = _Frame(Node(Kind.SEQUENCE, 0, 0, "", [root], None, None, "block", 1, 1))
        self.stack = [top]
        while True:
            frame = self.stack[-1]
            if len(frame.built) < len(frame.node.children):
                self.enter(frame.node.children[len(frame.built)])
            elif frame is top:
                return top.built[0].value
            else:
                self.stack.pop()
                self.leave(frame.node, self.collection(frame))

    def enter(self, node: Node) -> None:
        if node.anchor is not None:
            self.anchors[node.anchor] = node
        if node.kind is Kind.ALIAS:
            self.stack[-1].built.append(self.alias(node))
        elif node.kind is Kind.SCALAR:
            self.leave(node, _Built(scalar_value(node), 1, 0))
        else:
            self.stack.append(_Frame(node))

    def leave(self, node: Node, built: _Built) -> None:
        if node.anchor is not None:
            self.finished[id(node)] = built
        self.stack[-1].built.append(built)

    def alias(self, node: Node) -> _Built:
        self.aliased = True
        target = self.anchors.get(node.text)
        if target is None:
            raise _at(node, "this alias has no anchor before it")
        built = self.finished.get(id(target))
        if built is None:
            raise _at(node, "this anchor contains itself")
        self.copied += built.size
        if self.copied > MOST_ALIASED_NODES:
            raise _at(node, f"aliases repeat more than {MOST_ALIASED_NODES:,} values")
        if len(self.stack) + built.height > DEEPEST:
            raise _at(node, TOO_DEEP)
        return built

    def collection(self, frame: _Frame) -> _Built:
        size = 1 + sum(child.size for child in frame.built)
        if frame.node.kind is Kind.SEQUENCE:
            height = 1 + max((child.height for child in frame.built), default=0)
            return _Built([child.value for child in frame.built], size, height)
        return self.mapping(frame, size)

    def mapping(self, frame: _Frame, size: int) -> _Built:
        mapping: dict[str, Any] = {}
        own: set[str] = set()
        height = 1
        built = iter(frame.built)
        for (key, value), key_built, child in zip(frame.node.pairs(), built, built, strict=True):
            if is_merge(key):
                height = max(height, child.height)
                _merge(mapping, value, child.value)
                continue
            text = _key(key, key_built.value)
            if text in own:
                self.duplicates.append((*self.path(), text))
            own.add(text)
            height = max(height, child.height + 1)
            mapping[text] = child.value
        return _Built(mapping, size, height)

    def path(self) -> Path:
        """Where the collection that was just finished stands."""
        steps: list[str | int] = []
        for frame in self.stack[1:]:
            done = len(frame.built)
            if frame.node.kind is Kind.SEQUENCE:
                steps.append(done)
            else:
                steps.append(_key(frame.node.children[done - 1], frame.built[done - 1].value))
        return tuple(steps)


def _merge(mapping: dict[str, Any], node: Node, source: Any) -> None:
    sources = source if isinstance(source, list) else [source]
    if not all(isinstance(part, dict) for part in sources):
        raise _at(node, "`<<` can only merge mappings")
    # Earlier sources take precedence over later ones, so they are copied last.
    for part in reversed(sources):
        mapping.update(part)


def _key(node: Node, value: Any) -> str:
    if isinstance(value, dict | list):
        raise _at(node, "a mapping or list can't be a key")
    text = key_text(value)
    if text is None:
        raise _at(node, "a key can't be null")
    return text


def scalar_value(node: Node) -> Scalar:
    """The value of a scalar node, tags included. Raises YamlProblem for a tag that doesn't fit."""
    if node.tag is None or node.tag == "!":
        # A lone `!` counts for nothing to go-yaml.
        return node.text if node.style else resolve(node.text)
    name = node.tag.removeprefix(_TAGS)
    if name == "binary":
        return _binary(node)
    if name not in _TYPES or name == node.tag:
        return node.text
    value = resolve(node.text)
    if type(value) not in _TYPES[name]:
        raise _at(node, f"this isn't what its tag !!{name} says")
    return value


def _binary(node: Node) -> str:
    try:
        return base64.b64decode("".join(node.text.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        raise _at(node, "the value of !!binary isn't base64 of UTF-8 text") from None


def _at(node: Node, message: str) -> YamlProblem:
    return YamlProblem(node.line, node.column, message)
