"""Objects that are what seems to be missing, but for a field that is misspelt in them.

That is told of them, and not of those that ask for them.
"""

from refactor.edges import Edge
from refactor.world import Resource, World
from refactor.world.lookup import written_labels


def misspelt_service(world: World, edge: Edge) -> bool:
    """Whether a Service near by is meant to have the name for which an edge asks."""
    near = world.near(edge.resource, world.misspelt.services(edge.service or ""), edge.namespace)
    return any(True for _ in near)


def misspelt_pods(world: World, service: Resource) -> bool:
    """Whether a workload near a Service is meant to make the pods that it selects."""
    wanted = written_labels(service.body.spec.selector)
    return any(True for _ in world.near(service, world.misspelt.workloads(wanted)))
