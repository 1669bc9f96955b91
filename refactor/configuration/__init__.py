"""Settings files: `[tool.refactor]` of a pyproject.toml, or `.refactor.toml`; found, checked, combined.

The file that holds for a given path stands in the nearest folder above it; what a caller asks for wins.
"""

from refactor.configuration.files import Configuration, nearest_to, read_configuration
from refactor.configuration.governing import FAIL_ON, Asked, Governing, govern
from refactor.configuration.settings_text import settings_text

__all__ = [
    "FAIL_ON",
    "Asked",
    "Configuration",
    "Governing",
    "govern",
    "nearest_to",
    "read_configuration",
    "settings_text",
]
