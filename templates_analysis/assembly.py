"""Which files a chart is made of: packed subcharts unpacked, what rendering doesn't need told apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from refactor.source import SourceFile

from .packages import MOST_BYTES, BadPackage, unpack
from .problems import ChartProblem
from .subcharts import prefix_of

_PACKED = re.compile(r"(?:charts/[^/]+/)*charts/[^/._][^/]*\.tgz")
_NEEDED = frozenset(
    {
        "Chart.yaml",
        "Chart.lock",
        "requirements.lock",
        "requirements.yaml",
        "values.schema.json",
        "values.yaml",
    }
)
_READS_FILES = re.compile(rb"\bFiles\b")


@dataclass(frozen=True, slots=True)
class Assembled:
    """The files of a chart by inside-path, and the prefixes of the subcharts that came out of packages."""

    files: Mapping[str, SourceFile]
    fetched: frozenset[str]


def is_template(inside: str) -> bool:
    """Whether Helm renders the file: it stands in the templates/ of a chart or subchart."""
    return inside.startswith("templates/", len(prefix_of(inside)))


def is_needed(inside: str) -> bool:
    """Whether every chart needs the file for rendering, whatever its templates do."""
    rest = inside[len(prefix_of(inside)) :]
    return rest in _NEEDED or rest.startswith(("templates/", "charts/"))


def read_files(files: Mapping[str, SourceFile]) -> bool:
    """Whether templates (or values that may be such) read other files of the chart through ``.Files``."""
    texts = (file.data for inside, file in files.items() if is_needed(inside))
    return any(_READS_FILES.search(data) for data in texts)


def with_packages_open(files: Mapping[str, SourceFile]) -> Assembled | ChartProblem:
    """The files with every packed subchart replaced by what it holds, packages in packages too."""
    opened = dict(files)
    fetched: set[str] = set()
    left = MOST_BYTES
    while packed := next(filter(_PACKED.fullmatch, opened), None):
        package = opened.pop(packed)
        try:
            inner = unpack(package.data, left)
        except BadPackage as refused:
            return ChartProblem(package.path, 0, 0, str(refused))
        left -= sum(map(len, inner.values()))
        prefix = f"{packed.removesuffix('.tgz')}/"
        while any(inside.startswith(prefix) for inside in opened):
            prefix = f"{prefix[:-1]}-packed/"
        fetched.add(prefix)
        opened.update(
            (prefix + inside, SourceFile(f"{package.path}/{inside}", data)) for inside, data in inner.items()
        )
    return Assembled(opened, frozenset(fetched))
