"""Which controllers read the port of an Ingress more widely than the API says, known from their sources.

ingress-nginx and haproxy-ingress take a `targetPort` for a port, Kong a named one, and F5's controller
lets any number match an unnamed port.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from refactor.kubernetes.service import Service
from refactor.wording import joined
from refactor.world import Resource

_F5 = "F5's controller"
_OF_F5 = ("nginx.org/", "nginx.com/")
# What the name of a class has in it, by custom.
_BY_CLASS = (("haproxy", "haproxy-ingress"), ("kong", "Kong"), ("nginx", "ingress-nginx"))
_STRICT = ("alb", "gce", "traefik", "contour")


class Leniency(NamedTuple):
    """That a port which isn't there is found by accident: the remark, and what the client sees."""

    remark: str
    outcome: str


def leniency(ingress: Resource, wanted: int | str | None, service: Service) -> Leniency | None:
    """What some controllers find all the same; only the Ingress' own, where its class says which that is."""
    known = dict(_takes(wanted, service))
    said = _class_of(ingress)
    own = _controller(ingress, said)
    if own is not None:
        known = {name: takes for name, takes in known.items() if name == own}
    if not known or any(name in said for name in _STRICT):
        return None
    if own is not None:
        takes = f"{own} {known[own].format(s='s', wanted=wanted)}"
        accident = f"{takes}: it may arrive by accident; other controllers answer 503 or 404"
        return Leniency(f"the API knows no such port, but {takes}", accident)
    most = "most controllers find no such port: the client gets 503 or 404"
    return Leniency(f"the API knows no such port, but {_all(known, wanted)}", most)


def _class_of(ingress: Resource) -> str:
    written = ingress.body.spec.ingress_class_name
    return str(written or ingress.object.metadata.annotations.get("kubernetes.io/ingress.class") or "")


def _controller(ingress: Resource, said: str) -> str | None:
    """The controller that the class names; F5's has the class of ingress-nginx and annotations of its own."""
    found = next((controller for name, controller in _BY_CLASS if name in said), None)
    if found == "ingress-nginx" and any(
        key.startswith(_OF_F5) for key in ingress.object.metadata.annotations
    ):
        return _F5
    return found


def _takes(wanted: int | str | None, service: Service) -> Iterator[tuple[str, str]]:
    """The controllers that find a port, and how."""
    if any(port.target == wanted for port in service.spec.ports):
        for name in ("ingress-nginx", "haproxy-ingress", *(["Kong"] if isinstance(wanted, str) else [])):
            yield name, "take{s} {wanted} for the targetPort"
    if isinstance(wanted, int) and any(not port.name for port in service.spec.ports):
        yield _F5, "let{s} {wanted} match an unnamed port"


def _all(known: Mapping[str, str], wanted: int | str | None) -> str:
    """Each way with all of its controllers."""
    ways: dict[str, list[str]] = {}
    for name, takes in known.items():
        ways.setdefault(takes, []).append(name)
    return "; ".join(
        f"{joined(names)} {takes.format(s='s' if len(names) == 1 else '', wanted=wanted)}"
        for takes, names in ways.items()
    )
