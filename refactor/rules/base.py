"""What a rule is. Types only: the rules themselves stand in a file each."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from inspect import cleandoc

from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding
from refactor.routes import TrafficGraph

Check = Callable[[TrafficGraph], Iterable[Finding]]
Repair = Callable[[Finding, Decisions], Fix | Declined]


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault: its stable name, the category it has at worst, how it is found and how repaired.

    `fix` is None where the finding is only shown. `reveals`: the repair lets a later hop be judged for
    the first time, so a finding there isn't new. `of_links`: it is about a link between objects; what is
    broken by any other rule the API server refuses.
    """

    name: str
    category: Category
    check: Check
    fix: Repair | None = None
    reveals: bool = False
    of_links: bool = False

    @property
    def page(self) -> str:
        """The rule's page: the docstring of its module."""
        return cleandoc(sys.modules[self.check.__module__].__doc__ or "")

    @property
    def title(self) -> str:
        """The page's first sentence."""
        return self.page.partition("\n\n")[0].replace("\n", " ")
