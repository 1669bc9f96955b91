"""Every maker of faults changes exactly one thing and breaks what it says."""

import random
from collections.abc import Iterator

import pytest

from benchmarks.applications import Application, own
from benchmarks.documents import Leaf, Row, Tree, Value, read
from benchmarks.evidence import (
    PRINCIPLES,
    RESEMBLES_NONE,
    Choice,
    MisleadingError,
    judge_name,
    judge_port,
    signs,
)
from benchmarks.faults.catalogue import MAKERS, Mutant, lost, mutants
from benchmarks.faults.decoys import decoyed
from benchmarks.faults.fault import Fault, Splice, put, scene
from benchmarks.generate import application, applications, documents
from benchmarks.judge import resolve
from benchmarks.spelling import digit_slip, distance, near, stem, typo

OWN = list(own())
SCALAR = [kind for kind in MAKERS if kind != "backend-shape"]


def faults(kind: str) -> Iterator[tuple[Application, Fault]]:
    for app in OWN:
        for fault in MAKERS[kind](scene(app), random.Random(app.name)):
            yield app, fault


def scalars(tree: Tree, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Value, str]]:
    """Keys and values of a tree, in order, as they're written."""
    if isinstance(tree, Leaf):
        yield path, tree.value, tree.style
    elif isinstance(tree, Row):
        for number, item in enumerate(tree.items):
            yield from scalars(item, (*path, str(number)))
    else:
        for key, item in tree.entries.items():
            yield (*path, "key"), key, tree.keys[key].style
            yield from scalars(item, (*path, str(list(tree.entries).index(key))))


def content(files: dict[str, str]) -> list[tuple[str, tuple[str, ...], Value, str]]:
    return [
        (path, *one) for path in files for found in read(path, files[path]) for one in scalars(found.root)
    ]


@pytest.mark.parametrize("kind", SCALAR)
def test_one_scalar_changes_and_nothing_else(kind: str) -> None:
    count = 0
    for app, fault in faults(kind):
        count += 1
        broken = put(app.files, fault)
        before, after = content(dict(app.files)), content(broken)
        changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        assert len(changed) == 1, (app.name, fault)
        old, new = changed[0]
        assert (old[0], old[1], type(old[2]), old[3]) == (new[0], new[1], type(new[2]), new[3])
        (splice,) = fault.splices
        assert broken[splice.path].replace("\n", "").count("\r") == app.files[splice.path].count("\r")
        assert len(broken[splice.path]) - len(app.files[splice.path]) == len(splice.new) - len(splice.old)
    assert count >= 2, f"no own application can be broken by {kind}"


def test_a_swapped_shape_keeps_every_other_line() -> None:
    count = 0
    for app, fault in faults("backend-shape"):
        count += 1
        (splice,) = fault.splices
        text, broken = app.files[splice.path], put(app.files, fault)[splice.path]
        assert text[: splice.start] == broken[: splice.start]
        assert broken.endswith(text[splice.end :])
        reasons = {found.reason for found in resolve(put(app.files, fault)).values()}
        assert "the backend isn't in the v1 shape" in reasons
    assert count >= 10


def test_a_fault_that_has_moved_is_refused() -> None:
    fault = Fault("x", "", (Splice("a", 0, 2, "80", "81"),))
    assert put({"a": "80"}, fault) == {"a": "81"}
    with pytest.raises(ValueError, match="isn't at 0"):
        put({"a": " 80"}, fault)


@pytest.fixture(scope="module")
def made() -> list[Mutant]:
    apps = [*OWN, *applications(7, 10)]
    return [mutant for app in apps for mutant in mutants(app, 7, 60)]


def test_every_mutant_lost_a_route(made: list[Mutant]) -> None:
    for mutant in made:
        healthy, broken = resolve(mutant.application.files), resolve(mutant.files)
        assert mutant.broken
        assert all(healthy[route].resolved for route in mutant.broken)
        assert all(healthy[route].pods - broken[route].pods for route in mutant.broken)


def test_every_kind_of_fault_is_made(made: list[Mutant]) -> None:
    kinds = {mutant.kind for mutant in made}
    assert kinds == {*MAKERS, "two at once", "with a decoy"}


def test_what_is_excluded_has_a_known_principle_and_is_the_smaller_part(made: list[Mutant]) -> None:
    excluded = [mutant.undecidable for mutant in made if mutant.undecidable]
    assert set(excluded) <= set(PRINCIPLES)
    assert len(excluded) < len(made) / 4


def test_the_same_seed_makes_the_same_mutants() -> None:
    def spelled(seed: int) -> list[tuple[str, tuple[Fault, ...]]]:
        return [(mutant.kind, mutant.faults) for mutant in mutants(OWN[1], seed, 10)]

    assert spelled(3) == spelled(3)
    assert spelled(3) != spelled(4)


def test_two_at_once_stand_in_two_places(made: list[Mutant]) -> None:
    pairs = [mutant for mutant in made if mutant.kind == "two at once"]
    assert pairs
    assert all(
        len({splice.start for fault in pair.faults for splice in fault.splices}) == 2 for pair in pairs
    )


def test_a_decoy_disturbs_nothing() -> None:
    count = 0
    for app in OWN:
        healthy = scene(app)
        for service in healthy.cluster.services:
            lured = (
                decoyed(healthy, service, random.Random(5)) if service.selector and service.ports else None
            )
            if lured is None:
                continue
            count += 1
            after = resolve(lured.files)
            assert all(after[route].landings == found.landings for route, found in healthy.verdicts.items())
            assert all(found.resolved or found.outside for found in after.values()), lured.name
            assert len(after) == len(healthy.verdicts) + 1
    assert count > 20


@pytest.mark.parametrize("app", OWN, ids=lambda app: app.name)
def test_our_applications_are_healthy(app: Application) -> None:
    verdicts = resolve(app.files)
    assert len(verdicts) >= 2
    assert all(found.resolved or found.outside for found in verdicts.values())


def test_generated_applications_are_healthy_and_differ() -> None:
    made = [application(11, number) for number in range(60)]
    for app in made:
        verdicts = resolve(app.files)
        assert verdicts, app.name
        assert all(found.resolved for found in verdicts.values()), app.name
    assert len({tuple(app.files.values()) for app in made}) == 60
    assert application(11, 3) == made[3] != application(12, 3)


def test_generated_documents_are_as_many_as_asked_for() -> None:
    text = documents(31)
    assert len(read("f", text)) == 31


def test_nothing_is_lost_where_nothing_changed() -> None:
    healthy = scene(OWN[0])
    assert lost(healthy, OWN[0].files) == ()


def choices(*known: tuple[object, ...]) -> list[Choice]:
    """The first is the right one."""
    return [Choice(number == 0, signs(*one), signs(*one)) for number, one in enumerate(known)]


@pytest.mark.parametrize(
    ("written", "ports", "hints", "principle"),
    [
        ("5317", choices(("http", 8080)), (), ""),
        ("8081", choices(("http", 8080), ("metrics", 9090)), (), ""),
        ("5317", choices(("http", 8080), ("metrics", 9090)), (), RESEMBLES_NONE),
        ("5317", choices(("http", 8080), ("metrics", 9090)), ("http",), ""),
        ("htpp", choices(("http", 8080), ("metrics", 9090)), (), ""),
        ("8082", choices(("a", 8080), ("b", 8081)), (), RESEMBLES_NONE),
        ("web", choices(("http", 8080), ("metrics", 9090)), (), RESEMBLES_NONE),
    ],
)
def test_what_a_person_could_know(
    written: str, ports: list[Choice], hints: tuple[str, ...], principle: str
) -> None:
    assert judge_port(written, ports, hints) == principle


def test_a_number_near_what_stands_behind_a_port_is_no_slip() -> None:
    right = Choice(True, signs("http", 80, 5000), signs("http", 80))
    assert judge_port("4000", [right, *choices(("x", 1), ("metrics", 9090))[1:]]) == RESEMBLES_NONE


@pytest.mark.parametrize(("written", "hints"), [("9090", ()), ("9091", ()), ("5317", ("metrics",))])
def test_evidence_for_a_wrong_answer_makes_no_fault(written: str, hints: tuple[str, ...]) -> None:
    with pytest.raises(MisleadingError):
        judge_port(written, choices(("http", 8080), ("metrics", 9090)), hints)


def test_a_rival_as_near_is_a_tie() -> None:
    assert judge_name("wab", "web", ["wax", "api"]) != ""
    assert judge_name("wab", "web", ["api"]) == ""


@pytest.mark.parametrize(
    ("one", "two", "slips"), [("web", "web", 0), ("web", "wbe", 1), ("web", "webs", 1), ("cart", "card-x", 3)]
)
def test_distance(one: str, two: str, slips: int) -> None:
    assert distance(one, two) == distance(two, one) == slips


def test_slips_are_legal_and_near() -> None:
    rng = random.Random(2)
    for word in ("db", "http", "my-api", "app.kubernetes.io/name", "checkout-service"):
        wrong = typo(rng, word, ())
        assert distance(word, wrong) == 1
        assert near(word, wrong)
        assert wrong[0].isalpha()
        assert "--" not in wrong
    for number in (80, 8080, 65535):
        wrong_number = digit_slip(rng, number, {81})
        assert distance(str(number), str(wrong_number)) == 1
        assert 0 < wrong_number < 65536


@pytest.mark.parametrize(
    ("name", "root"),
    [("api", "api"), ("api-svc", "api"), ("my-api", "api"), ("api-service", "api"), ("svc", "svc")],
)
def test_stems(name: str, root: str) -> None:
    assert stem(name) == root
