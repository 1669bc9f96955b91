"""Objects that name a port of whatever they select: policies, monitors, endpoints, TLS policies.

NetworkPolicy and PodMonitor name container ports; ServiceMonitor, BackendTLSPolicy, Endpoints and
EndpointSlice name Service ports. https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from refactor.kubernetes import reference
from refactor.kubernetes.reference import LabelSelector, NamespaceSelector
from refactor.kubernetes.service import EndpointPort, Endpoints, EndpointSlice
from refactor.references.selection import Selection
from refactor.world import Ref, Resource

Reach = Callable[[], list[Resource]]


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A scalar that names a port (of this protocol, None: of any) of all that `reach` gives."""

    at: Ref
    name: str
    reach: Reach
    protocol: str | None = None
    of_containers: bool = False


def claims_of(selection: Selection, resource: Resource) -> Iterator[Claim]:
    """The claims of a resource; none where its kind has none."""
    match resource.body:
        case reference.NetworkPolicy():
            yield from _policy(selection, resource)
        case reference.PodMonitor():
            yield from _pod_monitor(selection, resource)
        case reference.ServiceMonitor():
            yield from _service_monitor(selection, resource)
        case reference.BackendTLSPolicy():
            yield from _sections(selection, resource, "targetRefs")
        case reference.GatewayRoute():
            yield from _sections(selection, resource, "parentRefs")
        case Endpoints(subsets=subsets):
            for index, subset in enumerate(subsets):
                yield from _endpoints(selection, resource, resource.name, subset.ports, "subsets", index)
        case EndpointSlice(ports=ports, metadata=metadata):
            service = metadata.labels.get("kubernetes.io/service-name", "")
            yield from _endpoints(selection, resource, service, ports)


def _policy(selection: Selection, policy: Resource) -> Iterator[Claim]:
    spec = policy.body.spec
    for side, rules in (("ingress", spec.ingress), ("egress", spec.egress)):
        for i, rule in enumerate(rules):
            for j, port in enumerate(rule.ports):
                if not isinstance(port.port, str):
                    continue
                at = policy.at("spec", side, i, "ports", j, "port")
                reach = _own_pods if side == "ingress" else _peers(i)
                yield Claim(at, port.port, _later(reach, selection, policy), port.protocol or "TCP", True)


def _later(
    reach: Callable[[Selection, Resource], list[Resource]], selection: Selection, source: Resource
) -> Reach:
    return lambda: reach(selection, source)


def _own_pods(selection: Selection, policy: Resource) -> list[Resource]:
    return selection.pods(policy, policy.body.spec.pod_selector)


def _peers(index: int) -> Callable[[Selection, Resource], list[Resource]]:
    """The pods that an egress rule lets traffic go to; all where it doesn't say."""

    def reach(selection: Selection, policy: Resource) -> list[Resource]:
        peers = policy.at("spec", "egress", index, "to").value
        found: list[Resource] = []
        for peer in peers if isinstance(peers, list) and peers else [{"podSelector": {}}]:
            if not isinstance(peer, dict) or "ipBlock" in peer:
                continue
            selector = _selector(peer.get("podSelector"))
            spaces = NamespaceSelector(any=True) if "namespaceSelector" in peer else None
            found += selection.pods(policy, selector, spaces)
        return found

    return reach


def _selector(data: object) -> LabelSelector:
    data = data if isinstance(data, dict) else {}
    labels = data.get("matchLabels")
    return LabelSelector.model_construct(
        match_labels=labels if isinstance(labels, dict) else {},
        match_expressions=data.get("matchExpressions"),
    )


def _pod_monitor(selection: Selection, monitor: Resource) -> Iterator[Claim]:
    spec = monitor.body.spec

    def reach() -> list[Resource]:
        return selection.pods(monitor, spec.selector, spec.namespace_selector)

    for index, endpoint in enumerate(spec.pod_metrics_endpoints):
        key = "port" if endpoint.port else "targetPort"
        name = endpoint.port or endpoint.target_port
        if isinstance(name, str):
            at = monitor.at("spec", "podMetricsEndpoints", index, key)
            yield Claim(at, name, reach, None, True)


def _service_monitor(selection: Selection, monitor: Resource) -> Iterator[Claim]:
    spec = monitor.body.spec

    def services() -> list[Resource]:
        return selection.services(monitor, spec.selector, spec.namespace_selector)

    def pods() -> list[Resource]:
        selected = selection.world.selected
        return [pod for service in services() for pod in selected(service, service.body.spec.selector)]

    for index, endpoint in enumerate(spec.endpoints):
        at = monitor.at("spec", "endpoints", index)
        if endpoint.port:
            yield Claim(at.to("port"), endpoint.port, services)
        elif isinstance(endpoint.target_port, str):
            yield Claim(at.to("targetPort"), endpoint.target_port, pods, None, True)


def _sections(selection: Selection, resource: Resource, key: str) -> Iterator[Claim]:
    """References of the Gateway API to a Service, whose `sectionName` is the name of one of its ports."""
    references = resource.at("spec", key).value
    for index, target in enumerate(references if isinstance(references, list) else ()):
        if not isinstance(target, dict) or target.get("kind") != "Service" or target.get("group"):
            continue
        section, name, space = (target.get(k) for k in ("sectionName", "name", "namespace"))
        if isinstance(section, str) and isinstance(name, str):
            at = resource.at("spec", key, index, "sectionName")
            yield Claim(
                at, section, _named(selection, resource, name, space if isinstance(space, str) else None)
            )


def _endpoints(
    selection: Selection, resource: Resource, service: str, ports: Iterable[EndpointPort], *below: str | int
) -> Iterator[Claim]:
    for index, port in enumerate(ports):
        if port.name:
            at = resource.at(*below, "ports", index, "name")
            yield Claim(at, port.name, _named(selection, resource, service, None))


def _named(selection: Selection, source: Resource, name: str, space: str | None) -> Reach:
    return lambda: selection.world.named(source, name, namespace=space)
