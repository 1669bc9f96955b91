"""A line of a file with carets under the columns that a finding is about."""

from collections.abc import Iterable, Iterator

from refactor.report.style import Style, cells, visible

TAB = 4
WIDEST = 110
_BEFORE = 50


def snippet(source: str, line: int, column: int, width: int, style: Style, looks: Iterable[str]) -> list[str]:
    """Three lines: an empty gutter, the source with its number, and the carets.

    `column` is 1-based and `width` counts code points, as in a finding. A very long line is cut around
    the place.
    """
    start = min(column - 1, len(source))
    before, at, after = source[:start], source[start : start + width], source[start + width :]
    before, at, after = _expanded(before, at, after)
    before, at, after = _cut(before, at, after)
    number = str(line)
    bar = style.paint("|", "blue")
    gutter = f"{' ' * len(number)} {bar}"
    carets = style.paint("^" * max(1, cells(at)), *looks)
    shown = f"{before}{at}{after}".rstrip()
    return [
        gutter,
        f"{style.paint(number, 'blue')} {bar} {shown}".rstrip(),
        f"{gutter} {' ' * cells(before)}{carets}",
    ]


def _expanded(*parts: str) -> Iterator[str]:
    """Tabs as spaces up to the next stop, counted over all parts; what can't be shown is replaced."""
    done = 0
    for part in parts:
        pieces: list[str] = []
        for char in part:
            piece = " " * (TAB - done % TAB) if char == "\t" else visible(char)
            done += cells(piece)
            pieces.append(piece)
        yield "".join(pieces)


def _cut(before: str, at: str, after: str) -> tuple[str, str, str]:
    if cells(before) + cells(at) + cells(after) <= WIDEST:
        return before, at, after
    if cells(before) > _BEFORE:
        before = f"…{before[-_BEFORE + 1 :]}"
    at = at if len(at) <= _BEFORE else at[:_BEFORE]
    rest = max(8, WIDEST - cells(before) - cells(at))
    return before, at, after if len(after) <= rest else f"{after[: rest - 1]}…"
