"""What a parser's complaint means to the person who wrote the file: what is wrong, why it often is."""

from __future__ import annotations

import re

from .tree import YamlProblem

# The first entry whose words stand in the parser's message decides; both parsers' words are here.
_MEANINGS: tuple[tuple[str, str], ...] = (
    ("unclosed {", "the `{` that opens here isn't closed before the document ends"),
    ("unclosed [", "the `[` that opens here isn't closed before the document ends"),
    ("found character", "this character can't begin a value; put the value in quotes"),
    ("mapping values", "a second `: ` on one line, or a line indented deeper than the one it belongs to"),
    ("could not find expected ':'", "a key without a colon, or a text that goes on without quotes"),
    ("escape", "a backslash in double quotes begins an escape that YAML doesn't know"),
    ("quoted scalar", "the quote that opens here isn't closed before the document ends"),
    ("block mapping", "this line doesn't fit the mapping around it; check the indentation, also above"),
    ("block collection", "this line doesn't fit the list around it; check the indentation, also above"),
    ("block sequence", "this line doesn't fit the list around it; check the indentation, also above"),
    ("flow mapping", "a `{` isn't closed, or a comma is missing"),
    ("flow sequence", "a `[` isn't closed, or a comma is missing"),
    ("flow node", "a `[` or `{` isn't closed, or a comma is missing"),
    ("block scalar", "only an indentation hint and a comment may follow `|` or `>` on its line"),
    ("anchor without", "an anchor or alias without a name; quote a value that begins with `&` or `*`"),
    ("alias without", "an anchor or alias without a name; quote a value that begins with `&` or `*`"),
    ("anchor", "an anchor or alias that can't be read; quote a value that begins with `&` or `*`"),
    ("scanning an alias", "an alias that can't be read; quote a value that begins with `*`"),
    ("tag", "a tag that can't be read; quote a value that begins with `!`"),
    ("<document start>", "text after the end of the document; a new one begins with a `---` line"),
    ("directive", "a line that begins with `%` is a YAML directive; quote such a text"),
    ("simple key", "a key without a colon, or one that is longer than 1,024 characters"),
    ("node content", "a value is expected here"),
)
_TAB_INDENT = re.compile(r"[ -]*\t")
_LONE_WORD = re.compile(r"[ -]*(\w[\w.-]*)[ ]*")


def explain(problem: YamlProblem, line: str, above: str = "") -> str:
    """An English message for a problem in the source text ``line``, which stands below ``above``."""
    if "{{" in line:
        return "not valid YAML: an unquoted `{{` begins a mapping; render the template, or quote the value"
    if not problem.parser:
        return f"not readable by Kubernetes: {problem.message}"
    if problem.message.startswith("control character"):
        return f"not text: {problem.message} isn't allowed in YAML; is this a binary file?"
    if _TAB_INDENT.match(line):
        return "not valid YAML: a tab in the indentation; YAML only takes spaces there"
    lone = _LONE_WORD.fullmatch(above)
    if lone and "mapping values" in problem.message:
        return f"not valid YAML: a colon seems to be missing behind `{lone[1]}` on the line above"
    meaning = next((meaning for part, meaning in _MEANINGS if part in problem.message), problem.message)
    return f"not valid YAML: {meaning}"


def undecodable(data: bytes, error: UnicodeDecodeError) -> str:
    """An English message for bytes that aren't UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "not UTF-8: this looks like UTF-16; save the file as UTF-8"
    return f"not UTF-8: byte 0x{data[error.start]:02x} begins no character; save the file as UTF-8"
