"""Kustomizations: which documents are some.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

import posixpath
from typing import Any

FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def is_kustomization(path: str, data: Any) -> bool:
    """Whether a document is a kustomization, by its kind or its file's name."""
    if not isinstance(data, dict):
        return False
    named = path.endswith(FILES) and posixpath.basename(path) in FILES
    return named or str(data.get("apiVersion", "")).startswith("kustomize.config.k8s.io/")
