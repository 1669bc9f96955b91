"""Under which names output may have been rendered: what its objects tell of the release and its namespace."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from refactor.charts.objects import metadata_of

_LABELS = ("app.kubernetes.io/instance", "release")
_ANNOTATION = "meta.helm.sh/release-name"
_UNNAMED = "release-name"
_MOST, _MOST_SPACES = 6, 2
# What Helm takes as the name of a release; a namespace is even less.
_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,51}[a-z0-9])?")


def release_names(objects: Iterable[Any], chart: str) -> list[str]:
    """Names that the release may have had, the likeliest first; `chart`: the chart's name."""
    told: Counter[str] = Counter()
    guessed: Counter[str] = Counter()
    for data in objects:
        told.update(_told(data))
        guessed.update(_guessed(data, chart))
    likely = [*_by_count(told), _UNNAMED, *_by_count(guessed)]
    return [name for name in dict.fromkeys(likely) if _NAME.fullmatch(name)][:_MOST]


def namespaces(objects: Iterable[Any]) -> list[str]:
    """Namespaces that the release may have had: those that the objects name most, and Helm's default."""
    named = Counter(name for data in objects for name in _named(data) if _NAME.fullmatch(name))
    return list(dict.fromkeys([*_by_count(named)[:_MOST_SPACES], "default"]))


def _named(data: Any) -> Iterator[str]:
    """The namespaces anywhere in an object: its own, those of a subjects, of Services of webhooks."""
    if isinstance(data, dict):
        space = data.get("namespace")
        if isinstance(space, str):
            yield space
        for value in data.values():
            yield from _named(value)
    elif isinstance(data, list):
        for item in data:
            yield from _named(item)


def _told(data: Any) -> Iterator[str]:
    labels = metadata_of(data, "labels")
    said = [labels.get(key) for key in _LABELS] + [metadata_of(data, "annotations").get(_ANNOTATION)]
    yield from (name for name in said if isinstance(name, str))


def _guessed(data: Any, chart: str) -> Iterator[str]:
    """By custom an object is called after the release and the chart, once where one holds the other."""
    metadata = data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if isinstance(name, str) and chart in name:
        start = name.index(chart)
        yield from filter(None, (name[:start].rstrip("-"), name[: start + len(chart)]))


def _by_count(counted: Counter[str]) -> list[str]:
    return [name for name, _ in counted.most_common()]
