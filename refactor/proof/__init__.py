"""Proof: a fix is believed only after its result has been read, or rendered, again."""

from refactor.proof.proving import Attempt, Lowered, Proof, prove
from refactor.proof.state import State

__all__ = ["Attempt", "Lowered", "Proof", "State", "prove"]
