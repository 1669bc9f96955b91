"""From what a caller names to a reading: paths are walked and read, texts are taken as they are.

The files of a chart's source are left out with a note: they are templates, not manifests.
"""

import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from refactor.inputs import FileReading, InputError, Reading, is_kustomization, problem_of, read_file
from refactor.source import Found, InputProblem, SourceFile, discover, read

PathLike = str | os.PathLike[str]
Input = PathLike | Sequence[PathLike] | Mapping[str, str] | Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A reading, what couldn't be read, what a reader should know, and where the files really are."""

    reading: Reading
    errors: tuple[InputError, ...]
    notes: tuple[str, ...]
    places: Mapping[str, Found]


def load(source: Input, context: PathLike | Sequence[PathLike] = ()) -> Loaded:
    """Reads an input and its context; problems are values."""
    texts, places, problems = _gather(source)
    around, _, more = _gather(context)
    charts = _charts({**texts, **around})
    files = [_read(file, charts, True) for file in texts.values()]
    files += [_read(file, charts, False) for path, file in around.items() if path not in texts]
    reading = Reading(found for found in files if found is not None)
    named = {os.fspath(path) for path in _listed(source)} if places else set(texts)
    errors = [InputError(problem.path, 0, 0, problem.message) for problem in (*problems, *more)]
    errors += [problem_of(m) for found in reading.files.values() for m in found.malformed]
    errors += _empty(reading, named)
    return Loaded(reading, tuple(errors), tuple(_notes(reading, charts)), places)


def _listed(source: Input) -> Sequence[PathLike]:
    if isinstance(source, str | os.PathLike):
        return [source]
    return [] if isinstance(source, Mapping) else list(source)


def _gather(source: Input) -> tuple[dict[str, SourceFile], dict[str, Found], list[InputProblem]]:
    if isinstance(source, Mapping):
        return {name: SourceFile(name, _bytes(text)) for name, text in source.items()}, {}, []
    found, problems = discover([os.fspath(path) for path in _listed(source)])
    texts: dict[str, SourceFile] = {}
    for place in found:
        file = read(place)
        if isinstance(file, SourceFile):
            texts[place.path] = file
        else:
            problems.append(file)
    return texts, {place.path: place for place in found}, problems


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _charts(files: Iterable[str]) -> list[str]:
    """The folders of charts, outermost only, with a trailing slash ("" for the folder at hand)."""
    folders = sorted(
        posixpath.dirname(path) + "/" if "/" in path else ""
        for path in files
        if posixpath.basename(path) == "Chart.yaml"
    )
    outermost: list[str] = []
    for folder in folders:
        if not any(folder.startswith(other) for other in outermost):
            outermost.append(folder)
    return outermost


def _read(file: SourceFile, charts: Sequence[str], reported: bool) -> FileReading | None:
    inside = any(file.path.startswith(chart) for chart in charts)
    return None if inside else read_file(file, reported)


def _empty(reading: Reading, named: set[str]) -> Iterable[InputError]:
    """Files that the caller named and that hold nothing: surely not what was meant."""
    for path, found in reading.files.items():
        if path in named and found.reported and not found.file.data.strip():
            yield InputError(path, 0, 0, "the file is empty: there is nothing to check")


def _notes(reading: Reading, charts: Sequence[str]) -> Iterable[str]:
    for chart in charts:
        folder = chart.rstrip("/") or "."
        yield (
            f"{folder} is a Helm chart: its source isn't read; "
            f"check what it renders: helm template {folder} | python -m refactor -"
        )
    kustomizations = [
        path
        for path, found in reading.files.items()
        if any(is_kustomization(path, document.data) for document in found.documents)
    ]
    if kustomizations:
        more = f" and {len(kustomizations) - 1} more" if len(kustomizations) > 1 else ""
        yield (
            f"kustomization {kustomizations[0]}{more}: "
            "the files are read as they stand; patches, generators and transformers aren't applied"
        )
