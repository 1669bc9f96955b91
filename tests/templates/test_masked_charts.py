"""Real charts: nearly every key is within reach, and Helm renders what an edit was asked for."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping

import pytest

from refactor.source import SourceFile
from templates_analysis.actions import LexError, Template, lex
from templates_analysis.masked import regions
from tests.source.corpus import CORPUS, needs_corpus
from tests.templates.effects import Trial, judged
from tests.templates.in_process import corpus_charts, read, render

KIND = re.compile(
    r"^kind: *[\"']?(?:Service|Deployment|StatefulSet|DaemonSet|Ingress|NetworkPolicy|HTTPRoute|Job)\b", re.M
)
PLACE = re.compile(r"^[ -]*(\w*[pP]ort|name|number|app|serviceName|protocol):[ ]+(?=\S)", re.M)
WITHIN_REACH = 0.995


def manifests() -> Iterator[tuple[SourceFile, Template]]:
    """A third of the templates of the corpus that write what routes are made of, each text once."""
    paths = [path for path in (CORPUS / "charts").rglob("templates/**/*.yaml") if path.is_file()]
    for data in sorted({path.read_bytes() for path in paths})[::3]:
        try:
            template = lex(data.decode())
        except (UnicodeDecodeError, LexError):
            continue
        if KIND.search(template.text):
            yield SourceFile("templates/x.yaml", data), template


@needs_corpus
def test_keys_and_values_are_within_reach() -> None:
    found = [
        next(regions(file, template, offset), None) is not None
        for file, template in manifests()
        for match in PLACE.finditer(template.text)
        for offset in (match.start(1), match.end())
        if template.text[offset] not in "&*!|>#"
    ]
    assert len(found) > 1000
    assert sum(found) / len(found) >= WITHIN_REACH


@pytest.mark.parametrize("row", corpus_charts()[::4])
def test_edits_change_what_they_are_asked_to(row: Mapping[str, str]) -> None:
    chance = random.Random(row["path"])
    files = read(row).pinned()
    rendered = {files.inside(name) for name, text in render(files).items() if text.strip()}
    names = [name for name in files.manifests if name.startswith("templates/") and name in rendered]
    for name in chance.sample(names, min(3, len(names))):
        trial = Trial(files, name)
        text = files.texts[name].decode()
        places = [match.start(1) for match in PLACE.finditer(text)]
        for offset in chance.sample(places, min(2, len(places))) if trial.documents is not None else ():
            for region in regions(SourceFile(name, text.encode()), lex(text), offset):
                path = region.path_at(offset)
                assert path is not None
                judged(trial, region, path)
