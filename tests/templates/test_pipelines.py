"""Pipelines are read as Go reads them, and every node tells exactly where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_analysis.actions import lex
from templates_analysis.pipelines import (
    DEEPEST,
    Command,
    Field,
    Group,
    Operand,
    Pipeline,
    Variable,
    commands,
    parse,
    unquoted,
)
from templates_analysis.scope import blocks_of
from tests.source.corpus import CORPUS


def said(pipeline: Pipeline) -> str:
    """A pipeline as one line that shows how it was read."""
    head = f"{','.join(pipeline.variables)}{pipeline.sign}" if pipeline.sign else ""
    return head + "|".join(_command(command) for command in pipeline.commands)


def _command(command: Command) -> str:
    return "<" + " ".join(_operand(operand) for operand in command.operands) + ">"


def _operand(operand: Operand) -> str:
    match operand:
        case Field(names=names):
            return "." + ".".join(names)
        case Variable(name=name, names=names):
            return ".".join((f"${name}", *names))
        case Group(pipeline=pipeline, names=names):
            return ".".join((f"({said(pipeline)})", *names))
    for attribute in ("value", "text", "name"):
        if hasattr(operand, attribute):
            return f"{type(operand).__name__}:{getattr(operand, attribute)}"
    return "."


@pytest.mark.parametrize(
    "body, read",
    [
        (".", "<.>"),
        ("$", "<$>"),
        (" .Values.a.b ", "<.Values.a.b>"),
        ("$.Values.a", "<$.Values.a>"),
        ("$x.a .b", "<$x.a .b>"),
        ("(.a | b).c.d", "<(<.a>|<Function:b>).c.d>"),
        ("default 80 .a|int", "<Function:default Number:80 .a>|<Function:int>"),
        ('printf "%s\\n" .a -1', "<Function:printf Text:%s\n .a Number:-1>"),
        (
            "print `a \"b\"` 'c' 1e3 0x1F .5 +2",
            "<Function:print Text:a \"b\" Number:'c' Number:1e3 Number:0x1F Number:.5 Number:+2>",
        ),
        ("true false nil", "<Constant:true Constant:false Constant:nil>"),
        ("$x := .a", "x:=<.a>"),
        ("$x = .a", "x=<.a>"),
        ("$key, $v := .a", "key,v:=<.a>"),
        ("$ := .a", ":=<.a>"),
        ('dict "a" (list 1 "b")', "<Function:dict Text:a (<Function:list Number:1 Text:b>)>"),
        ("eq .a\n  .b", "<Function:eq .a .b>"),
        ("$größe.länge", "<$größe.länge>"),
    ],
)
def test_how_it_is_read(body: str, read: str) -> None:
    pipeline = parse(body)
    assert pipeline is not None
    assert said(pipeline) == read


@pytest.mark.parametrize(
    "body", ["", "  ", "|", ".a |", "(.a", ".a)", "()", '"a', "a := b", ".a, .b", "$a, := 1", "a.b?", "#"]
)
def test_what_is_no_pipeline(body: str) -> None:
    assert parse(body) is None


def test_parentheses_may_be_deep_but_not_endless() -> None:
    assert parse("(" * DEEPEST + "1" + ")" * DEEPEST)
    assert parse("(" * 100_000) is None


@pytest.mark.parametrize(
    "literal, value",
    [
        ('"a\\"b"', 'a"b'),
        ('"\\t\\\\"', "\t\\"),
        ('"\\x41\\u00e9\\101"', "AéA"),
        ('"\\U0001F600"', "\U0001f600"),
        ('"\\UFFFFFFFF"', "\ufffd"),
        ("`a\\n`", "a\\n"),
    ],
)
def test_what_a_string_means(literal: str, value: str) -> None:
    assert unquoted(literal) == value


WORDS = st.sampled_from([".", ".a", ".a.b", "$", "$x", "$x.a", '"t"', "`r`", "7", "true", "fn"])
BODIES = st.recursive(
    st.lists(WORDS, min_size=1, max_size=3).map(" ".join),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda some: f"({' | '.join(some)})"),
    max_leaves=6,
)


@given(BODIES, st.integers(0, 50))
def test_nodes_stand_where_they_say(body: str, at: int) -> None:
    pipeline = parse(body, at)
    assert pipeline is not None
    text = " " * at + body
    assert text[pipeline.start : pipeline.end] == body
    for command in commands(pipeline):
        again = [text[operand.start : operand.end] for operand in command.operands]
        assert " ".join(again) == text[command.start : command.end]
        assert parse(text[command.start : command.end], command.start) is not None


@given(st.text(alphabet='.$ab1"`|() :=,-\n', max_size=20))
def test_no_text_breaks_it(body: str) -> None:
    parse(body)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the project")
def test_every_action_of_real_charts_is_read() -> None:
    unread = []
    for path in sorted(CORPUS.glob("charts/**/templates/**/*")):
        if path.suffix in (".yaml", ".tpl", ".yml"):
            template = lex(path.read_bytes().decode())
            blocks = blocks_of(template)
            bare = ("", "define", "block", "end", "else", "break", "continue")
            unread += [
                (path.name, template.body(index))
                for index, segment in enumerate(template.segments)
                if (segment.keyword not in bare or blocks.control(index)) and not blocks.pipeline(index)
            ]
    assert unread == []
