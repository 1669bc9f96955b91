"""Models of what we read of each kind. Knows fields and types; nothing of files, routes or rules."""

from refactor.kubernetes.kinds import INTERESTING, Fault, is_interesting, kind_of, read

__all__ = ["INTERESTING", "Fault", "is_interesting", "kind_of", "read"]
