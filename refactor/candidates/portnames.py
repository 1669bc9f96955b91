"""What a port may be called, and the nearest allowed name to one that isn't.

A container port's name (and every reference to it, and a Service port's name in an Ingress) has at most
15 characters, a letter and no double hyphen; a Service port's name is a DNS label of at most 63.
https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services
"""

import re
from collections.abc import Collection
from functools import lru_cache

CONTAINER_LIMIT = 15
SERVICE_LIMIT = 63

_PORT_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
# Words that YAML 1.1 reads as a boolean or as nothing: legal in quotes, and a trap for the next editor.
_YAML_WORDS = frozenset("y n yes no on off true false null".split())
_FILLERS = frozenset("port ports service svc server endpoint listener container".split())
# Words that say what is spoken: when a name must be cut, these are what is worth keeping.
_SPOKEN = frozenset(
    "http https http2 grpc tcp udp tls web metrics health admin api postgres mysql redis".split()
)


@lru_cache(maxsize=4096)
def why_not_container(name: str) -> str | None:
    """Why a container port can't have this name, as half a sentence; None where it can."""
    wrong = _why_not_label(name, CONTAINER_LIMIT)
    if wrong is None and "--" in name:
        return "it has two hyphens in a row"
    if wrong is None and not re.search("[a-z]", name):
        return "it has no letter"
    return wrong


@lru_cache(maxsize=4096)
def why_not_service(name: str) -> str | None:
    """Why a Service port can't have this name, as half a sentence; None where it can."""
    return _why_not_label(name, SERVICE_LIMIT)


def _why_not_label(name: str, limit: int) -> str | None:
    strange = sorted(set(re.findall(r"[^-a-zA-Z0-9]", name)))
    if strange:
        return f"only lower-case letters, digits and hyphens are allowed, not {' '.join(map(repr, strange))}"
    if name != name.lower():
        return "upper-case letters aren't allowed"
    if len(name) > limit:
        return f"it has {len(name)} characters, {limit} are allowed"
    if not _PORT_NAME.fullmatch(name):
        return "it starts or ends with a hyphen"
    return None


def is_good(name: str, limit: int = CONTAINER_LIMIT) -> bool:
    """Whether we would give a port this name: allowed for containers too, and no YAML trap."""
    if len(name) > CONTAINER_LIMIT:
        return limit > CONTAINER_LIMIT and why_not_service(name) is None and "--" not in name
    return why_not_container(name) is None and name not in _YAML_WORDS


def mended(name: str, limit: int = CONTAINER_LIMIT) -> str | None:
    """The nearest good name: lower case, hyphens for what isn't allowed, whole words cut off.

    None where nothing of the name is of use (`8080`, `on`).
    """
    words = re.findall(r"[a-z0-9]+", name.lower())
    if len("-".join(words)) > limit:
        words = _cut(words, limit)
    short = "-".join(words)[:limit].rstrip("-")
    return short if is_good(short, limit) else None


def _cut(words: list[str], limit: int) -> list[str]:
    kept = [word for word in words if word not in _FILLERS] or words
    # The word that says the protocol survives, wherever it stands.
    drop = 0 if kept[-1] in _SPOKEN and kept[0] not in _SPOKEN else -1
    while len(kept) > 1 and len("-".join(kept)) > limit:
        kept = [word for index, word in enumerate(kept) if index != drop % len(kept)]
    return kept


def unique(name: str, number: int | None, taken: Collection[str], limit: int = CONTAINER_LIMIT) -> str:
    """The name itself, or with the port's number behind it, or counted, where it is taken."""
    endings = ["", f"-{number}", *(f"-{count}" for count in range(2, len(taken) + 3))]
    options = (name[: limit - len(ending)].rstrip("-") + ending for ending in endings)
    return next(option for option in options if option not in taken)
