"""Which branch of a template's blocks a place stands in, and what other branches to leave out of sight.

A branch is known by its head: the index of the `if`, `range`, `with`, `define`, `block` or `else` that
begins it; None is the file's top level (https://pkg.go.dev/text/template#hdr-Actions). Offsets are code
points of the template's text, spans half open.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import pairwise

from .actions import OPENERS, Template
from .textblocks import in_block_of_text

Head = int | None


def head_at(template: Template, offset: int) -> Head:
    """The innermost branch in which text inserted at ``offset`` would stand."""
    index = template.at(offset)
    if index < 0:
        return None
    segment = template.segments[index]
    if segment.start < offset < segment.end or segment.kind == "text":
        return segment.parent
    return _head_behind(template, index - 1) if segment.start == offset else _head_behind(template, index)


def _head_behind(template: Template, index: int) -> Head:
    if index < 0:
        return None
    segment = template.segments[index]
    if segment.keyword in OPENERS or segment.keyword == "else":
        return index
    if segment.keyword == "end" and segment.parent is not None:
        return template.segments[segment.parent].parent
    return segment.parent


def chain(template: Template, head: Head) -> tuple[int, ...]:
    """A branch and those around it, the innermost first."""
    heads: list[int] = []
    while head is not None:
        heads.append(head)
        head = template.segments[opener_of(template, head)].parent
    return tuple(heads)


def opener_of(template: Template, head: int) -> int:
    """The index of the opener of the block that an opener, `else` or `end` belongs to."""
    segment = template.segments[head]
    return segment.parent if segment.keyword in ("else", "end") and segment.parent is not None else head


def close_of(template: Template, head: int) -> int:
    """The index of the `else` or `end` that ends a branch."""
    heads = blocks(template)[opener_of(template, head)]
    return heads[heads.index(head) + 1]


@lru_cache(maxsize=256)
def blocks(template: Template) -> Mapping[int, tuple[int, ...]]:
    """For each opener's index the heads of its branches, and last of all the index of its `end`."""
    found: dict[int, list[int]] = {}
    for index, segment in enumerate(template.segments):
        if segment.keyword in OPENERS:
            found[index] = [index]
        elif segment.keyword in ("else", "end") and segment.parent is not None:
            found[segment.parent].append(index)
    return {opener: tuple(heads) for opener, heads in found.items()}


def unseen(template: Template, shown: Collection[int], pick: int | None) -> list[tuple[int, int]]:
    """The spans of the branches to leave out when those in ``shown`` are looked at, in order and apart.

    Of a block without a branch in ``shown``, branch number ``pick`` (or its last) stays, or none for None;
    the body of a `define` goes in any case, for it prints nothing where it stands.
    """
    spans: list[tuple[int, int]] = []
    for opener, heads in blocks(template).items():
        kept = _kept(template, opener, heads, shown, pick)
        for head, close in pairwise(heads):
            if head == kept:
                continue
            start, end = template.segments[head].end, template.segments[close].start
            if start < end:
                spans.append((start, end))
    return _outermost(spans)


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    outer: list[tuple[int, int]] = []
    for span in sorted(spans):
        if not outer or span[0] >= outer[-1][1]:
            outer.append(span)
    return outer


def _kept(
    template: Template, opener: int, heads: tuple[int, ...], shown: Collection[int], pick: int | None
) -> Head:
    for head in heads[:-1]:
        if head in shown:
            return head
    if template.segments[opener].keyword == "define":
        return None
    if pick is None:
        # A block of text would end where a branch in it is left out.
        return opener if opener in _within_text(template) else None
    return heads[min(pick, len(heads) - 2)]


@lru_cache(maxsize=256)
def _within_text(template: Template) -> frozenset[int]:
    segments = template.segments
    return frozenset(one for one in blocks(template) if in_block_of_text(template.text, segments[one].start))


def controls(template: Template) -> list[int]:
    """The indexes of all openers, `else` and `end` actions in the order of the text."""
    return [
        index
        for index, segment in enumerate(template.segments)
        if segment.keyword in OPENERS or segment.keyword in ("else", "end")
    ]
