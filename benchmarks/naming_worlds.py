"""Small applications that are hard to name, made from a source of chance.

Canaries in other files, twins of two protocols, pods that never roll, names that clash or are too long,
endpoints made by hand, meshes, references that are broken already. The laws of naming draw from these too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import yaml

from benchmarks.applications import Application

Content = dict[str, Any]

NAMES = ("alder", "birch", "cedar", "elm", "hazel", "larch", "maple", "rowan")
_NUMBERS = (53, 80, 443, 3000, 5432, 6379, 8080, 8081, 8443, 9090, 9100, 50051)
_PORT_NAMES = ("http", "web", "metrics", "grpc", "tcp", "admin", "http-8080", "port-8080")
_LONG = ("http-management-api", "a-service-port-name-of-forty-characters")
_KINDS = (*("Deployment",) * 6, "StatefulSet", "DaemonSet", "ReplicaSet", "Pod", "Rollout", "CronJob")
_VERSIONS = {"Pod": "v1", "Rollout": "argoproj.io/v1alpha1", "CronJob": "batch/v1"}
_NOTES: tuple[dict[str, str], ...] = (
    {"prometheus.io/port": "8080"},
    {"sidecar.istio.io/inject": "true"},
    {"linkerd.io/inject": "enabled"},
    {"cloud.google.com/backend-config": '{"ports": {"http": "x"}}'},
    {"alb.ingress.kubernetes.io/healthcheck-port": "http"},
)


def application(rng: random.Random, name: str) -> Application:
    """One to three components, each with a workload or two, Services and routes; some links are broken."""
    files: dict[str, list[Content]] = {}
    words = rng.sample(NAMES, rng.choice((1, 1, 2, 3)))
    namespace = {"namespace": "grove"} if rng.random() < 0.2 else {}
    layout = rng.choice(("one file", "a file a kind", "canaries apart", "folders apart"))
    for word in words:
        for content in _component(rng, word):
            content["metadata"] |= namespace
            files.setdefault(_path_of(layout, word, content), []).append(content)
    return Application(name, {path: _text(rng, contents) for path, contents in sorted(files.items())})


def _path_of(layout: str, word: str, content: Content) -> str:
    if layout == "a file a kind":
        return f"{word}-{content['kind'].lower()}.yaml"
    if layout in ("canaries apart", "folders apart"):
        canary = content["metadata"]["name"].endswith("-canary")
        apart = "/app" if layout == "folders apart" else ""
        return f"{word}-canary{apart}.yaml" if canary else f"{word}{apart}.yaml"
    return "app.yaml"


def applications(seed: int, count: int) -> Iterator[Application]:
    """`count` applications of `seed`."""
    for number in range(count):
        yield application(random.Random(f"hard/{seed}/{number}"), f"hard/{seed}-{number}")


def _text(rng: random.Random, contents: list[Content]) -> str:
    remark = "# kept by the forest office\n" if rng.random() < 0.3 else ""
    flow = rng.choice((False, False, None))
    texts = (yaml.safe_dump(content, sort_keys=False, default_flow_style=flow) for content in contents)
    return remark + "---\n".join(texts)


def _component(rng: random.Random, word: str) -> Iterator[Content]:
    ports = _container_ports(rng)
    yield _workload(rng, word, word, ports)
    if rng.random() < 0.25:
        other = [dict(port) for port in ports] if rng.random() < 0.6 else _container_ports(rng)
        yield _workload(rng, word, f"{word}-canary", other)
    services = [_service(rng, word, word, ports)]
    if rng.random() < 0.35:
        services.append(_service(rng, word, f"{word}-too", ports))
    yield from services
    if rng.random() < 0.08:
        yield _object("v1", "Endpoints", word, subsets=[{"ports": [{"port": 80}]}])
    if rng.random() < 0.7:
        yield _ingress(rng, word, services)


def _object(version: str, kind: str, name: str, **body: Any) -> Content:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **body}


def _container_ports(rng: random.Random) -> list[Content]:
    names = rng.sample(_PORT_NAMES, len(_PORT_NAMES))
    ports: list[Content] = []
    for number in rng.sample(_NUMBERS, rng.choice((0, 1, 1, 1, 2, 3))):
        port: Content = {"name": names.pop()} if rng.random() < 0.3 else {}
        ports.append(port | {"containerPort": number} | _transport(rng))
    if ports and rng.random() < 0.08:
        ports.append({"containerPort": ports[0]["containerPort"], "protocol": "UDP"})
    return ports


def _transport(rng: random.Random) -> Content:
    return rng.choice(({}, {}, {}, {"protocol": "TCP"}, {"protocol": "UDP"} if rng.random() < 0.3 else {}))


def _workload(rng: random.Random, word: str, name: str, ports: list[Content]) -> Content:
    kind = rng.choice(_KINDS)
    containers = [_container(rng, "main", ports)]
    if rng.random() < 0.2:
        known = {port["containerPort"] for port in ports}
        beside = [port for port in _container_ports(rng) if port["containerPort"] not in known]
        containers.append(_container(rng, "beside", beside))
    pod: Content = {
        "metadata": {"labels": {"app": word, "role": name}} | _notes(rng),
        "spec": {"containers": containers},
    }
    if kind == "Pod":
        return _object("v1", kind, name, spec=pod["spec"]) | {"metadata": {"name": name, **pod["metadata"]}}
    spec: Content = {"selector": {"matchLabels": {"role": name}}, "template": pod}
    if kind == "CronJob":
        spec = {"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": pod}}}
    elif kind in ("StatefulSet", "DaemonSet") and rng.random() < 0.4:
        spec["updateStrategy"] = {"type": "OnDelete"}
    elif kind == "Deployment" and rng.random() < 0.08:
        spec["paused"] = True
    return _object(_VERSIONS.get(kind, "apps/v1"), kind, name, spec=spec)


def _container(rng: random.Random, name: str, ports: list[Content]) -> Content:
    container: Content = {"name": name, "image": f"registry.example.com/{name}:1"}
    if ports:
        container["ports"] = ports
        for kind in ("readinessProbe", "livenessProbe"):
            if rng.random() < 0.4:
                port = rng.choice(ports)
                wanted = port["name"] if "name" in port and rng.random() < 0.5 else port["containerPort"]
                container[kind] = _action(rng, port["containerPort"], wanted)
    return container


def _action(rng: random.Random, number: int, wanted: int | str) -> Content:
    return rng.choice(
        (
            {"httpGet": {"path": "/ready", "port": wanted}},
            {"httpGet": {"path": "/metrics", "port": wanted, "scheme": "HTTPS"}},
            {"tcpSocket": {"port": wanted}},
            {"grpc": {"port": number}},
        )
    )


def _notes(rng: random.Random) -> Content:
    return {"annotations": rng.choice(_NOTES)} if rng.random() < 0.15 else {}


def _service(rng: random.Random, word: str, name: str, ports: list[Content]) -> Content:
    chosen = rng.sample(ports, rng.randint(1, len(ports))) if ports else [{"containerPort": 8080}]
    numbers = rng.sample((80, 81, 443, 8080, 9000), len(chosen)) if len(chosen) < 6 else []
    entries = [
        _service_port(rng, port, number, index, len(chosen))
        for index, (port, number) in enumerate(zip(chosen, numbers, strict=False))
    ]
    spec: Content = {"selector": {"app": word}, "ports": entries}
    if rng.random() < 0.15:
        spec["clusterIP"] = "None"
    if rng.random() < 0.05:
        spec = {"type": "ExternalName", "externalName": "elsewhere.example.com", "ports": entries}
    service = _object("v1", "Service", name, spec=spec)
    service["metadata"] |= _notes(rng)
    return service


def _service_port(rng: random.Random, port: Content, number: int, index: int, count: int) -> Content:
    entry: Content = {}
    if count > 1 or rng.random() < 0.3:
        entry["name"] = f"{rng.choice((*_PORT_NAMES, *_LONG))}{index or ''}"
    entry["port"] = number
    if number != port["containerPort"] or rng.random() < 0.5:
        by_name = "name" in port and rng.random() < 0.4
        entry["targetPort"] = port["name"] if by_name else port["containerPort"]
    if rng.random() < 0.05:
        entry["targetPort"] = rng.choice(("nowhere", 4711))
    if "protocol" in port:
        entry["protocol"] = port["protocol"]
    if rng.random() < 0.1:
        entry["appProtocol"] = rng.choice(("http", "https", "grpc"))
    return entry


def _ingress(rng: random.Random, word: str, services: list[Content]) -> Content:
    old = rng.random() < 0.2
    paths = [_path(rng, service, number, old) for number, service in enumerate(services)]
    version = "networking.k8s.io/v1beta1" if old else "networking.k8s.io/v1"
    rules = [{"host": f"{word}.example.com", "http": {"paths": paths}}]
    ingress = _object(version, "Ingress", word, spec={"rules": rules})
    ingress["metadata"] |= _notes(rng)
    return ingress


def _path(rng: random.Random, service: Content, number: int, old: bool) -> Content:
    port, name = rng.choice(service["spec"]["ports"]), service["metadata"]["name"]
    wanted: int | str = port["port"]
    if "name" in port and len(port["name"]) < 16 and rng.random() < 0.3:
        wanted = port["name"]
    if rng.random() < 0.05:
        wanted = 4711
    key = "number" if isinstance(wanted, int) else "name"
    new = {"service": {"name": name, "port": {key: wanted}}}
    backend = {"serviceName": name, "servicePort": wanted} if old else new
    return {"path": f"/{number}", "pathType": "Prefix", "backend": backend}
