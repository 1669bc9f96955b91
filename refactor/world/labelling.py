"""Labels as Kubernetes gets them: those of the files, and those that kustomizations add to them.

Which build is applied the files don't say: what holds in one of them holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import TYPE_CHECKING

from refactor.kubernetes.workload import CronJob, Pod, PodTemplate, Workload
from refactor.world.resources import Resource

if TYPE_CHECKING:
    from refactor.world.builds import Added, Build

Labels = Mapping[str, str]
Pair = tuple[Labels, Labels, Set[str]]
_NO_KEYS: frozenset[str] = frozenset()
_WITH_PODS = (Workload, CronJob, Pod)


def template_of(workload: Resource) -> PodTemplate | None:
    """The pod template of a workload; None for what isn't one or has none of its own."""
    body = workload.body
    return body.template if type(body) in _WITH_PODS else None


def labels_of(workload: Resource) -> Labels:
    """The labels of a workload's pods, as its template says."""
    template = template_of(workload)
    return template.metadata.labels if template else {}


class Labelling:
    """What the builds of an input add to its resources."""

    def __init__(self, builds: Iterable["Build"] = ()) -> None:
        self._of: dict[str, list[tuple[int, Added]]] = {}
        for number, build in enumerate(builds):
            for path, added in build.items():
                self._of.setdefault(path, []).append((number, added))

    def __bool__(self) -> bool:
        return bool(self._of)

    @cached_property
    def placed(self) -> Mapping[str, frozenset[tuple[int, str]]]:
        """The namespace that each build gives to the objects of a file, where one does."""
        named = {
            path: frozenset((build, added.namespace) for build, added in builds if added.namespace)
            for path, builds in self._of.items()
        }
        return {path: places for path, places in named.items() if places}

    def _builds(self, resource: Resource) -> Sequence[tuple[int, "Added"]]:
        return self._of.get(resource.home.file.path, ())

    def selectors(self, source: Resource, selector: Labels) -> Iterator[tuple[int, Labels]]:
        """A selector of `source` as each build makes it, with the build."""
        for build, added in self._builds(source):
            yield build, {**selector, **_in_selectors(source, added)}

    def pods(self, workload: Resource) -> Iterator[tuple[int, Labels]]:
        """The labels of a workload's pods as each build makes them, with the build."""
        for build, added in self._builds(workload):
            yield build, {**labels_of(workload), **_on_pods(workload, added)}

    def own(self, resource: Resource) -> Iterator[Labels]:
        """The labels of the object itself as each build makes them."""
        for _, added in self._builds(resource):
            yield {**resource.object.metadata.labels, **added.everywhere}

    def pair(self, source: Resource, selector: Labels, workload: Resource) -> Pair:
        """A selector and the labels of a workload's pods, as they meet in a build or in the files.

        And the keys that a kustomization sets on either: a change of those in the files is lost.
        """
        if not self._of:
            return selector, labels_of(workload), _NO_KEYS
        on_source, on_pods = self._builds(source), self._builds(workload)
        fixed = {key for _, added in on_source for key in _in_selectors(source, added)}
        fixed.update(key for _, added in on_pods for key in _on_pods(workload, added))
        labels = dict(self.pods(workload))
        for build, built in self.selectors(source, selector):
            if build in labels:
                return built, labels[build], fixed
        return selector, labels_of(workload), fixed


def _on_pods(workload: Resource, added: "Added") -> Labels:
    """What a workload's pods get. Of a kind that isn't Kubernetes' own kustomize has to be told."""
    if isinstance(workload.body, Pod):
        return added.everywhere
    return added.templates if _is_known(workload, added) else {}


def _in_selectors(source: Resource, added: "Added") -> Labels:
    return added.selectors if _is_known(source, added) else {}


def _is_known(resource: Resource, added: "Added") -> bool:
    return resource.kind != "Rollout" or added.taught


class BuiltPods:
    """The workloads by the labels that each build gives to their pods."""

    def __init__(self, labelling: Labelling, workloads: Iterable[Resource]) -> None:
        self._labelling = labelling
        self._workloads = workloads

    @cached_property
    def _by_label(self) -> Mapping[tuple[int, str, str], list[tuple[Resource, Labels]]]:
        index: dict[tuple[int, str, str], list[tuple[Resource, Labels]]] = {}
        for workload in self._workloads:
            for build, labels in self._labelling.pods(workload):
                for key, value in labels.items():
                    index.setdefault((build, key, value), []).append((workload, labels))
        return index

    def selected(self, source: Resource, selector: Labels) -> set[Resource]:
        """The workloads whose pods a selector matches in some build."""
        found: set[Resource] = set()
        for build, wanted in self._labelling.selectors(source, selector):
            lists = (self._by_label.get((build, *pair), []) for pair in wanted.items())
            holders = min(lists, key=len)
            found.update(workload for workload, labels in holders if wanted.items() <= labels.items())
        return found
