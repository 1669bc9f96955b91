"""Annotations of an Ingress that are keyed by the name of a Service behind it.

AWS load balancer controller: `conditions.<service>`, `transforms.<service>`,
`target-control-port.<service>.<port>`; NGINX Ingress Controller: `nginx.org/*-services`, `…/rewrites`.
https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/
"""

import re
from collections.abc import Iterator

from refactor.references.forms import Rewrite, listed
from refactor.references.place import Place, References
from refactor.world import Ref, RenameKey, Resource, SetScalar

_ALB = "alb.ingress.kubernetes.io/"
_BY_SERVICE = ("conditions.", "transforms.")
_NGINX = re.compile(r"nginx\.(?:org|com)/(?:[a-z-]*-services|rewrites)$")


def annotations_keyed_by_service(ingress: Resource, name: str) -> References:
    """The annotations of an Ingress that must follow when its reference to Service `name` changes.

    `ports` is empty: no port takes a new name. Nothing here blocks a change.
    """
    return References((), tuple(_places(ingress, name)))


def _places(ingress: Resource, name: str) -> Iterator[Place]:
    for key, value in ingress.body.metadata.annotations.items():
        at = ingress.at("metadata", "annotations", key)
        if key.startswith(_ALB):
            yield from _keyed(at, key.removeprefix(_ALB), name)
        elif _NGINX.match(key):
            found = _named(value, name) or listed(value, name)
            if found is not None:
                yield _rewritten(at, found)


def _keyed(at: Ref, rest: str, name: str) -> Iterator[Place]:
    for form in _BY_SERVICE:
        if rest == form + name:
            yield _rekeyed(at, _ALB + form, "")
    control = f"target-control-port.{name}."
    if rest.startswith(control):
        yield _rekeyed(at, f"{_ALB}target-control-port.", rest[len(control) - 1 :])


def _named(text: str, name: str) -> Rewrite | None:
    """`serviceName=web rewrite=/;serviceName=…`, as the NGINX controller writes it."""
    pattern = re.compile(rf"(\bserviceName=){re.escape(name)}(?![-a-z0-9])")
    if not pattern.search(text):
        return None
    return lambda new: pattern.sub(lambda match: match.group(1) + new, text)


def _rekeyed(at: Ref, before: str, after: str) -> Place:
    return Place(at, lambda new: RenameKey(at, before + new + after))


def _rewritten(at: Ref, rewrite: Rewrite) -> Place:
    return Place(at, lambda new: SetScalar(at, rewrite(new)))
