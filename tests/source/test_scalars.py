"""Plain scalars mean what kubectl and Helm take them for (checked against kubectl itself)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.source.scalars import ResolvedScalars, key_text, resolve

TABLE: list[tuple[str, object]] = [
    *((word, True) for word in "y Y yes Yes YES true True TRUE on On ON".split()),
    *((word, False) for word in "n N no No NO false False FALSE off Off OFF".split()),
    *((word, None) for word in ("", "~", "null", "Null", "NULL")),
    *((word, word) for word in "yES oN tRUE nULL nan NaN Infinity = << - + . -- 1.2.3 a80 _1".split()),
    ("0", 0),
    ("80", 80),
    ("+12", 12),
    ("-12", -12),
    ("0777", 511),
    ("-017", -15),
    ("0o17", 15),
    ("0O17", 15),
    ("-0o17", -15),
    ("0888", 888),
    ("08", 8),
    ("0o8", "0o8"),
    ("0x1F", 31),
    ("-0x10", -16),
    ("0x", "0x"),
    ("0b11", 3),
    ("-0b11", -3),
    ("0b2", "0b2"),
    ("1_000", 1000),
    ("1__0", 10),
    ("1_", 1),
    ("1_0.5", 10.5),
    ("1e3", 1000),
    ("1E3", 1000),
    ("1e+3", 1000),
    ("1e-3", 0.001),
    ("8080.0", 8080),
    ("-0.0", 0),
    ("5.", 5),
    ("5.e3", 5000),
    (".5", 0.5),
    ("-.5", -0.5),
    (".5_0", 0.5),
    (".5_", ".5_"),
    ("._5", "._5"),
    ("1e400", "1e400"),
    ("1e21", 1e21),
    ("9223372036854775807", 2**63 - 1),
    ("-9223372036854775808", -(2**63)),
    ("1:30", "1:30"),
    ("2001-01-01", "2001-01-01"),
    ("2001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"),
    (".inf", math.inf),
    ("-.INF", -math.inf),
]


@pytest.mark.parametrize("plain, value", TABLE)
def test_a_plain_scalar_means_what_kubernetes_takes_it_for(plain: str, value: object) -> None:
    assert resolve(plain) == value
    assert type(resolve(plain)) is type(value)


def test_not_a_number_is_one() -> None:
    assert math.isnan(float(str(resolve(".nan"))))


@pytest.mark.parametrize(
    "plain, key",
    [
        ("on", "true"),
        ("n", "false"),
        ("1", "1"),
        ("0777", "511"),
        ("1.5", "1.5"),
        ("0.1", "0.1"),
        ("a", "a"),
        (".inf", ".inf"),
        ("-.inf", "-.inf"),
        (".nan", ".nan"),
        ("1e400", "1e400"),
        ("~", None),
        ("0.30000001", "0.3"),
    ],
)
def test_keys_are_text(plain: str, key: str | None) -> None:
    assert key_text(resolve(plain)) == key


@given(st.text(alphabet="01789.eE+-_xob~nyY", max_size=12))
def test_remembering_changes_nothing(plain: str) -> None:
    known = ResolvedScalars()
    assert repr(known[plain]) == repr(known[plain]) == repr(resolve(plain))


def test_the_memory_is_bounded() -> None:
    known = ResolvedScalars()
    for number in range(50_000):
        assert known[f"n{number}"] == f"n{number}"
    assert known["x" * 1000] == "x" * 1000
    assert len(known) <= 20_000
    assert "x" * 1000 not in known


@given(st.integers(-(2**63), 2**64 - 1))
def test_integers_read_back(number: int) -> None:
    assert resolve(str(number)) == number
    assert resolve(hex(number)) == number


def test_a_huge_run_of_digits_is_no_work() -> None:
    assert resolve("9" * 100_000) == "9" * 100_000
