"""Many applications side by side: an index finds what a look at each would, and work grows as they do."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from refactor import fix_manifests
from refactor.candidates import near_service, near_workload, nearby, spelling, workloads
from refactor.candidates.near_names import NearNames
from refactor.candidates.spelling import is_near, same_stem
from refactor.references import unread
from refactor.references.unread import unread_holders
from refactor.world import World
from tests.worlds import container, graph, ingress, reading, service, stream, workload

WORDS = [
    "api",
    "web-1",
    "web-2",
    "checkout",
    "checkuot",
    "Checkout",
    "payments",
    "payment-svc",
    "my-payments",
    "",
]
HTTP = {"name": "http", "containerPort": 8080}


def names(number: int, seed: int = 7) -> list[str]:
    """Different names of six to ten letters, none near to another."""
    chance = random.Random(seed)
    pairs = [left + right for left in "bdfgklmnprst" for right in "aeiou"]
    return list(dict.fromkeys("".join(chance.choices(pairs, k=5)) for _ in range(number * 2)))[:number]


def slipped(name: str, chance: random.Random) -> str:
    """A name after up to three slips of each kind."""
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(name) + 1)
        swapped = name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]
        name = chance.choice((name[:at] + name[at + 1 :], name[:at] + "x1é"[at % 3] + name[at:], swapped))
    return name


def test_near_names_are_those_that_a_look_at_each_finds() -> None:
    chance = random.Random(1)
    known = [slipped(word, chance) for word in (*WORDS, *names(20)) for _ in range(8)]
    index = NearNames(known)
    for asked in (*known, *(slipped(word, chance) for word in known)):
        one_by_one = {other for other in known if is_near(asked, other) or same_stem(asked, other)}
        assert index.akin(asked) - {asked} == one_by_one


def shops(seed: int) -> dict[str, str]:
    """Services, pods and Ingresses of near names in some folders and namespaces, few of which fit."""
    chance = random.Random(seed)
    texts: dict[str, list[dict[str, Any]]] = {}
    for _ in range(40):
        name, other = (slipped(chance.choice(WORDS[:-1]), chance) or "x" for _ in range(2))
        labels = {chance.choice(("app", "name", "version")): other, "tier": chance.choice(("web", "wbe"))}
        space = chance.choice((None, "one", "two"))
        path = chance.choice(("all.yaml", "base/a.yaml", "overlays/dev/a.yaml", "x/y/z/a.yaml", "x/y/b.yaml"))
        texts.setdefault(path, []).extend(
            (
                service(name, selector={"app": name, "tier": "web"}, namespace=space),
                workload(chance.choice((name, other)), labels=labels, namespace=space),
                ingress(name, (slipped(other, chance) or "x", 80), namespace=space),
            )
        )
    built = {"kind": "Kustomization", "resources": ["a.yaml"], "commonLabels": {"tier": "web"}}
    return {path: stream(*objects) for path, objects in texts.items()} | {
        "base/kustomization.yaml": stream(built)
    }


@pytest.mark.parametrize("seed", range(6))
def test_an_index_chooses_what_a_look_at_each_chooses(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for few in (10**6, 0):
        monkeypatch.setattr(nearby, "_FEW", few)
        result = fix_manifests(shops(seed), unsafe=True)
        told.append(
            (result.findings, [fix.title for fix in result.plan.fixes], result.plan.declined, result.diff)
        )
        assert result.findings
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "name, owner", [("web", "api"), ("a.b", "api"), (".", "api"), ("web", "-"), ("web", "")]
)
def test_what_holds_a_name_is_found_by_its_words(
    name: str, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ("web of api", "web-api", "a.b api .", "a b api", "web", "api", "web -", "é web api")
    objects = [{"apiVersion": "example.com/v1", "kind": f"K{i}", "said": text} for i, text in enumerate(said)]
    where = World((), unread=reading({"all.yaml": stream(*objects)}).unread)
    told = []
    for few in (10**6, 0):
        monkeypatch.setattr(unread, "_FEW", few)
        told.append(list(unread_holders(where, name, (owner, "other"))))
    assert told[0] == told[1]


def unmatched(number: int) -> dict[str, str]:
    return {
        f"{name}.yaml": stream(
            service(name, selector={"app": name[:-2] + name[:-3:-1], "tier": "web"}),
            workload(name, container(HTTP), labels={"app": name, "tier": "web"}),
            ingress(name, (name[:-2] + name[:-3:-1], 80)),
        )
        for name in names(number)
    }


def counted(monkeypatch: pytest.MonkeyPatch, module: object, called: str) -> list[object]:
    """Each call of a function of a module from now on."""
    calls: list[object] = []
    real: Callable[..., object] = getattr(module, called)

    def counting(*args: Any) -> object:
        calls.append(args)
        return real(*args)

    monkeypatch.setattr(module, called, counting)
    return calls


@pytest.mark.parametrize("module, called", [(workloads, "_changes"), (spelling, "distance")])
def test_twice_as_many_faults_take_twice_the_comparisons(
    module: object, called: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    took = []
    for number in (150, 300):
        is_near.cache_clear()
        calls = counted(monkeypatch, module, called)
        result = fix_manifests(unmatched(number), "unmatched-selector,missing-backend-service", unsafe=True)
        assert len(result.plan.fixes) == 2 * number
        took.append(len(calls))
        monkeypatch.undo()
    assert took[0] > 0
    assert took[1] < 3 * took[0]


def test_a_choice_is_made_once_for_a_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch, workloads, "_changes")
    shop = graph(unmatched(3))
    [one, *_] = shop.selections
    first = near_workload(shop, one)
    made = len(calls)
    assert near_workload(shop, one) is first
    assert len(calls) == made > 0
    [backend, *_] = shop.backends
    assert near_service(shop, backend) is near_service(shop, backend)
