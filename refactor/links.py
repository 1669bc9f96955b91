"""The links of traffic, each with its fate: backend → Service port → pod port, probe → container port.

Types only. An unresolved link is data, with its reason.
https://kubernetes.io/docs/concepts/services-networking/service/
"""

from dataclasses import dataclass
from enum import StrEnum

from refactor.edges import Edge
from refactor.frozen import frozen
from refactor.kubernetes.meta import PortRef
from refactor.kubernetes.service import ServicePort
from refactor.pods import PodPort, ProbePort
from refactor.world import Ref, Resource


class Reason(StrEnum):
    """Why a hop doesn't lead on."""

    NO_SERVICE = "no-service"
    NO_PORT = "no-port"
    EXTERNAL = "external"
    NO_SELECTOR = "no-selector"
    NO_WORKLOAD = "no-workload"
    NO_TARGET = "no-target"
    WRONG_PROTOCOL = "wrong-protocol"
    UNDECLARED = "undeclared"
    SIDECAR_ONLY = "sidecar-only"
    UNREADABLE = "unreadable"


@frozen
class Backend:
    """An edge's wish for a Service port, and what it comes to.

    `service` is None, or the Service that the name means; `index` the place of the port in its
    `spec.ports`. `far`: the Service stands so far off that it may be another application's.
    """

    edge: Edge
    service: Resource | None = None
    index: int | None = None
    reason: Reason | None = None
    far: bool = False

    @property
    def at(self) -> Ref:
        return self.edge.at

    @property
    def place(self) -> tuple[object, ...]:
        """What stays the same when the backend of an Ingress gets another shape; else its path."""
        return ("backend", self.edge.ordinal) if self.edge.from_ingress else self.edge.at.path

    @property
    def identity(self) -> tuple[object, ...]:
        """What tells a finding about this backend from any other."""
        return self.place


@frozen
class Hit:
    """What a Service port finds in one workload's pods: a port, a bare number, or nothing and why.

    `portless`: the pods declare no port at all, so they can't be held to a name or a number. `patch`: the
    file with a patch that declares the port.
    """

    workload: Resource
    port: PodPort | None = None
    number: int | None = None
    reason: Reason | None = None
    portless: bool = False
    patch: str | None = None


@frozen
class Selection:
    """The workloads whose pods a Service selects, or the reason why there are none to be had."""

    workloads: tuple[Resource, ...] = ()
    reason: Reason | None = None
    far: bool = False

    @property
    def identity(self) -> tuple[object, ...]:
        """What stays the same whichever of its labels is the odd one."""
        return "spec", "selector"


@frozen
class Target:
    """One port of a Service and where it leads in the pods of each workload that is selected."""

    service: Resource
    index: int
    port: ServicePort
    hits: tuple[Hit, ...] = ()
    reason: Reason | None = None
    far: bool = False

    @property
    def at(self) -> Ref:
        """The place that says which pod port: `targetPort`, or `port` where that is absent."""
        key = "port" if self.port.target_port in (None, "", 0) else "targetPort"
        return self.service.at("spec", "ports", self.index, key)

    @property
    def place(self) -> tuple[str, int]:
        """What stays the same when `targetPort` is added."""
        return "port", self.index

    @property
    def item(self) -> Ref:
        """The whole entry in `spec.ports`."""
        return self.service.at("spec", "ports", self.index)

    @property
    def wanted(self) -> PortRef | None:
        return self.port.target

    @property
    def failing(self) -> tuple[Hit, ...]:
        """The workloads in whose pods nothing answers, Jobs and pods without ports left out."""
        failed = tuple([hit for hit in self.hits if hit.reason is not None])
        if not failed or len(self.hits) == 1:
            return failed
        # Variants with one identity are alternatives: it is enough that one of them answers.
        answered = {hit.workload.id for hit in self.hits if hit.reason is None}
        counts = (hit for hit in failed if hit.workload.kind not in ("Job", "CronJob") and not hit.portless)
        return tuple(hit for hit in counts if hit.workload.id not in answered)


@frozen
class Probe:
    """A probe or hook and the container port it reaches, if any."""

    use: ProbePort
    port: PodPort | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a request: from a place to a place, or to nothing, with the reason."""

    source: Ref
    target: Ref | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A request's way from the edge to a container."""

    id: str
    hops: tuple[Hop, ...]
