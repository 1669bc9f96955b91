"""Healthy applications made from a seed: names, ports, shapes and layouts that nobody wrote down before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.applications import Application

Content = dict[str, Any]
Shape = Content | list[Any] | str | int

_SYLLABLES = tuple("ba cor del fin gal hex jun kel lor mar nor pel quin ros sal tor ul ven wis zan".split())
_TAILS = ("", "", "-api", "-web", "-worker", "-svc", "-v2")
_PORT_NAMES = ("http", "web", "api", "grpc", "metrics", "admin", "http-main", "public", "status", "tcp-in")
_KINDS = ("Deployment", "Deployment", "Deployment", "StatefulSet", "DaemonSet")
_REMARKS = (
    "# see the wiki",
    "# don't touch",
    "# was 8080 once",
    "# tidy up some day",
    "# ask the platform team",
)


@dataclass(frozen=True, slots=True)
class _Style:
    """How the text of one application looks."""

    step: int
    inset: bool
    flow: float
    quotes: float
    remarks: float
    ending: str


def _word(rng: random.Random) -> str:
    return "".join(rng.sample(_SYLLABLES, rng.choice((1, 2, 2, 3)))) + rng.choice(_TAILS)


def _number(rng: random.Random, taken: set[int]) -> int:
    pool = (80, 3000, 4000, 5000, 8000, 8080, 8090, 9000, 9090, 9443)
    number = rng.choice(pool) if rng.random() < 0.6 else rng.randrange(1024, 32000)
    while number in taken:
        number = rng.randrange(1024, 32000)
    taken.add(number)
    return number


@dataclass(frozen=True, slots=True)
class _Port:
    name: str
    number: int
    service_number: int


@dataclass(frozen=True, slots=True)
class _Part:
    """One component: a workload, its Service, and how they refer to each other."""

    name: str
    kind: str
    labels: dict[str, str]
    selector: dict[str, str]
    ports: tuple[_Port, ...]
    named: bool
    namespace: str

    def metadata(self) -> Content:
        return {"name": self.name, **({"namespace": self.namespace} if self.namespace else {})}


def _part(rng: random.Random, name: str, namespace: str, shared: str) -> _Part:
    key = rng.choice(("app", "app.kubernetes.io/name", "name", "k8s-app", "component"))
    labels = {key: name, "part-of": shared, "tier": rng.choice(("front", "back", "data"))}
    selector = {key: name} | ({"part-of": shared} if rng.random() < 0.4 else {})
    count = rng.choice((1, 1, 1, 2, 3))
    declared: set[int] = set()
    served: set[int] = set()
    names = rng.sample(_PORT_NAMES, count)
    ports = tuple(_Port(one, _number(rng, declared), _number(rng, served)) for one in names)
    return _Part(name, rng.choice(_KINDS), labels, selector, ports, rng.random() < 0.55, namespace)


def _container_ports(part: _Part) -> list[Any]:
    named = part.named or len(part.ports) > 1
    return [{**({"name": port.name} if named else {}), "containerPort": port.number} for port in part.ports]


def _workload(rng: random.Random, part: _Part) -> Content:
    first = part.ports[0]
    container: Content = {"name": rng.choice((part.name[:40], "main", "app"))}
    container["image"] = f"registry.example.com/{part.name}:{rng.randrange(1, 9)}.{rng.randrange(10)}"
    if rng.random() < 0.3:
        container["env"] = [{"name": "PORT", "value": f'"{first.number}"'}]
    container["ports"] = _container_ports(part)
    if rng.random() < 0.6:
        port: Shape = first.name if part.named else first.number
        check: Shape = {"httpGet": {"path": "/ready", "port": port}}
        container["readinessProbe"] = check if rng.random() < 0.7 else {"tcpSocket": {"port": port}}
    spec: Content = {"selector": {"matchLabels": dict(part.selector)}}
    if part.kind == "StatefulSet":
        spec["serviceName"] = part.name
    template: Content = {"metadata": {"labels": dict(part.labels)}, "spec": {"containers": [container]}}
    return {
        "apiVersion": "apps/v1",
        "kind": part.kind,
        "metadata": part.metadata(),
        "spec": spec | {"template": template},
    }


def _service(rng: random.Random, part: _Part) -> Content:
    ports: list[Any] = []
    for port in part.ports:
        entry: Content = {"name": port.name} if len(part.ports) > 1 or rng.random() < 0.5 else {}
        entry["port"] = port.service_number
        if part.named:
            entry["targetPort"] = port.name
        elif port.number != port.service_number or rng.random() < 0.5:
            entry["targetPort"] = port.number
        if rng.random() < 0.2:
            entry["protocol"] = "TCP"
        ports.append(entry)
    spec: Content = {"selector": dict(part.selector), "ports": ports}
    if rng.random() < 0.2:
        spec = {"type": "NodePort", **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": part.metadata(), "spec": spec}


def _backend(rng: random.Random, part: _Part, service: Content, *, old: bool) -> Content:
    number = part.ports[0].service_number
    ports = service["spec"]["ports"]
    named = "name" in ports[0] and rng.random() < 0.5
    if old:
        return {"serviceName": part.name, "servicePort": part.ports[0].name if named else number}
    port: Content = {"name": part.ports[0].name} if named else {"number": number}
    return {"service": {"name": part.name, "port": port}}


def _ingress(rng: random.Random, name: str, parts: list[tuple[_Part, Content]]) -> Content:
    old = rng.random() < 0.2
    paths: list[Any] = []
    for part, service in parts:
        path: Content = {"path": f"/{part.name}"} if len(parts) > 1 else {"path": "/"}
        path |= {} if old else {"pathType": "Prefix"}
        paths.append(path | {"backend": _backend(rng, part, service, old=old)})
    namespace = {"namespace": parts[0][0].namespace} if parts[0][0].namespace else {}
    return {
        "apiVersion": "networking.k8s.io/v1beta1" if old else "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, **namespace},
        "spec": {"rules": [{"host": f"{name}.example.com", "http": {"paths": paths}}]},
    }


def _scalar(value: str | int, rng: random.Random, style: _Style) -> str:
    if isinstance(value, int) or value.startswith('"'):
        return str(value)
    return f'"{value}"' if rng.random() < style.quotes else value


def _inline(shape: Shape, rng: random.Random, style: _Style) -> str:
    if isinstance(shape, dict):
        return "{" + ", ".join(f"{key}: {_inline(one, rng, style)}" for key, one in shape.items()) + "}"
    if isinstance(shape, list):
        return "[" + ", ".join(_inline(one, rng, style) for one in shape) + "]"
    return _scalar(shape, rng, style)


def _small(shape: Shape) -> bool:
    inner = shape.values() if isinstance(shape, dict) else shape if isinstance(shape, list) else ()
    return bool(inner) and all(isinstance(one, (str, int)) for one in inner)


def _lines(content: Content, indent: int, rng: random.Random, style: _Style) -> Iterator[str]:
    pad = " " * indent
    for key, shape in content.items():
        remark = f" {rng.choice(_REMARKS)}" if rng.random() < style.remarks else ""
        if isinstance(shape, (str, int)):
            yield f"{pad}{key}: {_scalar(shape, rng, style)}{remark}"
        elif _small(shape) and rng.random() < style.flow:
            yield f"{pad}{key}: {_inline(shape, rng, style)}{remark}"
        elif isinstance(shape, dict):
            yield f"{pad}{key}:{remark}"
            yield from _lines(shape, indent + style.step, rng, style)
        else:
            yield f"{pad}{key}:{remark}"
            yield from _items(shape, indent + (style.step if style.inset else 0), rng, style)


def _items(items: list[Any], indent: int, rng: random.Random, style: _Style) -> Iterator[str]:
    for item in items:
        if _small(item) and rng.random() < style.flow:
            yield f"{' ' * indent}- {_inline(item, rng, style)}"
        elif isinstance(item, dict):
            lines = list(_lines(item, indent + 2, rng, style))
            yield f"{' ' * indent}- {lines[0].lstrip()}"
            yield from lines[1:]


def _text(content: Content, rng: random.Random, style: _Style) -> str:
    return "".join(f"{line}\n" for line in _lines(content, 0, rng, style))


def _layout(rng: random.Random, parts: list[list[tuple[str, str]]]) -> dict[str, str]:
    """One file; one a component; one a resource; or a folder a component."""
    way = rng.choice(("one", "component", "resource", "folder"))
    files: dict[str, list[str]] = {}
    for number, part in enumerate(parts):
        for kind, text in part:
            path = {
                "one": "app.yaml",
                "component": f"{number:02}.yaml",
                "resource": f"{number:02}-{kind}.yml",
                "folder": f"part{number}/{kind}.yaml" if kind != "ingress" else "ingress.yaml",
            }[way]
            files.setdefault(path, []).append(text)
    return {path: "---\n".join(texts) for path, texts in files.items()}


def application(seed: int, number: int) -> Application:
    """The `number`-th application of `seed`; every route of it lands on a container."""
    rng = random.Random(f"{seed}/{number}")
    style = _Style(
        rng.choice((2, 2, 4)),
        rng.random() < 0.5,
        rng.choice((0, 0, 0.5, 1)),
        rng.choice((0, 0, 0.3, 1)),
        rng.choice((0, 0.1, 0.3)),
        rng.choice(("\n", "\n", "\n", "\r\n")),
    )
    namespace = rng.choice(("", "", _word(rng)))
    names: list[str] = []
    while len(names) < rng.choice((1, 2, 3, 4)):
        word = _word(rng)
        names += [word] if word not in names else []
    shared = _word(rng)
    parts = [_part(rng, name, namespace, shared) for name in names]
    services = [(part, _service(rng, part)) for part in parts]
    texts = [
        [
            ("service", _text(service, rng, style)),
            (part.kind.lower(), _text(_workload(rng, part), rng, style)),
        ]
        for part, service in services
    ]
    behind = services[: rng.randrange(1, len(services) + 1)]
    texts.append([("ingress", _text(_ingress(rng, shared, behind), rng, style))])
    files = {path: text.replace("\n", style.ending) for path, text in _layout(rng, texts).items()}
    return Application(f"generated/{seed}-{number}", files)


def applications(seed: int, count: int) -> Iterator[Application]:
    """`count` applications of `seed`."""
    for number in range(count):
        yield application(seed, number)


def documents(count: int) -> str:
    """One stream of `count` documents: Ingress, Service and Deployment in turn, all connected."""
    texts = []
    for number in range(-(-count // 3)):
        rng = random.Random(number)
        style = _Style(2, True, 0, 0, 0, "\n")
        part = _part(rng, f"part{number}", "", "stream")
        service = _service(rng, part)
        workload, ingress = _workload(rng, part), _ingress(rng, f"door{number}", [(part, service)])
        texts += [_text(content, rng, style) for content in (ingress, service, workload)]
    return "---\n".join(texts[:count])
