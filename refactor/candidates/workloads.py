"""Which workload a Service may have meant when its selector matches nothing."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from refactor.candidates.choice import Choice, Option
from refactor.candidates.nearby import workloads_nearby
from refactor.candidates.remembered import remembered
from refactor.candidates.spelling import is_near, same_stem, slips
from refactor.routes import TrafficGraph
from refactor.world import Resource
from refactor.world.lookup import written_labels

# Labels that tell variants of one application apart: another value is meant, not mistyped.
_VARIANT = frozenset({"version", "track", "color", "colour", "slot", "env", "environment", "stage"})


@dataclass(frozen=True, slots=True)
class Match:
    """A workload and what of the selector must change: key → (key, value) of its pods' labels."""

    workload: Resource
    changes: Mapping[str, tuple[str, str]]


@remembered
def near_workload(graph: TrafficGraph, service: Resource) -> Choice[Match]:
    """The workload that a selector nearly matches, by the fewest labels; chosen if alone at the top."""
    selector = written_labels(service.body.spec.selector)
    options = [
        option
        for workload in workloads_nearby(graph, service, selector)
        if (changes := _changes(*graph.world.labelling.pair(service, selector, workload))) is not None
        if (option := _weigh(graph, service, workload, *changes))
    ]
    if not options:
        return Choice(None)
    fewest = min(len(option.value.changes) for option in options)
    best = [option for option in options if len(option.value.changes) == fewest]
    ranked = tuple(sorted(best, key=lambda option: -option.weight))
    # Workloads for which the selector would change in the same way don't compete: it would match both.
    rivals = [option for option in ranked if option.value.changes != ranked[0].value.changes]
    if rivals and ranked[0].weight == rivals[0].weight:
        return Choice(None, ranked)
    alone = not any(rival.alike for rival in rivals)
    return Choice(replace(ranked[0], settled=ranked[0].settled and alone), ranked)


def own_selector(workload: Resource) -> Mapping[str, str]:
    """The labels by which a workload finds its own pods: `spec.selector.matchLabels`, if it has any."""
    found = workload.at("spec", "selector", "matchLabels").value
    labels = found if isinstance(found, dict) else {}
    return {key: value for key, value in labels.items() if isinstance(value, str)}


def _changes(
    selector: Mapping[str, str], labels: Mapping[str, str], fixed: Set[str]
) -> tuple[dict[str, tuple[str, str]], bool] | None:
    """What of a selector must change for the labels of a workload's pods, and whether all of it is slips.

    `fixed`: the keys that can't change.
    """
    free = {key: value for key, value in labels.items() if key not in fixed} if fixed else labels
    changes: dict[str, tuple[str, str]] = {}
    near = True
    for key, value in selector.items():
        if labels.get(key) == value:
            continue
        if key in fixed:
            return None
        found = _near_pair(key, value, free, selector)
        near = near and found is not None
        found = found or _same_key(key, free)
        if found is None:
            return None
        changes[key] = found
    return changes, near


def _weigh(
    graph: TrafficGraph,
    service: Resource,
    workload: Resource,
    changes: Mapping[str, tuple[str, str]],
    near: bool,
) -> Option[Match] | None:
    if len({key for key, _ in changes.values()}) < len(changes):
        return None
    kin, ports = _kinship(service, workload), _ports_agree(graph, service, workload)
    free = not graph.selecting.get(workload)
    evidence = [
        *([_likeness(service, changes)] if near else ()),
        *([kin] if kin else ()),
        *(["it has the ports that the Service asks for"] if ports else ()),
        *(["no other Service selects it"] if free else ()),
    ]
    if not near and not (kin and len(evidence) > 1):
        return None
    settled = near and (kin is not None or ports)
    return Option(Match(workload, changes), workload.label, tuple(evidence), int(near), settled)


def _likeness(service: Resource, changes: Mapping[str, tuple[str, str]]) -> str:
    """How the pods' labels are near to a selector, as half a sentence."""
    selector = service.body.spec.selector
    if any(key != old for old, (key, _) in changes.items()):
        return "its labels have the same value under another key"
    pairs = [(selector[key], value) for key, (_, value) in changes.items()]
    if not all(is_near(one, other) for one, other in pairs):
        return "its labels have the same stem"
    return f"its labels are {'one slip' if all(slips(*pair) < 2 for pair in pairs) else 'two slips'} away"


def _near_pair(
    key: str, value: str, labels: Mapping[str, str], selector: Mapping[str, str]
) -> tuple[str, str] | None:
    """The label that a selector pair is a slip away from: in the value, or in the key."""
    there = labels.get(key)
    if there is not None:
        near = is_near(value, there) or (same_stem(value, there) and key not in _VARIANT)
        return (key, there) if near else None
    renamed = [k for k, v in labels.items() if v == value and k not in selector]
    spelled = [k for k in renamed if is_near(key, k)]
    related = [k for k in renamed if k.rpartition("/")[2] in (key, "name")]
    found = spelled or related or renamed
    return (found[0], value) if len(found) == 1 else None


def _same_key(key: str, labels: Mapping[str, str]) -> tuple[str, str] | None:
    there = labels.get(key)
    return (key, there) if there is not None and key not in _VARIANT else None


def _kinship(service: Resource, workload: Resource) -> str | None:
    if workload.name == service.name or is_near(workload.name, service.name):
        return "its name is the Service's"
    return "its name has the Service's stem" if same_stem(workload.name, service.name) else None


def _ports_agree(graph: TrafficGraph, service: Resource, workload: Resource) -> bool:
    ports = graph.ports[workload]
    known = {p.port.name for p in ports} | {p.port.container_port for p in ports}
    wanted = [port.target for port in service.body.spec.ports]
    return bool(ports) and bool(wanted) and all(target in known for target in wanted)
