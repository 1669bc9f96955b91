"""Objects with misspelt fields, found by what they are meant to be.

https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from refactor.kubernetes.fields import fields_of
from refactor.kubernetes.misspelling import mended, misspelt_fields
from refactor.kubernetes.reading import read
from refactor.kubernetes.service import Service
from refactor.kubernetes.workload import CronJob, Pod, Workload
from refactor.world.resources import Path, Resource


class Misspelt:
    """The misspelt fields of all resources of an input."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._places: dict[Resource, Sequence[tuple[Path, str]]] = {}
        for one in resources:
            places = misspelt_fields(one.data, fields_of(one.body))
            if places:
                self._places[one] = places

    def __bool__(self) -> bool:
        return bool(self._places)

    def of(self, resource: Resource) -> Sequence[tuple[Path, str]]:
        """The places of the misspelt fields of a resource, each with the right spelling."""
        return self._places.get(resource, ())

    def on_the_way(self, resource: Resource, way: Collection[str]) -> bool:
        """Whether a field is misspelt in a resource that is one of those on the way to something."""
        return any(right in way for _, right in self.of(resource))

    @cached_property
    def meant(self) -> Mapping[Resource, Any]:
        """The bodies of those that have misspelt fields, read with these as they are meant."""
        return {one: read(mended(one.data, fields_of(one.body)))[0] for one in self._places}

    def services(self, name: str) -> Sequence[Resource]:
        """The Services among them that are meant to have a name."""
        return self._by_name.get(name, ())

    def workloads(self, labels: Mapping[str, str]) -> Iterable[Resource]:
        """Those among them whose pods are meant to have all of some labels."""
        holders = [self._by_label.get(pair, []) for pair in labels.items()]
        for one in min(holders, key=len, default=[]):
            if labels.items() <= self.meant[one].template.metadata.labels.items():
                yield one

    @cached_property
    def _by_name(self) -> Mapping[str, list[Resource]]:
        index: dict[str, list[Resource]] = {}
        for one, body in self.meant.items():
            if isinstance(body, Service) and body.metadata.name:
                index.setdefault(body.metadata.name, []).append(one)
        return index

    @cached_property
    def _by_label(self) -> Mapping[tuple[str, str], list[Resource]]:
        index: dict[tuple[str, str], list[Resource]] = {}
        for one, body in self.meant.items():
            template = body.template if isinstance(body, Workload | CronJob | Pod) else None
            for pair in template.metadata.labels.items() if template else ():
                index.setdefault(pair, []).append(one)
        return index
