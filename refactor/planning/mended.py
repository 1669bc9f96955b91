"""Which links led nowhere in the input and are repaired by now: they have nothing to lose in a rollout.

A backend that the API server refuses leads nowhere either, whatever it means.
https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource
"""

from collections.abc import Iterable

from refactor.decisions import Place
from refactor.edges import Edge
from refactor.findings import Category, Finding
from refactor.routes import Backend, TrafficGraph
from refactor.world import Path

Link = tuple[object, Place]


def mended_links(graphs: Iterable[TrafficGraph], solved: Iterable[Finding]) -> frozenset[Link]:
    """(resource, place) of the backends of the input whose faults are `solved`.

    A targetPort isn't among them: its old number could be one that answers.
    """
    found: dict[object, list[Finding]] = {}
    for finding in solved:
        if finding.category is Category.BROKEN:
            found.setdefault(finding.at.resource.key, []).append(finding)
    links = {f.link for some in found.values() for f in some if isinstance(f.subject, Backend)}
    faulty = {key: _around(f.at.path for f in some) for key, some in found.items()}
    backends = (backend for graph in graphs for backend in graph.backends) if found else ()
    for backend in backends:
        edge = backend.edge
        if edge.from_ingress and _is_refused(faulty.get(edge.resource.key, frozenset()), edge):
            links.add((edge.resource.key, backend.place))
    return frozenset(links)


def _around(paths: Iterable[Path]) -> frozenset[Path]:
    """All that these places stand in, and they themselves."""
    return frozenset(path[:length] for path in paths for length in range(len(path) + 1))


def _is_refused(faulty: frozenset[Path], edge: Edge) -> bool:
    """Whether one of the faults of its Ingress is one of the backend, or of the path that it is for."""
    own = edge.at.path if edge.default else edge.at.path[:-1]
    return ("apiVersion",) in faulty or own in faulty
