"""The text layer: YAML read with exact places, and edited without touching anything else.

Text comes in as bytes (:mod:`.text`), is cut into documents (:mod:`.streams`), parsed
(:mod:`.nodes`) by Kubernetes' own scalar rules (:mod:`.scalars`) and changed by verbs
(:mod:`.verbs`) that return edits or a refusal. :mod:`.diff` shows changes, :mod:`.files` finds, reads
and writes files.
"""

from .diff import cut_short, unified, unified_all
from .documents import Document
from .files import Found, InputProblem, WriteRefused, discover, manifests_in, read, write_files
from .streams import Skipped, Stream, read_stream
from .text import Edit, Malformed, Position, SourceFile, Span, TextMoved, splice
from .verbs import Kept, Refusal, add_key, insert_item, remove_key, rename_key, reshape, set_scalar

__all__ = [
    "Document",
    "Edit",
    "Found",
    "InputProblem",
    "Kept",
    "Malformed",
    "Position",
    "Refusal",
    "Skipped",
    "SourceFile",
    "Span",
    "Stream",
    "TextMoved",
    "WriteRefused",
    "add_key",
    "cut_short",
    "discover",
    "insert_item",
    "manifests_in",
    "read",
    "read_stream",
    "remove_key",
    "rename_key",
    "reshape",
    "set_scalar",
    "splice",
    "unified",
    "unified_all",
    "write_files",
]
