"""What a person who has only the files could know about a fault: the principles of exclusion.

A fault that leaves two answers equally plausible says nothing about a repair. It's still made, and has
to be detected and to harm nobody, but isn't counted among the repairs. The principles look at the
application and the fault, never at what the tool answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.spelling import distance, near

RESEMBLES_NONE = "several ports stand there and the reference resembles none of them"
TIE = "another candidate is as near as the original and would serve as well"
LONE_RENUMBERING = "a container port was renumbered and fewer than two references remember the old number"
NAMED_RENUMBERING = "a named container port was renumbered: which side is right is a decision, not a fact"
STEM_ALONE = "a Service's name agrees only in its stem, and a second fault took the port that it would serve"
SILENT_PODS = (
    "a Service port that is its own target was renumbered and the pods declare nothing to compare with"
)
FOREIGN_LABEL = "a selector's label has another value altogether: it may mean a workload made elsewhere"

PRINCIPLES = (
    FOREIGN_LABEL,
    SILENT_PODS,
    RESEMBLES_NONE,
    TIE,
    LONE_RENUMBERING,
    NAMED_RENUMBERING,
    STEM_ALONE,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A port that a broken reference could mean, with all that it's known by (names, numbers as text).

    `mistyped` holds those of the signs that a slip of the pen can have started from.
    """

    right: bool
    signs: frozenset[str]
    mistyped: frozenset[str]


class MisleadingError(Exception):
    """The fault points at a wrong answer: not a slip, another intention. Such a fault isn't made."""


def signs(*values: object) -> frozenset[str]:
    """Everything a port is known by, as text."""
    return frozenset(str(value) for value in values if value)


class _Port(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def number(self) -> int: ...


def port_choice(port: _Port, right: bool, name: str = "") -> Choice:
    """A container port as a choice; `name`: what it's called from now on, if that changes."""
    known = signs(name or port.name, port.number)
    return Choice(right, known, known)


def _nearest(written: str, choices: Sequence[Choice]) -> list[Choice]:
    """The choices that `written` is the least slip for; none where it's no slip for any."""
    ranked: list[tuple[int, Choice]] = []
    for choice in choices:
        slips = [distance(written, sign) for sign in choice.mistyped if _slip_for(written, sign)]
        if slips:
            ranked.append((min(slips), choice))
    least = min((score for score, _ in ranked), default=0)
    return [choice for score, choice in ranked if score == least]


def _slip_for(written: str, sign: str) -> bool:
    if written.isdigit() != sign.isdigit():
        return False
    return (
        len(written) == len(sign) and distance(written, sign) == 1 if sign.isdigit() else near(written, sign)
    )


def judge_port(written: str, choices: Sequence[Choice], hints: Collection[str] = ()) -> str:
    """'' where a person knows which of `choices` the reference `written` means, else the principle.

    `hints` are what else the referring object says about itself (the name of its Service port).
    Raises MisleadingError where the evidence speaks for a wrong one.
    """
    if len(choices) == 1:
        return ""
    for telling in (
        [choice for choice in choices if written in choice.signs],
        [choice for choice in choices if choice.signs.intersection(hints)],
        _nearest(written, choices),
    ):
        if telling and not any(choice.right for choice in telling):
            raise MisleadingError(written)
        if len(telling) == 1:
            return ""
    return RESEMBLES_NONE


def judge_name(written: str, original: str, rivals: Iterable[str]) -> str:
    """'' where `original` is nearer to `written` than every rival that would serve as well, else TIE."""
    limit = distance(written, original)
    return TIE if any(distance(written, rival) <= limit for rival in rivals) else ""
