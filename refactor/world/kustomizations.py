"""Kustomizations: which files are patches, and which objects they patch.

Patches aren't applied here. But whoever gives a field another shape has to know that a patch may speak of
it. https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_KEYS = ("patches", "patchesStrategicMerge", "patchesJson6902")
_KIND = re.compile(r"^kind:[ ]*['\"]?(\w+)", re.M)
_NAME = re.compile(r"^[ ]+name:[ ]*['\"]?([\w.-]+)", re.M)


@dataclass(frozen=True, slots=True)
class Patched:
    """An object that is patched: its kind, its name (None: any of the kind), and by which kustomization."""

    kind: str
    name: str | None
    path: str


def is_kustomization(path: str, data: Any) -> bool:
    """Whether a document is a kustomization, by its kind or its file's name."""
    if not isinstance(data, dict):
        return False
    named = path.endswith(FILES) and posixpath.basename(path) in FILES
    return named or str(data.get("apiVersion", "")).startswith("kustomize.config.k8s.io/")


def patch_files(path: str, data: Mapping[str, Any]) -> Iterator[str]:
    """The files that a kustomization uses as patches."""
    folder = posixpath.dirname(path)
    for entry in _entries(data):
        name = entry.get("path") if isinstance(entry, dict) else entry
        if isinstance(name, str) and "\n" not in name:
            yield posixpath.normpath(posixpath.join(folder, name))


def targets_of(data: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """(kind, name) of the objects that a kustomization names as patched, or that its inline patches name."""
    for entry in _entries(data):
        target = entry.get("target") if isinstance(entry, dict) else None
        if isinstance(target, dict) and isinstance(target.get("kind"), str):
            name = target.get("name")
            # A target's name is a regular expression; one that is more than a name may mean any.
            plain = isinstance(name, str) and re.fullmatch(r"[\w-]+", name)
            yield target["kind"], name if plain else None
            continue
        text = entry.get("patch") if isinstance(entry, dict) else entry
        kind, name = _KIND.search(str(text)), _NAME.search(str(text))
        if kind and name:
            yield kind[1], name[1]


def _entries(data: Mapping[str, Any]) -> Iterator[Any]:
    for key in _KEYS:
        entries = data.get(key)
        yield from entries if isinstance(entries, list) else ()
