"""What a values file holds is its owner's: which of its lines look like secrets, and are shown nowhere."""

import re
from collections.abc import Iterator

from refactor.source import SourceFile, read_stream
from refactor.source.tree import Kind, Node

# By the name of the key, or of the variable that it is the value of; names of Secrets are none, nor switches.
_KEY = re.compile(
    r"pass(?:w|phrase|code|key)|(?:^|[-_])(?:pass|pin)(?:[-_]|$)|(?-i:[a-z](?:Pass|Pin)$)|pwd|secret|token"
    r"|credential|jwt|bearer|auth$|dsn$|connection[-_]?string"
    r"|(?:api|access|private|signing|encryption|master|ssh|tls|auth)[-_]?key|cert(?:ificate)?$",
    re.I,
)
_NAMED = re.compile(r"^existing|(?:name|ref|enabled|type|ttl|file|path|length)$", re.I)
# By the value: a URL with a password, a key in PEM, letters of both cases mixed with digits.
_VALUE = re.compile(
    r"://[^/@\s]*:[^/@\s]+@|-----BEGIN|^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/=_-]{20,}$"
)
_PLAIN = frozenset(("", "true", "false", "null", "~"))
_COMMENTED = re.compile(r"#[\s#-]*([\w.-]+):\s+(\S.*)")


def secret_lines(file: SourceFile) -> frozenset[int]:
    """The lines (1-based) of a values file that look as if they held a secret, in comments too."""
    return frozenset((*_of_values(file), *_of_comments(file)))


def _of_values(file: SourceFile) -> Iterator[int]:
    for document in read_stream(file, lambda *_: True).documents:
        for node in _secrets(document.root, False) if document.root is not None else ():
            last = file.position(max(node.end - 1, node.start)).line
            yield from range(file.position(node.start).line, last + 1)


def _of_comments(file: SourceFile) -> Iterator[int]:
    for number, line in enumerate(file.text.split("\n"), 1):
        found = _COMMENTED.search(line)
        if found and (_is_secret_key(found[1]) or _VALUE.search(found[2].strip(" \r\"'"))):
            yield number


def _secrets(node: Node, secret: bool) -> Iterator[Node]:
    """The scalars that look like secrets; `secret`: all of them, for they stand below such a key."""
    if node.kind is Kind.MAPPING:
        named = next((value.text for key, value in node.pairs() if key.text == "name"), "")
        for key, value in node.pairs():
            told = key.text if key.text != "value" else named
            yield from _secrets(value, _is_secret_key(told) or (secret and not _NAMED.search(told)))
    elif node.kind is Kind.SEQUENCE:
        for child in node.children:
            yield from _secrets(child, secret)
    elif node.kind is Kind.SCALAR and node.text not in _PLAIN and (secret or _VALUE.search(node.text)):
        yield node


def _is_secret_key(key: str) -> bool:
    return bool(_KEY.search(key)) and not _NAMED.search(key)
