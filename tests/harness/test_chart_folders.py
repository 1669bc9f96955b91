"""Whose a file is, which worlds a chart has, and that a copy is put back as it was."""

from pathlib import Path

import pytest

from benchmarks.chart_folders import ChartCase, Copy, World, corpus, dependencies, own, worlds

OWN = {case.name: case for case in own()}

CHART = b"""apiVersion: v2
name: parent
version: 1.0.0
dependencies:
  - {name: fetched, version: 1.0.0, repository: 'https://charts.example.com'}
  - {name: beside, version: 1.0.0, repository: 'file://charts/beside'}
  - {name: bare, version: 1.0.0}
"""


def test_a_repository_makes_a_dependency() -> None:
    files = {
        "Chart.yaml": CHART,
        "charts/fetched/Chart.yaml": b"name: fetched\ndependencies: [{name: deep, version: 1.0.0}]\n",
        "charts/fetched/charts/deep/Chart.yaml": b"name: deep\n",
        "charts/beside/Chart.yaml": b"name: beside\ndependencies: [{name: far, repository: 'oci://x'}]\n",
        "charts/beside/charts/far/Chart.yaml": b"name: far\n",
        "charts/bare/Chart.yaml": b"name: bare\n",
        "charts/unlisted/Chart.yaml": b"name: unlisted\n",
        "charts/packed-1.0.0.tgz": b"",
    }
    assert dependencies(files) == (
        "charts/beside/charts/far/",
        "charts/fetched/",
        "charts/packed-1.0.0.tgz",
    )


def test_dependencies_of_the_old_form_count() -> None:
    files = {
        "Chart.yaml": b"name: parent\n",
        "requirements.yaml": b"dependencies: [{name: fetched, repository: 'https://charts.example.com'}]\n",
        "charts/other-folder/Chart.yaml": b"name: fetched\n",
    }
    assert dependencies(files) == ("charts/other-folder/",)


def test_the_worlds_of_a_chart() -> None:
    names = ("values.yaml", "values-prod.yaml", "values.schema.json", "ci/a-values.yaml", "x/values-b.yaml")
    found = worlds(dict.fromkeys(names, b""), ("a=1",))
    assert found == (
        World("as asked", (), ("a=1",)),
        World("ci/a-values.yaml", ("ci/a-values.yaml",), ("a=1",)),
        World("values-prod.yaml", ("values-prod.yaml",), ("a=1",)),
    )


def test_a_copy_is_put_back(tmp_path: Path) -> None:
    case = OWN["own/passed"]
    copy = Copy(case, tmp_path)
    before = {path.name: path.read_bytes() for path in case.folder.rglob("*") if path.is_file()}
    assert any(b"\r\n" in content for content in copy.files.values())
    (copy.folder / "values.yaml").write_bytes(b"")
    (copy.folder / "Chart.yaml").unlink()
    (copy.folder / "more.yaml").write_bytes(b"a: 1")
    copy.put(copy.files)
    assert copy.snapshot() == copy.files
    assert before == {path.name: path.read_bytes() for path in case.folder.rglob("*") if path.is_file()}
    assert not copy.ours("charts/shared/templates/_ingress.tpl")
    assert "charts/shared/templates/_ingress.tpl" not in copy.texts()
    assert copy.ours("templates/ingress.yaml")


def test_a_copy_can_be_written_where_the_original_cannot(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    original = tmp_path / "a" / "Chart.yaml"
    original.write_bytes(CHART)
    original.chmod(0o444)
    original.parent.chmod(0o555)
    copy = Copy(ChartCase("a", tmp_path / "a"), tmp_path / "b")
    original.parent.chmod(0o755)
    assert all(path.stat().st_mode & 0o200 for path in (copy.folder, copy.folder / "Chart.yaml"))


def test_the_corpus_says_how_to_show_an_ingress(tmp_path: Path) -> None:
    (tmp_path / "INDEX.tsv").write_text(
        "kind\tpath\tingress_set\n"
        "chart\tcharts/a/b\t--set x.enabled=true,y[0]=1 --set z=2\n"
        "chart\tcharts/a/c\t-\n"
        "plain\tplain/d\t-\n",
        encoding="utf-8",
    )
    assert list(corpus(tmp_path)) == [
        ChartCase("a/b", tmp_path / "charts/a/b", ("x.enabled=true,y[0]=1", "z=2")),
        ChartCase("a/c", tmp_path / "charts/a/c", ()),
    ]
    assert list(corpus(tmp_path / "absent")) == []


@pytest.mark.parametrize("case", OWN.values(), ids=lambda case: case.name)
def test_our_charts_hold_comments_to_lose(case: ChartCase) -> None:
    assert any(b"#" in path.read_bytes() for path in case.folder.rglob("*.yaml"))
