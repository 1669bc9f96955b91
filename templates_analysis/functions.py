"""What the functions of Go templates, Sprig and Helm hand on of their arguments.

https://helm.sh/docs/chart_template_guide/function_list/. A function that isn't listed here may make
anything of its arguments, so all of them are handed on as guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .feeds import (
    Decided,
    Entries,
    Feed,
    Feeds,
    Items,
    Parsed,
    Setting,
    Written,
    chosen,
    keys,
    known,
    member,
    truth,
    unsure,
)

Arguments = Sequence[Feeds]
Merged = Mapping[str, Any] | None
_Handler = Callable[[Arguments, Merged], Feeds]

BLOCKS = frozenset("toYaml mustToYaml toYamlPretty toJson mustToJson toPrettyJson toRawJson toToml".split())
"""Functions that print a whole value."""

_LAST = frozenset(
    """quote squote toString int int64 float64 atoi toDecimal trim nindent indent required trunc trimSuffix
    trimPrefix trimAll replace lower upper nospace deepCopy mustDeepCopy compact mustCompact uniq
    mustUniq sortAlpha toStrings reverse mustReverse rest mustRest initial mustInitial
    """.split()
)
_FIRST = frozenset("tpl omit pick without mustWithout".split())
_PARSERS = frozenset(
    "fromYaml fromJson mustFromJson mustFromYaml fromYamlArray fromJsonArray fromToml".split()
)
_NOTHING = frozenset(
    """lt le gt ge len lookup fail now date dateInZone until untilStep seq add add1 add1f sub mul div mod addf
    subf mulf divf max min maxf minf floor ceil round sha1sum sha256sum sha512sum adler32sum uuidv4 bcrypt
    htpasswd genCA genCAWithKey genSelfSignedCert genSignedCert genPrivateKey derivePassword randAlphaNum
    randAlpha randNumeric randAscii randBytes randInt semver semverCompare regexMatch mustRegexMatch contains
    hasPrefix hasSuffix has mustHas typeOf kindOf typeIsLike getHostByName env expandenv b64enc b32enc
    """.split()
)


# More pieces of one text than charts ask for: scheme, host, port, path.
_MOST_PIECES = 4


def handed_on(name: str, arguments: Arguments, merged: Merged) -> Feeds:
    """What the result of a function is fed by; ``merged`` are all values, or None when they aren't known.

    The arguments are in the order of the call, a piped value last.
    """
    if not arguments:
        return (
            (Feed(Entries(())),)
            if name == "dict"
            else (Feed(Items(())),)
            if name in ("list", "tuple")
            else ()
        )
    if name in _LAST:
        return arguments[-1]
    if name in _NOTHING:
        return ()
    if name in BLOCKS:
        return tuple(Feed(feed.what, feed.sure, True) for feed in arguments[-1])
    if name in _FIRST:
        return tuple(Feed(feed.what, feed.sure) for feed in arguments[0])
    if name in _PARSERS:
        return _parsed(arguments[0])
    handler = _HANDLERS.get(name)
    return handler(arguments, merged) if handler else _anything(arguments, merged)


def _anything(arguments: Arguments, _: Merged) -> Feeds:
    return tuple(feed for argument in arguments for feed in unsure(argument))


def _parsed(text: Feeds) -> Feeds:
    """A value that was printed whole is itself again; what else a text holds is anywhere in it."""
    whole = tuple(Feed(feed.what, feed.sure) for feed in text if feed.block)
    pieces = unsure(tuple(feed for feed in text if not feed.block or len(text) > 1))
    return (*whole, Feed(Parsed(pieces), False)) if pieces else whole


def _default(arguments: Arguments, merged: Merged) -> Feeds:
    return chosen([*arguments[1:], _as_default(arguments[0])], merged)


def _coalesce(arguments: Arguments, merged: Merged) -> Feeds:
    return chosen([*arguments[:-1], _as_default(arguments[-1])], merged)


def _as_default(feeds: Feeds) -> Feeds:
    return tuple(
        replace(feed, what=replace(feed.what, role="default")) if isinstance(feed.what, Written) else feed
        for feed in feeds
    )


def _and(arguments: Arguments, merged: Merged) -> Feeds:
    """The first false argument, else the last: https://pkg.go.dev/text/template#hdr-Functions."""
    for argument in arguments[:-1]:
        holds = truth(argument, merged)
        if holds is False:
            return argument
        if holds is None:
            return _anything(arguments, merged)
    return arguments[-1]


def _ternary(arguments: Arguments, merged: Merged) -> Feeds:
    if len(arguments) != 3:
        return ()
    holds = truth(arguments[2], merged)
    if holds is None:
        return _anything(arguments[:2], merged)
    return arguments[0] if holds else arguments[1]


def _not(arguments: Arguments, merged: Merged) -> Feeds:
    holds = truth(arguments[-1], merged)
    return () if holds is None else _decided(not holds)


def _decided(value: bool) -> Feeds:
    return (Feed(Decided(value)),)


def _equal(arguments: Arguments, merged: Merged) -> Feeds:
    values = [known(argument, merged) for argument in arguments]
    return _decided(values[0] in values[1:]) if all(values) else ()


def _unequal(arguments: Arguments, merged: Merged) -> Feeds:
    values = [known(argument, merged) for argument in arguments]
    return _decided(values[0] != values[-1]) if all(values) else ()


def _kind_is(arguments: Arguments, merged: Merged) -> Feeds:
    kind, value = (known(argument, merged) for argument in (arguments[0], arguments[-1]))
    if not kind or not value or not isinstance(kind[0], str):
        return ()
    # Only a kind that's asked for by one of these names is told apart for certain.
    kinds = {"string": str, "bool": bool, "map": dict, "slice": list, "invalid": type(None)}
    kinds |= {"map[string]interface {}": dict, "[]interface {}": list}
    return _decided(isinstance(value[0], kinds[kind[0]])) if kind[0] in kinds else ()


def _has_key(arguments: Arguments, merged: Merged) -> Feeds:
    value, key = known(arguments[0], merged), known(arguments[-1], merged)
    if not value or not key or not isinstance(value[0], dict):
        return ()
    return _decided(key[0] in value[0])


def _printf(arguments: Arguments, merged: Merged) -> Feeds:
    form = arguments[0][0].what if len(arguments[0]) == 1 else None
    plain = isinstance(form, Written) and form.value in ("%s", "%v", "%d")
    return arguments[1] if plain and len(arguments) == 2 else _anything(arguments, merged)


def _print(arguments: Arguments, merged: Merged) -> Feeds:
    return arguments[0] if len(arguments) == 1 else _anything(arguments, merged)


def _dict(arguments: Arguments, _: Merged) -> Feeds:
    pairs = zip(arguments[::2], arguments[1::2], strict=False)
    return (Feed(Entries(tuple((text, value) for key, value in pairs if (text := _text(key)) is not None))),)


def _text(feeds: Feeds) -> str | None:
    what = feeds[0].what if len(feeds) == 1 else None
    return what.value if isinstance(what, Written) else None


def _step(feeds: Feeds, merged: Merged) -> tuple[str | int] | tuple[()]:
    """The key or position that an argument names, where it is known."""
    value = known(feeds, merged)
    return value if value and isinstance(value[0], str | int) else ()


def _list(arguments: Arguments, _: Merged) -> Feeds:
    return (Feed(Items(tuple(arguments))),)


def _index(arguments: Arguments, merged: Merged) -> Feeds:
    found = arguments[0]
    for argument in arguments[1:]:
        step = _step(argument, merged)
        found = member(found, step[0]) if step else unsure(member(found, None))
    return found


def _dig(arguments: Arguments, merged: Merged) -> Feeds:
    *steps, default, holder = arguments
    return _default([default, _index([holder, *steps], merged)], merged)


def _pluck(arguments: Arguments, merged: Merged) -> Feeds:
    key = arguments[0]
    return (Feed(Items(tuple(_index([holder, key], merged) for holder in arguments[1:]))),)


def _longer(arguments: Arguments, _: Merged) -> Feeds:
    return (*arguments[0], Feed(Items((arguments[-1],))))


def _split(arguments: Arguments, merged: Merged) -> Feeds:
    return (Feed(Items((_anything(arguments[1:], merged),) * _MOST_PIECES)),)


def _split_by_name(arguments: Arguments, merged: Merged) -> Feeds:
    piece = _anything(arguments[1:], merged)
    return (Feed(Entries(tuple((f"_{number}", piece) for number in range(_MOST_PIECES)))),)


def _merged(arguments: Arguments, _: Merged) -> Feeds:
    return tuple(feed for argument in arguments for feed in argument)


def _set(arguments: Arguments, merged: Merged) -> Feeds:
    return (*arguments[0], *_dict(arguments[1:], merged))


def _first(arguments: Arguments, _: Merged) -> Feeds:
    return member(arguments[-1], 0)


def _some(arguments: Arguments, _: Merged) -> Feeds:
    return unsure(member(arguments[-1], None))


def _keys(arguments: Arguments, _: Merged) -> Feeds:
    return (Feed(Items(tuple((feed,) for argument in arguments for feed in keys(argument)))),)


def _values(arguments: Arguments, _: Merged) -> Feeds:
    settings = tuple(feed for feed in arguments[-1] if isinstance(feed.what, Setting))
    return settings if settings else (Feed(Items((member(arguments[-1], None),))),)


_HANDLERS: Mapping[str, _Handler] = {
    "default": _default,
    "coalesce": _coalesce,
    "or": chosen,
    "and": _and,
    "ternary": _ternary,
    "not": _not,
    "empty": _not,
    "eq": _equal,
    "ne": _unequal,
    "kindIs": _kind_is,
    "typeIs": _kind_is,
    "hasKey": _has_key,
    "printf": _printf,
    "print": _print,
    "dict": _dict,
    "index": _index,
    "get": _index,
    "dig": _dig,
    "pluck": _pluck,
    "set": _set,
    "keys": _keys,
    "values": _values,
    "first": _first,
    "mustFirst": _first,
    "last": _some,
    "mustLast": _some,
    **dict.fromkeys(("list", "tuple"), _list),
    **dict.fromkeys(("merge", "mustMerge", "mergeOverwrite", "mustMergeOverwrite"), _merged),
    "concat": _merged,
    **dict.fromkeys(("append", "prepend", "mustAppend", "mustPrepend", "push", "mustPush"), _longer),
    **dict.fromkeys(("splitList", "regexSplit", "mustRegexSplit"), _split),
    "split": _split_by_name,
}
