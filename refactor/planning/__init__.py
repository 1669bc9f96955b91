"""From findings to a plan: decide first, for the whole graph, then ask each rule for its fix."""

from refactor.planning.planner import plan

__all__ = ["plan"]
