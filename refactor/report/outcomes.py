"""What the client sees in the end, in words that hold for every controller.

An HTTPRoute whose backend can't be resolved answers 500, and 503 where it has no endpoints
(https://gateway-api.sigs.k8s.io/reference/spec/); Ingress controllers differ, so the usual is said.
"""

from collections.abc import Mapping

from refactor.kubernetes.reference import GatewayRoute
from refactor.report.journey import End
from refactor.report.walk import Failure, Walk
from refactor.world import Resource

_HTTP_ROUTE: Mapping[Failure, str] = {
    Failure.NO_SERVICE: "the client gets 500 (Gateway API: the backend can't be resolved)",
    Failure.NO_PORT: "the client gets 500 (Gateway API: the backend can't be resolved)",
    Failure.NO_ENDPOINT: "the client gets 503, or 500 from some gateways: the Service has no endpoint for it",
}
_ROUTE: Mapping[Failure, str] = {
    Failure.NO_SERVICE: "the router has no endpoint for it: the client gets 503",
    Failure.NO_PORT: "the router has no endpoint for it: the client gets 503",
}
_HTTP: Mapping[Failure, str] = {
    Failure.UNREADABLE: "there is nowhere to send the request: the client gets 404 or 503, by controller",
    Failure.NO_SERVICE: "the controller finds no such Service: the client gets 503 or 404, by controller",
    Failure.NO_PORT: "the controller finds no such port: the client gets 503 or 404, by controller",
    Failure.NO_ENDPOINT: "the Service has no endpoint for it: the client gets an error, usually 503",
    Failure.DEAD_PORT: "the connection to the pod is refused, and the client gets 502",
    Failure.UNREADY: "no pod ever gets ready, so there is no endpoint: the client gets an error, usually 503",
    Failure.CRASHING: "the container is restarted again and again: the client gets an error, usually 503",
}
_INSIDE: Mapping[Failure, str] = {
    Failure.NO_ENDPOINT: "there is no endpoint for the port: connections are refused",
    Failure.DEAD_PORT: "connections reach the pod and are refused there",
    Failure.UNREADY: "no pod ever gets ready, so there is no endpoint: connections are refused",
    Failure.CRASHING: "the container is restarted again and again: connections are refused",
}
_HEADLESS = (
    "clients that look up the pods' addresses still reach them; SRV records and controllers find no port"
)
_OTHER = "the connection is closed or refused before a pod sees it"
_SPECIAL = {"HTTPRoute": _HTTP_ROUTE, "Route": _ROUTE}
_HTTP_KINDS = ("Ingress", "HTTPRoute", "Route", "IngressRoute")


def outcome(walk: Walk, start: Resource) -> str:
    """One sentence on how a walk that began at `start` ends, without the period."""
    if walk.end is End.REACHES:
        return f"reaches {'; '.join(walk.arrivals)}" if walk.arrivals else "there is no port to follow"
    if walk.end is End.LEAVES:
        how = "can't be followed any further" if walk.unclear else "leaves these files"
        return f"{how}: {walk.leaves}"
    assert walk.failure is not None
    if walk.failure is Failure.REFUSED:
        return _refused(walk)
    accident = walk.by_accident if walk.failure is Failure.NO_PORT else ""
    words = accident or _some(walk) or _words(walk.failure, start)
    return f"unless {walk.unless}, {words}" if walk.unless else words


def _refused(walk: Walk) -> str:
    assert walk.refused is not None
    # Two of the wrong shapes are accepted by a lenient client, and their old fields are lost.
    lost = " or drops a part of it" if walk.refused.rule == "misshapen-backend" else ""
    label = walk.refused.at.resource.label
    return (
        f"the API server refuses {label} as it is written{lost}: what the cluster had before stays in force"
    )


def _words(failure: Failure, start: Resource) -> str:
    if start.kind == "Service":
        soft = failure in (Failure.NO_ENDPOINT, Failure.DEAD_PORT)
        return _HEADLESS if start.body.headless and soft else _INSIDE.get(failure, _OTHER)
    if failure is Failure.UNREADABLE and isinstance(start.body, GatewayRoute):
        return f"the API server refuses {start.label} as it is written: what the cluster had stays in force"
    if start.kind not in _HTTP_KINDS:
        return _OTHER
    return _SPECIAL.get(start.kind, _HTTP).get(failure) or _HTTP[failure]


def _some(walk: Walk) -> str | None:
    """Where only some of several workloads are lost, the others still answer; None where all are."""
    lost = sorted({resource.label for resource in walk.lost})
    well = [place for place in walk.arrivals if place.partition(",")[0] not in lost]
    if not lost or not well or walk.failure in (Failure.NO_SERVICE, Failure.NO_PORT):
        return None
    if walk.failure is Failure.DEAD_PORT:
        return f"the requests that come to pods of {', '.join(lost)} fail; the others reach {'; '.join(well)}"
    return f"only {'; '.join(well)} gets requests; the pods of {', '.join(lost)} get none"
