"""Service, Endpoints and EndpointSlice.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
"""

from typing import Annotated

from pydantic import Field

from refactor.kubernetes.meta import Lenient, Model, Object, PortRef, meant


class ServicePort(Model):
    """One of `spec.ports`: clients use `port`, pods are reached at `targetPort` (absent: `port`)."""

    name: str | None = None
    port: int | None = None
    target_port: PortRef | None = None
    protocol: str | None = None
    node_port: int | None = None
    app_protocol: str | None = None

    @property
    def target(self) -> PortRef | None:
        """The pod port that is asked for: `targetPort`, or `port` where it is absent, 0 or ""."""
        return meant(self.target_port) or self.port

    @property
    def transport(self) -> str:
        """TCP, UDP or SCTP; TCP is the default."""
        return self.protocol or "TCP"


class ServiceSpec(Model):
    type: str | None = None
    cluster_ip: str | None = Field(None, alias="clusterIP")
    selector: dict[str, str] = Field(default_factory=dict)
    ports: Annotated[tuple[ServicePort, ...], Lenient] = ()
    external_name: str | None = None
    publish_not_ready_addresses: bool = False


class Service(Object):
    spec: ServiceSpec = ServiceSpec.model_construct()

    @property
    def headless(self) -> bool:
        """Clients get the pods' own addresses, so `port` and `targetPort` bind only some of them."""
        return self.spec.cluster_ip == "None"

    @property
    def external(self) -> bool:
        """An alias for a name outside: no selector, no pods."""
        return self.spec.type == "ExternalName"


class EndpointPort(Model):
    name: str | None = None
    port: int | None = None
    protocol: str | None = None


class EndpointSubset(Model):
    ports: Annotated[tuple[EndpointPort, ...], Lenient] = ()


class Endpoints(Object):
    """Manual endpoints: they join the Service of the same name by port name."""

    subsets: Annotated[tuple[EndpointSubset, ...], Lenient] = ()


class EndpointSlice(Object):
    """Manual endpoints: the label `kubernetes.io/service-name` says for which Service."""

    ports: Annotated[tuple[EndpointPort, ...], Lenient] = ()
