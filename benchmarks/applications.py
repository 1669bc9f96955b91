"""The applications that the harness breaks: our own, generated ones, and the corpus where it's present."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "benchmarks" / "apps"
CORPUS = ROOT.parent / "shared" / "corpus"
_ENDINGS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Application:
    """A folder of manifests as {path below the folder: text}, line endings kept."""

    name: str
    files: Mapping[str, str]


def read_folder(folder: Path, name: str) -> Application:
    """The manifests below `folder`; files that aren't UTF-8 are left out."""
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in _ENDINGS and path.is_file():
            try:
                files[path.relative_to(folder).as_posix()] = path.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                continue
    return Application(name, files)


def own() -> Iterator[Application]:
    """The applications written for this harness."""
    for folder in sorted(path for path in OWN.iterdir() if path.is_dir()):
        yield read_folder(folder, f"own/{folder.name}")


def corpus(folder: Path = CORPUS) -> Iterator[Application]:
    """The plain applications that the corpus' INDEX.tsv lists; none where there is no corpus."""
    index = folder / "INDEX.tsv"
    if not index.is_file():
        return
    with index.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["kind"] == "plain":
                yield read_folder(folder / row["path"], row["path"])
