"""Finds Kubernetes traffic that silently doesn't flow, and repairs the files that say so.

The public names are imported lazily (PEP 562): `import refactor.source` pulls in nothing else.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from refactor.api import Result as Result
    from refactor.api import fix_manifests as fix_manifests

_HOME = {"fix_manifests": "refactor.api", "Result": "refactor.api"}

__all__ = ["Result", "__version__", "fix_manifests"]


def __getattr__(name: str) -> object:
    if name in _HOME:
        import importlib

        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'refactor' has no attribute {name!r}")
