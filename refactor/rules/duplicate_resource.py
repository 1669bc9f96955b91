"""The same resource stands twice in one file.

What it does
    Looks for two objects with the same API group, kind, namespace and name in the documents of one file.
    The same name in different files is left alone: those are usually environments or examples of which
    one is applied. So are objects with `generateName`, and names that another tool fills in.

Why it matters
    kubectl applies both, one after the other: the later one wins, and what only the first one said is
    lost or, worse, comes and goes with each apply. Helm refuses or replaces likewise.

Example
    A copied Deployment block below a `---` whose name was never changed.

Fix safety
    There is no fix: which of the two is meant, or what the other one should be called, only its owner
    knows.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

from collections.abc import Iterator

from refactor.findings import Category, Finding, Note
from refactor.placeholders import is_placeholder
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.world import Resource, ResourceId

NAME = "duplicate-resource"


def check(graph: TrafficGraph) -> Iterator[Finding]:
    first: dict[tuple[str, ResourceId], Resource] = {}
    for resource in graph.world.resources:
        earlier = first.setdefault((resource.home.file.path, resource.id), resource)
        if earlier is not resource and _is_named(resource):
            yield _finding(resource, earlier)


def _is_named(resource: Resource) -> bool:
    name = resource.object.metadata.name
    return bool(name) and not is_placeholder(f"{name}{resource.id.namespace or ''}")


def _finding(resource: Resource, earlier: Resource) -> Finding:
    same = resource.data == earlier.data
    text = f"{resource.label} stands twice in this file" + (
        "" if same else ": where they differ, the later wins"
    )
    note = "the first one says the same: one of them can go" if same else "the first one stands here"
    return Finding(
        NAME,
        Category.SUSPECT,
        text,
        resource.at("metadata", "name"),
        (Note(note, earlier.at("metadata", "name")),),
        resource,
    )


RULE = Rule(NAME, Category.SUSPECT, check)
