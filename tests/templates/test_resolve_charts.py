"""On real charts reading finds what changing the values and rendering shows."""

from __future__ import annotations

from collections import Counter
from typing import Any

from templates_analysis.perturb import drivers
from tests.templates.traced import Scalar, Traced, corpus_ports, value_of


def test_reading_agrees_with_rendering_on_real_charts() -> None:
    """Of the fields that a setting drives, how many are told by reading alone; never is one told wrongly."""
    told: Counter[str] = Counter()
    wrong: list[object] = []
    for name, found, scalar in corpus_ports():
        if scalar.stack:
            kind = compared(found, scalar)
            told[kind] += 1
            if kind == "wrong":
                wrong.append((name, scalar))
    assert wrong == []
    driven = told["only"] + told["among"] + told["none"]
    assert driven > 500
    assert told["only"] / driven > 0.96
    assert (told["only"] + told["among"]) / driven > 0.985


def compared(found: Traced, scalar: Scalar) -> str:
    """Whether reading names the setting that rendering shows."""

    def now(rendering: Any) -> str | None:
        return value_of(rendering, scalar)

    driving = drivers(found.layers, scalar.value, found.render, now)
    rows = found.resolver.values(scalar.stack, scalar.value, found.layers)
    if not driving:
        return "undriven"
    if not rows:
        return "none"
    if not any(row.path in driving for row in rows):
        return "wrong"
    return "only" if len([row for row in rows if row.match == "equal"]) == 1 else "among"
