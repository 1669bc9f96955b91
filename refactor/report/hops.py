"""The hops of a route as steps: the edge's wish, the Service's port, the pods, their probes."""

from collections.abc import Iterator

from refactor.candidates.makers import maker
from refactor.kubernetes.reference import GatewayRoute
from refactor.kubernetes.service import Service
from refactor.placeholders import is_placeholder
from refactor.pods import PodPort
from refactor.references.malformed import malformed_pods, malformed_service
from refactor.references.misspelt import misspelt_pods, misspelt_service
from refactor.report.controllers import Leniency, leniency
from refactor.report.journey import Remark, Verdict, remark_at
from refactor.report.walk import Failure, Walk
from refactor.routes import Backend, Hit, Probe, Reason, Target, TrafficGraph
from refactor.wording import number_text, pod_port_text, pod_ports_text, service_port_text, service_ports_text
from refactor.world import Resource

_MOST_PORTS = 4
_UNCLEAR = "which port that is can't be told as it is written"
_TEMPLATED = "what it asks for is a placeholder that another tool fills in"
_MOST_NOTES = 3


def walk_backend(graph: TrafficGraph, backend: Backend, walk: Walk) -> None:
    """Follows a backend to the containers; where the port is missing, shows what the others would reach."""
    edge, service = backend.edge, backend.service
    walk.touch(edge.at if edge.default else edge.at.parent)
    walk.visit(edge.resource)
    _wish(graph, backend, walk)
    if service is None or backend.reason is Reason.EXTERNAL:
        return
    target = graph.target(backend)
    if target is not None:
        walk_target(graph, target, walk)
    elif backend.reason is Reason.NO_PORT:
        walk.visit(service)
        for other in graph.targets[service][:_MOST_PORTS]:
            walk_target(graph, other, walk, visited=True)
    else:
        walk.visit(service)


def walk_target(graph: TrafficGraph, target: Target, walk: Walk, visited: bool = False) -> None:
    """Follows a Service port to the containers of every workload that is selected."""
    service = target.service
    walk.touch(target.item)
    walk.touch(service.at("spec", "selector"))
    if not visited:
        walk.visit(service)
    if target.reason is not None:
        _no_pods(graph, target, walk)
        return
    walk.step(Verdict.HOLDS, f"{service.label} sends {_way(target)}", target.at)
    failing = target.failing
    for hit in target.hits:
        walk.visit(hit.workload)
        _hit(graph, target, hit, walk, counts=hit.reason is None or hit in failing)
        if hit.workload.kind not in ("Job", "CronJob"):
            _probes(graph, hit.workload, service.body, walk)


def _wish(graph: TrafficGraph, backend: Backend, walk: Walk) -> None:
    edge, reason = backend.edge, backend.reason
    at = edge.port_at or edge.service_at or edge.at
    wish = f"asks Service {edge.service} for {'a port' if edge.port is None else f'port {edge.port}'}"
    if reason is None:
        far = (
            [Remark("it stands in another part of the folders: another application's?")]
            if backend.far
            else []
        )
        walk.step(Verdict.HOLDS, wish, at, *far)
    elif reason is Reason.EXTERNAL:
        walk.leave(Verdict.ASIDE, _outside(backend), at)
    elif reason is Reason.NO_SERVICE:
        place = edge.service_at or edge.at
        sought = f"asks for Service {edge.service}, which isn't in these files"
        remarks = walk.notes(place) or list(_elsewhere(graph, backend))
        unless = _where_else(graph, backend) if walk.only_suspected(place, default=True) else ""
        walk.fail(Failure.NO_SERVICE, sought, place, remarks, unless)
        _visit_meant(walk, misspelt_service(graph.world, edge))
    elif reason is Reason.NO_PORT:
        _no_port(backend, wish, walk)
    elif edge.service and isinstance(edge.resource.body, GatewayRoute) and edge.at.to("port").value is None:
        # https://gateway-api.sigs.k8s.io/reference/spec/#backendref
        text = f"names Service {edge.service} and no port, which the Gateway API requires"
        walk.fail(Failure.UNREADABLE, text, edge.service_at or edge.at)
    elif edge.service is not None or edge.port is not None:
        templated = is_placeholder(f"{edge.service} {edge.port}")
        walk.leave(Verdict.UNSURE, _TEMPLATED if templated else _UNCLEAR, at, wish)
    elif walk.failure is None:
        walk.fail(Failure.UNREADABLE, "names no Service", at)


def _visit_meant(walk: Walk, meant: Resource | None) -> None:
    """Shows what is wrong with the object that would be found if it were spelt right."""
    if meant is not None:
        walk.visit(meant)


def _outside(backend: Backend) -> str:
    edge, service = backend.edge, backend.service
    if edge.by_annotation:
        return f"asks for the action {edge.service}, which an annotation describes, not a Service"
    if service is not None:
        return f"asks {service.label}, an alias for {service.body.spec.external_name or 'a name outside'}"
    return f"asks Service {edge.service}, which lives elsewhere"


def _no_port(backend: Backend, wish: str, walk: Walk) -> None:
    edge, service = backend.edge, backend.service
    lenient = leniency(edge.resource, edge.port, service.body) if service and edge.from_ingress else None
    walk.by_accident = lenient.outcome if lenient else ""
    at = edge.port_at or edge.service_at or edge.at
    walk.fail(Failure.NO_PORT, f"{wish}, which it doesn't have", at, list(_instead(backend, lenient)))


def _where_else(graph: TrafficGraph, backend: Backend) -> str:
    """Where a Service that isn't in the files may be all the same."""
    edge = backend.edge
    malformed = malformed_service(graph.world, edge)
    if malformed:
        return f"the document at {malformed}, which can't be read, holds it"
    return "the Service lives elsewhere"


def _elsewhere(graph: TrafficGraph, backend: Backend) -> Iterator[Remark]:
    edge = backend.edge
    others = graph.world.elsewhere(edge.resource, edge.service or "")
    for other in others[:_MOST_NOTES]:
        where = f"namespace {other.id.namespace}" if other.id.namespace else "another place"
        yield remark_at(f"there is one of that name in {where}", other.at("metadata", "name"))


def _instead(backend: Backend, lenient: Leniency | None) -> Iterator[Remark]:
    service = backend.service
    assert service is not None
    yield remark_at(f"{service.label} has {service_ports_text(service.body)}", service.at("spec", "ports"))
    if lenient:
        yield Remark(lenient.remark)


def _way(target: Target) -> str:
    port = target.port
    if port.target_port in (None, "", 0):
        return f"port {service_port_text(port)} to the same port of its pods (no targetPort)"
    return f"port {service_port_text(port)} to port {port.target} of its pods"


def _no_pods(graph: TrafficGraph, target: Target, walk: Walk) -> None:
    service = target.service
    at = service.at("spec", "selector")
    match target.reason:
        case Reason.EXTERNAL:
            alias = f"{service.label} is an alias for {service.body.spec.external_name or 'a name outside'}"
            walk.leave(Verdict.ASIDE, alias, service.at("spec", "externalName"))
        case Reason.NO_SELECTOR:
            bare = f"{service.label} has no selector: its endpoints are made by something else"
            walk.leave(Verdict.ASIDE, bare, service.at("spec"))
        case Reason.NO_WORKLOAD if (made := maker(graph, service)) and not walk.notes(at):
            walk.leave(Verdict.ASIDE, f"the pods of {service.label} are made by {made}", at)
        case Reason.NO_WORKLOAD:
            pairs = ", ".join(f"{key}: {value}" for key, value in service.body.spec.selector.items())
            text = f"{service.label} selects pods with {pairs}, and no pod in these files has that"
            unless = _other_pods(graph, service) if walk.only_suspected(at, default=True) else ""
            walk.fail(Failure.NO_ENDPOINT, text, at, walk.notes(at), unless)
            _visit_meant(walk, misspelt_pods(graph.world, service))
        case _:
            walk.leave(
                Verdict.UNSURE, f"the selector of {service.label} can't be judged from these files", at
            )


def _other_pods(graph: TrafficGraph, service: Resource) -> str:
    """Where the pods that a Service selects may be all the same."""
    malformed = malformed_pods(graph.world, service)
    if malformed:
        return f"the document at {malformed}, which can't be read, makes them"
    return "such pods come from elsewhere"


def _hit(graph: TrafficGraph, target: Target, hit: Hit, walk: Walk, counts: bool) -> None:
    workload = hit.workload
    if hit.port is not None:
        walk.touch(hit.port.at)
    # What no rule doubts arrives: something in the files says that the pods listen there.
    if hit.reason is None or (hit.reason is Reason.UNDECLARED and not walk.notes(target.at)):
        _arrival(hit, walk)
    elif hit.reason is Reason.UNREADABLE:
        why = f"the targetPort of {target.service.label} can't be judged from these files"
        walk.leave(Verdict.UNSURE, why, target.at)
    elif not counts:
        walk.step(Verdict.ASIDE, f"{workload.label} has no such port, and doesn't need it", workload.at())
    else:
        _miss(graph, target, hit, walk)
        walk.lost.append(workload)


def _arrival(hit: Hit, walk: Walk) -> None:
    workload = hit.workload
    if hit.port is not None:
        walk.step(Verdict.HOLDS, f"{workload.label} has port {pod_port_text(hit.port)}", hit.port.at)
        walk.arrivals.append(f"{workload.label}, {_container(hit.port)}")
    else:
        declares = f"{workload.label} doesn't declare port {hit.number}; a number needs no declaration"
        if hit.patch:
            declares = f"{hit.patch} declares port {hit.number} of {workload.label}"
        walk.step(Verdict.HOLDS, declares, workload.at(*workload.body.template_path, "spec"))
        walk.arrivals.append(f"{workload.label}, port {hit.number}")


def _container(port: PodPort) -> str:
    name = f"container {port.owner.name}, " if port.owner.name else ""
    return f"{name}port {number_text(port)}"


def _miss(graph: TrafficGraph, target: Target, hit: Hit, walk: Walk) -> None:
    workload = hit.workload
    ports = graph.ports[workload]
    at = (
        hit.port.at
        if hit.port
        else ports[0].at
        if ports
        else workload.at(*workload.body.template_path, "spec")
    )
    declared = [remark_at(f"it has {pod_ports_text(ports)}", at)]
    unsure = walk.only_suspected(target.at, default=hit.reason in (Reason.UNDECLARED, Reason.SIDECAR_ONLY))
    failure, text, unless, *more = _missed(hit, target)
    said = map(Remark, more if unsure else ())
    walk.fail(failure, text, target.at, [*declared, *said], unless if unsure else "")


def _missed(hit: Hit, target: Target) -> tuple[Failure, str, str, *tuple[str, ...]]:
    """Why the pods have no such port: failure, text, what could make it right, and more to say."""
    label, wanted = hit.workload.label, target.wanted
    by_name = Failure.NO_ENDPOINT if isinstance(wanted, str) else Failure.DEAD_PORT
    match hit.reason:
        case Reason.UNDECLARED:
            more = "a number needs no declaration: it works if something listens there"
            return by_name, f"{label} doesn't declare port {wanted}", "something listens there", more
        case Reason.SIDECAR_ONLY:
            more = "that counts from Kubernetes 1.33 on; say which you have: --kube-version"
            return (
                by_name,
                f"only a sidecar of {label} has a port {wanted}",
                "Kubernetes is 1.33 or later",
                more,
            )
        case Reason.WRONG_PROTOCOL:
            text = f"port {wanted} of {label} has another protocol than {target.port.transport}"
            return by_name, text, f"something listens there by {target.port.transport}"
        case _:
            return by_name, f"no container of {label} has a port {wanted}", "clients use the pods' addresses"


_EFFECT = {
    "readinessProbe": "so the pod never gets ready and gets no traffic",
    "startupProbe": "so the container never counts as started and gets no traffic",
    "livenessProbe": "so it never restarts the container",
    "lifecycle.postStart": "so the container is killed and restarted again and again",
    "lifecycle.preStop": "so the container stops without it",
}
_UNREADY = ("readinessProbe", "startupProbe")


def _probes(graph: TrafficGraph, workload: Resource, service: Service, walk: Walk) -> None:
    """Probes that can never pass keep a pod out of the endpoints, even where all ports agree.

    https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes
    """
    for probe in graph.probes_of.get(workload, ()):
        if probe.reason is Reason.NO_TARGET:
            _dead_probe(graph, probe, service, walk)
        elif probe.reason is Reason.UNDECLARED and walk.notes(probe.use.at):
            walk.step(Verdict.UNSURE, f"{_calls(probe)}, which isn't declared", probe.use.at)


def _dead_probe(graph: TrafficGraph, probe: Probe, service: Service, walk: Walk) -> None:
    use = probe.use
    own = [port for port in graph.ports[use.at.resource] if port.container == use.container]
    text = f"{_calls(probe)}, which it doesn't have, {_EFFECT[use.kind]}"
    remarks = [remark_at(f"it has {pod_ports_text(own)}", own[0].at)] if own else []
    if use.kind in _UNREADY and service.spec.publish_not_ready_addresses:
        text = f"{_calls(probe)}, which it doesn't have; {service.metadata.name} takes pods that aren't ready"
        walk.step(Verdict.ASIDE, text, use.at, *remarks)
    elif use.kind in _UNREADY or use.kind == "lifecycle.postStart":
        walk.fail(Failure.UNREADY if use.kind in _UNREADY else Failure.CRASHING, text, use.at, remarks)
        walk.lost.append(use.at.resource)
    else:
        walk.step(Verdict.ASIDE, text, use.at, *remarks)


def _calls(probe: Probe) -> str:
    return f"the {probe.use.kind} of container {probe.use.owner.name} calls port {probe.use.wanted}"
