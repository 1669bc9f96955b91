"""Objects that are what seems to be missing, but for a field that is misspelt in them.

That is told of them, and not of those that ask for them.
"""

from refactor.edges import Edge
from refactor.world import Resource, World
from refactor.world.lookup import written_labels


def misspelt_service(world: World, edge: Edge) -> Resource | None:
    """The Service near by that is meant to have the name for which an edge asks."""
    meant = world.misspelt.services(edge.service or "")
    return next(world.near(edge.resource, meant, edge.namespace), None)


def misspelt_pods(world: World, service: Resource) -> Resource | None:
    """The workload near a Service that is meant to make the pods it selects."""
    meant = world.misspelt.workloads(written_labels(service.body.spec.selector))
    return next(world.near(service, meant), None)
