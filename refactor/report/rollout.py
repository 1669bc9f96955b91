"""The last lines of a run on how to roll out what it plans, and on the references that stay numbers."""

from collections.abc import Iterator

from refactor.report.style import Style, visible
from refactor.report.tally import counted
from refactor.results import Declined, Result, Rollout

_REFERENCE = "numeric-"


def rollout_lines(result: Result, mode: str, paths: str = "PATH") -> Iterator[str]:
    """How to roll out fixes that move references which work today; nothing where there are none.

    `mode`: "diff", "check" or "write". `paths`: what was given, as it is typed in a shell.
    """
    plan = result.rollout
    if plan is None or mode == "check":
        return
    moved = f"{counted(plan.moved, 'fix', 'fixes')} {'moves' if plan.moved == 1 else 'move'}"
    if plan.waiting:
        back = "take the files back and " if mode == "write" else ""
        yield f"{moved} references that work today to new names: pods that still run without the name would"
        yield f"get no traffic. To lose no request, {back}go in two steps:"
        yield f"  python -m refactor --write --stage 1 {paths}   # deploy, and wait for the rollout"
        yield f"  python -m refactor --write --stage 2 {paths}   # deploy"
    else:
        yield f"{moved} references that work today to names that stand here already: deploy those first."
    yield from _costs(plan)


def _costs(plan: Rollout) -> Iterator[str]:
    pods = f"Stage 1 restarts the pods of {counted(plan.restarts, 'workload')}" if plan.restarts else ""
    if plan.downtime:
        pods += f"; for {plan.downtime} of them (one replica or Recreate) that can be downtime"
    shown = ", ".join(map(visible, plan.replaced[:3]))
    more = f" and {len(plan.replaced) - 3} more" if len(plan.replaced) > 3 else ""
    aws = f"Stage 2 makes the AWS controller replace the target groups of {shown}{more}" if shown else ""
    yield from (f"{line}." for line in (pods, aws) if line)


def kept_summary(result: Result, paths: str = "PATH") -> Iterator[str]:
    """One line on what stays as it is, and how to see why; nothing where all is named."""
    kept = _kept(result)
    references = sum(one.finding.rule.startswith(_REFERENCE) for one in kept)
    nameless = len(kept) - references
    stays = counted(references, "reference stays a number", "references stay numbers")
    parts = [stays] if references else []
    parts += [f"{counted(nameless, 'port stays', 'ports stay')} without a name"] if nameless else []
    if parts:
        yield f"{' and '.join(parts)} (why: python -m refactor --check --verbose {paths})."


def kept_lines(result: Result, style: Style) -> Iterator[str]:
    """For `--verbose`: each reference that stays a number and each port without a name, with the reason."""
    for one in sorted(_kept(result), key=lambda d: (d.finding.path, d.finding.line, d.finding.column)):
        found = one.finding
        place = style.paint(f"{visible(found.path)}:{found.line}:{found.column}", "bold")
        name = style.paint(f"kept[{found.rule}]", "dim")
        yield f"{place}: {name} {visible(found.message)}: {visible(one.reason)}\n"


def _kept(result: Result) -> list[Declined]:
    return [one for one in result.plan.declined if one.finding.category == "fragile"]
