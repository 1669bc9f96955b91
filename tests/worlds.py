"""Manifests in a line, and worlds and graphs made of them; for tests that look below the doors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from refactor.analysis import Analysis, Surroundings
from refactor.inputs import Reading, read_file
from refactor.proof import State
from refactor.routes import TrafficGraph
from refactor.source import SourceFile
from refactor.world import Resource, World

Texts = Mapping[str, str]


def reading(texts: Texts) -> Reading:
    return Reading(read_file(SourceFile(path, text.encode())) for path, text in texts.items())


def world(texts: Texts, external: frozenset[str] = frozenset(), version: Any = None) -> World:
    read = reading(texts)
    return World(read.resources, external, version, labelling=read.labelling)


def graph(texts: Texts, version: tuple[int, int] | None = None) -> TrafficGraph:
    return TrafficGraph(world(texts, version=version))


def state(texts: Texts) -> State:
    read = reading(texts)
    return State(read, (Analysis(read.resources, Surroundings(labelling=read.labelling)),))


def find(among: World | TrafficGraph, kind: str, name: str, path: str | None = None) -> Resource:
    """The one resource of this kind and name (in this file)."""
    place = among.world if isinstance(among, TrafficGraph) else among
    found = [r for r in place.resources if (r.kind, r.name) == (kind, name)]
    found = [r for r in found if path in (None, r.home.file.path)]
    assert len(found) == 1, f"{kind} {name}: {len(found)} of them"
    return found[0]


def stream(*objects: dict[str, Any]) -> str:
    """Objects as a stream of JSON documents, which is YAML too."""
    return "\n---\n".join(json.dumps(one) for one in objects) + "\n"


def _meta(name: str, namespace: str | None, **more: Any) -> dict[str, Any]:
    return {"name": name} | ({"namespace": namespace} if namespace else {}) | more


def service(
    name: str,
    *ports: dict[str, Any],
    selector: Mapping[str, str] | None = None,
    namespace: str | None = None,
    **spec: Any,
) -> dict[str, Any]:
    """A Service that selects `app: NAME` unless told otherwise."""
    chosen = {"app": name} if selector is None else dict(selector)
    body = {"ports": list(ports) or [{"port": 80}], "selector": chosen} | spec
    return {"apiVersion": "v1", "kind": "Service", "metadata": _meta(name, namespace), "spec": body}


def container(*ports: dict[str, Any] | int, name: str = "app", **more: Any) -> dict[str, Any]:
    declared = [{"containerPort": port} if isinstance(port, int) else port for port in ports]
    return {"name": name, "image": "app"} | ({"ports": declared} if declared else {}) | more


def workload(
    name: str,
    *containers: dict[str, Any],
    kind: str = "Deployment",
    labels: Mapping[str, str] | None = None,
    namespace: str | None = None,
    **pod: Any,
) -> dict[str, Any]:
    """A workload whose pods are labelled `app: NAME` unless told otherwise."""
    marks = {"app": name} if labels is None else dict(labels)
    spec = {"containers": list(containers) or [container(80)]} | pod
    if kind == "Pod":
        meta = _meta(name, namespace, labels=marks)
        return {"apiVersion": "v1", "kind": kind, "metadata": meta, "spec": spec}
    template: dict[str, Any] = {"template": {"metadata": {"labels": marks}, "spec": spec}}
    if kind == "CronJob":
        template = {"jobTemplate": {"spec": template}}
    version = "batch/v1" if kind in ("Job", "CronJob") else "apps/v1"
    if version == "apps/v1":
        template = {"selector": {"matchLabels": marks}, **template}
    return {"apiVersion": version, "kind": kind, "metadata": _meta(name, namespace), "spec": template}


def ingress(
    name: str, *backends: tuple[str, int | str], namespace: str | None = None, **metadata: Any
) -> dict[str, Any]:
    """An Ingress with a path for each (Service, port)."""
    paths = [
        {
            "path": f"/{index}",
            "pathType": "Prefix",
            "backend": {"service": {"name": to, "port": {"number" if type(port) is int else "name": port}}},
        }
        for index, (to, port) in enumerate(backends)
    ]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": _meta(name, namespace, **metadata),
        "spec": {"rules": [{"host": "example.com", "http": {"paths": paths}}]},
    }


# An application by numbers only; with the names in place; and with an Ingress that asks for a wrong port.
NUMBERS = {
    "ingress.yaml": stream(ingress("web", ("web", 80))),
    "service.yaml": stream(service("web", {"port": 80, "targetPort": 8080})),
    "deployment.yaml": stream(
        workload("web", container(8080, readinessProbe={"httpGet": {"path": "/", "port": 8080}}))
    ),
}
NAMED = NUMBERS | {
    "service.yaml": stream(service("web", {"name": "http", "port": 80, "targetPort": 8080})),
    "deployment.yaml": stream(workload("web", container({"name": "http", "containerPort": 8080}))),
}
BROKEN = NUMBERS | {"ingress.yaml": stream(ingress("web", ("web", 8080)))}
