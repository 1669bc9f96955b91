"""Settings files: `[tool.refactor]` of a pyproject.toml, or `.refactor.toml`; found, checked, combined.

The file that holds for a given path stands in the nearest folder above it; what a caller asks for wins.
"""

from refactor.configuration.files import nearest_to
from refactor.configuration.governing import Asked, Governing, govern
from refactor.configuration.settings_text import settings_text

__all__ = [
    "Asked",
    "Governing",
    "govern",
    "nearest_to",
    "settings_text",
]
