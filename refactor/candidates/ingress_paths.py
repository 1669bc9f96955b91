"""What the API server refuses in a path of an Ingress and in its pathType, and what would be right.

https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
"""

import re
from collections.abc import Mapping

from refactor.placeholders import is_placeholder

PATH_TYPES = ("Prefix", "Exact", "ImplementationSpecific")
_FORBIDDEN = ("//", "/./", "/../", "%2f", "%2F")
_FORBIDDEN_AT_THE_END = ("/..", "/.")
_RELATIVE = re.compile(r"[\w.~-]+(/[\w.~-]*)*")
_FILLED_IN = re.compile(r"\$\{|\{\{|\$\(|<")


def refused_scalars(item: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with `path` and `pathType` of an entry, by key; what is absent is no matter here."""
    wrong = {"path": _path(item.get("path"), item.get("pathType")), "pathType": _type(item.get("pathType"))}
    return {key: text for key, text in wrong.items() if text}


def _path(path: object, kind: object) -> str | None:
    if not isinstance(path, str) or not path:
        return None
    if not path.startswith("/"):
        return None if is_placeholder(path) else "isn't absolute: it has to begin with /"
    # ImplementationSpecific leaves the rest to the controller.
    if kind not in ("Prefix", "Exact") or _FILLED_IN.search(path):
        return None
    for part in _FORBIDDEN:
        if part in path:
            return f"holds {part}, which no path of type {kind} may"
    for part in _FORBIDDEN_AT_THE_END:
        if path.endswith(part):
            return f"ends with {part}, which no path of type {kind} may"
    return None


def _type(kind: object) -> str | None:
    if kind in (None, "", *PATH_TYPES) or not isinstance(kind, str | int | float):
        return None
    if isinstance(kind, str) and is_placeholder(kind):
        return None
    shown = str(kind).lower() if isinstance(kind, bool) else kind
    return f"has the pathType {shown}, and there are only {', '.join(PATH_TYPES)}"


def right_path(path: str) -> tuple[str | None, str]:
    """The path that is nearly certainly meant, or None, and why."""
    if path.startswith("map["):
        return None, "a template prints a whole map here: let it print the map's `path`"
    if path == "*":
        return None, "`*` is no path: `path: /` with `pathType: Prefix` means every path"
    if path.startswith("/") or not _RELATIVE.fullmatch(path):
        return None, "which path is meant can't be told"
    return f"/{path}", "a path begins with /"


def right_type(kind: str) -> str | None:
    """The pathType that is meant, where only upper and lower case are wrong."""
    return next((one for one in PATH_TYPES if one.lower() == kind.lower()), None)
