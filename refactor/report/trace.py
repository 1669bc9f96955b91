"""Journeys for people: what happens to a request, hop by hop."""

from collections.abc import Iterator

from refactor.report.journey import End, Journey, Remark, Remedy, Step, Verdict
from refactor.report.style import Style, cells, visible
from refactor.report.tally import counted

_SIGNS = {
    Verdict.HOLDS: ("✓", ("green",)),
    Verdict.FAILS: ("✗", ("bold", "red")),
    Verdict.UNSURE: ("?", ("bold", "yellow")),
    Verdict.ASIDE: ("·", ("dim",)),
}
_ENDS = {
    End.REACHES: ("green",),
    End.LEAVES: ("cyan",),
    End.FAILS: ("bold", "red"),
    End.DOUBTFUL: ("bold", "yellow"),
}
_NARROW, _WIDE = 34, 76

Row = tuple[str, int, str]


def journey_text(journey: Journey, style: Style) -> str:
    """One journey; ends with an empty line."""
    space = f" in {journey.resource.namespace}" if journey.resource.namespace else ""
    head = f"{style.paint(visible(journey.route), 'bold')}{visible(space)}  {visible(journey.request)}"
    head += f"  (with {visible(journey.values)})" if journey.values else ""
    rows = list(_rows(journey, style))
    widths = [width for _, width, _ in rows if width <= _WIDE]
    column = max([_NARROW, *widths])
    lines = [head, *(_placed(row, column, style) for row in rows)]
    lines.append(style.paint(f"→ {visible(journey.outcome)}", *_ENDS[journey.verdict]))
    lines += (_remedy(remedy, style) for remedy in journey.remedies)
    if journey.repaired:
        lines.append(f"with {_applied(journey)}: {visible(journey.repaired)}")
    return "".join(f"{line}\n" for line in lines) + "\n"


def _rows(journey: Journey, style: Style) -> Iterator[Row]:
    """Text, its width in columns, and its place."""
    for step in journey.steps:
        sign, looks = _SIGNS[step.verdict]
        text = visible(step.text)
        yield (
            f"  {style.paint(sign, *looks)} {text}",
            4 + cells(text),
            _place(step),
        )
        for remark in step.remarks:
            text = visible(remark.text)
            yield f"      {style.paint(text, 'dim')}", 6 + cells(text), _place(remark)


def _place(at: Step | Remark) -> str:
    if at.path is None:
        return ""
    template = f" ({visible(at.template)})" if at.template else ""
    return f"{visible(at.path)}:{at.line}:{at.column}{template}"


def _placed(row: Row, column: int, style: Style) -> str:
    text, width, place = row
    return f"{text}{' ' * max(2, column + 2 - width)}{style.paint(place, 'blue')}" if place else text


def _remedy(remedy: Remedy, style: Style) -> str:
    if remedy.fix is None:
        return f"{style.paint('no fix:', 'bold')} {visible(remedy.reason or '')}"
    label = "fix"
    if remedy.safety == "shown":
        label = "advice"
    elif remedy.safety == "unsafe":
        label = "fix (unsafe)" if remedy.applied else "fix (unsafe, --unsafe-fixes)"
    if remedy.withheld:
        label = f"fix ({remedy.withheld})"
    return f"{style.paint(f'{label}:', 'bold', 'green')} {visible(remedy.fix)}"


def _applied(journey: Journey) -> str:
    number = sum(1 for remedy in journey.remedies if remedy.applied)
    return "this fix" if number == 1 else f"these {number} fixes"


def trace_summary(journeys: list[Journey]) -> str:
    """One line on how all journeys end."""
    if not journeys:
        return "No Ingress, other route or Service in these files."
    words = (
        (End.REACHES, "reach a container", "reaches a container"),
        (End.LEAVES, "leave these files", "leaves these files"),
        (End.DOUBTFUL, "are doubtful", "is doubtful"),
        (End.FAILS, "don't arrive", "doesn't arrive"),
    )
    parts = []
    for end, many, one in words:
        number = sum(1 for journey in journeys if journey.verdict is end)
        if number:
            parts.append(f"{number} {one if number == 1 else many}")
    services = sum(1 for journey in journeys if journey.resource.kind == "Service")
    if len(journeys) == 1:
        return f"The only {'Service' if services else 'route'} {parts[0][2:]}."
    starts = [counted(len(journeys) - services, "route")] if len(journeys) > services else []
    starts += [counted(services, "Service")] if services else []
    return f"{' and '.join(starts)}: {', '.join(parts)}."


def fixes_line(journeys: list[Journey]) -> str:
    """What becomes of the fixes without `trace`; "" where nothing does."""
    fixes = {r for journey in journeys for r in journey.remedies if r.applied or r.withheld}
    made = sum(1 for remedy in fixes if remedy.applied)
    if not made:
        return ""
    some, are, they = "these fixes", "are", "they are"
    if made < len(fixes):
        some, are, they = f"{made} of these fixes", *(("is", "it is") if made == 1 else (are, they))
    return f"Without `trace` {some} {are} shown as a diff; with --write {they} made."
