"""What a values file holds is its owner's: a diff shows no values but those that it changes."""

import re
from collections.abc import Iterator, Sequence

from refactor.source import Edit, Refusal, SourceFile, read_stream
from refactor.source.tree import Kind, Node

# A secret by the name of its key, or of the variable that it is the value of; not the name of a Secret.
_SECRET = re.compile(r"pass(?:w|phrase|$)|pwd|secret|token|credential|(?:api|access|private)[-_]?key", re.I)
_NAMED = re.compile(r"^existing|(?:name|ref|enabled|type)$", re.I)


def value_lines(file: SourceFile) -> frozenset[int]:
    """The lines (1-based) of a values file on which a value stands."""
    return frozenset(line for node, _ in _scalars(file) for line in _lines(file, node))


def reveals(edits: Sequence[Edit]) -> Refusal | None:
    """Why edits of a values file aren't made: a diff has to show a line beside them that holds a secret."""
    for edit in edits:
        shown = _shown(edit)
        for node, secret in _scalars(edit.file):
            if secret and shown in _lines(edit.file, node) and not node.start <= edit.span.start < node.end:
                return Refusal(
                    f"line {shown} of {edit.file.path} looks like a secret, and the diff would show it; "
                    "put a comment between the two"
                )
    return None


def _shown(edit: Edit) -> int:
    """The line that git needs: the one behind an edit, or the one before what is added at the end."""
    if edit.span.start == len(edit.file.text):
        return edit.file.position(edit.span.start - 1).line
    behind = edit.file.position(edit.span.end)
    return behind.line if behind.column == 1 else behind.line + 1


def _lines(file: SourceFile, node: Node) -> range:
    end = max(node.end - 1, node.start)
    return range(file.position(node.start).line, file.position(end).line + 1)


def _scalars(file: SourceFile) -> Iterator[tuple[Node, bool]]:
    """The scalar values of a file, each with whether it looks like a secret."""
    for document in read_stream(file, lambda _: True).documents:
        if document.root is not None:
            yield from _below(document.root, False)


def _below(node: Node, secret: bool) -> Iterator[tuple[Node, bool]]:
    if node.kind is Kind.MAPPING:
        named = next((value.text for key, value in node.pairs() if key.text == "name"), "")
        for key, value in node.pairs():
            told = key.text if key.text != "value" else named
            yield from _below(value, _looks_secret(told) or (secret and not _NAMED.search(told)))
    elif node.kind is Kind.SEQUENCE:
        for child in node.children:
            yield from _below(child, secret)
    elif node.kind is Kind.SCALAR and node.text:
        yield node, secret and node.text not in ("true", "false", "null", "~")


def _looks_secret(key: str) -> bool:
    return bool(_SECRET.search(key)) and not _NAMED.search(key)
