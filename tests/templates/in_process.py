"""Charts of a few texts and charts of the corpus, rendered by real Helm in this process."""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
import shlex
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import helm_python
import pytest
import yaml

from templates_analysis.actions import Template, lex
from templates_analysis.chart import Chart, chart_of_texts
from templates_analysis.pinning import pinned
from tests.manifests import chart_yaml
from tests.source.corpus import CORPUS

NAME, NAMESPACE = "demo", "prod"
_NEEDLESS = re.compile(r"(?:^|/)(?:README\.md|CHANGELOG\.md|img/.*|ci/.*)$")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TEMPLATE = re.compile(r"(?:^|/)templates/")


@dataclass(frozen=True)
class Files:
    """A chart's files by inside-path, and the values it is rendered with."""

    texts: Mapping[str, bytes]
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def templates(self) -> dict[str, Template]:
        return {name: lex(data.decode()) for name, data in self.texts.items() if _TEMPLATE.search(name)}

    @property
    def manifests(self) -> list[str]:
        return [name for name in self.templates if name.endswith((".yaml", ".yml"))]

    def pinned(self) -> Files:
        texts = {name: pinned(data.decode()) for name, data in self.texts.items() if _TEMPLATE.search(name)}
        return self.with_texts(texts)

    def with_texts(self, texts: Mapping[str, str]) -> Files:
        return Files({**self.texts, **{name: text.encode() for name, text in texts.items()}}, self.values)

    def inside(self, rendered: str) -> str:
        """The inside-path behind Helm's name of a template, which has a subchart's alias for its folder."""
        parts = rendered.split("/")[1:]
        for index, part in enumerate(parts):
            if index and parts[index - 1] == "charts" and "/".join(parts) not in self.texts:
                parts[index] = self._aliases.get(part, part)
        return "/".join(parts)

    @property
    def _aliases(self) -> dict[str, str]:
        charts = [yaml.safe_load(data) for name, data in self.texts.items() if name.endswith("Chart.yaml")]
        entries = [entry for chart in charts for entry in chart.get("dependencies") or ()]
        return {entry["alias"]: entry["name"] for entry in entries if "alias" in entry}


def chart(texts: Mapping[str, str], values: dict[str, Any] | None = None) -> Files:
    """A chart named web of some texts, its Chart.yaml added."""
    return Files(
        {name: text.encode() for name, text in {"Chart.yaml": chart_yaml(), **texts}.items()}, values or {}
    )


def chart_in_memory(texts: Mapping[str, str]) -> Chart:
    """A chart in a folder named web, as we read it."""
    read = chart_of_texts("web", {name: text.encode() for name, text in texts.items()})
    assert isinstance(read, Chart), read
    return read


def packed(files: Files) -> bytes:
    out = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=out, mode="wb", compresslevel=0, mtime=0) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT) as archive,
    ):
        for name, data in files.texts.items():
            entry = tarfile.TarInfo(f"chart/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def render(files: Files) -> dict[str, str]:
    """What Helm's library makes of a chart: each template's raw text by Helm's name."""
    with helm_python.Chart.load_archive(packed(files)) as loaded:
        texts: dict[str, str] = loaded.render(files.values, name=NAME, namespace=NAMESPACE)
    return texts


def undigested(text: str) -> str:
    """A rendering with its SHA-256 sums masked: of another template's rendering, marks and all."""
    return _DIGEST.sub("digest", text)


def corpus_charts() -> list[Any]:
    """The charts of the corpus as test parameters, none where there is no corpus."""
    index = CORPUS / "INDEX.tsv"
    if not index.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="no corpus beside the project"))]
    with index.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["kind"] == "chart"]
    return [pytest.param(row, id=row["path"].removeprefix("charts/")) for row in rows]


def read(row: Mapping[str, str]) -> Files:
    """A chart of the corpus with the values that turn its Ingress on."""
    root = CORPUS / row["path"]
    texts = {inside: (root / inside).read_bytes() for inside in _files(os.fspath(root))}
    values: dict[str, Any] = {}
    for word in shlex.split(row["ingress_set"]):
        if not word.startswith("-"):
            _merge(values, helm_python.parse_set_string(word))
    return Files(texts, values)


def _files(root: str) -> Iterator[str]:
    for folder, _, names in os.walk(root):
        for name in names:
            inside = os.path.relpath(os.path.join(folder, name), root)
            if not _NEEDLESS.search(inside):
                yield inside


def _merge(values: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(values.get(key), dict):
            _merge(values[key], value)
        else:
            values[key] = value
