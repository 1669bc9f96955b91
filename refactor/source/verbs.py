"""The verbs that edit a document: each returns the edits, or a refusal with its reason.

No verb touches a comment or anything outside what it is asked to change, and none guesses: text
that is shared, doubtful or laid out in a way that it doesn't know is left as it is.
"""

from __future__ import annotations

from .mapping_verbs import add_key, remove_key
from .reshaping import Kept, reshape
from .scalar_verbs import rename_key, set_scalar
from .sequence_verbs import insert_item
from .targets import Edits, Refusal
from .tree import Path

__all__ = [
    "Edits",
    "Kept",
    "Path",
    "Refusal",
    "add_key",
    "insert_item",
    "remove_key",
    "rename_key",
    "reshape",
    "set_scalar",
]
