"""Faults of an Ingress: its port, its Service name, the shape of its backend."""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.cluster import Backend, Service, ServicePort
from benchmarks.documents import Leaf, Row, Table, Tree, leaf_at, table_at
from benchmarks.evidence import TIE, Choice, MisleadingError, judge_name, judge_port, signs
from benchmarks.faults.fault import Fault, Scene, Splice, rewrite
from benchmarks.judge import backend_reference, ports_meant, services_for, together
from benchmarks.spelling import digit_slip, distance, near, other_word, stem, two_typos, typo

_NAMES = ("web", "http", "backend", "grpc", "main", "public", "rest")


def _sound(scene: Scene) -> Iterator[tuple[Backend, Service, ServicePort, int | str]]:
    """The backends that land on a container through one Service port."""
    for backend in scene.cluster.backends:
        reference = backend_reference(backend)
        if (
            isinstance(reference, str)
            or not scene.verdict("ingress", backend.ingress, backend.place).resolved
        ):
            continue
        services = services_for(scene.cluster, backend, reference[0])
        if len(services) == 1 and len(ports := ports_meant(services[0], reference[1])) == 1:
            yield backend, services[0], ports[0], reference[1]


def _leaf(backend: Backend, *steps: str) -> Leaf | None:
    return leaf_at(backend.tree, *steps)


def port_choices(scene: Scene, service: Service, right: ServicePort, renumbered: int = 0) -> list[Choice]:
    """The ports of a Service with everything an Ingress could confuse them with.

    `renumbered`: the number that the `right` port is about to get, if any.
    """
    choices = []
    for position, port in enumerate(service.ports):
        landings = scene.verdict("service", service.manifest, f"ports[{position}]").landings
        node = leaf_at(port.tree, "nodePort")
        declared = [landing.number for landing in landings]
        number = renumbered if renumbered and port is right else port.number
        target = leaf_at(port.tree, "targetPort")
        known = signs(port.name, number, target and target.value, node and node.value, *declared)
        choices.append(Choice(port is right, known, signs(port.name, number)))
    return choices


def _ports(scene: Scene, rng: random.Random, kind: str) -> Iterator[Fault]:
    for backend, service, port, written in _sound(scene):
        by_number = isinstance(written, int)
        if by_number != (kind == "ingress-port-number"):
            continue
        old = ("service", "port", "number" if by_number else "name")
        leaf = _leaf(backend, *old) or _leaf(backend, "servicePort")
        variants = _numbers(scene, rng, service, port) if by_number else _names(rng, service, str(written))
        for variant, wrong in variants:
            splice = rewrite(scene, backend.ingress, leaf, wrong)
            try:
                undecidable = judge_port(str(wrong), port_choices(scene, service, port))
            except MisleadingError:
                continue
            if splice:
                here = (service.manifest.path, service.manifest.ordinal)
                yield Fault(kind, variant, (splice,), undecidable, here)


def _numbers(
    scene: Scene, rng: random.Random, service: Service, port: ServicePort
) -> Iterator[tuple[str, int]]:
    taken = {one.number for one in service.ports}
    yield "a digit", digit_slip(rng, port.number, taken)
    yield "another number", scene.fresh(rng)
    position = service.ports.index(port)
    for landing in sorted(scene.verdict("service", service.manifest, f"ports[{position}]").landings):
        if landing.number not in taken:
            yield "the container's number", landing.number
            return


def _names(rng: random.Random, service: Service, written: str) -> Iterator[tuple[str, str]]:
    taken = {one.name for one in service.ports}
    yield "a typo", typo(rng, written, taken, longest=15)
    yield "another name", other_word(rng, _NAMES, taken | {stem(name) for name in taken})


def port_number(scene: Scene, rng: random.Random) -> Iterator[Fault]:
    """The Ingress asks for a number that its Service doesn't have."""
    yield from _ports(scene, rng, "ingress-port-number")


def port_name(scene: Scene, rng: random.Random) -> Iterator[Fault]:
    """The Ingress asks for a port name that its Service doesn't have."""
    yield from _ports(scene, rng, "ingress-port-name")


def service_name(scene: Scene, rng: random.Random) -> Iterator[Fault]:
    """The Ingress names a Service that doesn't exist, by a slip or by a suffix."""
    names = {service.manifest.name for service in scene.cluster.services}
    for backend, service, _, written in _sound(scene):
        leaf = _leaf(backend, "service", "name") or _leaf(backend, "serviceName")
        rivals = _rivals(scene, backend, service, written)
        for variant, wrong in _misnomers(rng, service.manifest.name, names):
            if splice := rewrite(scene, backend.ingress, leaf, wrong):
                undecidable = _name_verdict(variant, wrong, service.manifest.name, rivals)
                here = (service.manifest.path, service.manifest.ordinal)
                yield Fault("backend-service-name", variant, (splice,), undecidable, here)


def _misnomers(rng: random.Random, name: str, taken: set[str]) -> Iterator[tuple[str, str]]:
    yield "a typo", typo(rng, name, taken)
    yield "two typos", two_typos(rng, name, taken)
    longer = f"{name}-{rng.choice(('svc', 'service'))}"
    if stem(name) == name and longer not in taken:
        yield "suffix added", longer
    elif stem(name) != name and stem(name) not in taken:
        yield "suffix dropped", stem(name)


def _rivals(scene: Scene, backend: Backend, right: Service, written: int | str) -> list[str]:
    """Other Services of the namespace that have the port which is asked for."""
    given = backend.ingress.namespace
    return [
        service.manifest.name
        for service in scene.cluster.services
        if service.manifest.name != right.manifest.name
        and together(backend.namespace, given, service.namespace, service.manifest.namespace)
        and ports_meant(service, written)
    ]


def _name_verdict(variant: str, wrong: str, original: str, rivals: list[str]) -> str:
    if variant.startswith("suffix"):
        akin = [name for name in rivals if stem(name) == stem(original) or near(name, wrong)]
        return (
            TIE if akin and min(distance(wrong, name) for name in akin) <= distance(wrong, original) else ""
        )
    return judge_name(wrong, original, rivals)


def _leaves(tree: Tree) -> Iterator[Leaf | Table]:
    if isinstance(tree, Leaf):
        yield tree
    elif isinstance(tree, Row):
        for item in tree.items:
            yield from _leaves(item)
    else:
        if tree.flow:
            yield tree
        for item in tree.entries.values():
            yield from _leaves(item)


def _region(scene: Scene, backend: Backend, tree: Table, start: int) -> Splice | None:
    """From `start` to the end of what `tree` holds; None where comments or anchors stand between."""
    end = max((leaf.end for leaf in _leaves(tree)), default=start)
    old = scene.application.files[backend.ingress.path][start:end]
    if any(mark in old for mark in "#&*|>") or backend.ingress.shared:
        return None
    return Splice(backend.ingress.path, start, end, old, "")


def shape(scene: Scene, _rng: random.Random) -> Iterator[Fault]:
    """Fields of v1beta1 under v1: the whole backend, or the port alone as a scalar."""
    for backend, service, _, written in _sound(scene):
        tree, inner = table_at(backend.tree), table_at(backend.tree, "service")
        if tree is None or inner is None:
            continue
        here = (service.manifest.path, service.manifest.ordinal)
        if region := _region(scene, backend, tree, tree.start):
            splice = _old_shape(scene, backend, tree, region)
            yield Fault("backend-shape", "v1beta1 fields", (splice,), "", here)
        port = table_at(inner, "port")
        if port and (region := _region(scene, backend, port, inner.keys["port"].start)):
            splice = Splice(region.path, region.start, region.end, region.old, f"port: {written}")
            yield Fault("backend-shape", "port as a scalar", (splice,), "", here)


def _old_shape(scene: Scene, backend: Backend, tree: Table, region: Splice) -> Splice:
    text = scene.application.files[region.path]
    name, number = leaf_at(tree, "service", "name"), leaf_at(tree, "service", "port", "number")
    port = number or leaf_at(tree, "service", "port", "name")
    first, second = (text[leaf.start : leaf.end] if leaf else "" for leaf in (name, port))
    if tree.flow:
        new = f"{{serviceName: {first}, servicePort: {second}}}"
    else:
        line = text[text.rfind("\n", 0, tree.start) + 1 : tree.start]
        ending = "\r\n" if "\r\n" in region.old else "\n"
        new = f"serviceName: {first}{ending}{' ' * len(line)}servicePort: {second}"
    return Splice(region.path, region.start, region.end, region.old, new)
