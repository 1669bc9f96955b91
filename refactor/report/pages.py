"""The catalogue of rules, and the page of one."""

import re
from collections.abc import Mapping

from refactor.report.style import CATEGORY_LOOK, Style
from refactor.rules import Rule

CATEGORIES: Mapping[str, str] = {
    "broken": "Traffic can't flow, or the API server refuses the object: provable from the files.",
    "suspect": "Very probably broken, but a fact outside the files could make it right (a Service that\n"
    "lives elsewhere, a number that no container declares).",
    "fragile": "Works today by a magic number or an unnamed port. Only reported where a fix exists.",
    "deprecated": "An API version that a current cluster no longer serves.",
}
# A page's headings stand alone at the margin; what belongs to them is indented.
_HEADING = re.compile(r"^[A-Z][A-Za-z ]+$")


def catalogue(rules: Mapping[str, Rule], style: Style) -> str:
    """A table of all rules, a line each: name, worst category, whether it can repair, title."""
    wide = max((len(name) for name in rules), default=4)
    lines = [style.paint(f"{'RULE':<{wide}}  {'CATEGORY':<10}  {'FIX':<4}  WHAT IT FINDS", "bold")]
    for rule in rules.values():
        category = style.paint(f"{rule.category.value:<10}", *CATEGORY_LOOK.get(rule.category.value, ()))
        fix = "yes" if rule.fix else "no"
        lines.append(f"{rule.name:<{wide}}  {category}  {fix:<4}  {rule.title}")
    lines += ["", "explain RULE prints a rule's page: what it does, why it matters, how safe its fix is."]
    return "\n".join(lines) + "\n"


def page(rule: Rule, style: Style) -> str:
    """The page of a rule, with its name and category on top."""
    category = rule.category.value
    head = f"{style.paint(rule.name, 'bold')}  {style.paint(category, *CATEGORY_LOOK.get(category, ()))}"
    fix = "has a fix" if rule.fix else "has no fix: it is only shown"
    body = [style.paint(line, "bold") if _HEADING.match(line) else line for line in rule.page.split("\n")]
    return f"{head}  {fix}\n\n" + "\n".join(body) + "\n"


def category_page(category: str, rules: Mapping[str, Rule], style: Style) -> str:
    """What a category means, and its rules."""
    head = style.paint(category, *CATEGORY_LOOK[category])
    names = "".join(f"  {rule.name}\n" for rule in rules.values() if rule.category.value == category)
    return f"{head}\n\n{CATEGORIES[category]}\n" + (
        f"\nRules (at worst of this category):\n{names}" if names else ""
    )
