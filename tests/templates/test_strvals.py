"""The grammar of `--set`, held against Helm's own parser."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import helm_python
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from templates_analysis.problems import ValuesError
from templates_analysis.strvals import set_into
from tests.manifests import chart_yaml, put_all

PIECES = [
    *("a", "b", "key", ".", "=", ",", "[0]", "[1]", "[2]", "[", "]", "{", "}", "\\", " ", '"', "é", "\n"),
    *("1", "0", "-5", "+5", "08", "1.5", "true", "False", "NULL", "null", "99999999999999999999"),
    *("a.b", "=1", ",b=", "a[0].b=x", "={1,two}", "a\\.b=c"),
]
soup = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)


def ours(text: str) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    try:
        set_into(text, values)
    except ValuesError:
        return None
    return values


def test_strings_stay_strings() -> None:
    values: dict[str, Any] = {"port": 80}
    set_into("port=8080,on=true,none=null,list={1,0x2},a.b=007", values, strings=True)
    assert values == {"port": "8080", "on": "true", "none": "null", "list": ["1", "0x2"], "a": {"b": "007"}}
    with pytest.raises(ValuesError, match="no value") as refused:
        set_into("token", values, strings=True)
    assert refused.value.path == "--set-string token"


def helms(text: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = helm_python.parse_set_string(text)
    except helm_python.HelmError:
        return None
    return found


@given(soup)
@settings(max_examples=1500)
@example("a[0].b=")
@example("a={1}b=2")
@example("a=1,a.b=2")
@example("a[1].b=2,a[0][1]=3")
@example("=1")
@example("a.=1")
@example("a=b\\")
def test_texts_mean_what_they_mean_to_helm(text: str) -> None:
    expected = helms(text)
    # An index without a value is taken by some of Helm's versions, and counts for nothing then.
    assert ours(text) == expected or ("[" in text and ours(text) is None)


@pytest.mark.parametrize(
    "text, values",
    [
        ("a.b=1,c=x", {"a": {"b": 1}, "c": "x"}),
        ("a.b=1,a.c=2", {"a": {"b": 1, "c": 2}}),
        ("hosts[1].name=x", {"hosts": [None, {"name": "x"}]}),
        ("a={1,two,}", {"a": [1, "two", ""]}),
        ("a=", {"a": ""}),
        ("a=null,b=TRUE,c=0,d=007,e=1.0", {"a": None, "b": True, "c": 0, "d": "007", "e": "1.0"}),
        (r"a\.b=1\,2", {"a.b": "1,2"}),
        ("a=x=y", {"a": "x=y"}),
    ],
)
def test_readings(text: str, values: dict[str, Any]) -> None:
    assert ours(text) == helms(text) == values


@pytest.mark.parametrize(
    "text, words",
    [
        ("a", "'a' has no value; write a=value"),
        ("a,b=1", "'a' has no value"),
        ("a=1,,b=2", "has no value"),
        ("a[x]=1", "must be a number in brackets"),
        ("a[0", "must be a number in brackets"),
        ("a[" + "9" * 5000 + "]=1", "must be a number in brackets"),
        ("a[-1]=1", "between 0 and 65536"),
        ("a[0]x=1", "must follow a list's index"),
        ("a[0]", "must follow a list's index"),
        ("a={1", "a `}` is missing"),
        ("a=1,a.b=2", "isn't a map"),
        ("a=1,a[0]=2", "isn't a list"),
        (".".join("a" * 40) + "=1", "nested deeper than 30"),
    ],
)
def test_refusals_say_what_to_write(text: str, words: str) -> None:
    with pytest.raises(ValuesError) as refused:
        set_into(text, {})
    assert words in refused.value.message
    key, sign, _ = text.partition("=")
    assert refused.value.path == f"--set {key}{sign and '=…'}"
    assert 1 <= refused.value.column <= len(text) + 1
    assert helms(text) is None or text in ("a[0", "a[0]")


@pytest.mark.parametrize(
    "text", ["pw=hunter2,x", "pw=a,hunter2", "pw={hunter2", "a=1,pw=hunter2,b[=", "pw=x,a.hunter2"]
)
def test_refusals_keep_what_is_set_to_themselves(text: str) -> None:
    with pytest.raises(ValuesError) as refused:
        set_into(text, {})
    assert "hunter2" not in str((refused.value.path, refused.value.message))


def test_it_is_applied_to_what_is_there() -> None:
    values: dict[str, Any] = {"hosts": [{"name": "a", "port": 1}, {"name": "b"}]}
    set_into("hosts[0].port=2,hosts[2].name=c", values)
    assert values == {"hosts": [{"name": "a", "port": 2}, {"name": "b"}, {"name": "c"}]}


@pytest.mark.parametrize(
    "text",
    [
        "a.b=1,c={x,2},d[1].e=f",
        r"a\.b=1\,2,c=null,d=007,e=1.0",
        "a[0].b=,c=",
        "a=",
        "a={1}b=2",
        "a[0][1]=x,é=ü",
        "a,b=1",
        "a[x]=1",
        "a={1",
    ],
)
def test_the_command_agrees(tmp_path: Path, text: str) -> None:
    command = shutil.which("helm", path=str(Path(sys.executable).parent)) or shutil.which("helm")
    if command is None:
        pytest.skip("no helm command")
    put_all(tmp_path, {"Chart.yaml": chart_yaml(), "templates/all.yaml": "values: {{ .Values | toJson }}\n"})
    call = [command, "template", str(tmp_path), "--set", text]
    done = subprocess.run(call, capture_output=True, check=False, encoding="utf-8")
    mine = ours(text)
    assert (done.returncode == 0) is (mine is not None)
    if mine is not None:
        rendered = json.loads(done.stdout.partition("values: ")[2])
        # A null of --set takes away what the chart's own values say: here nothing.
        assert {key: value for key, value in rendered.items() if value is not None} == {
            key: value for key, value in mine.items() if value is not None
        }
