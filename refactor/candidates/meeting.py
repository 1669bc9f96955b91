"""Which pods a Service comes to: of the workloads it means, and of all others that its selector matches.

The nearest workloads are the ones that it means; applied together, it selects all of them.
https://kubernetes.io/docs/concepts/services-networking/service/#services-with-selectors
"""

from collections.abc import Iterator

from refactor.pods import PodPort
from refactor.routes import Hit, Target, TrafficGraph
from refactor.world import Resource


def comes_and_goes(workload: Resource) -> bool:
    """Whether its pods end by themselves: beside pods that last, they are no endpoints to keep."""
    return workload.kind in ("Job", "CronJob")


def lasting(target: Target) -> tuple[Hit, ...]:
    """What a Service port reaches, without Jobs where anything else is reached: they share only labels."""
    return tuple(hit for hit in target.hits if not comes_and_goes(hit.workload)) or target.hits


def selected_too(graph: TrafficGraph, target: Target) -> Iterator[Resource]:
    """Workloads of other names, further away, that the selector matches as well."""
    followed = {(hit.workload.kind, hit.workload.name) for hit in target.hits}
    for workload in graph.world.selectable(target.service, target.service.body.spec.selector):
        if (workload.kind, workload.name) not in followed and not comes_and_goes(workload):
            yield workload


def met(graph: TrafficGraph, target: Target) -> Iterator[PodPort]:
    """Every container port that a Service port can come to, in the workloads it means and in others."""
    yield from (hit.port for hit in lasting(target) if hit.port is not None and not hit.reason)
    if isinstance(target.wanted, int) and target.hits:
        also = (answering(graph, target, workload) for workload in selected_too(graph, target))
        yield from (port for port in also if port is not None)


def answering(graph: TrafficGraph, target: Target, workload: Resource) -> PodPort | None:
    """The declared port of a workload that the Service port reaches by its number or name."""
    for port in graph.ports.get(workload, ()):
        called = port.port.container_port if isinstance(target.wanted, int) else port.port.name
        if (called, port.port.transport) == (target.wanted, target.port.transport):
            return port
    return None
