"""Input that is made to hurt: bounded time and memory, a value for an answer, never a crash."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from refactor.source.streams import read_stream
from refactor.source.text import SourceFile, Span
from refactor.source.verbs import Refusal, remove_key, rename_key, set_scalar

ROOT = Path(__file__).parents[2]

BOMBS = {
    "brackets": b"[" * 100_000,
    "braces": b"{" * 100_000,
    "json-brackets": b'{"a":' + b"[" * 100_000,
    "json-closed": b'{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "dashes": b"- " * 100_000,
    "question-marks": b"? " * 100_000,
    "block-map": b"".join(b" " * depth + b"a:\n" for depth in range(3_000)),
    "laughs": b"a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    + b"".join(b"a%d: &a%d [%s]\n" % (i, i, b", ".join([b"*a%d" % (i - 1)] * 9)) for i in range(1, 30)),
    "merges": b"a0: &a0 {k: v}\n"
    + b"".join(b"a%d: &a%d {<<: [%s]}\n" % (i, i, b", ".join([b"*a%d" % (i - 1)] * 9)) for i in range(1, 30)),
    "merge-chain": b"a0: &a0 {k: v}\n"
    + b"".join(b"a%d: &a%d {<<: *a%d, k%d: v}\n" % (i, i, i - 1, i) for i in range(1, 5_000)),
    "alias-chain": b"a0: &a0 [x]\n"
    + b"".join(b"a%d: &a%d [*a%d]\n" % (i, i, i - 1) for i in range(1, 5_000)),
    "self": b"a: &a {b: *a}\n",
    "long-key": b"k" * 1_000_000 + b": 1\n",
    "nul": b"\x00" * 1_000_000,
    "binary": bytes(range(256)) * 1_000,
}

# Run apart, with 512 MiB of address space: a crash or a hunger for memory fails the test, not the run.
PROGRAM = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from refactor.source.streams import read_stream
from refactor.source.text import SourceFile
data = b"ok: 1\\n---\\n" + sys.stdin.buffer.read() + b"\\n---\\nalso: 1\\n"
stream = read_stream(SourceFile("bomb.yaml", data), lambda *_: True)
for one in stream.malformed:
    print(one.line, one.column, one.message)
print("read", [document.data for document in (*stream.documents[:1], *stream.documents[-1:])])
"""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_problem_and_its_neighbours_are_read(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=BOMBS[name],
        capture_output=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    output = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()[-500:]
    if name == "binary":
        assert "not UTF-8" in output
    else:
        assert "read [{'ok': 1}, {'also': 1}]" in output
    problems = output.splitlines()[:-1]
    assert len(problems) == 1
    assert len(problems[0]) < 200


def test_the_cap_on_aliases_is_on_what_they_repeat() -> None:
    shared = b"a: &a [" + b"x, " * 99 + b"x]\n"
    few = shared + b"b: [" + b"*a, " * 900 + b"]\n"
    many = shared + b"b: [" + b"*a, " * 1100 + b"]\n"
    assert read_stream(SourceFile("x", few), lambda *_: True).malformed == ()
    problem = read_stream(SourceFile("x", many), lambda *_: True).malformed[0]
    assert "100,000" in problem.message
    assert problem.line == 2


def test_depth_is_counted_through_aliases_too() -> None:
    deep = "a: &a " + "[" * 120 + "]" * 120 + "\n"
    assert read_stream(SourceFile("x", f"{deep}b: *a\n".encode()), lambda *_: True).malformed == ()
    stream = read_stream(SourceFile("x", f"{deep}b: {'[' * 120}*a{']' * 120}\n".encode()), lambda *_: True)
    assert "200 levels" in stream.malformed[0].message


@pytest.mark.parametrize("unit", ["[" * 150 + "]" * 150, '{"a":' * 150 + "1" + "}" * 150])
def test_what_is_deep_but_not_absurd_is_read(unit: str) -> None:
    assert read_stream(SourceFile("x", unit.encode()), lambda *_: True).malformed == ()


def test_ten_thousand_documents_have_their_places() -> None:
    part = "---\n# é\nkind: Service\nspec: {port: 80}\n"
    stream = read_stream(SourceFile("x", (part * 10_000).encode()), lambda *_: True)
    assert len(stream.documents) == 10_000
    assert stream.documents[9_999].span(("spec", "port")) == Span(
        len(part) * 10_000 - 4, len(part) * 10_000 - 2
    )
    assert stream.documents[9_999].line == 39_999


def test_memory_is_a_small_multiple_of_the_text() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    data = b"data:\n" + b"  key: |\n" + b"    some text of a line\n" * 200_000
    stream = read_stream(SourceFile("x", data), lambda *_: True)
    assert len(stream.documents[0].data["data"]["key"]) > 3_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024


@pytest.mark.parametrize("gap", [" " * 5_000, "\n" * 5_000, " # c\n" * 2_000, "\n  \t" * 2_000])
def test_a_long_gap_behind_a_key_is_no_work(gap: str) -> None:
    """Each of these once had to be searched in exponential time."""
    text = f"a: {{b{gap}}}\nc: {{d{gap}, e: 1}}\n? f{gap}\n? g\n"
    (document,) = read_stream(SourceFile("x", text.encode()), lambda *_: True).documents
    assert document.span(("a", "b")) == Span(5, 5)
    for path in (("a", "b"), ("c", "d"), ("f",), ("g",)):
        assert isinstance(set_scalar(document, path, 1), Refusal)
        assert isinstance(rename_key(document, path, "x"), Refusal)
        assert remove_key(document, path) is not None


@pytest.mark.parametrize(
    "text",
    [
        "..." + "\n#" * 20_000 + "\nx",
        "kind: X" + " " * 50_000 + "y",
        "&" * 50_000,
        "a: !" + "!" * 50_000,
        "a: " + "-" * 50_000,
        "a: " + "[a, " * 190 + "]",
        'a: "' + "\\" * 50_001,
        "a" * 50_000 + ":" * 50_000,
        "- " * 150 + " " * 50_000 + "x: y",
        "a: [" + "'b', " * 20_000 + "x",
    ],
)
def test_long_runs_are_no_work(text: str) -> None:
    stream = read_stream(SourceFile("x", text.encode()), lambda kind, _: kind == "Y")
    assert len(stream.documents) + len(stream.malformed) == 1
    for document in stream.documents:
        assert document.span(()) is not None
