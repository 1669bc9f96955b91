"""What an object is: its API group and kind as of today, by what it says or surely means to say."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from refactor.kubernetes.catalogue import INTERESTING, KINDS, RETIRED, RETIRED_KINDS
from refactor.kubernetes.fields import HEAD
from refactor.kubernetes.meant import instead_of, may_mean_one
from refactor.kubernetes.meta import Object, group_of
from refactor.kubernetes.misspelling import as_spelt

# The same kind under an older group is the same resource.
_GROUP_NOW = {"Ingress": "networking.k8s.io", "NetworkPolicy": "networking.k8s.io"}


@lru_cache(maxsize=4096)
def is_interesting(kind: str, api_version: str | None) -> bool:
    """Whether the text layer has to parse a document.

    The apiVersion is None where it can't be told, and "" where there is none: its key may be misspelt.
    """
    if kind in INTERESTING:
        return True
    if api_version:
        return (api_version, kind) in RETIRED or instead_of(api_version, kind) is not None
    return may_mean_one(kind) or (api_version is None and kind in RETIRED_KINDS)


def is_retired(body: Object) -> bool:
    """Whether nothing of an object is modelled: it is read only because its version is served no more."""
    return type(body) is Object


def kind_of(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """(API group, kind) of an object as of today's API, or None where it isn't one we read.

    Where its apiVersion or kind is misspelt, it is the one that is meant.
    """
    said = said_by(data)
    if said is None:
        return None
    found, right = _kind_now(*said)
    as_written = right and "kind" in data and "apiVersion" in data
    # Settings of other tools have kinds too, and much that is near to ours.
    return found if found is None or as_written or _is_named(data, _model(*said)) else None


def said_by(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """The apiVersion and kind that an object says, also under misspelt keys; None where it says none."""
    api_version, kind = data.get("apiVersion"), data.get("kind")
    if api_version is None or kind is None:
        api_version, kind = (data.get(as_spelt(data, key, HEAD) or key) for key in ("apiVersion", "kind"))
    return (api_version, kind) if isinstance(api_version, str) and isinstance(kind, str) else None


def model_of(data: Mapping[str, Any]) -> type[Object]:
    """The model that reads an object for which `kind_of` isn't None."""
    said = said_by(data)
    return _model(*said) if said else Object


def _is_named(data: Mapping[str, Any], model: type[Object]) -> bool:
    """Whether it has what every object of its kind has: a name and, where its model has one, a spec."""
    metadata, spec = (data.get(as_spelt(data, key, HEAD) or key) for key in ("metadata", "spec"))
    named = isinstance(metadata, dict) and (metadata.get("name") or metadata.get("generateName"))
    return bool(named) and (isinstance(spec, dict) or "spec" not in model.model_fields)


@lru_cache(maxsize=1024)
def _kind_now(api_version: str, kind: str) -> tuple[tuple[str, str] | None, bool]:
    """The group and kind of today, and whether Kubernetes has the two that are said."""
    instead = instead_of(api_version, kind)
    if instead is not None:
        return _kind_now(*instead)[0], False
    group = group_of(api_version)
    if (group, kind) not in KINDS:
        retired = RETIRED.get((api_version, kind))
        return ((retired, kind) if retired else None), True
    return (_GROUP_NOW.get(kind, "apps") if group == "extensions" else group, kind), True


@lru_cache(maxsize=1024)
def _model(api_version: str, kind: str) -> type[Object]:
    api_version, kind = instead_of(api_version, kind) or (api_version, kind)
    return KINDS.get((group_of(api_version), kind), Object)
