"""Accepting findings of a chart: by comments in its templates and values files, also written for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from refactor import fix_manifests
from refactor.cli import main
from tests.manifests import DEPLOYMENT, INGRESS, SERVICE, chart_yaml, put, put_all

EXAMPLE = Path(__file__).parents[1] / "examples" / "chart"
PORT = "missing-backend-port"
REMARK = f"# refactor: ignore[{PORT}]"
# An action above moves every line of what is rendered away from its line in the template.
TEMPLATE = f"{{{{- /* two\n  lines */}}}}\n{INGRESS}"
FILES = {
    "Chart.yaml": chart_yaml(),
    "values.yaml": "port: 8080\nenvironment: none\n",
    "templates/ingress.yaml": TEMPLATE,
    "templates/rest.yaml": f"{SERVICE}---\n{DEPLOYMENT}",
}
PRINTED = "{{ toYaml .Values.backend | nindent 4 }}"
BACKEND = "backend:\n  service:\n    name: web\n    port:\n      number: 80\n"


@pytest.fixture(autouse=True)
def chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return put_all(tmp_path / "web", FILES)


def rules(path: str = "web") -> list[str]:
    return [finding.rule for finding in fix_manifests(path, select="broken").findings]


def printed(chart: Path, remark: str = "") -> None:
    """The backend comes whole out of the values."""
    whole = TEMPLATE.replace("    service: {name: web, port: {number: 80}}\n", f"    {PRINTED}\n")
    put(chart / "templates" / "ingress.yaml", whole)
    put(chart / "values.yaml", BACKEND.replace("number: 80", f"number: 80{remark}"))


def test_a_comment_in_a_template(chart: Path) -> None:
    assert rules() == [PORT]
    put(chart / "templates" / "ingress.yaml", TEMPLATE.replace("80}}\n", f"80}}}}  {REMARK}\n"))
    assert rules() == []
    result = fix_manifests("web", select="broken")
    assert (result.counts.suppressed, result.diff) == (1, "")


@pytest.mark.parametrize(
    "place, text",
    [
        ("name: web}\n", f"name: web}}  {REMARK}\n"),  # another line of the resource
        ("80}}\n", "80}}  # refactor: ignore[unmatched-selector]\n"),  # another rule
    ],
)
def test_a_comment_for_something_else(chart: Path, place: str, text: str) -> None:
    put(chart / "templates" / "ingress.yaml", TEMPLATE.replace(place, text, 1))
    assert rules() == [PORT]


def test_a_comment_behind_the_kind_counts_for_the_resource(chart: Path) -> None:
    put(chart / "templates" / "ingress.yaml", TEMPLATE.replace("Ingress\n", f"Ingress  {REMARK}\n"))
    assert rules() == []


def test_a_comment_in_a_values_file(chart: Path) -> None:
    printed(chart)
    (finding,) = fix_manifests("web", select="broken").findings
    assert (finding.path, finding.line) == ("web/values.yaml", 5)
    printed(chart, f"  {REMARK}")
    assert rules() == []


def test_each_environment_has_its_own_comment(chart: Path) -> None:
    printed(chart, f"  {REMARK}")
    put(chart / "values-production.yaml", BACKEND.replace("80", "81"))
    (finding,) = fix_manifests("web", select="broken").findings
    assert finding.path == "web/values-production.yaml"


def test_comments_are_written_where_the_findings_stand(capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(EXAMPLE, "shop")
    before = {path: path.read_text() for path in Path("shop").rglob("*.yaml")}
    assert main(["--add-ignore", "--diff", "shop"]) == 0
    assert "Would suppress 4 problems in 3 files." in capsys.readouterr().err
    assert {path: path.read_text() for path in before} == before
    assert main(["--add-ignore", "shop"]) == 0
    changed = {path.name for path, text in before.items() if path.read_text() != text}
    assert changed == {"ingress.yaml", "service.yaml", "values.yaml"}
    for path, text in before.items():
        now = path.read_text().splitlines()
        assert [line.partition("  # refactor: ignore[")[0] for line in now] == text.splitlines()
    assert main(["--check", "shop"]) == 0
    assert "Not counted: 4 suppressed in the files." in capsys.readouterr().err


def test_a_comment_is_joined_by_more_names(chart: Path) -> None:
    there = TEMPLATE.replace("80}}\n", "80}}  # refactor: ignore[suspect]\n")
    put(chart / "templates" / "ingress.yaml", there)
    assert main(["--add-ignore", "--select", "broken", "web"]) == 0
    joined = there.replace("[suspect]", f"[suspect, {PORT}]")
    assert (chart / "templates" / "ingress.yaml").read_text() == joined


def test_what_a_comment_would_change_is_refused(chart: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The action takes the line break after it away: a comment would swallow what follows."""
    flow = "    service: {name: web, port: {number: {{ 80 -}}\n    }}\n"
    text = TEMPLATE.replace("    service: {name: web, port: {number: 80}}\n", flow)
    put(chart / "templates" / "ingress.yaml", text)
    second = INGRESS.replace("name: web}\nspec", "name: other}\nspec")
    put(chart / "templates" / "second.yaml", second)
    assert rules() == [PORT, PORT]
    assert main(["--add-ignore", "--select", "broken", "web"]) == 1
    err = capsys.readouterr().err
    assert "not suppressed: web/templates/ingress.yaml:8:" in err
    assert "would render otherwise: take a baseline" in err
    assert "Suppressed 1 problem in 1 file." in err
    assert (chart / "templates" / "ingress.yaml").read_text() == text
    assert rules() == [PORT]


def test_an_excluded_template_gets_no_comment(chart: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed(chart)
    assert main(["--add-ignore", "--select", "broken", "--exclude", "values.yaml", "web"]) == 1
    assert "web/values.yaml is excluded" in capsys.readouterr().err
    assert (chart / "values.yaml").read_text() == BACKEND


@pytest.mark.parametrize(
    "place, remark, words",
    [
        ("templates/ingress.yaml", "# refactor: ignore", "names no rule and has no effect"),
        (
            "templates/ingress.yaml",
            "# refactor: ignore[missing-backend-prt]",
            "names an unknown rule or category",
        ),
        ("values.yaml", "# refactor: ignore[missing-backend-prt]", "did you mean 'missing-backend-port'"),
        ("values.yaml", "\n" + REMARK, "stands on a line of its own"),
    ],
)
def test_a_comment_without_effect_is_told(chart: Path, place: str, remark: str, words: str) -> None:
    printed(chart)
    file = chart / place
    end = "nindent 4 }}" if place.startswith("templates") else "number: 80"
    file.write_text(file.read_text().replace(end, f"{end}  {remark}"))
    (note,) = (
        one for one in fix_manifests("web", select="broken").notes if "ignore" in one or "suppr" in one
    )
    assert note.startswith(f"web/{place}:")
    assert words in note


def test_a_comment_that_a_switch_would_print_elsewhere_is_refused(
    chart: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody switched the dump on, and its text would change with the comment."""
    (chart / "templates" / "ingress.yaml").unlink()
    put(chart / "templates" / "_web.tpl", f'{{{{- define "web.ingress" }}}}\n{INGRESS}{{{{- end }}}}\n')
    put(chart / "values.yaml", "dump: false\n")
    printed_twice = (
        '{{ include "web.ingress" . }}\n{{- if .Values.dump }}\n---\napiVersion: v1\nkind: ConfigMap\n'
        "metadata: {name: dump}\ndata:\n  text: |\n"
        '    {{- include "web.ingress" . | nindent 4 }}\n{{- end }}\n'
    )
    put(chart / "templates" / "both.yaml", printed_twice)
    assert rules() == [PORT]
    assert main(["--add-ignore", "--select", "broken", "web"]) == 1
    assert "would render otherwise" in capsys.readouterr().err
    put(chart / "templates" / "both.yaml", printed_twice.partition("\n")[0] + "\n")
    assert main(["--add-ignore", "--select", "broken", "web"]) == 0
    assert rules() == []
