"""What feeds an action: its pipeline followed through cursor, variables, functions and named templates.

Nothing is rendered. Where a release's values are given they decide conditions and defaults as far as
they can; without them every branch counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from .actions import PRINTING, LexError, Template, lex
from .feeds import (
    OBJECTS,
    Entries,
    Feed,
    Feeds,
    Setting,
    Written,
    keys,
    known,
    member,
    truth,
    unsure,
)
from .functions import handed_on
from .paths import Path, concrete, leaves, setting
from .pipelines import (
    Command,
    Dot,
    Field,
    Function,
    Group,
    Operand,
    Pipeline,
    Variable,
)
from .scope import Addition, Blocks, blocks_of
from .written import literal_feeds, text_feed

STEPS: Final = 4000
"""How many operands one question may look at: a chart that asks for more gets no answer."""
MOST: Final = 400
"""How many origins one pipeline may have; those beyond are left out."""
DEEPEST: Final = 80
"""How many operands and actions may be followed inside one another; real charts need a few dozen."""
_MANY = 12
# Charts that set these anew put the same settings back.
_FIXED = OBJECTS | {"Values"}


@dataclass(frozen=True, slots=True)
class Place:
    """A segment of a template (its file's path in the chart) that ``caller`` called with ``dot``."""

    file: str
    segment: int
    dot: Feeds
    caller: Place | None = None


class Evaluation:
    """Answers for one chart and, where they are given, the merged values of one release.

    ``defines`` tells the file and segment of each named template.
    """

    def __init__(
        self,
        templates: Mapping[str, Template],
        defines: Mapping[str, tuple[str, int]],
        merged: Mapping[str, Any] | None,
    ) -> None:
        self.merged = merged
        self._templates = dict(templates)
        self._defines = defines
        self._known: dict[tuple[object, ...], tuple[Feeds, Feeds]] = {}
        self._adding: list[tuple[str, int]] = []
        self._left = STEPS
        self._depth = 0

    def blocks(self, place: Place) -> Blocks:
        """The blocks of the template that a place is in."""
        return blocks_of(self._templates[place.file])

    def answer(self, place: Place) -> Feeds:
        """What feeds the action at a place, as a question of its own that may take all steps."""
        self._left = STEPS
        return self.action(place)

    def action(self, place: Place) -> Feeds:
        """What feeds the pipeline of the action at a place."""
        pipeline = self.blocks(place).pipeline(place.segment)
        if pipeline is None:
            return ()
        caller = place.caller
        called_from = caller and (caller.file, caller.segment)
        key = (place.file, place.segment, id(place.dot), called_from, tuple(self._adding))
        if key in self._known:
            return self._known[key][1]
        if self._depth >= DEEPEST:
            return ()
        self._depth += 1
        found = self.pipeline(pipeline, place)
        self._depth -= 1
        # The cursor is kept alive along with what it is known by.
        self._known[key] = place.dot, found
        return found

    def pipeline(self, pipeline: Pipeline, place: Place) -> Feeds:
        """What feeds a pipeline that stands at a place."""
        found: Feeds | None = None
        for command in pipeline.commands:
            found = self._command(command, place, found)
            if len(found) > _MANY:
                found = tuple(dict.fromkeys(found))[:MOST]
        return found or ()

    def operand(self, operand: Operand, place: Place) -> Feeds:
        """What feeds one operand at a place."""
        self._left -= 1
        if self._left < 0 or self._depth >= DEEPEST:
            return ()
        self._depth += 1
        found = self._operand(operand, place)
        self._depth -= 1
        return found

    def _operand(self, operand: Operand, place: Place) -> Feeds:
        match operand:
            case Dot():
                return self.cursor(place)
            case Field(names=names):
                return self._fields(self.cursor(place), names, place)
            case Variable(name=name, names=names):
                return self._fields(self._variable(name, place) if name else place.dot, names, place)
            case Group(pipeline=pipeline, names=names):
                return self._fields(self.pipeline(pipeline, place), names, place)
            case Function(name=name):
                return handed_on(name, (), self.merged)
        return literal_feeds(operand, place.file)

    def cursor(self, place: Place) -> Feeds:
        """What ``.`` is at a place."""
        branch = self.blocks(place).cursor(place.segment)
        if branch is None:
            return place.dot
        found = self.action(replace(place, segment=branch))
        return self._member(found, None, place) if self.blocks(place).control(branch) == "range" else found

    def reached(self, place: Place) -> bool | None:
        """Whether the conditions around a place hold; None when that isn't known."""
        certain = True
        blocks = self.blocks(place)
        for around in blocks.around(place.segment):
            for branch in blocks.branches(around):
                holds = self._holds(replace(place, segment=branch))
                if holds is (branch != around):
                    return False
                certain = certain and holds is not None
        return True if certain else None

    def _holds(self, place: Place) -> bool | None:
        control = self.blocks(place).control(place.segment)
        if control == "range":
            return None
        return truth(self.action(place), self.merged) if control else True

    def _command(self, command: Command, place: Place, piped: Feeds | None) -> Feeds:
        first, *rest = command.operands
        if isinstance(first, Function):
            arguments = [self.operand(operand, place) for operand in rest]
            if piped is not None:
                arguments.append(piped)
            if first.name in ("include", "template"):
                return self._include(arguments, place)
            if first.name == "tpl" and len(arguments) == 2:
                return (*arguments[0], *self._inner(*arguments))
            handed = handed_on(first.name, arguments, self.merged)
            return _told_apart(handed, (place.file, command.start)) if first.name == "dict" else handed
        found = self.operand(first, place)
        return unsure(found) if rest or piped is not None else found

    def _variable(self, name: str, place: Place) -> Feeds:
        blocks = self.blocks(place)
        found: list[Feeds] = []
        for assignment in blocks.assignments(place.segment, name):
            there = replace(place, segment=assignment.segment)
            reached = True if assignment.certain else self.reached(there)
            if reached is not False:
                found.append(self._assigned(there, name))
            if reached:
                break
        return found[0] if len(found) == 1 else tuple(feed for feeds in found for feed in unsure(feeds))

    def _assigned(self, place: Place, name: str) -> Feeds:
        blocks = self.blocks(place)
        pipeline = blocks.pipeline(place.segment)
        if pipeline is None:
            return ()
        found = self.action(place)
        if blocks.control(place.segment) != "range":
            return found
        return keys(found) if pipeline.variables[:-1] == (name,) else self._member(found, None, place)

    def _include(self, arguments: list[Feeds], place: Place) -> Feeds:
        name = known(arguments[0], None) if arguments else ()
        there = self._defines.get(name[0]) if name and isinstance(name[0], str) else None
        if there is None:
            return ()
        dot = arguments[1] if len(arguments) > 1 else ()
        found = list(self._printed(Place(*there, dot, place)))
        if len(found) == 1:
            return found[0]
        return tuple(feed for feeds in found for feed in unsure(feeds))

    def _inner(self, texts: Feeds, dot: Feeds) -> Feeds:
        """What feeds the actions in settings that are templates themselves, as ``tpl`` evaluates them."""
        found: list[Feed] = []
        for path, text in templated(texts, self.merged):
            file = f"values:{path}"
            self._templates[file] = text
            for index, segment in enumerate(text.segments):
                if segment.keyword in PRINTING:
                    found += unsure(self.action(Place(file, index, dot)))
        # A literal in a setting has no place in a template that could be told.
        return tuple(feed for feed in found if not isinstance(feed.what, Written))

    def _fields(self, feeds: Feeds, names: tuple[str, ...], place: Place) -> Feeds:
        for name in names:
            feeds = self._member(feeds, name, place)
        return feeds

    def _member(self, feeds: Feeds, name: str | None, place: Place) -> Feeds:
        return (*member(feeds, name), *self._added(feeds, name, place)) if feeds else ()

    def _added(self, feeds: Feeds, name: str | None, place: Place) -> Iterator[Feed]:
        """What ``set`` has put below a key of these mappings (None: any), here or in a caller."""
        here: Place | None = None if name in _FIXED else place
        while here is not None:
            for addition in self.blocks(here).additions(here.segment):
                # What is set may be made of the mapping that it is set in.
                at = (here.file, addition.segment)
                if (name is None or addition.key in (name, None)) and at not in self._adding:
                    self._adding.append(at)
                    yield from self._set(addition, feeds, replace(here, segment=addition.segment))
                    self._adding.pop()
            here = here.caller

    def _set(self, addition: Addition, feeds: Feeds, place: Place) -> Feeds:
        holder = {feed.what for feed in self.operand(addition.holder, place)}
        meant = any(feed.what in holder for feed in feeds)
        return unsure(self.operand(addition.value, place)) if meant else ()

    def _printed(self, opener: Place) -> Iterator[Feeds]:
        """What feeds each piece that a named template prints, as far as it may be reached."""
        template = self._templates[opener.file]
        end = template.segments[opener.segment].close or opener.segment
        for index in range(opener.segment + 1, end):
            segment, place = template.segments[index], replace(opener, segment=index)
            text = template.text[segment.text_start : segment.text_end]
            if segment.kind == "text" and text.strip():
                found = text_feed(opener.file, segment.text_start, text)
            elif segment.keyword in PRINTING:
                found = None
            else:
                continue
            reached = self.reached(place)
            if reached is not False:
                feeds = self.action(place) if found is None else (found,)
                yield feeds if reached else unsure(feeds)


def _told_apart(feeds: Feeds, at: tuple[str, int]) -> Feeds:
    return tuple(
        replace(feed, what=replace(feed.what, at=at)) if isinstance(feed.what, Entries) else feed
        for feed in feeds
    )


def templated(feeds: Feeds, merged: Mapping[str, Any] | None) -> Iterator[tuple[Path, Template]]:
    """The texts among these settings that hold actions, as templates, with their paths."""
    for feed in feeds:
        if merged is None or not isinstance(feed.what, Setting):
            continue
        for top in concrete(merged, feed.what.path):
            for path, text in leaves(setting(merged, top), top):
                if isinstance(text, str) and "{{" in text:
                    with suppress(LexError):
                        yield path, lex(text)
