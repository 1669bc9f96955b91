"""Objects that are what seems to be missing, but for a field that is misspelt in them.

What they are is told of them, and not of those that ask for them.
"""

from refactor.edges import Edge
from refactor.kubernetes.service import Service
from refactor.kubernetes.workload import CronJob, Pod, Workload
from refactor.world import Resource, World
from refactor.world.lookup import written_labels


def misspelt_service(world: World, edge: Edge) -> bool:
    """Whether a Service near by is meant to have the name for which an edge asks."""
    misspelt = [one for one in world.misspelt if isinstance(one.body, Service)]
    near = world.near(edge.resource, misspelt, edge.namespace)
    return any(world.as_meant(one).metadata.name == edge.service for one in near)


def misspelt_pods(world: World, service: Resource) -> bool:
    """Whether a workload near a Service is meant to make the pods that it selects."""
    misspelt = [one for one in world.misspelt if isinstance(one.body, Workload | CronJob | Pod)]
    wanted = written_labels(service.body.spec.selector).items()
    templates = (world.as_meant(one).template for one in world.near(service, misspelt))
    return any(template and wanted <= template.metadata.labels.items() for template in templates)
