"""What forbids a name, told from the manifests alone: pods that don't roll, endpoints made by hand,
annotations that a name would wake, names that the API refuses.

https://kubernetes.io/docs/concepts/workloads/controllers/ ·
https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from benchmarks.cluster import Service, ServicePort
from benchmarks.documents import Leaf, Manifest, table_at, text_at, value_at

_CONTAINER_NAME = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?\Z")
_SERVICE_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\Z")
_UNROLLED = ("Pod", "Job", "CronJob", "ReplicaSet", "ReplicationController")
# Annotations whose value is keyed by names of Service ports.
_KEYED = (
    "cloud.google.com/backend-config",
    "beta.cloud.google.com/backend-config",
    "cloud.google.com/app-protocols",
    "service.alpha.kubernetes.io/app-protocols",
)


BY_HAND = "endpoints made by hand"
KEYED = "an annotation is keyed by port names"


def valid_container_name(name: str) -> bool:
    """Whether containers, probes and Ingresses may say it: 15 characters, one letter, no `--`."""
    return bool(_CONTAINER_NAME.match(name))


def valid_service_name(name: str) -> bool:
    """Whether a Service port may be called so: a DNS label of 63 characters."""
    return bool(_SERVICE_NAME.match(name))


def roll_barrier(manifest: Manifest) -> str:
    """Why running pods of this workload never get a changed template; '' where they do."""
    if manifest.kind in _UNROLLED:
        return f"the pods of a {manifest.kind} don't roll"
    spec = table_at(manifest.root, "spec")
    if text_at(spec, "updateStrategy", "type") == "OnDelete":
        return "OnDelete"
    if value_at(spec, "updateStrategy", "rollingUpdate", "partition"):
        return "partitioned"
    return "paused" if value_at(spec, "paused") is True else ""


def service_barrier(service: Service, manifests: Iterable[Manifest], port: ServicePort) -> str:
    """Why neither the port of this Service nor its target may be named; '' where they may."""
    twins = [one for one in service.ports if one.number == port.number and one is not port]
    if twins:
        return "one number for two protocols in the Service"
    for manifest in manifests:
        same = not manifest.namespace or not service.manifest.namespace
        if not same and manifest.namespace != service.manifest.namespace:
            continue
        labels = table_at(manifest.root, "metadata", "labels")
        owner = text_at(labels, "kubernetes.io/service-name")
        by_name = manifest.kind == "Endpoints" and manifest.name == service.manifest.name
        if by_name or (manifest.kind == "EndpointSlice" and owner == service.manifest.name):
            return BY_HAND
    return ""


def annotation_barrier(service: Manifest) -> str:
    """Whether an annotation keyed by port names could begin to apply to a new name."""
    notes = table_at(service.root, "metadata", "annotations")
    for key in _KEYED:
        text = notes.entries.get(key) if notes else None
        keys = re.findall(r'"([^"]*)"\s*:', str(text.value)) if isinstance(text, Leaf) else []
        if any(not word.isdigit() for word in keys if word not in ("ports", "default")):
            return KEYED
    return ""
