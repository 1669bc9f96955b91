"""Helm's messages → :class:`.Failure`: where, and what in one line, without values.

Helm 3 and the SDK word the same error differently. What a template runs into while it runs is a
chain of frames, ``template: NAME:LINE:COLUMN: executing "UNIT" at <NODE>: error calling include: …``
in one line, or the same over several lines since Helm 4; the last frame is where it happened, the
first is what was being rendered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from .protocol import Failure, FailureKind
from .redaction import one_line, shortened, without_secrets, without_strangers, without_texts, without_values

_FRAME = re.compile(
    r"(?:^|\n|template: )\s*(?:template: )?(?P<name>[^\n:\"<>]+):(?P<line>\d+):(?P<column>\d+):?\s+"
    r"executing \"(?:[^\"\\]|\\.)*\" at <(?P<node>.*?)>:\s+",
    re.DOTALL,
)
_PLACED = re.compile(
    r"(?P<what>execution|parse) error at \((?P<name>.+?):(?P<line>\d+)(?::(?P<column>\d+))?\): (?P<rest>.*)",
    re.DOTALL,
)
_NOT_YAML = re.compile(r"YAML parse error on (?P<name>.+?): (?P<rest>.*)", re.DOTALL)
_SCHEMA = re.compile(r"values don't meet the specifications of the schema\(s\) in the following chart\(s\):")
_CALLING = re.compile(r"(?:error calling \w+:\s+)+")
_TPL_TEXT = re.compile(
    r"(?P<what>cannot parse template|error during tpl function execution for) \"(?:[^\"\\]|\\.)*\":\s*"
    r"(?:template: gotpl:\d+:\s*)?"
)
# Text that `tpl` is given has no file: Helm calls it so.
_TPL = "gotpl"
_DEBUG_HINT = "\n\nUse --debug flag to render out invalid YAML"
# What each layer of Helm adds in front of the reader's own words.
_LAYERS = re.compile(r"(?<![\w.])(?:cannot unmarshal yaml document|error converting YAML to JSON|yaml): ")
_NO_MAP = re.compile(
    r"cannot load (?P<file>\S+): .*json: cannot unmarshal (?P<kind>\w+) into Go value of type map.*",
    re.DOTALL,
)
_MISSING = re.compile(r"found in Chart\.yaml, but missing in charts/ directory: (\S.*)")
_VALUES_TROUBLE = ("cannot load values.yaml", "failed to parse", "invalid values")


class _Frame(NamedTuple):
    name: str
    line: int
    column: int
    node: str


def explain(said: str, files: Mapping[str, bytes], values: Mapping[str, Any]) -> Failure:
    """What Helm said about rendering ``files`` with ``values`` on top of the chart's own."""
    text = said.strip().removeprefix("Error: ").removesuffix(_DEBUG_HINT.rstrip()).strip()
    placed = _placed(text)
    failure = placed or _running(text) or _unread(text) or _whole(text)
    said_by_chart = placed is not None and text.startswith("execution")
    own = without_strangers(failure.message, files) if said_by_chart else failure.message
    message = shortened(without_secrets(one_line(own), files, values))
    return Failure(
        failure.kind,
        message,
        failure.template,
        failure.line,
        _code_points(failure, files) if failure.column else 0,
    )


def missing_dependencies(message: str) -> list[str]:
    """The names of the dependencies that Helm misses in charts/; the SDK renders without them."""
    found = _MISSING.search(message)
    return found[1].split(", ") if found else []


def out_of_memory(limit: int) -> str:
    """What to say where rendering took more than ``limit`` bytes."""
    return f"the templates need more than {limit >> 20} MB of memory: look for a range or repeat without end"


def ended_by(code: int) -> str:
    """What to say where Helm ended without a word; negative codes are signals."""
    if code < 0:
        return f"Helm was ended by signal {-code} while it rendered; the memory may not suffice"
    return f"Helm ended without an answer (code {code})"


def _placed(text: str) -> Failure | None:
    """What `required` and `fail` say, in the chart's own words, and templates that can't be parsed."""
    found = _PLACED.match(text)
    if found is None:
        return None
    column = int(found["column"]) + 1 if found["column"] else 0
    return Failure("render", found["rest"], found["name"], int(found["line"]), column)


def _running(text: str) -> Failure | None:
    """What a template ran into: at the last frame that lies in a file."""
    found = list(_FRAME.finditer(text))
    frames = [_Frame(one["name"], int(one["line"]), int(one["column"]) + 1, one["node"]) for one in found]
    in_files = [frame for frame in frames if frame.name != _TPL]
    if not in_files:
        return None
    at, first, rest = in_files[-1], in_files[0], text[found[-1].end() :]
    message = f"at <{at.node}>: {_reason(rest, tpl=frames[-1].name == _TPL)}"
    if first.name != at.name:
        message += f" (included from {first.name}:{first.line})"
    return Failure("render", message, at.name, at.line, at.column)


def _reason(rest: str, *, tpl: bool) -> str:
    rest = _CALLING.sub("", rest).removeprefix("template: ")
    rest = rest.replace(f' associated with template "{_TPL}"', "")
    given = _TPL_TEXT.match(rest)
    if tpl or given is not None:
        # The text comes from the values: names in it are no names of the chart's.
        return f"in the text given to tpl: {without_texts(rest[given.end() if given else 0 :])}"
    return without_values(rest)


def _unread(text: str) -> Failure | None:
    """A template whose result isn't YAML; its lines are those of the result, so none is named."""
    found = _NOT_YAML.match(text)
    if found is None:
        return None
    rest = found["rest"].removeprefix("error converting YAML to JSON: ").removeprefix("yaml: ")
    return Failure("render", f"what it renders isn't YAML: {without_texts(rest)}", found["name"])


def _whole(text: str) -> Failure:
    """What concerns the values or the chart as a whole."""
    found = _SCHEMA.search(text)
    if found is not None:
        return Failure("values", "; ".join(_complaints(text[found.end() :])))
    kind: FailureKind = "values" if text.startswith(_VALUES_TROUBLE) else "chart"
    no_map = _NO_MAP.fullmatch(text)
    if no_map is not None:
        return Failure(kind, f"{no_map['file']} isn't a map but of type {no_map['kind']}")
    if missing := missing_dependencies(text):
        return Failure(
            kind, f"not in charts/: {', '.join(missing)}; helm dependency build fetches what is missing"
        )
    text = _LAYERS.sub("", text)
    return Failure(kind, without_texts(text) if kind == "values" else without_values(text))


def _complaints(text: str) -> list[str]:
    """What a schema finds fault with, for each chart, sorted: newer Helms list it in any order."""
    charts: dict[str, list[str]] = {}
    name = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.endswith(":") and not line.startswith("-"):
            name = line.rstrip(":")
        else:
            charts.setdefault(name, []).append(without_values(line).removeprefix("- "))
    return [
        f"the values don't meet the schema of {of}: {'; '.join(sorted(all_))}" for of, all_ in charts.items()
    ]


def _code_points(failure: Failure, files: Mapping[str, bytes]) -> int:
    """The column in code points; Go counts bytes. Where the file isn't known, bytes it stays."""
    inside = (failure.template or "").partition("/")[2]
    lines = files.get(inside, b"").split(b"\n")
    if not 0 < failure.line <= len(lines):
        return failure.column
    return len(lines[failure.line - 1][: failure.column - 1].decode("utf-8", "replace")) + 1
