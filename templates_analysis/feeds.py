"""What may feed a template's expression, as values: the settings, literals and objects behind it.

An expression is never computed here: it is told which places its result can come from. Several feeds
stand side by side where a condition that isn't known decides between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from .paths import Pattern, setting

Role = Literal["default", "argument", "text"]

OBJECTS: Final = frozenset({"Capabilities", "Chart", "Files", "Release", "Template"})
"""Helm's built-in objects besides Values: https://helm.sh/docs/chart_template_guide/builtin_objects/."""


@dataclass(frozen=True, slots=True)
class Root:
    """The object that Helm hands to a template; ``scope`` is the way to its chart's values."""

    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """A place in the values of the whole release."""

    path: Pattern


@dataclass(frozen=True, slots=True)
class Name:
    """A key of a mapping in the values that a ``range`` goes through."""

    path: Pattern


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A field of Helm's own objects: ``("Release", "Name")``."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A literal in a template: its content's span in the file, without quotes, and what it means."""

    file: str
    start: int
    end: int
    value: str
    quoted: bool
    role: Role = "argument"


@dataclass(frozen=True, slots=True)
class Decided:
    """A truth value or nil, where it is known."""

    value: bool | None


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping that a template builds; ``at``: the file and the code point, where they are known."""

    entries: tuple[tuple[str, Feeds], ...]
    at: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list that a template builds."""

    items: tuple[Feeds, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What is read from a text that a template wrote as YAML or JSON: any part of it may be any of these."""

    pieces: Feeds


@dataclass(frozen=True, slots=True)
class Feed:
    """One origin; ``sure``: nothing on the way chose or changed it; ``block``: printed as YAML or JSON."""

    what: Root | Setting | Name | BuiltIn | Written | Decided | Entries | Items | Parsed
    sure: bool = True
    block: bool = False


Feeds = tuple[Feed, ...]


def unsure(feeds: Feeds) -> Feeds:
    """The same origins, as a guess."""
    return tuple(Feed(feed.what, False, feed.block) if feed.sure else feed for feed in feeds)


def member(feeds: Feeds, name: str | int | None) -> Feeds:
    """What a field, an index or (for None) any item of the value is fed by."""
    return tuple(found for feed in feeds for found in _members(feed, name))


def _members(feed: Feed, name: str | int | None) -> Iterator[Feed]:
    match feed.what:
        case Root(scope):
            yield from _object(scope, name)
        case Setting(path):
            yield Feed(Setting((*path, name)), feed.sure, feed.block)
        case BuiltIn(names) if isinstance(name, str):
            yield replace(feed, what=BuiltIn((*names, name)))
        case Entries() | Items():
            for key, found in _built(feed.what):
                if name is None or key == name:
                    yield from found
        case Parsed():
            yield feed


def _built(what: Entries | Items) -> Iterable[tuple[str | int, Feeds]]:
    return what.entries if isinstance(what, Entries) else enumerate(what.items)


def _object(scope: tuple[str, ...], name: str | int | None) -> Iterator[Feed]:
    if name == "Values":
        yield Feed(Setting(scope))
    elif name == "Subcharts":
        yield Feed(BuiltIn(("Subcharts",)))
    elif isinstance(name, str) and name in OBJECTS:
        yield Feed(BuiltIn((name,)))


def keys(feeds: Feeds) -> Feeds:
    """What the keys of the value are fed by, as a ``range`` with two variables hands them out."""
    return tuple(
        replace(feed, what=Name(feed.what.path), block=False)
        for feed in feeds
        if isinstance(feed.what, Setting)
    )


def flat(feeds: Feeds) -> Iterator[Feed]:
    """All origins, also those inside of mappings and lists that templates build."""
    for feed in feeds:
        match feed.what:
            case Entries() | Items():
                for _, found in _built(feed.what):
                    yield from flat(found)
            case Parsed(pieces):
                yield from flat(pieces)
            case _:
                yield feed


def known(feeds: Feeds, merged: Mapping[str, Any] | None) -> tuple[Any] | tuple[()]:
    """The value itself in a tuple of one where it is known, as data; else an empty tuple."""
    if len(feeds) != 1 or not feeds[0].sure:
        return ()
    match feeds[0].what:
        case Setting(path) if merged is not None and None not in path:
            return (setting(merged, path),)
        case Written(value=value, quoted=quoted):
            return (value if quoted or not value.isdigit() else int(value),)
        case Decided(value):
            return (value,)
    return ()


def truth(feeds: Feeds, merged: Mapping[str, Any] | None) -> bool | None:
    """Whether a condition holds under these values: True, False, or None when that isn't known.

    Empty values, zero and nil are false: https://pkg.go.dev/text/template#hdr-Actions ("if").
    """
    if value := known(feeds, merged):
        return bool(value[0])
    if len(feeds) != 1 or not feeds[0].sure:
        return None
    match feeds[0].what:
        case Root():
            return True
        case Entries(entries=entries):
            return bool(entries)
        case Items(items):
            return bool(items)
    return None


def chosen(choices: Sequence[Feeds], merged: Mapping[str, Any] | None) -> Feeds:
    """The first true choice as far as that is known, else all that may be it; the last stands for none."""
    possible: list[Feeds] = []
    for choice in choices[:-1]:
        holds = truth(choice, merged)
        if holds is not False:
            possible.append(choice)
        if holds:
            break
    else:
        possible.extend(choices[-1:])
    if len(possible) == 1:
        return possible[0]
    return tuple(feed for choice in possible for feed in unsure(choice))
