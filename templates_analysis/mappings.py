"""YAML files that hold a map: Chart.yaml and values files, read as Helm reads them.

Helm takes the documents of a values file one after the other, later ones win
(https://helm.sh/docs/chart_template_guide/values_files/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from refactor.source import Document, SourceFile, read_stream

from .problems import ChartProblem


def documents_of(file: SourceFile) -> tuple[Document, ...] | ChartProblem:
    """The documents of a file, all of which are maps (none where it is empty), or what is wrong with it."""
    stream = read_stream(file, lambda *_: True)
    for malformed in stream.malformed:
        return ChartProblem(file.path, malformed.line, malformed.column, malformed.message)
    for document in stream.documents:
        if not isinstance(document.data, dict):
            message = f"{_base(file.path)} must be a map of settings, it is {_what(document.data)}"
            return ChartProblem(file.path, document.line, 1, message)
    return stream.documents


def one_map(documents: Iterable[Document]) -> dict[str, Any]:
    """The data of all documents as one map of its own, the later ones on top."""
    merged: dict[str, Any] = {}
    for document in documents:
        merged = overlaid(merged, document.data)
    return merged


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of ``below`` with ``above`` on top: maps are merged, everything else is replaced."""
    merged = {key: copied(value) for key, value in below.items() if key not in above}
    for key, value in above.items():
        lower = below.get(key)
        both = isinstance(value, dict) and isinstance(lower, dict)
        merged[key] = overlaid(lower, value) if both and lower is not None else copied(value)
    return merged


def nested(settings: Iterable[tuple[Sequence[str], Any]], below: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of ``below`` with values at these paths on top of it, the later ones on top."""
    merged = overlaid(below, {})
    for path, value in settings:
        single = value
        for key in reversed(path):
            single = {key: single}
        merged = overlaid(merged, single)
    return merged


def copied(value: Any) -> Any:
    """A copy of plain data that shares no map and no list with it."""
    if isinstance(value, dict):
        return {key: copied(one) for key, one in value.items()}
    if isinstance(value, list):
        return [copied(one) for one in value]
    return value


def _base(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _what(data: object) -> str:
    return "a list" if isinstance(data, list) else "a single value"
