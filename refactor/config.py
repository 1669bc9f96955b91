"""Settings: what a caller asks for, checked before anything is read."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from refactor.findings import Category, Finding
from refactor.rules import RULES, Rule

Names = str | Sequence[str] | None


class ConfigurationError(ValueError):
    """A setting that can't be: one line that names it and the nearest valid one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is looked for, and what may be done about it."""

    select: frozenset[str]
    ignore: frozenset[str] = frozenset()
    unsafe: bool = False
    stage: int | None = None
    external: frozenset[str] = frozenset()
    kube_version: tuple[int, int] | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules to run: all that find faults, because a repair must not make any; naming on demand."""
        return tuple(r for r in RULES.values() if r.category is not Category.FRAGILE or self._names(r))

    def _names(self, rule: Rule) -> bool:
        return bool({rule.name, rule.category.value} & self.select)

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is selected, by its rule or its category; ignoring wins."""
        names = {finding.rule, finding.category.value}
        return bool(names & self.select) and not names & self.ignore


def settings(
    select: Names = None,
    ignore: Names = None,
    unsafe: bool = False,
    stage: int | None = None,
    external: Names = None,
    kube_version: str | None = None,
) -> Settings:
    """Checked settings; raises ConfigurationError for an unknown name or an impossible value."""
    if stage not in (None, 1, 2):
        raise ConfigurationError(f"stage {stage!r}: there are stage 1 and stage 2")
    everything = frozenset(category.value for category in Category)
    return Settings(
        everything if select is None else known_names(split(select)),
        known_names(split(ignore)),
        unsafe,
        stage,
        frozenset(split(external)),
        _version(kube_version),
    )


def split(names: Names) -> list[str]:
    """ "a,b" or a sequence of such: the single names, blanks dropped."""
    parts = [names] if isinstance(names, str) else list(names or ())
    return [name.strip() for part in parts for name in part.split(",") if name.strip()]


def known_names(names: Iterable[str]) -> frozenset[str]:
    """The names, all of which are rules or categories; raises with the nearest valid one otherwise."""
    valid = [category.value for category in Category] + list(RULES)
    for name in names:
        if name not in valid:
            raise ConfigurationError(f"unknown rule or category {name!r}{nearest(name, valid)}")
    return frozenset(names)


def nearest(name: str, valid: Iterable[str]) -> str:
    """ "; did you mean 'x'?" for the nearest valid name, or nothing where none is near."""
    close = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def _version(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.match(r"v?(\d+)\.(\d+)(?:\.|\+|-|$)", text.strip())
    if not match:
        raise ConfigurationError(f"Kubernetes version {text!r}: write it like 1.33")
    return int(match.group(1)), int(match.group(2))
