"""Guards of real charts: they render with them under every set of values, and get them once only."""

from __future__ import annotations

import csv
import os
import shlex
import shutil
from pathlib import Path

import pytest

from tests.guarded_charts import guard
from tests.source.corpus import CORPUS, needs_corpus

CHARTS = {
    "aks-store-demo": 1,
    "fdsc-dashboard": 1,
    "business-api-ecosystem": 2,
    "vpa": 2,
    "apisix-dashboard": 1,
    "apisix-ingress-controller": 2,
    "argo-events": 2,
    "jenkins": 2,
    "surveyor": 2,
    "hello-kubernetes": 2,
}
# With the corpus' own values these print a whole map as a path: an Ingress that the API server refuses.
MISFED = {"fdsc-dashboard", "business-api-ecosystem", "apisix-dashboard", "surveyor"}


def row(name: str) -> dict[str, str]:
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return next(one for one in rows if one["kind"] == "chart" and one["path"].endswith(f"/{name}"))


@needs_corpus
@pytest.mark.parametrize("name", CHARTS)
def test_real_charts(name: str, tmp_path: Path) -> None:
    found = row(name)
    folder = tmp_path / name
    shutil.copytree(CORPUS / found["path"], folder)
    for path in (folder, *folder.rglob("*")):
        os.chmod(path, 0o755 if path.is_dir() else 0o644)
    sets = [word for word in shlex.split(found["ingress_set"]) if not word.startswith("-")]
    guards = guard(str(folder), sets)
    assert bool(guards.errors) is (name in MISFED)
    if guards.errors:
        assert "isn't absolute" in guards.errors[0].message
        sets = []
        guards = guard(str(folder), sets)
    assert not guards.errors
    assert len(guards.files) == CHARTS[name]
    guards.write()
    again = guard(str(folder), sets)
    assert (again.diff, again.errors) == ("", ())
