"""Suppressing findings: comments, annotations, those of other linters, and writing them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from refactor import fix_manifests
from refactor.cli import main
from refactor.rules import RULES
from refactor.suppression.annotations import KUBE_LINTER_CHECKS, KUBE_SCORE_CHECKS

INGRESS = """\
--- #0
apiVersion: networking.k8s.io/v1 #1
kind: Ingress #2
metadata: #3
  name: web
  annotations: {kept: "yes"} #4
spec:
  defaultBackend:
    service: #5
      name: web
      port:
        number: 80 #6
"""
SERVICE = """\
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: 8080
"""
RULE = "missing-backend-port"


def with_remark(place: int, remark: str, text: str = INGRESS) -> str:
    """The text with a remark at a numbered place, and nothing at the others."""
    lines = text.split("\n")
    for number in range(7):
        lines = [line.replace(f"#{number}", remark if number == place else "").rstrip() for line in lines]
    return "\n".join(lines) + SERVICE


def annotated(annotation: str) -> str:
    return with_remark(9, "").replace('kept: "yes"', f'kept: "yes", {annotation}')


def outcome(text: str, **options: Any) -> tuple[int, int]:
    """How many findings are reported, and how many are suppressed."""
    result = fix_manifests({"web.yaml": text}, **options)
    return len(result.findings), result.counts.suppressed


def test_without_a_remark_it_is_reported() -> None:
    assert outcome(with_remark(9, "")) == (1, 0)


@pytest.mark.parametrize("place", [0, 1, 2, 6])
@pytest.mark.parametrize(
    "remark",
    [
        f"# refactor: ignore[{RULE}]",
        f"#refactor:ignore[ {RULE} ]  because of us",
        f"# old words # refactor: ignore[unmatched-selector, {RULE}]",
        "# refactor: ignore[broken]",
    ],
)
def test_a_remark_on_the_line_or_the_head_suppresses(place: int, remark: str) -> None:
    assert outcome(with_remark(place, remark)) == (0, 1)


@pytest.mark.parametrize(
    "place, remark",
    [
        (3, f"# refactor: ignore[{RULE}]"),
        (4, f"# refactor: ignore[{RULE}]"),
        (5, f"# refactor: ignore[{RULE}]"),
        (6, "# refactor: ignore[unmatched-selector]"),
        (6, "# refactor: ignore[suspect]"),
        (6, "# refactor: ignore"),
        (6, "# refactor: ignore[]"),
        (6, f"# refactor: ignores[{RULE}]"),
        (6, f"# refactor: ignore-all[{RULE}]"),
        (6, f"# noqa[{RULE}]"),
    ],
)
def test_other_places_and_other_words_dont(place: int, remark: str) -> None:
    assert outcome(with_remark(place, remark)) == (1, 0)


def test_text_that_looks_like_a_remark_is_none() -> None:
    remark = f"# refactor: ignore[{RULE}]"
    quoted = with_remark(9, "").replace("number: 80", f'number: 80\n        "{remark}": 1')
    assert outcome(quoted)[1] == 0
    block = with_remark(9, "").replace("name: web\n  ann", f"name: web\n  note: |\n    {remark}\n  ann")
    assert outcome(block) == (1, 0)
    flow = with_remark(9, "").replace("number: 80", f'name: "{remark}"')
    assert outcome(flow) == (1, 0)


def test_only_its_own_resource_is_suppressed() -> None:
    both = with_remark(1, f"# refactor: ignore[{RULE}]") + with_remark(9, "").replace(SERVICE, "").replace(
        "  name: web\n  ann", "  name: other\n  ann"
    )
    assert outcome(both) == (1, 1)


def test_an_item_of_a_list_has_a_head_of_its_own() -> None:
    items = "apiVersion: v1\nkind: List\nitems:\n"
    for name, remark in (("one", f"  # refactor: ignore[{RULE}]"), ("two", "")):
        items += f"""\
- apiVersion: networking.k8s.io/v1{remark}
  kind: Ingress
  metadata: {{name: {name}}}
  spec: {{defaultBackend: {{service: {{name: web, port: {{number: 80}}}}}}}}
"""
    assert outcome(items + SERVICE) == (1, 1)
    whole = items.replace("kind: List", f"kind: List  # refactor: ignore[{RULE}]")
    assert outcome(whole + SERVICE) == (0, 2)


@pytest.mark.parametrize(
    "annotation, hidden",
    [
        (f'refactor/ignore: "{RULE}"', True),
        (f'refactor/ignore: " unmatched-selector ,{RULE}"', True),
        ("refactor/ignore: broken", True),
        ('refactor/ignore: "unmatched-selector"', False),
        (f"refactor/ignore: [{RULE}]", False),
        (f'other/ignore: "{RULE}"', False),
        ('ignore-check.kube-linter.io/dangling-ingress: "known"', True),
        ('ignore-check.kube-linter.io/dangling-service: "known"', False),
        ('ignore-check.kube-linter.io/no-such-check: "known"', False),
        ('kube-score/ignore: "pod-probes, ingress-targets-service"', True),
        ('kube-score/ignore: "service-targets-pod"', False),
    ],
)
def test_annotations(annotation: str, hidden: bool) -> None:
    reported, suppressed = outcome(annotated(annotation))
    assert suppressed == int(hidden)
    assert bool(reported) is not hidden


def test_the_checks_of_others_are_rules_of_ours() -> None:
    named = [
        name
        for table in (KUBE_LINTER_CHECKS, KUBE_SCORE_CHECKS)
        for names in table.values()
        for name in names
    ]
    assert set(named) <= set(RULES)


def test_a_fix_that_needs_a_suppressed_object_may_still_change_it() -> None:
    text = with_remark(9, "").replace("number: 80", "number: 8080") + (
        "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: b}\n"
        "spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n"
    )
    plain = fix_manifests({"a.yaml": text}, select="broken")
    hidden = fix_manifests(
        {"a.yaml": text.replace("kind: Service", "kind: Service  # refactor: ignore[broken]")},
        select="broken",
    )
    assert [f.rule for f in plain.findings] == [f.rule for f in hidden.findings] == [RULE]
    assert plain.changed
    assert hidden.changed


@pytest.mark.parametrize(
    "text, told",
    [
        (
            with_remark(6, "# refactor: ignore"),
            "web.yaml:12:20: `# refactor: ignore` names no rule and has no",
        ),
        (
            with_remark(6, f"# see 12; refactor: ignore[{RULE}]"),
            "web.yaml:12:30: `refactor: ignore` has no effect amid the words of a comment; write # before it",
        ),
        (
            with_remark(6, "# refactor: ignore[]"),
            "web.yaml:12:20: `# refactor: ignore` names no rule and has no",
        ),
        (
            with_remark(6, "# refactor: ignore[missing-bakend-port]"),
            "web.yaml:12:20: this suppression names an unknown rule or category 'missing-bakend-port'; "
            "did you mean 'missing-backend-port'?",
        ),
        (
            f"# refactor: ignore[{RULE}]\n" + with_remark(9, "").removeprefix("---\n"),
            "web.yaml:1:1: this `# refactor: ignore` stands on a line of its own and has no effect",
        ),
        (
            annotated('refactor/ignore: "missing-backend-prt"'),
            "web.yaml:6:47: this suppression names an unknown rule or category 'missing-backend-prt'; did",
        ),
    ],
)
def test_words_without_effect_are_told_and_harm_nothing(text: str, told: str) -> None:
    result = fix_manifests({"web.yaml": text})
    assert [note for note in result.notes if note.startswith(told)], result.notes
    assert len(result.findings) == 1


def test_good_words_are_no_news() -> None:
    assert not fix_manifests({"web.yaml": with_remark(6, f"# refactor: ignore[{RULE}]")}).notes


def test_suppressed_findings_dont_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "web.yaml"
    path.write_text(with_remark(6, f"# refactor: ignore[{RULE}]"))
    before = path.read_bytes()
    assert main(["--write", str(path)]) == 0
    assert "Not counted: 1 suppressed in the files.\n" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert main(["--check", "--output-format", "json", str(path)]) == 0
    assert '"suppressed": 1' in capsys.readouterr().out


def test_a_remark_stands_behind_a_misspelt_key() -> None:
    text = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n"
        "  Ports:  # refactor: ignore[misspelt-field]\n    - port: 80\n"
    )
    assert [f.rule for f in fix_manifests({"a.yaml": text}, select="misspelt-field").findings] == []
    bare = text.replace("  # refactor: ignore[misspelt-field]", "")
    (finding,) = fix_manifests({"a.yaml": bare}, select="misspelt-field").findings
    assert finding.line == 6
