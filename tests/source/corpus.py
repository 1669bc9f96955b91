"""Real manifests, where the corpus lies beside the project; tests that use it skip where it is absent."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from refactor.source.text import SourceFile

CORPUS = Path(os.environ.get("REFACTOR_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the project")


@cache
def files(folder: str = "plain") -> tuple[SourceFile, ...]:
    """All YAML files of a part of the corpus."""
    found = sorted(path for path in (CORPUS / folder).rglob("*") if path.suffix in (".yaml", ".yml"))
    return tuple(
        SourceFile(str(path.relative_to(CORPUS)), path.read_bytes()) for path in found if path.is_file()
    )
