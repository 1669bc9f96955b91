"""YAML bytes → plain values, or → nodes with exact places. The only module that knows a YAML library.

Both builders are loops over parser events, never the library's own composer: that one overflows
the C stack on deep input and gives values the types of another dialect. The events come from
libyaml; where ruamel.yaml has no C build, from its pure Python parser (17 to 40 times slower).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from .scalars import ResolvedScalars
from .text import BOM
from .tree import DEEPEST, Kind, Node, Path, YamlProblem
from .values import TOO_DEEP, Loaded, construct

try:
    from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # it isn't in __all__
except ImportError:  # no C build for this platform
    CParser = None

__all__ = ["HAS_C_PARSER", "Kind", "Loaded", "Node", "Path", "YamlProblem", "compose", "load", "load_all"]

# The pure parser takes two seconds for a megabyte: beyond this, an error is the better answer.
_MOST_FOR_PURE = 1_000_000
HAS_C_PARSER = CParser is not None
_SCALARS = ResolvedScalars()
_NOT_YAML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_DOCUMENT_END = re.compile(r"(?:---|\.\.\.)(?!\S)|\s*\Z")
_TO_COLON = re.compile(r"(?:\s++(?:#[^\r\n]*+)?)*+:")
# To look a member of an enumeration up takes Python 3.11 longer than all else about a node.
_SCALAR, _MAPPING, _SEQUENCE = Kind.SCALAR, Kind.MAPPING, Kind.SEQUENCE


class _NotPlain(Exception):
    """The document uses something that only the exact, slower way reads right."""


def load(data: bytes, *, pure: bool = False) -> Loaded:
    """The plain data of the only document in ``data``, by Kubernetes' rules (see :class:`Loaded`).

    ``pure`` takes the pure Python parser. Raises YamlProblem, also when there are several documents.
    """
    documents = load_all(data, pure=pure)
    if len(documents) > 1:
        raise YamlProblem(1, 1, "expected a single document")
    return documents[0] if documents else Loaded(None, (), False)


def load_all(data: bytes, *, pure: bool = False) -> list[Loaded]:
    """The plain data of every document in ``data``. Raises YamlProblem."""
    try:
        return [Loaded(value, (), False) for value in _load(_events(data, pure))]
    except _NotPlain:
        return [construct(root) for root in compose_all(data, pure=pure)]
    except YAMLError as error:
        if _is_old_grammar(error, data, pure):
            return load_all(data, pure=True)
        raise _problem(error, data) from None


def compose(data: bytes, *, offset: int = 0, line: int = 1, pure: bool = False) -> Node | None:
    """The root node of the first document in ``data``, None where there is none.

    ``offset`` (code points) and ``line`` (1-based) say where ``data`` begins in its file: they are
    added to every place. Aliases are leaves; duplicate keys are kept. Raises YamlProblem.
    """
    roots = compose_all(data, offset=offset, line=line, pure=pure)
    return roots[0] if roots else None


def compose_all(data: bytes, *, offset: int = 0, line: int = 1, pure: bool = False) -> list[Node]:
    """The root nodes of all documents in ``data``; see :func:`compose`. Raises YamlProblem."""
    try:
        text = data.decode()
        # libyaml doesn't count a byte order mark as a character, the pure parser does.
        shift = 1 if text.startswith(BOM) and not _takes_pure(pure) else 0
        return _compose(_events(data, pure), text, offset, shift, line)
    except YAMLError as error:
        if _is_old_grammar(error, data, pure):
            return compose_all(data, offset=offset, line=line, pure=True)
        raise _problem(error, data) from None


def _is_old_grammar(error: YAMLError, data: bytes, pure: bool) -> bool:
    """Whether the C build refuses what Kubernetes reads: `{image: nginx:1.29}`, a colon in a flow scalar.

    The libyaml that ruamel.yaml's C build carries is older than that part of the grammar.
    """
    refused = getattr(error, "problem", None) == "found unexpected ':'"
    return refused and not _takes_pure(pure) and len(data) <= _MOST_FOR_PURE


def _takes_pure(pure: bool) -> bool:
    return pure or not HAS_C_PARSER


def _events(data: bytes, pure: bool) -> Callable[[], Any]:
    if _takes_pure(pure):
        events: Callable[[], Any] = iter(YAML(typ="safe", pure=True).parse(data.decode())).__next__
        return events
    get: Callable[[], Any] = CParser(data).get_event
    return get


def _load(get: Callable[[], Any]) -> list[Any]:
    """Plain data from events. A mapping is a flat list of keys and values until it closes."""
    documents: list[Any] = []
    stack: list[list[Any]] = []
    current = documents
    known = _SCALARS
    while True:
        event = get()
        kind = event.__class__
        if kind is ScalarEvent:
            if event.anchor is not None or event.ctag is not None:
                raise _NotPlain
            current.append(known[event.value] if event.implicit[0] else event.value)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            closed = current if kind is SequenceEndEvent else _mapping(current)
            current = stack.pop()
            current.append(closed)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if event.anchor is not None:
                raise _NotPlain
            if len(stack) >= DEEPEST:
                raise _too_deep(event)
            stack.append(current)
            current = []
        elif kind is AliasEvent:
            raise _NotPlain
        elif kind is StreamEndEvent:
            return documents


def _mapping(flat: list[Any]) -> dict[str, Any]:
    keys = flat[::2]
    try:
        "".join(keys)  # the quickest proof that every key is a text
    except TypeError:
        raise _NotPlain from None
    mapping = dict(zip(keys, flat[1::2], strict=True))
    if len(mapping) != len(keys) or "<<" in mapping:
        raise _NotPlain
    return mapping


def _compose(get: Callable[[], Any], text: str, base: int, shift: int, line: int) -> list[Node]:
    offset = base + shift
    documents: list[Node] = []
    stack: list[tuple[list[Node], Node]] = []
    current: list[Node] = []
    while True:
        event = get()
        kind = event.__class__
        if kind is ScalarEvent or kind is AliasEvent:
            node = _scalar(event, offset, line) if kind is ScalarEvent else _alias(event, offset, line)
            current.append(node)
            if node.start == node.end and stack:
                _place_missing_value(stack[-1][1], text, base)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if len(stack) >= DEEPEST:
                raise _too_deep(event)
            node = _collection(event, kind is MappingStartEvent, offset, line)
            current.append(node)
            stack.append((current, node))
            current = node.children
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            current, node = stack.pop()
            # The mark of a block's end runs on to the next token, past comments.
            last = node.children[-1].end if node.children else node.start
            node.end = event.end_mark.index + offset if node.flow else last
        elif kind is DocumentStartEvent:
            current = []
        elif kind is DocumentEndEvent:
            documents += current
        elif kind is StreamEndEvent:
            return documents


def _scalar(event: Any, offset: int, line: int) -> Node:
    mark, tag = event.start_mark, event.ctag
    return Node(
        _SCALAR,
        mark.index + offset,
        event.end_mark.index + offset,
        event.value,
        [],
        None if tag is None else event.tag,
        event.anchor,
        event.style or "",
        mark.line + line,
        mark.column + 1,
    )


def _alias(event: Any, offset: int, line: int) -> Node:
    mark = event.start_mark
    start, end = mark.index + offset, event.end_mark.index + offset
    return Node(Kind.ALIAS, start, end, event.anchor, [], None, None, "", mark.line + line, mark.column + 1)


def _collection(event: Any, mapping: bool, offset: int, line: int) -> Node:
    mark = event.start_mark
    kind = _MAPPING if mapping else _SEQUENCE
    style = "flow" if event.flow_style else "block"
    start = mark.index + offset
    return Node(kind, start, start, "", [], event.tag, event.anchor, style, mark.line + line, mark.column + 1)


def _place_missing_value(parent: Node, text: str, offset: int) -> None:
    """Put the value of a mapping's latest key, where it is missing, right after its colon.

    Parsers disagree about the place.
    """
    if parent.kind is not _MAPPING or len(parent.children) % 2:
        return
    key, value = parent.children[-2:]
    if not value.plain or value.anchor is not None:
        return
    colon = _TO_COLON.match(text, key.end - offset)
    place = colon.end() if colon else key.end - offset
    value.start = value.end = place + offset
    value.line = key.line + text.count("\n", key.start - offset, place)
    if value.line == key.line:
        value.column = key.column + value.start - key.start
    else:
        value.column = place - text.rfind("\n", 0, place)


def _too_deep(event: Any) -> YamlProblem:
    mark = event.start_mark
    return YamlProblem(mark.line + 1, mark.column + 1, TOO_DEEP)


def _problem(error: YAMLError, data: bytes) -> YamlProblem:
    if not isinstance(error, MarkedYAMLError):
        return _unreadable_character(data, str(error))
    words = " ".join(part for part in (error.context, error.problem) if part)
    mark = error.problem_mark or error.context_mark
    if "quoted scalar" in words and "escape" not in words:
        mark = error.context_mark or mark  # where the quote opens, not where the text ends
    elif "flow" in words and _ends_document(data, mark.index):
        opening = _unclosed(data)
        if opening is not None:
            sign, mark = opening
            words = f"unclosed {sign}"
    return YamlProblem(mark.line + 1, mark.column + 1, words, parser=True)


def _ends_document(data: bytes, index: int) -> bool:
    text = data.decode(errors="replace")
    # libyaml doesn't count a byte order mark.
    return _DOCUMENT_END.match(text.removeprefix(BOM) if HAS_C_PARSER else text, index) is not None


def _unclosed(data: bytes) -> tuple[str, Any] | None:
    """The innermost bracket that is open where the parser stops, and its mark."""
    get = _events(data, pure=False)
    stack: list[Any] = []
    try:
        while (kind := (event := get()).__class__) is not StreamEndEvent:
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                stack.append(event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                stack.pop()
    except YAMLError:
        flow = next((event for event in reversed(stack) if event.flow_style), None)
        if flow is not None:
            return "{" if isinstance(flow, MappingStartEvent) else "[", flow.start_mark
    return None


def _unreadable_character(data: bytes, otherwise: str) -> YamlProblem:
    text = data.decode(errors="replace")
    found = _NOT_YAML.search(text)
    if found is None:
        return YamlProblem(1, 1, otherwise, parser=True)
    start = text.rfind("\n", 0, found.start()) + 1
    line = text.count("\n", 0, found.start()) + 1
    return YamlProblem(
        line, found.start() - start + 1, f"control character U+{ord(found[0]):04X}", parser=True
    )
