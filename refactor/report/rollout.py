"""The last lines of a run on how to roll out what it plans, and on the references that stay numbers.

A Service that asks by name finds only pods that have the name, an Ingress only a Service port that has it.
"""

from collections.abc import Iterator
from textwrap import wrap

from refactor.report.style import Style, visible
from refactor.report.tally import counted
from refactor.results import Declined, Result, Rollout

_REFERENCE = "numeric-"
_WIDTH = 99


def rollout_lines(result: Result, mode: str, paths: str = "PATH") -> Iterator[str]:
    """How to roll out fixes that move references which work today, and what a rollout costs.

    `mode`: "diff", "check" or "write". `paths`: options and paths as they are typed in a shell.
    """
    plan = result.rollout
    if plan is None or mode == "check":
        return
    back = "undo it (with git, say) and " if mode == "write" else ""
    if plan.waiting:
        yield from wrap(_in_two_steps(plan, back), _WIDTH)
        rolled = ", and wait for the rollout" if plan.unrolled else ""
        yield f"  python -m refactor --write --stage 1 {paths}   # deploy{rolled}"
        yield f"  python -m refactor --write --stage 2 {paths}   # deploy"
    if plan.moved > plan.waiting and not plan.unrolled:
        yield from wrap(_names_that_stand(plan.moved - plan.waiting, back), _WIDTH)
    yield from _costs(plan)


def second_stage(paths: str) -> Iterator[str]:
    """What comes after the first stage, when it is written; `paths` as above."""
    yield "Deploy this and wait for the rollout; then, for the names that wait for it:"
    yield f"  python -m refactor --write --stage 2 {paths}"


def _in_two_steps(plan: Rollout, back: str) -> str:
    if not plan.unrolled:
        makes = counted(plan.waiting, "fix makes", "fixes make")
        return (
            f"{makes} an Ingress ask for a port by a name that its Service gets with these changes. Until "
            "the cluster has the changed Service, the changed Ingress finds no such port: apply the Service "
            f"first, or {back}go in two steps:"
        )
    one = "fix moves a reference to a new name"
    many = "fixes move references to new names"
    return (
        f"{counted(plan.waiting, one, many)}: pods that still run without the name would get no traffic. "
        f"To lose no request, {back}go in two steps:"
    )


def _names_that_stand(ready: int, back: str) -> str:
    asks = counted(ready, "fix asks", "fixes ask")
    files = f"{back}deploy them" if back else "deploy the files as they are"
    return (
        f"{asks} for a port by name instead of by number; the name stands in these files already. If the "
        "cluster still runs an older state without it, the port would get no traffic: then "
        f"{files} before this change."
    )


def _costs(plan: Rollout) -> Iterator[str]:
    first, second = ("Stage 1", "Stage 2") if plan.waiting else ("Deploying this change",) * 2
    pods = f"{first} restarts the pods of {counted(plan.restarts, 'workload')}" if plan.restarts else ""
    if plan.downtime and plan.restarts == 1:
        pods += ", which can be downtime (one replica or Recreate)"
    elif plan.downtime:
        pods += f"; for {plan.downtime} of them (one replica or Recreate) that can be downtime"
    shown = ", ".join(map(visible, plan.replaced[:3]))
    more = f" and {len(plan.replaced) - 3} more" if len(plan.replaced) > 3 else ""
    aws = f"{second} makes the AWS controller replace the target groups of {shown}{more}" if shown else ""
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
