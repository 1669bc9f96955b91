"""Other objects that hold a port's name or number, or a Service's name.

NetworkPolicy https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
Gateway API https://gateway-api.sigs.k8s.io/reference/spec/ · OpenShift Route · Traefik IngressRoute ·
Prometheus operator https://prometheus-operator.dev/docs/api-reference/api/
"""

from typing import Annotated, Any

from pydantic import Field

from refactor.kubernetes.meta import Lenient, Model, Object, PortRef


class LabelSelector(Model):
    match_labels: dict[str, str] = Field(default_factory=dict)
    match_expressions: Any = None


class PolicyPort(Model):
    """A *pod* port, by number or container-port name."""

    port: PortRef | None = None
    protocol: str | None = None


class PolicyRule(Model):
    ports: Annotated[tuple[PolicyPort, ...], Lenient] = ()


class NetworkPolicySpec(Model):
    pod_selector: LabelSelector = LabelSelector.model_construct()
    ingress: Annotated[tuple[PolicyRule, ...], Lenient] = ()
    egress: Annotated[tuple[PolicyRule, ...], Lenient] = ()


class NetworkPolicy(Object):
    spec: NetworkPolicySpec = NetworkPolicySpec.model_construct()


class MonitorEndpoint(Model):
    """`port` is a name: of a Service port (ServiceMonitor) or of a container port (PodMonitor)."""

    port: str | None = None
    target_port: PortRef | None = None


class NamespaceSelector(Model):
    any: bool = False
    match_names: Annotated[tuple[str, ...], Lenient] = ()


class ServiceMonitorSpec(Model):
    selector: LabelSelector = LabelSelector.model_construct()
    namespace_selector: NamespaceSelector = NamespaceSelector.model_construct()
    endpoints: Annotated[tuple[MonitorEndpoint, ...], Lenient] = ()


class ServiceMonitor(Object):
    spec: ServiceMonitorSpec = ServiceMonitorSpec.model_construct()


class PodMonitorSpec(Model):
    selector: LabelSelector = LabelSelector.model_construct()
    namespace_selector: NamespaceSelector = NamespaceSelector.model_construct()
    pod_metrics_endpoints: Annotated[tuple[MonitorEndpoint, ...], Lenient] = ()


class PodMonitor(Object):
    spec: PodMonitorSpec = PodMonitorSpec.model_construct()


class BackendRef(Model):
    """A Gateway API backend: a Service unless `group` or `kind` say otherwise; numbers only."""

    group: str | None = None
    kind: str | None = None
    name: str | None = None
    namespace: str | None = None
    port: int | None = None


class GatewayRule(Model):
    backend_refs: Annotated[tuple[BackendRef, ...], Lenient] = ()


class GatewayRouteSpec(Model):
    hostnames: Annotated[tuple[str, ...], Lenient] = ()
    rules: Annotated[tuple[GatewayRule, ...], Lenient] = ()


class GatewayRoute(Object):
    """HTTPRoute, GRPCRoute, TCPRoute, TLSRoute, UDPRoute."""

    spec: GatewayRouteSpec = GatewayRouteSpec.model_construct()


class TargetRef(Model):
    group: str | None = None
    kind: str | None = None
    name: str | None = None
    section_name: str | None = None


class BackendTLSPolicySpec(Model):
    target_refs: Annotated[tuple[TargetRef, ...], Lenient] = ()


class BackendTLSPolicy(Object):
    """`targetRefs[].sectionName` is a Service port's name."""

    spec: BackendTLSPolicySpec = BackendTLSPolicySpec.model_construct()


class OpenShiftTo(Model):
    kind: str | None = None
    name: str | None = None


class OpenShiftPort(Model):
    """Text is a Service port's name, a number the resolved pod port."""

    target_port: PortRef | None = None


class OpenShiftRouteSpec(Model):
    host: str | None = None
    path: str | None = None
    to: OpenShiftTo | None = None
    port: OpenShiftPort | None = None


class OpenShiftRoute(Object):
    spec: OpenShiftRouteSpec = OpenShiftRouteSpec.model_construct()


class TraefikService(Model):
    kind: str | None = None
    name: str | None = None
    namespace: str | None = None
    port: PortRef | None = None


class TraefikRule(Model):
    match: str | None = None
    services: Annotated[tuple[TraefikService, ...], Lenient] = ()


class IngressRouteSpec(Model):
    routes: Annotated[tuple[TraefikRule, ...], Lenient] = ()


class IngressRoute(Object):
    """Traefik's IngressRoute, IngressRouteTCP and IngressRouteUDP."""

    spec: IngressRouteSpec = IngressRouteSpec.model_construct()
