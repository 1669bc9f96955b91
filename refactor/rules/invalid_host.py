"""A host of an Ingress isn't a host name.

What it does
    Looks at `spec.rules[].host` and `spec.tls[].hosts` of every Ingress. A host is a name in small letters,
    digits, `-` and dots, with `*.` before it for all names one level below; no scheme, no port, no path, no
    address.

Why it matters
    The API server refuses the Ingress, with everything else in it. What ran before goes on running as it was.

Example
    `host: https://shop.example.com` becomes `host: shop.example.com`.

Fix safety
    Safe where only capitals are wrong, for they mean nothing in a host name. Unsafe where a scheme, a port, a
    path or a dot at the end is taken away. Declined where no host name is left.

https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
"""

import re
from collections.abc import Iterator

from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Safety
from refactor.placeholders import is_placeholder
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.world import Ref, Resource, SetScalar

NAME = "invalid-host"

_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_NAME_OF_HOST = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[?[0-9a-fA-F]*(?::[0-9a-fA-F]*){2,}\]?")
_LONGEST = 253
_AROUND = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?P<host>[^/:]+?)\.?(?::[0-9]+)?(?:/.*)?", re.I)
# A word in capitals amid others is filled in by somebody: `app.INGRESS_IP.nip.io`.
_FILLED_IN = re.compile(r"(?<![A-Za-z0-9_])[A-Z][A-Z0-9_]+(?![A-Za-z0-9_])")


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for ingress in graph.world.of("Ingress", "networking.k8s.io"):
        for at, host in _hosts(ingress):
            wrong = _wrong(host)
            if wrong:
                text = f"{ingress.label} has the host {host}, which {wrong}: the API server refuses it"
                yield Finding(NAME, Category.BROKEN, text, at)


def _hosts(ingress: Resource) -> Iterator[tuple[Ref, str]]:
    """The hosts that are text, with their places."""
    spec = ingress.data.get("spec")
    for key, below in (("rules", "host"), ("tls", "hosts")):
        items = spec.get(key) if isinstance(spec, dict) else None
        for i, item in enumerate(items if isinstance(items, list) else ()):
            said = item.get(below) if isinstance(item, dict) else None
            for j, host in enumerate(said if isinstance(said, list) else [said]):
                if isinstance(host, str) and host and not _is_filled_in(host):
                    yield ingress.at("spec", key, i, below, *((j,) if isinstance(said, list) else ())), host


def _is_filled_in(host: str) -> bool:
    return is_placeholder(host) or (host != host.upper() and _FILLED_IN.search(host) is not None)


def _wrong(host: str) -> str | None:
    """What is wrong with a host, as the end of a sentence; None where nothing is."""
    if _ADDRESS.fullmatch(host):
        return "is an address and no name"
    if _NAME_OF_HOST.fullmatch(host):
        return None if len(host) <= _LONGEST else f"is longer than {_LONGEST} characters"
    if "://" in host:
        return "says a scheme too"
    if _NAME_OF_HOST.fullmatch(host.lower()):
        return "has capitals"
    name, colon, port = host.rpartition(":")
    if colon and port.isdecimal() and _NAME_OF_HOST.fullmatch(name.lower()):
        return "says a port too: an Ingress listens where its controller does"
    if _NAME_OF_HOST.fullmatch(host.partition("/")[0].lower()):
        return "says a path too"
    return "is no host name (small letters, digits, `-` and dots, with `*.` at most before them)"


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    host = str(finding.at.value)
    right = _right(host)
    if right is None:
        hint = "; leave the host out to mean every one" if host == "*" else ""
        return Declined(finding, f"which host is meant can't be told{hint}")
    title = f"{finding.at.resource.label}: host {host} → {right}"
    safety = Safety.SAFE if right == host.lower() else Safety.UNSAFE
    return Fix(title, (finding,), (SetScalar(finding.at, right),), safety)


def _right(host: str) -> str | None:
    """The host name that stands in what is no host name; None where there is none."""
    match = _AROUND.fullmatch(host.strip())
    name = match["host"].lower() if match else ""
    return name if _NAME_OF_HOST.fullmatch(name) and not _wrong(name) else None


RULE = Rule(NAME, Category.BROKEN, check, fix)
