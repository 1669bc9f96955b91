"""What candidates are weighed by: nearness of names, evidence of what listens, and when nothing is chosen."""

from __future__ import annotations

from typing import Any

import pytest

from refactor.candidates import Choice, Option, decide
from refactor.candidates.listening import announced, evidence_for
from refactor.candidates.pod_ports import one_digit
from refactor.candidates.spelling import is_near, same_stem, slips, stem
from refactor.findings import Safety
from refactor.kubernetes.workload import Container
from refactor.slips import distance
from refactor.wording import joined
from tests.worlds import container, find, graph, service, stream, workload

NEAR = [
    ("http", "htpp", True),
    ("htpt", "http", True),
    ("api", "api", False),
    ("api", "apis", True),
    ("api", "app", True),
    ("api", "opx", False),
    ("web", "Web", True),
    ("checkout", "chekcuot", True),
    ("payment", "paymnets", False),
    ("storefront", "storefornt", True),
    ("web-1", "web-2", False),
    ("web1", "web", False),
    ("a", "b", False),
    ("db", "da", True),
]


@pytest.mark.parametrize("one, other, near", NEAR)
def test_what_is_a_slip_away(one: str, other: str, near: bool) -> None:
    assert is_near(one, other) is near
    assert is_near(other, one) is near


def test_distances() -> None:
    assert [distance(*pair.split()) for pair in ("ab ba", "ab abc", "kitten sitting", "abc abc")] == [
        1,
        1,
        3,
        0,
    ]
    assert slips("Checkout", "chekcout") == 1


STEMS = [
    ("api", "api-svc", True),
    ("my-api", "api", True),
    ("ordersvc", "order", True),
    ("web-service", "web-app", True),
    ("api", "api", False),
    ("api-v1", "api-v2", False),
    ("app", "svc", False),
    ("my-app", "your-app", False),
]


@pytest.mark.parametrize("one, other, same", STEMS)
def test_what_has_the_same_stem(one: str, other: str, same: bool) -> None:
    assert same_stem(one, other) is same_stem(other, one) is same


def test_a_name_of_noise_is_its_own_stem() -> None:
    assert (stem("my-app"), stem("svc"), stem("user-svc")) == ("my-app", "svc", "user")


@pytest.mark.parametrize(
    "one, other, near",
    [(8080, 8081, True), (8008, 8800, False), (8008, 8080, True), (80, 81, False), (300, 3000, True)],
)
def test_one_digit(one: int, other: int, near: bool) -> None:
    assert one_digit(one, other) is one_digit(other, one) is near


def option(
    name: str, *evidence: str, alike: int = 0, settled: bool = False, certain: bool = False
) -> Option[str]:
    return Option(name, name, evidence, alike, settled, certain)


def test_the_best_is_chosen_and_a_tie_is_not() -> None:
    one, two, none = option("one", "a"), option("two", "a", "b"), option("none")
    assert decide([one, two]).chosen is two
    tie = decide([one, option("other", "b"), none])
    assert (tie.chosen, tie.tied, tie.shown) == (None, True, "one, other, none")
    nothing = decide([none, option("neither")])
    assert (nothing.chosen, nothing.tied, nothing.why) == (None, False, "")
    assert decide([]) == Choice(None)


def test_certainty_outweighs_likeness_and_likeness_circumstances() -> None:
    many, near, sure = (
        option("many", *"abcde"),
        option("near", "a", alike=1),
        option("sure", "a", certain=True),
    )
    assert decide([many, near]).chosen is near
    assert decide([many, near, sure]).chosen is sure
    assert decide([sure]).safety is Safety.SAFE
    assert decide([near]).safety is Safety.UNSAFE
    assert decide([option("x", "a", settled=True)]).safety is Safety.SAFE
    assert decide([]).safety is Safety.UNSAFE


@pytest.mark.parametrize(
    "texts, text", [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")]
)
def test_evidence_reads_as_a_sentence(texts: tuple[str, ...], text: str) -> None:
    assert joined(texts) == text


ANNOUNCED: list[tuple[dict[str, Any], list[int]]] = [
    ({"env": [{"name": "PORT", "value": "3000"}]}, [3000]),
    ({"env": [{"name": "APP_HTTP_PORT", "value": "8081"}]}, [8081]),
    ({"env": [{"name": "ASPNETCORE_URLS", "value": "http://+:5000/"}]}, [5000]),
    ({"env": [{"name": "LISTEN", "value": "0.0.0.0:7000"}]}, [7000]),
    ({"env": [{"name": "DB_PORT", "value": "5432"}, {"name": "METRICS_PORT", "value": "9100"}]}, []),
    ({"env": [{"name": "SUPPORT", "value": "8080"}, {"name": "PORT", "value": "70000"}]}, []),
    ({"env": [{"name": "PORT", "valueFrom": {"fieldRef": {}}}]}, []),
    ({"args": ["--port=8080"]}, [8080]),
    ({"args": ["--listen", ":8080", "-p", "9000"]}, [8080, 9000]),
    ({"command": ["serve", "--http.address=:2019"]}, [2019]),
    ({"args": ["--metrics-port=9100", "--redis-port", "6379", "--ports=1234"]}, []),
    ({"args": ["8080", "--timeout=8080", "--port"]}, []),
]


@pytest.mark.parametrize("parts, numbers", ANNOUNCED)
def test_what_a_container_announces(parts: dict[str, Any], numbers: list[int]) -> None:
    assert [number for number, _ in announced(Container.model_validate(parts))] == numbers


def test_evidence_is_counted_once_for_each_kind_and_never_for_itself() -> None:
    app = container(
        8080,
        env=[{"name": "PORT", "value": "8080"}, {"name": "HTTP_PORT", "value": "8080"}],
        readinessProbe={"httpGet": {"port": 8080}},
        livenessProbe={"httpGet": {"port": 8080}},
    )
    others = [service(name, {"port": 8080}, selector={"app": "web"}) for name in ("web", "also")]
    among = graph({"a.yaml": stream(workload("web", app), *others)})
    web = find(among, "Deployment", "web")
    assert evidence_for(among, web, 8080) == (
        "its readinessProbe calls 8080",
        "PORT=8080 is set",
        "Service web asks for 8080 too",
    )
    [target] = among.targets[find(among, "Service", "web")]
    assert evidence_for(among, web, 8080, target)[-1] == "Service also asks for 8080 too"
    assert evidence_for(among, web, 8081) == ()
