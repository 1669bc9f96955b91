"""The annotations that suppress: our own, and those of two linters where a check is one of our rules."""

from collections.abc import Iterator, Mapping

from refactor.suppression.remarks import split_names
from refactor.world import Resource

OURS = "refactor/ignore"
# https://docs.kubelinter.io/#/configuring-kubelinter (ignoring violations for specific cases)
KUBE_LINTER = "ignore-check.kube-linter.io/"
# https://github.com/zegl/kube-score#ignoring-a-test
KUBE_SCORE = "kube-score/ignore"

KUBE_LINTER_CHECKS: Mapping[str, tuple[str, ...]] = {
    "dangling-ingress": ("missing-backend-service", "missing-backend-port"),
    "dangling-service": ("unmatched-selector",),
    "invalid-target-ports": ("invalid-port-name",),
    "liveness-port": ("missing-probe-port",),
    "readiness-port": ("missing-probe-port",),
    "startup-port": ("missing-probe-port",),
    "no-extensions-v1beta": ("removed-api-version",),
}
KUBE_SCORE_CHECKS: Mapping[str, tuple[str, ...]] = {
    "ingress-targets-service": ("missing-backend-service", "missing-backend-port"),
    "service-targets-pod": ("unmatched-selector",),
    "container-ports-check": ("invalid-port-name", "duplicate-port-name"),
    "stable-version": ("removed-api-version",),
}


def own_names(resource: Resource) -> list[str]:
    """The names in our own annotation, valid or not."""
    value = annotations_of(resource).get(OURS)
    return split_names(value) if isinstance(value, str) else []


def annotated_names(resource: Resource) -> Iterator[str]:
    """The names of all rules and categories that the annotations of a resource suppress."""
    yield from own_names(resource)
    found = annotations_of(resource)
    for key in found:
        if key.startswith(KUBE_LINTER):
            yield from KUBE_LINTER_CHECKS.get(key.removeprefix(KUBE_LINTER), ())
    scored = found.get(KUBE_SCORE)
    for check in split_names(scored) if isinstance(scored, str) else ():
        yield from KUBE_SCORE_CHECKS.get(check, ())


def annotations_of(resource: Resource) -> Mapping[str, object]:
    """The annotations as they stand in the file; empty where there is no mapping."""
    metadata = resource.data.get("metadata")
    found = metadata.get("annotations") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}
