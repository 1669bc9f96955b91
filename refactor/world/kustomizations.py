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
    version = data.get("apiVersion")
    said = isinstance(version, str) and version.startswith("kustomize.config.k8s.io/")
    return said or (path.endswith(FILES) and posixpath.basename(path) in FILES)
