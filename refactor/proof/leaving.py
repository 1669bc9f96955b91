"""Objects that are read only while no cluster serves their version: repaired, they leave what is read.

The proof needs them all the same: what they say now must be what was planned.
"""

from collections.abc import Iterator
from dataclasses import replace

from refactor.inputs import FileReading
from refactor.kubernetes.kinds import is_retired
from refactor.kubernetes.reading import read
from refactor.source import Document, read_stream
from refactor.world import Resource
from refactor.world.resources import value_at


def with_leaving(old: FileReading, new: FileReading) -> FileReading:
    """The new reading of a file, and in it the retired objects of the old one, as they read now."""
    if not any(is_retired(resource.body) for resource in old.resources):
        return new
    kept = {resource.key for resource in new.resources}
    left = [one for one in old.resources if is_retired(one.body) and one.key not in kept]
    found = list(_read_now(left, new)) if left else []
    places = {document.start for _, document in found}
    skipped = tuple(one for one in new.skipped if one.start not in places)
    resources = sorted([*new.resources, *(now for now, _ in found)], key=lambda resource: resource.key)
    return replace(new, stream=replace(new.stream, skipped=skipped), resources=tuple(resources))


def _read_now(left: list[Resource], new: FileReading) -> Iterator[tuple[Resource, Document]]:
    """What stands now in the place of each, where an object does."""
    documents = {document.index: document for document in read_stream(new.file, lambda *_: True).documents}
    for was in left:
        _, index, prefix, *_ = was.key
        document = documents.get(index) if isinstance(index, int) else None
        data = value_at(document.data, prefix) if document and isinstance(prefix, tuple) else None
        if document and isinstance(data, dict) and isinstance(data.get("apiVersion"), str):
            body, _ = read({"kind": was.kind, **data})
            name = body.metadata.name or body.metadata.generate_name or ""
            now = was.id._replace(kind=body.kind, namespace=body.metadata.namespace, name=name)
            yield replace(was, id=now, body=body, data=data), document
