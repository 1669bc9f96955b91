"""What a label selector picks: pods or Services, near the object that selects, in its namespaces.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from refactor.kubernetes.reference import LabelSelector, NamespaceSelector
from refactor.world import Resource, World
from refactor.world.labelling import labels_of
from refactor.world.places import nearest

Labels = Mapping[str, str]
LabelsOf = Callable[[Resource], Iterable[Labels]]
_ByLabel = dict[tuple[str, str], list[Resource]]


class Selection:
    """A world's pods and Services by their labels, so that thousands of selectors stay cheap."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._adds = bool(world.labelling)

    @cached_property
    def _pods(self) -> _ByLabel:
        return _by_label(self.world.workloads, self._of_pods)

    @cached_property
    def _services(self) -> _ByLabel:
        return _by_label(self.world.services, self._of_service)

    def _of_pods(self, workload: Resource) -> Iterable[Labels]:
        """The labels of a workload's pods: those of the files, and those of each build."""
        built = self.world.labelling.pods(workload) if self._adds else ()
        return (labels_of(workload), *(labels for _, labels in built))

    def _of_service(self, service: Resource) -> Iterable[Labels]:
        """The labels of the Service itself, which monitors select by."""
        return (service.object.metadata.labels, *(self.world.labelling.own(service) if self._adds else ()))

    def pods(
        self, source: Resource, selector: LabelSelector, spaces: NamespaceSelector | None = None
    ) -> list[Resource]:
        """The workloads whose pods a selector of `source` picks."""
        candidates = _narrowed(self.world.workloads, self._pods, selector)
        return self._chosen(source, selector, spaces, candidates, self._of_pods)

    def services(
        self, source: Resource, selector: LabelSelector, spaces: NamespaceSelector | None = None
    ) -> list[Resource]:
        """The Services that a selector of `source` picks."""
        candidates = _narrowed(self.world.services, self._services, selector)
        return self._chosen(source, selector, spaces, candidates, self._of_service)

    def _chosen(
        self,
        source: Resource,
        selector: LabelSelector,
        spaces: NamespaceSelector | None,
        candidates: Iterable[Resource],
        labels_of: LabelsOf,
    ) -> list[Resource]:
        """Of variants of one identity only the nearest is meant."""
        same: dict[object, list[Resource]] = {}
        for other in candidates:
            fits = any(_fits(selector, labels) for labels in labels_of(other))
            if fits and self._in_reach(source, other, spaces):
                same.setdefault((other.kind, other.id.namespace, other.name), []).append(other)
        return [variant for variants in same.values() for variant in nearest(source, variants)]

    def _in_reach(self, source: Resource, other: Resource, spaces: NamespaceSelector | None) -> bool:
        if self.world.is_far(source, other):
            return False
        if spaces is not None and spaces.any:
            return True
        names: tuple[str | None, ...] = (spaces.match_names if spaces else ()) or (None,)
        return any(self.world.namespaces.match(source, other, name) for name in names)


def _by_label(resources: Iterable[Resource], labels_of: LabelsOf) -> _ByLabel:
    index: _ByLabel = {}
    for resource in resources:
        written, *built = labels_of(resource)
        pairs = dict.fromkeys([*written.items(), *(pair for labels in built for pair in labels.items())])
        for pair in pairs if built else written.items():
            index.setdefault(pair, []).append(resource)
    return index


def _narrowed(everything: Sequence[Resource], index: _ByLabel, selector: LabelSelector) -> Sequence[Resource]:
    """The candidates that have the rarest of the labels that are asked for."""
    if not selector.match_labels:
        return everything
    return min((index.get(pair, []) for pair in selector.match_labels.items()), key=len)


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
