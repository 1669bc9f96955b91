"""Templates that print marks around what they write, so that a rendering tells where it comes from.

A target file is marked in place: each printing action between an opening and a closing mark, each literal
text with a mark before it. Named templates are never touched, since their result may be compared, cut or
parsed: a twin with marks stands beside each, and only calls whose result is printed as it is use the twin.
The trims of https://pkg.go.dev/text/template#hdr-Text_and_spaces move from the action to its marks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from .actions import PRINTING, SPACE, UNITS, Segment, Template
from .markers import CLOSING, TRIM, TRIM_NAME, TWIN, literal, opening
from .pinning import pin
from .pipelines import DEEPEST

_CALL = re.compile(r'\s*(?:include|template)\s+(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)(?=\s|$)')
_PARENTHESES = re.compile(r"\s*\((.*)\)\s*", re.DOTALL)
_BOM = "\ufeff"
_LAYOUT = re.compile(r"\s*(?:nindent|indent|quote|squote|(trim)|toString)(?!\w)")
_NESTING = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|([()|])""")


@dataclass(frozen=True, slots=True)
class Instrumented:
    """Marked texts of the changed files by inside-path; ``places``: the file and segment of each mark."""

    files: Mapping[str, str]
    places: tuple[tuple[str, int], ...]
    templates: Mapping[str, Template]


def instrument(
    templates: Mapping[str, Template], targets: Collection[str], *, clones: bool = True
) -> Instrumented:
    """Marks what the ``targets`` print and what named templates print into them.

    ``templates`` are all template files of a chart and its subcharts by inside-path, ``targets`` some of
    them. Without ``clones`` a call of a named template counts as one action. Random functions are pinned in
    every file that comes back. With the marks taken out a rendering equals that of the plain chart, except
    for checksums of a target's rendering: compare, and do without ``clones`` or marks where it differs.
    """
    writer = _Writer(templates, clones)
    files = {name: [writer.marked(name)] for name in targets if name in templates}
    for name, twin in writer.twins():
        if name not in files:
            files[name] = [_verbatim(templates[name], 0, len(templates[name].segments))]
        files[name].append(twin)
    for name in writer.trimming:
        files[name].append(TRIM)
    texts = {name: "".join(pieces).removeprefix(_BOM) for name, pieces in files.items()}
    return Instrumented(texts, tuple(writer.places), templates)


class _Writer:
    """Writes marked texts; collects the places of marks and the named templates that need a twin."""

    def __init__(self, templates: Mapping[str, Template], clones: bool) -> None:
        self.templates = templates
        self.places: list[tuple[str, int]] = []
        self.wanted: dict[str, None] = {}
        self.trimming: dict[str, None] = {}
        self.definitions: dict[str, list[tuple[str, int]]] = {}
        for file, template in templates.items() if clones else ():
            for name, index in template.defines.items():
                self.definitions.setdefault(name, []).append((file, index))

    def marked(self, file: str) -> str:
        return self._written(file, 0, len(self.templates[file].segments))

    def twins(self) -> Iterable[tuple[str, str]]:
        """For each wanted named template and each file that defines it, the file and the twin to append.

        Every definition gets its twin in its own file, so that Go lets the same one win as it does without.
        """
        done = 0
        while done < len(self.wanted):
            name = list(self.wanted)[done]
            done += 1
            for file, index in self.definitions[name]:
                yield file, self._twin(file, index, name)

    def _twin(self, file: str, index: int, name: str) -> str:
        segments = self.templates[file].segments
        close = segments[index].close or index
        head = f'{{{{define "{name}{TWIN}"{" -" if segments[index].trims_right else ""}}}}}'
        tail = f"{{{{{'- ' if segments[close].trims_left else ''}end}}}}"
        return head + self._written(file, index + 1, close) + tail

    def _written(self, file: str, first: int, last: int) -> str:
        pieces: list[str] = []
        template, index = self.templates[file], first
        while index < last:
            segment, following = template.segments[index], index + 1
            if segment.keyword in UNITS:
                following = (segment.close or index) + 1
                pieces.append(self._unit(file, index, following))
            elif segment.keyword in PRINTING:
                pieces.append(self._action(file, index))
            elif segment.kind == "text":
                pieces.append(self._text(file, index))
            else:
                pieces.append(_verbatim(template, index, following))
            index = following
        return "".join(pieces)

    def _unit(self, file: str, first: int, last: int) -> str:
        """A `define` as it is; a `block`, which also prints, as one marked action."""
        template = self.templates[file]
        text, opener, end = (
            _verbatim(template, first, last),
            template.segments[first],
            template.segments[last - 1],
        )
        if opener.keyword == "define":
            return text
        return self._between(file, first, opener.trims_left, text, end.trims_right)

    def _action(self, file: str, index: int) -> str:
        template = self.templates[file]
        segment, body = template.segments[index], template.body(index)
        call = printed_call(body)
        if call is not None and call.name in self.definitions:
            self.wanted[call.name] = None
            for start, end in reversed(call.trims):
                body = f"{body[:start]}include {TRIM_NAME}{body[end:]}"
                self.trimming[file] = None
            body = f'{body[: call.start]}"{call.name}{TWIN}"{body[call.end :]}'
        return self._between(file, index, segment.trims_left, f"{{{{ {pin(body)} }}}}", segment.trims_right)

    def _between(self, file: str, index: int, trims_left: bool, text: str, trims_right: bool) -> str:
        before = f'{{{{{"- " if trims_left else ""}"{opening(self._number(file, index))}"}}}}'
        return f'{before}{text}{{{{"{CLOSING}"{" -" if trims_right else ""}}}}}'

    def _text(self, file: str, index: int) -> str:
        template = self.templates[file]
        segment, text = template.segments[index], template.text
        offset = marked_offset(template, index)
        if offset is None:
            return text[segment.start : segment.end]
        mark = literal(self._number(file, index))
        return text[segment.start : offset] + mark + text[offset : segment.end]

    def _number(self, file: str, index: int) -> int:
        self.places.append((file, index))
        return len(self.places) - 1


def marked_offset(template: Template, index: int) -> int | None:
    """Where in a text its mark stands (a code point): after the blanks that it begins with.

    There `trim` still finds them. A text of nothing but blanks gets no mark (a named template that holds no
    more counts as empty for Go), unless it stands between two printing actions on one line.
    """
    segment = template.segments[index]
    kept = template.text[segment.text_start : segment.text_end]
    # Helm drops a byte order mark before it reads a template.
    blanks = len(kept) - len(kept.lstrip(SPACE if segment.text_start else SPACE + _BOM))
    if blanks < len(kept):
        return segment.text_start + blanks
    around = template.segments[max(index - 1, 0) : index + 2]
    within = len(around) == 3 and all(_prints(other) for other in (around[0], around[2]))
    return segment.text_start if kept and within and "\n" not in kept else None


@dataclass(frozen=True, slots=True)
class PrintedCall:
    """A call of a named template in an action's body: the span of its quoted name, and those of `trim`s."""

    name: str
    start: int
    end: int
    trims: tuple[tuple[int, int], ...]

    def moved(self, shift: int, trims: tuple[tuple[int, int], ...]) -> PrintedCall:
        """The same call further on in a longer body, with the ``trims`` that follow there."""
        own = tuple((start + shift, end + shift) for start, end in self.trims)
        return PrintedCall(self.name, self.start + shift, self.end + shift, own + trims)


def printed_call(body: str, depth: int = 0) -> PrintedCall | None:
    """The named template whose result an action prints as it is, but for layout.

    None for anything else, as where the result is compared or cut, or stands in too many parentheses;
    ``depth`` counts those around the body.
    """
    if depth > DEEPEST:
        return None
    first, *others = _pipeline(body)
    layout = [_LAYOUT.match(body, start, end) for start, end in others]
    if not all(layout):
        return None
    trims = tuple(found.span(1) for found in layout if found and found[1])
    if command := _PARENTHESES.fullmatch(body, *first):
        inner, shift = printed_call(command[1], depth + 1), command.start(1)
        return inner and inner.moved(shift, trims)
    if call := _CALL.match(body, *first):
        group = 1 if call[1] is not None else 2
        return PrintedCall(call[group], call.start(group) - 1, call.end(group) + 1, trims)
    return None


def _pipeline(body: str) -> list[tuple[int, int]]:
    """The spans of a pipeline's commands: between the pipes that stand in no parentheses and no string."""
    cuts, depth = [-1], 0
    for token in _NESTING.finditer(body):
        sign = token[2]
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            cuts.append(token.start())
    cuts.append(len(body))
    return [(start + 1, end) for start, end in pairwise(cuts)]


def _prints(segment: Segment) -> bool:
    return segment.keyword in PRINTING


def _verbatim(template: Template, first: int, last: int) -> str:
    """The text of some segments, with random functions pinned."""
    pieces: list[str] = []
    for segment in template.segments[first:last]:
        if segment.kind == "action":
            pieces.append(template.text[segment.start : segment.body_start])
            pieces.append(pin(template.text[segment.body_start : segment.body_end]))
            pieces.append(template.text[segment.body_end : segment.end])
        else:
            pieces.append(template.text[segment.start : segment.end])
    return "".join(pieces)
