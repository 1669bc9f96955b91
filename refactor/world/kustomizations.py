"""Kustomizations: which documents are some, and which patches they name.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_KEYS = ("patches", "patchesStrategicMerge", "patchesJson6902")


@dataclass(frozen=True, slots=True)
class PatchEntry:
    """A patch that a kustomization names: a file, or a text; and the kind and name it is for, if it says so.

    The name is None where objects of any name may be meant.
    """

    path: str | None
    text: str
    target: tuple[str, str | None] | None


def is_kustomization(path: str, data: Any) -> bool:
    """Whether a document is a kustomization, by its kind or its file's name."""
    if not isinstance(data, dict):
        return False
    named = path.endswith(FILES) and posixpath.basename(path) in FILES
    return named or str(data.get("apiVersion", "")).startswith("kustomize.config.k8s.io/")


def patch_entries(path: str, data: Mapping[str, Any]) -> Iterator[PatchEntry]:
    """The patches of a kustomization; the paths of files as from where it stands."""
    folder = posixpath.dirname(path)
    for entry in _entries(data):
        said = entry if isinstance(entry, dict) else {"patch": entry} if _is_text(entry) else {"path": entry}
        name, text = said.get("path"), said.get("patch")
        if _is_text(name) or not isinstance(name, str):
            name = None
        file = posixpath.normpath(posixpath.join(folder, name)) if name else None
        yield PatchEntry(file, text if isinstance(text, str) else "", _target(said.get("target")))


def _is_text(entry: Any) -> bool:
    """Whether what may be a file's name is a patch itself."""
    return isinstance(entry, str) and "\n" in entry


def _target(target: Any) -> tuple[str, str | None] | None:
    if not isinstance(target, dict) or not isinstance(target.get("kind"), str):
        return None
    name = target.get("name")
    # A target's name is a regular expression; one that is more than a name may mean any.
    plain = isinstance(name, str) and re.fullmatch(r"[\w-]+", name)
    return target["kind"], name if plain else None


def _entries(data: Mapping[str, Any]) -> Iterator[Any]:
    for key in _KEYS:
        entries = data.get(key)
        yield from entries if isinstance(entries, list) else ()
