"""What counts as harm: routes that a repair leads elsewhere. A key is a route, in a world or without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from benchmarks.judge import Verdict

Key = TypeVar("Key")


def moved(
    before: Mapping[Key, Verdict], after: Mapping[Key, Verdict], *, but: Iterable[Key] = ()
) -> list[Key]:
    """The routes that landed before and land elsewhere now, apart from `but`."""
    spared = set(but)
    return [
        key
        for key, verdict in before.items()
        if verdict.resolved and key not in spared and after.get(key, Verdict()).landings != verdict.landings
    ]


def harmed(
    healthy: Mapping[Key, Verdict],
    broken: Mapping[Key, Verdict],
    after: Mapping[Key, Verdict],
    hit: Iterable[Key],
) -> list[Key]:
    """Routes apart from `hit`, which the fault had spared, led elsewhere; back to the original is no harm."""
    return [
        key
        for key in moved(broken, after, but=hit)
        if after.get(key, Verdict()).landings != healthy.get(key, Verdict()).landings
    ]


def wrong(
    healthy: Mapping[Key, Verdict],
    broken: Mapping[Key, Verdict],
    after: Mapping[Key, Verdict],
    hit: Iterable[Key],
    *,
    exact: bool,
) -> list[Key]:
    """What default safety leads elsewhere: harmed routes, and those of `hit` that land where they never did.

    Where nobody could know the port (not `exact`), another number of a known container will do.
    """
    led = []
    for key in hit:
        known = healthy[key].landings | broken[key].landings
        containers = {replace(landing, number=0) for landing in known}
        new = after.get(key, Verdict()).landings - known
        if any(exact or replace(landing, number=0) not in containers for landing in new):
            led.append(key)
    return led + harmed(healthy, broken, after, hit)
