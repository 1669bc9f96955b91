"""Weighing candidates: evidence in, a decision or a tie out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from refactor.findings import Safety
from refactor.wording import joined

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """A candidate, how messages call it, and each piece of evidence as half a sentence.

    `alike`: how closely the candidate resembles what the reference says (0: only circumstances speak
    for it).
    `settled`: independent pieces of evidence agree, so that a repair isn't a guess.
    `certain`: it is what the reference means by the rules of Kubernetes.
    """

    value: T
    label: str
    evidence: tuple[str, ...] = ()
    alike: int = 0
    settled: bool = False
    certain: bool = False

    @property
    def weight(self) -> int:
        """Certainty outweighs likeness, likeness outweighs any number of circumstances."""
        return 100 * self.certain + 10 * self.alike + len(self.evidence)


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """What was chosen, or None on a tie or where nothing speaks for anything; and all options."""

    chosen: Option[T] | None
    options: tuple[Option[T], ...] = ()

    @property
    def safety(self) -> Safety:
        """Safe where the choice is certain or settled."""
        best = self.chosen
        return Safety.SAFE if best is not None and (best.certain or best.settled) else Safety.UNSAFE

    @property
    def tied(self) -> bool:
        """Whether something speaks for several options, and equally."""
        return self.chosen is None and any(option.weight for option in self.options)

    @property
    def why(self) -> str:
        """The evidence for what was chosen, as one text."""
        return joined(self.chosen.evidence) if self.chosen else ""

    @property
    def shown(self) -> str:
        """The options for a reader who has to choose."""
        return ", ".join(option.label for option in self.options)


def decide(options: Iterable[Option[T]]) -> Choice[T]:
    """The option with the most evidence, if there is one alone at the top and it has any."""
    ranked = sorted(options, key=lambda option: -option.weight)
    if not ranked or not ranked[0].weight:
        return Choice(None, tuple(ranked))
    tied = len(ranked) > 1 and ranked[1].weight == ranked[0].weight
    return Choice(None if tied else ranked[0], tuple(ranked))
