"""Laws of naming, held over small hard applications: whatever was drawn, these are true of the result."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.judge import resolve
from benchmarks.naming_links import Survey
from benchmarks.naming_worlds import NAMES, application
from refactor import fix_manifests

Files = dict[str, str]


def drawn(seed: int) -> Files:
    return dict(application(random.Random(seed), "drawn").files)


# Seeded from drawn numbers: what Hypothesis shrinks is the number of the application.
worlds = st.integers(0, 2**32).map(drawn)
laws = settings(deadline=None, max_examples=150)


def fixed(files: Mapping[str, str], stage: int | None = None) -> Files:
    return {**files, **fix_manifests(dict(files), stage=stage).files}


def renamed(files: Mapping[str, str]) -> Files:
    """The application with every resource (and its labels and files) called otherwise.

    The new words keep the order of the old ones, as they keep their lengths different: order among
    names is a tie-break that a reader may see, the words themselves mean nothing.
    """
    words = {word: f"{word[0]}{word}" for word in NAMES}
    pattern = re.compile("|".join(NAMES))
    return {
        pattern.sub(lambda found: words[found[0]], path): pattern.sub(lambda found: words[found[0]], text)
        for path, text in files.items()
    }


@laws
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_matter(files: Files, rng: random.Random) -> None:
    paths = list(files)
    rng.shuffle(paths)
    assert fixed({path: files[path] for path in paths}) == fixed(files)


@laws
@given(worlds)
def test_renaming_every_resource_commutes_with_fixing(files: Files) -> None:
    assert fixed(renamed(files)) == renamed(fixed(files))


@laws
@given(worlds)
def test_fixing_twice_is_fixing_once(files: Files) -> None:
    once = fixed(files)
    assert fixed(once) == once


@laws
@given(worlds)
@example(drawn(527))  # a probe's number speaks for a port against a Service's
@example(drawn(103487))  # a name of ours is that of a Service port that asks for another in vain
@example(drawn(900600))  # a metrics port that an Ingress reaches too
def test_the_two_stages_compose_to_one_pass(files: Files) -> None:
    assert fixed(fixed(files, 1), 2) == fixed(files)


@laws
@given(worlds, st.sampled_from([None, 1, 2]))
def test_a_safe_fix_never_takes_a_pod_from_an_intact_route(files: Files, stage: int | None) -> None:
    after = resolve(fixed(files, stage))
    for route, verdict in resolve(files).items():
        assert verdict.landings <= after[route].landings, route.label


@laws
@given(worlds)
def test_the_second_stage_alone_names_no_port(files: Files) -> None:
    before, after = Survey(files).values(), Survey(fixed(files, 2)).values()
    for link, value in before.items():
        if link.kind in ("container", "service"):
            assert after[link] == value, link
