"""Giving a port another name, and everything that refers to it by the old one."""

from refactor.candidates.twins import shares_number
from refactor.kubernetes.meta import PortRef
from refactor.pods import PodPort
from refactor.references import References, references_to_container_port, references_to_service_port
from refactor.routes import Probe, Target, TrafficGraph
from refactor.wording import pod_port_text, twins_text
from refactor.world import AddKey, Change, Ref, SetScalar


def rename_container_port(graph: TrafficGraph, port: PodPort, new: str) -> tuple[Change, ...] | str:
    """The changes that call a container port (and those that must go with it) `new`, or why they can't be."""
    return _renamed(references_to_container_port(graph, port), new)


def rename_service_port(graph: TrafficGraph, target: Target, new: str) -> tuple[Change, ...] | str:
    """The same for a Service port."""
    return _renamed(references_to_service_port(graph, target.service, target.index), new)


def _renamed(references: References, new: str) -> tuple[Change, ...] | str:
    if references.blocked:
        return "; ".join(references.blocked)
    return (*(SetScalar(port.to("name"), new) for port in references.ports), *references.changes(new))


def retargeted(target: Target, to: PortRef, like: Ref | None = None) -> Change:
    """The change that sends a Service port to another port of its pods, also where no targetPort stands."""
    at, holder = target.item.to("targetPort"), target.item.value
    if isinstance(holder, dict) and "targetPort" in holder:
        return SetScalar(at, to, like)
    return AddKey(target.item, "targetPort", to, after="port", like=like)


def name_key(item: Ref, name: str) -> Change:
    """Names a port entry that has no name: where its siblings in the list have theirs, else in front."""
    own = list(item.value) if isinstance(item.value, dict) else []
    if "name" in own:
        return SetScalar(item.to("name"), name)  # `name:` stands there with nothing behind it
    entries = item.parent.value
    named = [
        list(e)
        for e in (entries if isinstance(entries, list) else ())
        if isinstance(e, dict) and e.get("name")
    ]
    place = named[0].index("name") if named else 0
    if place and named[0][place - 1] in own:
        return AddKey(item, "name", name, after=named[0][place - 1])
    return AddKey(item, "name", name, before=own[0] if own else None)


def ask_pods_by_name(target: Target, name: str) -> Change:
    """Moves the number of a Service port's target to the name of the container port."""
    called = next((hit.port.at.to("name") for hit in target.hits if hit.port), None)
    return retargeted(target, name, called)


def call_by_name(probe: Probe, name: str) -> Change:
    """Moves the number of a probe to the name of its container's port."""
    return SetScalar(probe.use.at, name, probe.port.at.to("name") if probe.port else None)


def give_name(graph: TrafficGraph, port: PodPort, name: str) -> Change | str:
    """Calls a container port as a reference asks for it, or says why not.

    A port with another name gets the new one only where nothing refers to the old.
    """
    if shares_number(port, graph.ports[port.workload]):
        return f"{port.workload.label} has {twins_text(port.port.container_port)}"
    if not port.port.name:
        return name_key(port.at, name)
    held = references_to_container_port(graph, port)
    if held.places or held.blocked:
        return f"{pod_port_text(port)} has another name, which others use"
    return SetScalar(port.at.to("name"), name)
