"""Objects that name a port of whatever they select: policies, monitors, endpoints, TLS policies.

NetworkPolicy and PodMonitor name container ports; ServiceMonitor, BackendTLSPolicy, Endpoints and
EndpointSlice name Service ports. https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from refactor.kubernetes import reference
from refactor.kubernetes.reference import LabelSelector, NamespaceSelector
from refactor.kubernetes.service import EndpointPort, Endpoints, EndpointSlice
from refactor.world import Ref, Resource, World
from refactor.world.lookup import labels_of
from refactor.world.places import nearest

Labels = Callable[[Resource], Mapping[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A scalar that names a port (of this protocol, None: of any) of all that `reach` gives."""

    at: Ref
    name: str
    reach: Callable[[], list[Resource]]
    protocol: str | None = None
    of_containers: bool = False


def claims_of(world: World, resource: Resource) -> Iterator[Claim]:
    """The claims of a resource; none where its kind has none."""
    match resource.body:
        case reference.NetworkPolicy():
            yield from _policy(world, resource)
        case reference.PodMonitor():
            yield from _pod_monitor(world, resource)
        case reference.ServiceMonitor():
            yield from _service_monitor(world, resource)
        case reference.BackendTLSPolicy():
            yield from _sections(world, resource, "targetRefs")
        case reference.GatewayRoute():
            yield from _sections(world, resource, "parentRefs")
        case Endpoints(subsets=subsets):
            for index, subset in enumerate(subsets):
                yield from _endpoints(world, resource, resource.name, subset.ports, "subsets", index)
        case EndpointSlice(ports=ports, metadata=metadata):
            service = metadata.labels.get("kubernetes.io/service-name", "")
            yield from _endpoints(world, resource, service, ports)


def _policy(world: World, policy: Resource) -> Iterator[Claim]:
    spec = policy.body.spec
    for side, rules in (("ingress", spec.ingress), ("egress", spec.egress)):
        for i, rule in enumerate(rules):
            for j, port in enumerate(rule.ports):
                if not isinstance(port.port, str):
                    continue
                at = policy.at("spec", side, i, "ports", j, "port")
                reach = _own_pods if side == "ingress" else _peers(i)
                yield Claim(at, port.port, _later(reach, world, policy), port.protocol or "TCP", True)


def _later(reach: Callable[[World, Resource], list[Resource]], world: World, source: Resource) -> Any:
    return lambda: reach(world, source)


def _own_pods(world: World, policy: Resource) -> list[Resource]:
    return _chosen(world, policy, policy.body.spec.pod_selector, None, world.workloads, labels_of)


def _peers(index: int) -> Callable[[World, Resource], list[Resource]]:
    """The pods that an egress rule lets traffic go to; all where it doesn't say."""

    def reach(world: World, policy: Resource) -> list[Resource]:
        peers = policy.at("spec", "egress", index, "to").value
        found: list[Resource] = []
        for peer in peers if isinstance(peers, list) and peers else [{"podSelector": {}}]:
            if not isinstance(peer, dict) or "ipBlock" in peer:
                continue
            selector = _selector(peer.get("podSelector"))
            spaces = NamespaceSelector(any=True) if "namespaceSelector" in peer else None
            found += _chosen(world, policy, selector, spaces, world.workloads, labels_of)
        return found

    return reach


def _selector(data: object) -> LabelSelector:
    data = data if isinstance(data, dict) else {}
    labels = data.get("matchLabels")
    return LabelSelector.model_construct(
        match_labels=labels if isinstance(labels, dict) else {},
        match_expressions=data.get("matchExpressions"),
    )


def _pod_monitor(world: World, monitor: Resource) -> Iterator[Claim]:
    spec = monitor.body.spec

    def reach() -> list[Resource]:
        return _chosen(world, monitor, spec.selector, spec.namespace_selector, world.workloads, labels_of)

    for index, endpoint in enumerate(spec.pod_metrics_endpoints):
        key = "port" if endpoint.port else "targetPort"
        name = endpoint.port or endpoint.target_port
        if isinstance(name, str):
            at = monitor.at("spec", "podMetricsEndpoints", index, key)
            yield Claim(at, name, reach, None, True)


def _service_monitor(world: World, monitor: Resource) -> Iterator[Claim]:
    spec = monitor.body.spec

    def services() -> list[Resource]:
        chosen = (monitor, spec.selector, spec.namespace_selector, world.services)
        return _chosen(world, *chosen, lambda service: service.body.metadata.labels)

    def pods() -> list[Resource]:
        return [pod for service in services() for pod in world.selected(service, service.body.spec.selector)]

    for index, endpoint in enumerate(spec.endpoints):
        at = monitor.at("spec", "endpoints", index)
        if endpoint.port:
            yield Claim(at.to("port"), endpoint.port, services)
        elif isinstance(endpoint.target_port, str):
            yield Claim(at.to("targetPort"), endpoint.target_port, pods, None, True)


def _sections(world: World, resource: Resource, key: str) -> Iterator[Claim]:
    """References of the Gateway API to a Service, whose `sectionName` is the name of one of its ports."""
    references = resource.at("spec", key).value
    for index, target in enumerate(references if isinstance(references, list) else ()):
        if not isinstance(target, dict) or target.get("kind") != "Service" or target.get("group"):
            continue
        section, name, space = (target.get(k) for k in ("sectionName", "name", "namespace"))
        if isinstance(section, str) and isinstance(name, str):
            at = resource.at("spec", key, index, "sectionName")
            yield Claim(at, section, _named(world, resource, name, space if isinstance(space, str) else None))


def _endpoints(
    world: World, resource: Resource, service: str, ports: Iterable[EndpointPort], *below: str | int
) -> Iterator[Claim]:
    for index, port in enumerate(ports):
        if port.name:
            at = resource.at(*below, "ports", index, "name")
            yield Claim(at, port.name, _named(world, resource, service, None))


def _named(world: World, source: Resource, name: str, space: str | None) -> Callable[[], list[Resource]]:
    return lambda: world.named(source, name, namespace=space)


def _chosen(
    world: World,
    source: Resource,
    selector: LabelSelector,
    spaces: NamespaceSelector | None,
    others: Iterable[Resource],
    labels: Labels,
) -> list[Resource]:
    """What a selector picks near its object; of variants of one identity only the nearest is meant."""
    same: dict[object, list[Resource]] = {}
    for other in others:
        if _fits(selector, labels(other)) and _in_reach(world, source, other, spaces):
            same.setdefault((other.kind, other.id.namespace, other.name), []).append(other)
    return [variant for variants in same.values() for variant in nearest(source, variants)]


def _in_reach(world: World, source: Resource, other: Resource, spaces: NamespaceSelector | None) -> bool:
    if world.is_far(source, other):
        return False
    if spaces is not None and spaces.any:
        return True
    names: tuple[str | None, ...] = (spaces.match_names if spaces else ()) or (None,)
    return any(world.namespaces.match(source, other, name) for name in names)


def _fits(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Whether a label selector matches; an empty one matches everything."""
    if not selector.match_labels.items() <= labels.items():
        return False
    expressions = selector.match_expressions
    return all(_holds(one, labels) for one in (expressions if isinstance(expressions, list) else ()))


def _holds(expression: object, labels: Mapping[str, str]) -> bool:
    """One of `matchExpressions`; what we can't read is taken to match, so that nothing is missed."""
    if not isinstance(expression, dict):
        return True
    value, values = labels.get(str(expression.get("key"))), expression.get("values")
    options = values if isinstance(values, list) else []
    match expression.get("operator"):
        case "In":
            return value in options
        case "NotIn":
            return value not in options
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case _:
            return True
