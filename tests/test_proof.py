"""Proof: what a fix may not do is refused with the reason, and one bad fix doesn't spoil the good ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from refactor import fix_manifests
from refactor.changes import Fix
from refactor.decisions import Decisions
from refactor.editor import lower
from refactor.findings import Finding
from refactor.proof import Lowered, Proof, State, prove
from refactor.rules import RULES
from refactor.source import Edit, Refusal, Span
from refactor.world import AddKey, Change, RemoveKey, RenameKey, SetScalar
from tests.worlds import container, find, ingress, service, state, stream, workload

HTTP = {"name": "http", "containerPort": 8080}


def made(*changes: Change, solves: Sequence[Finding] = ()) -> Lowered:
    """Changes as a fix with its edits, whoever would plan such a thing."""
    fix = Fix("test", tuple(solves), changes)
    ways = lower(fix)
    assert not isinstance(ways, Refusal)
    edits = next(ways)
    return fix, edits


def planned(before: State, rule: str) -> list[Lowered]:
    """The fixes of a rule for its findings."""
    repair = RULES[rule].fix
    assert repair is not None
    findings = [finding for finding in before.analyses[0].findings if finding.rule == rule]
    fixes = [repair(finding, Decisions(before.analyses[0].graph)) for finding in findings]
    return [made(*fix.changes, solves=fix.solves) for fix in fixes if isinstance(fix, Fix)]


def reason(proof: Proof) -> str:
    assert proof.proven == ()
    [(_, why)] = proof.refused
    return why


def texts(proof: Proof) -> dict[str, str]:
    return {path: file.text for path, file in proof.result.application.sources.items()}


SHOP = {
    "front.yaml": stream(ingress("front", ("web", 80), ("api", 80))),
    "web.yaml": stream(service("web", {"port": 80, "targetPort": "http"}), workload("web", container(HTTP))),
    "api.yaml": stream(service("api", {"port": 80, "targetPort": "htpp"}), workload("api", container(HTTP))),
}


def test_a_true_repair_is_proven() -> None:
    before = state(SHOP)
    proof = prove(before, planned(before, "missing-target-port"))
    assert len(proof.proven) == 1
    assert proof.refused == ()
    assert texts(proof) == SHOP | {"api.yaml": SHOP["api.yaml"].replace("htpp", "http")}
    # What was read before stays as it was.
    assert before.application.sources["api.yaml"].text == SHOP["api.yaml"]


def test_nothing_to_do_changes_nothing() -> None:
    before = state(SHOP)
    assert prove(before, []) == Proof((), (), prove(before, []).result)
    assert prove(before, []).result.application is before.application


def harms(before: State) -> dict[str, tuple[Change, ...]]:
    graph = before.analyses[0].graph
    web, pods, front = (
        find(graph, "Service", "web"),
        find(graph, "Deployment", "web"),
        find(graph, "Ingress", "front"),
    )
    backend = front.at("spec", "rules", 0, "http", "paths", 0, "backend", "service")
    port = pods.at("spec", "template", "spec", "containers", 0, "ports", 0)
    return {
        "the name of a port that a Service asks for": (SetScalar(port.to("name"), "web"),),
        "the targetPort of a Service": (SetScalar(web.at("spec", "ports", 0, "targetPort"), "metrics"),),
        "the number that an Ingress asks for": (SetScalar(web.at("spec", "ports", 0, "port"), 81),),
        "the backend of another route": (SetScalar(backend.to("name"), "wbe"),),
        "labels of pods": (SetScalar(pods.at("spec", "template", "metadata", "labels", "app"), "x"),),
        "a selector": (RenameKey(web.at("spec", "selector", "app"), "name"),),
        "a port list": (RemoveKey(port.to("name")),),
    }


@pytest.mark.parametrize("what", harms(state(SHOP)))
def test_what_brings_a_new_fault_is_refused(what: str) -> None:
    before = state(SHOP)
    assert "it would bring a new fault" in reason(prove(before, [made(*harms(before)[what])]))


def test_a_new_fault_beside_a_repair_is_refused_too() -> None:
    before = state(SHOP)
    [(fix, _)] = planned(before, "missing-target-port")
    bad = harms(before)["the targetPort of a Service"]
    proof = prove(before, [made(*fix.changes, *bad, solves=fix.solves)])
    assert "it would bring a new fault: Service web sends port 80 to the pods' port metrics" in reason(proof)


def test_a_route_that_would_reach_other_containers_is_refused() -> None:
    # Both ports stand, so no rule has anything to say: only the route itself tells.
    two = container(HTTP, {"name": "admin", "containerPort": 9000})
    before = state(
        SHOP | {"web.yaml": stream(service("web", {"port": 80, "targetPort": "http"}), workload("web", two))}
    )
    web = find(before.analyses[0].graph, "Service", "web")
    proof = prove(before, [made(SetScalar(web.at("spec", "ports", 0, "targetPort"), "admin"))])
    assert reason(proof) == "Service web would reach other containers than today"


def test_a_backend_that_would_reach_another_service_is_refused() -> None:
    before = state(
        SHOP
        | {"also.yaml": stream(service("also", selector={"app": "web"}), service("other"), workload("other"))}
    )
    front = find(before.analyses[0].graph, "Ingress", "front")
    at = front.at("spec", "rules", 0, "http", "paths", 0, "backend", "service", "name")
    assert (
        reason(prove(before, [made(SetScalar(at, "other"))]))
        == "Ingress front would reach other containers than today"
    )


def test_a_repair_that_leaves_the_fault_is_refused() -> None:
    before = state(SHOP)
    [finding] = [f for f in before.analyses[0].findings if f.rule == "missing-target-port"]
    api = find(before.analyses[0].graph, "Service", "api")
    idle = made(SetScalar(api.at("spec", "ports", 0, "targetPort"), "htp"), solves=[finding])
    assert reason(prove(before, [idle])) == "the fault would still be there"


def moved(lowered: Lowered, **other: Any) -> Lowered:
    fix, (edit, *rest) = lowered
    return fix, (replace(edit, **other), *rest)


def test_text_that_has_moved_is_refused() -> None:
    before = state(SHOP)
    [right] = planned(before, "missing-target-port")
    edit = right[1][0]
    for wrong in (
        moved(right, old='"hxxp"'),
        moved(right, span=Span(edit.span.start + 1, edit.span.end + 1)),
    ):
        assert "the text can't be changed exactly" in reason(prove(before, [wrong]))


WRONG_TEXTS = [
    ('"http', "doesn't read as YAML"),
    ('"http"}], "selector": {"app": "other"}, "more": [{"x": 1', "reads otherwise than planned"),
    ('"http "', "reads otherwise than planned"),
    ("true", "reads otherwise than planned"),
    ('"http"}]}}\n---\n{"spec": {"ports": [{"c": 1', "reads otherwise than planned"),
]


@pytest.mark.parametrize("text, why", WRONG_TEXTS)
def test_text_that_says_something_else_is_refused(text: str, why: str) -> None:
    before = state(SHOP)
    [right] = planned(before, "missing-target-port")
    assert why in reason(prove(before, [moved(right, new=text)]))


def test_an_edit_of_another_resource_is_noticed() -> None:
    before = state(SHOP)
    fix, edits = planned(before, "missing-target-port")[0]
    file = before.application.sources["api.yaml"]
    start = file.text.index('"image": "app"') + len('"image": ')
    stray = Edit(file, Span(start, start + 5), '"app"', '"other"')
    assert "the changed text of Deployment api reads otherwise" in reason(
        prove(before, [(fix, (*edits, stray))])
    )


def many(good: int) -> State:
    broken = {
        f"s{n}.yaml": stream(
            service(f"s{n}", {"port": 80, "targetPort": "htpp"}), workload(f"s{n}", container(HTTP))
        )
        for n in range(good)
    }
    return state(SHOP | broken)


@pytest.mark.parametrize("place", [0, 3, 9])
def test_one_bad_fix_among_many_is_found_and_the_good_ones_are_kept(place: int) -> None:
    before = many(9)
    good = planned(before, "missing-target-port")
    bad = made(*harms(before)["a selector"])
    proof = prove(before, [*good[:place], bad, *good[place:]])
    assert list(proof.proven) == good
    assert [fix for fix, _ in proof.refused] == [bad[0]]
    assert not [text for path, text in texts(proof).items() if "htpp" in text]
    assert texts(proof)["web.yaml"] == SHOP["web.yaml"]


def test_what_is_proven_already_stays_in_the_result() -> None:
    before = many(2)
    one, two, three = planned(before, "missing-target-port")
    first = prove(before, [one])
    second = prove(before, [two, made(*harms(before)["a selector"])], beside=first)
    assert second.proven == (two,)
    assert sum("htpp" in text for text in texts(second).values()) == 1
    assert three[1][0].file.path not in {edit.file.path for _, edits in second.proven for edit in edits}


def test_a_later_hop_that_is_seen_at_last_is_no_new_fault() -> None:
    hidden = {
        "front.yaml": stream(ingress("front", ("wbe", 8080))),
        "web.yaml": stream(
            service("web", {"port": 80, "targetPort": "http"}), workload("web", container(HTTP))
        ),
    }
    before = state(hidden)
    proof = prove(before, planned(before, "missing-backend-service"))
    assert len(proof.proven) == 1
    after = before.after(proof.result.application)
    assert "missing-backend-port" in [finding.rule for finding in after.findings]
    result = fix_manifests(hidden, select="broken,suspect", unsafe=True)
    assert result.files == {"front.yaml": stream(ingress("front", ("web", 80)))}


def test_a_key_that_is_added_must_read_as_planned() -> None:
    before = state(
        {
            "a.yaml": stream(
                service("web", {"port": 80, "targetPort": "http"}), workload("web", container(8080))
            )
        }
    )
    pods = find(before.analyses[0].graph, "Deployment", "web")
    port = pods.at("spec", "template", "spec", "containers", 0, "ports", 0)
    faults = [found for found in before.analyses[0].findings if found.rule == "missing-target-port"]
    right = made(AddKey(port, "name", "http"), solves=faults)
    assert [len(prove(before, [one]).proven) for one in (right, moved(right, new=', "name": "https"'))] == [
        1,
        0,
    ]


def test_the_odd_workload_of_a_service_follows_the_others() -> None:
    # Its port number differs: that is exactly what names are for.
    odd = {
        "svc.yaml": stream(service("pay", {"port": 80, "targetPort": "http"})),
        "pay.yaml": stream(workload("pay", container(HTTP))),
        "canary.yaml": stream(workload("canary", container(8081), labels={"app": "pay"})),
    }
    result = fix_manifests(odd, select="missing-target-port")
    assert result.files == {
        "canary.yaml": odd["canary.yaml"].replace('{"containerPort"', '{"name": "http", "containerPort"')
    }
