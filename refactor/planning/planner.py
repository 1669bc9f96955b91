"""The planner: one outcome for each finding, a fix or the reason why there is none."""

from collections.abc import Sequence
from dataclasses import replace

from refactor.changes import Declined, Fix, Plan
from refactor.decisions import Place
from refactor.findings import Category, Finding
from refactor.planning.naming import decide
from refactor.routes import TrafficGraph
from refactor.rules import RULES
from refactor.world import Ref, Resource


def plan(
    graph: TrafficGraph,
    findings: Sequence[Finding],
    mended: frozenset[tuple[object, Place]] = frozenset(),
    refused: frozenset[Resource] = frozenset(),
) -> Plan:
    """What can be done about these findings of this graph; fixes with equal changes become one.

    `mended`: (resource, place) of links that were broken in the input: they have nothing to lose, so
    they go to their name in the first stage. `refused`: the objects that the API server refuses as they are
    written: nothing moves to a name in them, which the cluster wouldn't get.
    """
    fragile = any(finding.category is Category.FRAGILE for finding in findings)
    decisions = decide(graph, end_to_end=fragile, mended=mended, refused=refused)
    fixes: dict[object, Fix] = {}
    declined: list[Declined] = []
    for finding in findings:
        repair = RULES[finding.rule].fix
        if repair is None:
            text = "shown only: what is right here can't be told from the files"
            declined.append(Declined(finding, text))
            continue
        outcome = _within_bounds(repair(finding, decisions))
        if isinstance(outcome, Declined):
            declined.append(outcome)
        else:
            _merge(fixes, outcome)
    # What a later stage refers to has to stand first.
    return Plan(tuple(sorted(fixes.values(), key=lambda fix: fix.stage)), tuple(declined))


def _merge(fixes: dict[object, Fix], fix: Fix) -> None:
    key = tuple((type(change), change.at.resource.key, change.at.path) for change in fix.changes)
    known = fixes.get(key)
    if known is None or known.changes != fix.changes:
        fixes[key if known is None else (key, fix.solves[0].key)] = fix
    else:
        fixes[key] = replace(known, solves=known.solves + fix.solves)


def _within_bounds(outcome: Fix | Declined) -> Fix | Declined:
    """A fix is declined that would change what is only context, or that rests on what is written twice."""
    if isinstance(outcome, Declined):
        return outcome
    finding = outcome.solves[0]
    for change in outcome.changes:
        resource = change.at.resource
        if not resource.reported:
            # Of a chart everything is given, but for what is excluded.
            why = "excluded" if resource.values else "only context: give that file too"
            reason = f"{resource.label} in {resource.home.file.path} would have to change, which is {why}"
            return Declined(finding, reason)
    compared = [finding.at, *(note.at for note in finding.notes if note.at)]
    twice = next(filter(None, map(_twice, compared)), None)
    return Declined(finding, twice) if twice else outcome


def _twice(at: Ref) -> str | None:
    """What speaks against a comparison: kubectl takes the last of two equal keys, others refuse them."""
    path = at.resource.home.repeated(at.path)
    if path is None:
        return None
    label, place = at.resource.label, at.resource.at(*path).location
    return (
        f"`{path[-1]}` stands twice in {label} ({place.file.path}:{place.position.line}), and only one of "
        "the two can be meant: take the other one out first"
    )
