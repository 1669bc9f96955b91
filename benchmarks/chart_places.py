"""The places in a chart's sources where a slip could break a route.

Found with expressions of our own, not with the lexer under test: what they miss isn't broken, and what
they take too many breaks no route and is thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from benchmarks.chart_views import Vocabulary
from benchmarks.documents import Leaf, Row, Tree, read

Kind = Literal[
    "template number",
    "template name",
    "template label",
    "template label key",
    "expression at a port",
    "expression at a name",
    "expression at a label",
    "number in an action",
    "word in an action",
    "values number",
    "values word",
]

_TEMPLATE_COMMENT = re.compile(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
_ACTION = re.compile(r"\{\{(?:\"(?:\\.|[^\"\\])*\"|`[^`]*`|\}(?!\})|[^\"`}])*\}\}")
_LINE = re.compile(
    r"^[ \t]*(?:-[ \t]+)?(?P<quote>[\"']?)(?P<key>[\w./-]+)(?P=quote):[ \t]+(?P<value>\S.*?)"
    r"[ \t]*(?:[ \t]#[^\n]*)?\r?$",
    re.MULTILINE,
)
_LITERAL = re.compile(r"(?P<quote>[\"']?)(?P<text>[\w./-]+)(?P=quote)\Z")
# A value that is one line of plain output, perhaps quoted, perhaps put together from several actions.
_OUTPUT = re.compile(
    r"(?P<quote>[\"']?)(?P<text>[\w./-]*\{\{(?:[^\n{]|\{(?!\{)|\{\{)*\}\}[\w./-]*)(?P=quote)\Z"
)
_STRUCTURAL = re.compile(r"\{\{-?\s*(?:if|else|range|with|end|define|block)\b|n?indent|toYaml|\{\{-|-\}\}")
_OPERAND = re.compile(r"\"(?P<word>[\w./-]+)\"|(?<![\w.$\"-])(?P<number>[1-9]\d{1,4})(?![\w.\"])")
# What stands near a `name:` that a route may pass through; any object has others.
_OF_A_ROUTE = re.compile(r"[pP]orts?:|[sS]ervice:|backend:|kind: Service\b")
_REACH = 160
_PORT_KEYS = frozenset(("port", "targetPort", "containerPort", "number", "servicePort"))
_NAME_KEYS = frozenset(("name", "serviceName", "portName"))


@dataclass(frozen=True, slots=True)
class Place:
    """`text[start:end]` of the file `path` (quotes left out) is `old`; `key` is what it's the value of."""

    path: str
    start: int
    end: int
    old: str
    kind: Kind
    key: str = ""


def places(files: dict[str, str], known: Vocabulary) -> Iterator[Place]:
    """Every place of the chart's own templates and values files."""
    for path, text in sorted(files.items()):
        pure = PurePosixPath(path)
        if "templates" in pure.parts and pure.suffix in (".yaml", ".yml", ".tpl"):
            bare = _TEMPLATE_COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
            yield from _lines(path, bare, known)
            yield from _operands(path, bare, known)
        elif pure.name.startswith("values") and pure.suffix in (".yaml", ".yml"):
            yield from _values(path, text, known)


def _lines(path: str, text: str, known: Vocabulary) -> Iterator[Place]:
    for line in _LINE.finditer(text):
        key, value, start = line["key"], line["value"], line.start("value")
        if literal := _LITERAL.match(value):
            begin = start + literal.start("text")
            yield from _literals(path, key, literal["text"], begin, known)
            if key in known.label_keys and literal["text"] in known.labels:
                yield Place(path, line.start("key"), line.end("key"), key, "template label key", key)
        elif (output := _OUTPUT.match(value)) and not _STRUCTURAL.search(value):
            begin = start + output.start("text")
            kind = _role(key, known)
            around = text[max(0, line.start() - _REACH) : line.end() + _REACH]
            if kind and (kind != "expression at a name" or _OF_A_ROUTE.search(around)):
                yield Place(path, begin, begin + len(output["text"]), output["text"], kind, key)


def _literals(path: str, key: str, old: str, start: int, known: Vocabulary) -> Iterator[Place]:
    end = start + len(old)
    if key in _PORT_KEYS and old.isdigit() and int(old) in known.numbers:
        yield Place(path, start, end, old, "template number", key)
    elif key in _PORT_KEYS | _NAME_KEYS and old in known.port_names | known.services:
        yield Place(path, start, end, old, "template name", key)
    elif key in known.label_keys and old in known.labels:
        yield Place(path, start, end, old, "template label", key)


def _role(key: str, known: Vocabulary) -> Kind | None:
    if key in _PORT_KEYS:
        return "expression at a port"
    if key in _NAME_KEYS:
        return "expression at a name"
    return "expression at a label" if key in known.label_keys else None


def _operands(path: str, text: str, known: Vocabulary) -> Iterator[Place]:
    """The literals within actions: `default 8080`, `"servicePort" "http"`."""
    for action in _ACTION.finditer(text):
        for operand in _OPERAND.finditer(action[0]):
            number, word = operand["number"], operand["word"]
            if number and int(number) in known.numbers:
                start = action.start() + operand.start("number")
                yield Place(path, start, start + len(number), number, "number in an action")
            elif word in known.port_names:
                start = action.start() + operand.start("word")
                yield Place(path, start, start + len(word), word, "word in an action")


def _values(path: str, text: str, known: Vocabulary) -> Iterator[Place]:
    for manifest in read(path, text):
        for key, leaf in _leaves(manifest.root):
            old = text[leaf.start + len(leaf.style) : leaf.end - len(leaf.style)]
            if leaf.start in manifest.shared or leaf.style not in ("", '"', "'") or old != str(leaf.value):
                continue
            span = (leaf.start + len(leaf.style), leaf.end - len(leaf.style))
            if old.isdigit() and int(old) in known.numbers:
                yield Place(path, *span, old, "values number", key)
            elif old in known.words:
                yield Place(path, *span, old, "values word", key)


def _leaves(tree: Tree, key: str = "") -> Iterator[tuple[str, Leaf]]:
    if isinstance(tree, Leaf):
        yield key, tree
    elif isinstance(tree, Row):
        for item in tree.items:
            yield from _leaves(item, key)
    else:
        for name, item in tree.entries.items():
            yield from _leaves(item, name)
