"""A changed text is read as if for the first time, but what stands in it as before isn't parsed again."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from refactor import fix_manifests
from refactor.config import settings
from refactor.inputs import FileReading, read_again, read_file
from refactor.loading import load
from refactor.proof import Attempt, Proof, prove
from refactor.repair import repair
from refactor.source import SourceFile
from refactor.world.manifests import ManifestHome
from tests import worlds
from tests.source import corpus

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
  - port: 80
"""
PIECES = [
    SERVICE,
    SERVICE.replace("80", "eighty"),
    SERVICE.replace("web", "schön"),
    SERVICE.replace("\n", "\r\n"),
    SERVICE.replace("port: 80", "port: &number 80\n    targetPort: *number"),
    SERVICE + "spec: {}\n",
    "# only a comment\n",
    "a: [\n",
    '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "json"}}\n',
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n",
    "apiVersion: v1\nkind: List\nitems:\n- &one\n  apiVersion: v1\n  kind: Service\n- *one\n",
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches:\n- path: other.yaml\n",
    "kind: Service\nkind: Ingress\n",
    "...\nleft over\n",
    "just text\n",
]


def told(found: FileReading) -> list[object]:
    """All that a reading says, but for which objects say it."""
    documents = [
        (
            one.index,
            one.start,
            one.end,
            one.line,
            repr(one.data),
            one.duplicates,
            one.aliased,
            one.position(()),
        )
        for one in found.documents
    ]
    resources = [(one.id, one.key, one.body, one.faults, one.reported, home(one)) for one in found.resources]
    return [documents, found.malformed, found.skipped, resources, found.kustomizations, found.file.data]


def home(resource: Any) -> object:
    place = resource.home
    assert isinstance(place, ManifestHome)
    return place.file.path, place.document.index, place.prefix, place.position(("metadata", "name"))


def agree(before: str, after: str) -> None:
    old, new = (SourceFile("x.yaml", text.encode()) for text in (before, after))
    again = read_again(read_file(old), new)
    assert told(again) == told(read_file(new))
    assert all(one.file is new for one in again.documents)
    assert all(one.home.file is new for one in again.resources)


@pytest.mark.parametrize("seed", range(300))
def test_a_changed_text_reads_as_a_new_one(seed: int) -> None:
    chance = Random(seed)
    first = chance.choices(PIECES, k=chance.randint(1, 6))
    then = [*first]
    for _ in range(chance.randint(1, 3)):
        then.insert(chance.randint(0, len(then)), chance.choice(PIECES))
        del then[chance.randrange(len(then))]
    marker = chance.choice(["---\n", "--- # next\n", "---\r\n"])
    lead = chance.choice(["", "", "\ufeff", "---\n", "%YAML 1.2\n---\n"])
    agree(lead + marker.join(first), chance.choice([lead, ""]) + marker.join(then))


@corpus.needs_corpus
def test_a_changed_text_reads_as_a_new_one_on_the_corpus() -> None:
    for file in corpus.files():
        try:
            text = file.text
        except UnicodeDecodeError:
            continue
        agree(text, text.replace("name: ", "name: x-", 1))


def read(*names: str, before: FileReading | None = None) -> FileReading:
    text = "---\n".join(SERVICE.replace("web", name) for name in names)
    file = SourceFile("x.yaml", text.encode())
    return read_file(file) if before is None else read_again(before, file)


def test_what_stands_as_before_keeps_its_data_and_model() -> None:
    before = read("a", "b", "c")
    after = read("longer", "new", "b", "c", before=before)
    kept = list(zip(before.resources[1:], after.resources[2:], strict=True))
    assert all(one.data is other.data and one.body is other.body for one, other in kept)
    assert [one.name for one in after.resources] == ["longer", "new", "b", "c"]


def test_no_two_documents_share_their_data() -> None:
    after = read("a", "b", "b", "b", before=read("a", "b", "b"))
    assert len({id(one.data) for one in after.resources}) == 4


def test_what_was_rendered_is_not_read_again() -> None:
    chart = {
        "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "web/templates/service.yaml": SERVICE,
    }
    [application] = load(chart).charts
    [rendered] = application.readings[0].files.values()
    with pytest.raises(AssertionError, match="rendered again"):
        read_again(rendered, SourceFile(rendered.file.path, rendered.file.data))


def test_what_holds_is_examined_once() -> None:
    objects = worlds.service("web", {"port": 80, "targetPort": "http"}), worlds.workload("web")
    first = worlds.state({"x.yaml": worlds.stream(*objects)})
    course = repair(first, settings("broken", unsafe=True))
    assert course.made
    proof = prove(first, course.made)
    again = first.after(proof.result.application)
    assert proof.result.state is not None
    assert proof.result.state.keys == again.keys
    assert proof.result.state.keys < first.keys


def test_offers_beside_what_holds_are_examined_in_part() -> None:
    objects = worlds.service("web", {"port": 80, "targetPort": "http"}), worlds.workload("web")
    first = worlds.state({"x.yaml": worlds.stream(*objects)})
    course = repair(first, settings("broken", unsafe=True))
    beside = Proof((), (), Attempt(first.application))
    proof = prove(first, course.made, beside)
    assert proof.proven
    assert proof.result.state is None


@pytest.mark.parametrize(
    "text, note",
    [
        ("kind: Service\nmetadata: {name: web}\nspec: {}\n", "a.yaml:1: this Service has no apiVersion: "),
        ("# web\napiVersion: v1\nmetadata: {name: web}\n", "a.yaml:2: this object has no kind: "),
        ("apiVersion: 1\nkind: Service\nmetadata: {name: web}\n", "a.yaml:1: this Service has no apiVersion"),
        ("kind: Menu\nmetadata: {name: web}\n", None),
        ("metadata: {name: web}\n", None),
        ("apiVersion: v1\nserver: {port: 80}\n", None),
        ("Kind: Service\napiVersion: v1\nmetadata: {name: web}\n", None),
    ],
)
def test_what_does_not_say_what_it_is_is_told(text: str, note: str | None) -> None:
    told = [one for one in fix_manifests({"a.yaml": text}).notes if "isn't checked" in one]
    assert [one.startswith(str(note)) for one in told] == ([True] if note else [])


OBJECT = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
LATER = "kind: Ingress\napiVersion: networking.k8s.io/v1\n"


@pytest.mark.parametrize(
    "text, lines",
    [
        (OBJECT + OBJECT, [4]),
        (OBJECT + LATER + OBJECT, [5, 6]),
        (LATER + OBJECT, [4]),
        (f"{OBJECT}---\n{OBJECT}# ---\n{OBJECT}", [9]),
        (OBJECT + "kind: Service\n", []),
        (f"{OBJECT}---\n{OBJECT}", []),
    ],
)
def test_an_object_amid_another_is_an_error_at_its_first_line(text: str, lines: list[int]) -> None:
    result = fix_manifests({"a.yaml": text})
    assert [error.line for error in result.errors] == lines
    assert all("put `---` above this line" in error.message for error in result.errors)
    assert not result.changed
