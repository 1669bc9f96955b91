"""`rules` and `explain RULE`."""

import argparse

from refactor.cli.arguments import UsageError
from refactor.cli.terminal import Output
from refactor.config import nearest
from refactor.report.pages import CATEGORIES, catalogue, category_page, page
from refactor.rules import RULES


def rules(arguments: argparse.Namespace, out: Output, err: Output) -> int:
    """Prints the table of all rules; 0."""
    if arguments.paths:
        raise UsageError("rules takes no argument; explain RULE prints a rule's page, ./rules is a path")
    out.write(catalogue(RULES, out.style))
    return 0


def explain(arguments: argparse.Namespace, out: Output, err: Output) -> int:
    """Prints the pages of the rules or categories that are named; 0. UsageError for an unknown one."""
    if not arguments.paths:
        raise UsageError("explain which rule? python -m refactor rules lists them")
    pages = [_page(name, out) for name in arguments.paths]
    out.write("\n".join(pages))
    return 0


def _page(name: str, out: Output) -> str:
    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    # A report says broken[missing-backend-port]: pasted as it is, it still means the rule.
    wanted = wanted.rpartition("[")[2].rstrip("]")
    if wanted in RULES:
        return page(RULES[wanted], out.style)
    if wanted in CATEGORIES:
        return category_page(wanted, RULES, out.style)
    raise UsageError(f"there is no rule {name!r}{nearest(wanted, [*RULES, *CATEGORIES])}")
