"""Models of what we read of each kind. Knows fields and types; nothing of files, routes or rules."""

from refactor.kubernetes.catalogue import INTERESTING
from refactor.kubernetes.kinds import is_interesting, kind_of
from refactor.kubernetes.reading import Fault, read

__all__ = ["INTERESTING", "Fault", "is_interesting", "kind_of", "read"]
