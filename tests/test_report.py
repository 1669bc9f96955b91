"""What the renderers write: carets in the right columns, honest sums, JSON that keeps its word."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from refactor import fix_manifests
from refactor.inputs import InputError
from refactor.report.document import FindingsDocument, TraceDocument, findings_json, schema
from refactor.report.github import commands
from refactor.report.pages import CATEGORIES, catalogue, category_page, page
from refactor.report.snippet import WIDEST, snippet
from refactor.report.style import Style, cells, visible, without_unicode
from refactor.report.text import finding_text, fixed_line, painted_diff
from refactor.results import Related
from refactor.rules import RULES
from tests.results import finding, result

PLAIN = Style()
SCHEMAS = (("findings", FindingsDocument), ("trace", TraceDocument))


def shown(source: str, column: int, width: int) -> tuple[str, str]:
    """The source line and the caret line, both without the gutter."""
    _, line, carets = snippet(source, 7, column, width, PLAIN, ())
    assert line.startswith("7 | ")
    assert carets.startswith("  | ")
    return line[4:], carets[4:]


def test_a_finding_reads_like_a_compiler_s() -> None:
    fault = finding(
        fixable=True,
        safety="safe",
        stage=1,
        fix="Ingress web: port 80 → 8080",
        related=(Related("Service web has port 8080", "deploy/service.yaml", 8, 5), Related("so it is")),
    )
    assert finding_text(fault, PLAIN, applied=True) == (
        "deploy/ingress.yaml:17:11: broken[missing-backend-port] "
        "Ingress web asks Service web for port 80, which it doesn't have\n"
        "   |\n"
        "17 |   number: 80  # old\n"
        "   |           ^^\n"
        "   = Service web has port 8080  --> deploy/service.yaml:8:5\n"
        "   = so it is\n"
        "   = fix: Ingress web: port 80 → 8080\n"
        "\n"
    )


@pytest.mark.parametrize(
    "changes, applied, words",
    [
        ({"safety": "unsafe"}, False, "= fix (unsafe, --unsafe-fixes): x"),
        ({"safety": "unsafe"}, True, "= fix (unsafe): x"),
        ({"safety": "safe", "stage": 2}, False, "= fix (--stage 2): x"),
        ({"safety": "shown"}, False, "= advice: x"),
        (
            {"fix": None, "reason": "two may be meant: 80 and 81"},
            False,
            "= no fix: two may be meant: 80 and 81",
        ),
    ],
)
def test_what_a_fix_takes_is_said(changes: dict[str, Any], applied: bool, words: str) -> None:
    fault = finding(**({"fixable": True, "fix": "x", "stage": 1} | changes))
    assert f"   {words}\n" in finding_text(fault, PLAIN, applied)


def test_colour_wraps_and_adds_nothing_else() -> None:
    coloured = finding_text(finding(reason="because"), Style(True), applied=False)
    assert "\033[1;31mbroken[missing-backend-port]\033[0m" in coloured
    for code in ("\033[0m", "\033[1m", "\033[34m", "\033[1;31m", "\033[1;32m"):
        coloured = coloured.replace(code, "")
    assert coloured == finding_text(finding(reason="because"), PLAIN, applied=False)


@pytest.mark.parametrize(
    "source, column, width, line, carets",
    [
        ("port: 80", 7, 2, "port: 80", "      ^^"),
        ("\tport: 80", 8, 2, "    port: 80", "          ^^"),
        ("a:\t80", 4, 2, "a:  80", "    ^^"),
        ("名前: 八十", 5, 2, "名前: 八十", "      ^^^^"),
        ("e\u0301: 80", 5, 2, "e\u0301: 80", "   ^^"),
        ("port:", 6, 1, "port:", "     ^"),
        ("a\x1b[2J: 1", 8, 1, "a\ufffd[2J: 1", "       ^"),
    ],
)
def test_carets_stand_under_what_is_meant(
    source: str, column: int, width: int, line: str, carets: str
) -> None:
    assert shown(source, column, width) == (line, carets)


@pytest.mark.parametrize("column", [1, 60, 5000, 9990])
def test_a_very_long_line_is_cut_around_the_place(column: int) -> None:
    source = "".join(chr(ord("a") + i % 26) for i in range(10000))
    line, carets = shown(source, column, 4)
    assert cells(line) <= WIDEST
    start = carets.index("^")
    assert line[start : start + 4] == source[column - 1 : column + 3]


def test_nothing_steers_the_terminal() -> None:
    text = finding_text(
        finding(message="a\x1b]0;x\x07\nb", path="x\x9b.yaml", source="\x1b[2J"), PLAIN, False
    )
    assert all(char.isprintable() or char == "\n" for char in text)
    assert visible("tab\tand\nline") == "tab and line"


def test_plain_signs_keep_their_meaning() -> None:
    assert without_unicode("80 → 8080 ✓ ✗ … 日本 é", "ascii") == "80 -> 8080 + x ... ???? ?"
    assert without_unicode("é → ß", "latin-1") == "é -> ß"


def test_a_diff_is_painted_only_in_colour() -> None:
    diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\x0cb\n+c\n d\n"
    assert painted_diff(diff, PLAIN) == diff
    assert "\033[31m-a\x0cb\033[0m\n\033[32m+c\033[0m\n d\n" in painted_diff(diff, Style(True))


def test_a_guess_that_was_made_is_marked() -> None:
    done = finding(fixable=True, fixed=True, safety="unsafe", stage=1, fix="x")
    assert fixed_line(done, PLAIN).startswith("fixed (unsafe) ")
    assert fixed_line(replace(done, safety="safe"), PLAIN).startswith("fixed deploy/ingress.yaml:17:")


def test_annotations_escape_what_github_would_read() -> None:
    fault = finding(message="50% of\nit", path="a,b:c.yaml", fix="x", safety="safe", stage=1)
    fixed = finding(fixed=True)
    gone = InputError("z.yaml", 0, 0, "gone")
    lines = list(commands(result(fault, fixed, applied=(fault,), errors=(gone,))))
    assert lines == [
        "::error file=z.yaml,title=unreadable input::gone",
        "::error file=a%2Cb%3Ac.yaml,line=17,endLine=17,col=11,endColumn=13,"
        "title=broken[missing-backend-port]::50%25 of%0Ait%0Afix: x",
    ]


def test_annotations_say_what_a_fix_takes_and_with_which_values() -> None:
    guess = finding(fix="x", safety="unsafe", stage=1, values=("a", "b", "c", "d"), template="web/x.yaml")
    advice = finding(line=18, fix="y", safety="shown", values=("values-production.yaml",))
    told = [line.partition("which it doesn't have")[2] for line in commands(result(guess, advice))]
    assert told == [
        "%0Arendered from web/x.yaml%0Awith a, b, c and 1 more%0Afix (unsafe, --unsafe-fixes): x",
        "%0Awith values-production.yaml%0Aadvice: y",
    ]
    (ready,) = commands(result(guess, applied=(guess,)))
    assert ready.endswith("%0Afix (unsafe): x")


@pytest.mark.parametrize("name, document", SCHEMAS)
def test_the_published_schemas_are_the_models(
    name: str, document: type[FindingsDocument] | type[TraceDocument], root: Path, update_cases: bool
) -> None:
    published = root / "refactor" / "report" / f"{name}.schema.json"
    if update_cases:
        published.write_text(json.dumps(schema(document), indent=2) + "\n", encoding="utf-8")
    assert json.loads(published.read_text(encoding="utf-8")) == schema(document)


def test_the_json_holds_what_the_contract_promises(root: Path) -> None:
    outcome = fix_manifests(str(root / "examples" / "incident"), select="broken")
    text = findings_json(outcome, with_diff=True)
    FindingsDocument.model_validate_json(text)
    document = json.loads(text)
    assert set(document) == {"version", "findings", "errors", "notes", "diff", "summary"}
    assert document["diff"] == outcome.diff
    fault = document["findings"][0]
    promised = "rule category message path line column resource fixable fixed safety stage reason"
    assert set(promised.split()) <= set(fault)
    assert fault["resource"] == {"kind": "Ingress", "namespace": "production", "name": "my-api-ingress"}
    keys = {"files", "documents", "routes", "findings", "fixable", "fixed"}
    assert {name: document["summary"][name] for name in keys} == {
        "files": 3,
        "documents": 3,
        "routes": 1,
        "findings": 2,
        "fixable": 2,
        "fixed": 0,
    }


def test_the_json_of_errors_keeps_their_places() -> None:
    outcome = fix_manifests({"x.yaml": "a: [1\n", "empty.yaml": ""})
    document = json.loads(findings_json(outcome, with_diff=True))
    assert [(error["path"], error["line"]) for error in document["errors"]] == [
        ("x.yaml", 1),
        ("empty.yaml", 0),
    ]


def test_every_rule_is_in_the_table_and_has_a_page() -> None:
    table = catalogue(RULES, PLAIN)
    for name, rule in RULES.items():
        assert f"\n{name} " in table
        text = page(rule, PLAIN)
        assert text.startswith(f"{name}  {rule.category}  has ")
        assert "\nWhat it does\n" in text
    for category in CATEGORIES:
        assert category_page(category, RULES, PLAIN).startswith(f"{category}\n\n")
