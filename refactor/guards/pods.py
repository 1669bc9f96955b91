"""Writing the test: a Pod for each call, as `helm create` lays one out (https://helm.sh/docs/topics/chart_tests/)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from refactor.guards.calls import Call

_ITEM = re.compile(r"^( *)[\w-]+:[ \t\r]*\n\1( *)- ", re.MULTILINE)
_KEY = re.compile(r"^(?:metadata|spec):[ \t\r]*\n( +)", re.MULTILINE)
_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """How a chart's templates are laid out: blanks a level, blanks before a dash, the end of a line."""

    level: int = 2
    dash: int = 2
    feed: str = "\n"


def layout_of(texts: Iterable[str]) -> Layout:
    """What most of the templates do."""
    levels: Counter[int] = Counter()
    dashes: Counter[int] = Counter()
    feeds: Counter[str] = Counter()
    for text in texts:
        levels.update(len(found) for found in _KEY.findall(text))
        dashes.update(len(found) for _, found in _ITEM.findall(text))
        feeds["\r\n" if "\r\n" in text else "\n"] += 1
    return Layout(_most(levels, 2), _most(dashes, 2), feeds.most_common(1)[0][0] if feeds else "\n")


def _most(counted: Counter[int], otherwise: int) -> int:
    return counted.most_common(1)[0][0] if counted else otherwise


def test_text(calls: Sequence[Call], layout: Layout) -> str:
    """The template with the Pods that make the calls."""
    names: Counter[str] = Counter()
    documents: list[str] = []
    for call in calls:
        names[call.host] += 1
        number = names[call.host]
        name = f"{call.host}-test-connection{f'-{number}' if number > 1 else ''}"
        body = [*(["---"] if documents else []), *_pod(call, name, layout)]
        if call.when:
            body = [f"{{{{- if {call.when} }}}}", *body, "{{- end }}"]
        documents.append("".join(f"{line}{layout.feed}" for line in body))
    return "".join(documents)


def _pod(call: Call, name: str, layout: Layout) -> list[str]:
    one, dash = " " * layout.level, " " * (layout.level + layout.dash)
    lines = ["apiVersion: v1", "kind: Pod", "metadata:", f"{one}name: {_quoted(name)}"]
    if call.namespace is not None:
        lines.append(f"{one}namespace: {call.namespace}")
    if call.labels is not None:
        indent = 2 * layout.level
        lines += [f"{one}labels:", f"{' ' * indent}{{{{- {call.labels} | nindent {indent} }}}}"]
    command, arguments = _command(call)
    return [
        *lines,
        f"{one}annotations:",
        f'{2 * one}"helm.sh/hook": test',
        "spec:",
        f"{one}containers:",
        f"{dash}- name: {command}",
        f"{dash}  image: busybox",
        f"{dash}  command: ['{command}']",
        f"{dash}  args: [{', '.join(map(_literal, arguments))}]",
        f"{one}restartPolicy: Never",
    ]


def _command(call: Call) -> tuple[str, list[str]]:
    if call.path is None:
        return "nc", ["-z", "-w", str(_SECONDS), call.host, call.port]
    return "wget", [f"{call.host}:{call.port}{call.path}"]


def _quoted(name: str) -> str:
    return f'"{name}"' if "{{" in name else name


def _literal(text: str) -> str:
    return f"'{text}'"
