"""Who refers to a port or a Service by its name, and how each of them takes a new name.

A rename is made whole or not at all: `References.changes` carries everything along that can be
rewritten exactly, `References.blocked` says why a rename has to be declined.
https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from refactor.references.container_ports import references_to_container_port
from refactor.references.place import References
from refactor.references.service_names import annotations_keyed_by_service
from refactor.references.service_ports import names_asked_of, references_to_service_port

__all__ = [
    "References",
    "annotations_keyed_by_service",
    "names_asked_of",
    "references_to_container_port",
    "references_to_service_port",
]
