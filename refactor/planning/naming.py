"""Deciding the names of ports."""

from refactor.decisions import Decisions
from refactor.routes import TrafficGraph


def decide(graph: TrafficGraph) -> Decisions:
    """The decisions for a graph."""
    return Decisions(graph)
