"""Settings: what a caller asks for, checked before anything is read."""

import difflib
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from refactor.findings import Category, Finding
from refactor.rules import RULES, Rule

Names = str | Sequence[str] | None

CATEGORIES = tuple(category.value for category in Category)
EVERYTHING = frozenset(CATEGORIES)

_FINDING = tuple(rule for rule in RULES.values() if rule.category is not Category.FRAGILE)
_FRAGILE = Category.FRAGILE.value
_NAMING = tuple(rule for rule in RULES.values() if rule.category is Category.FRAGILE)


class ConfigurationError(ValueError):
    """A setting that can't be: one line that names it and the nearest valid one."""


class FileError(ConfigurationError):
    """A settings file or a baseline that can't be right: one line that begins with its place."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rules and categories are looked for; ignoring wins."""

    select: frozenset[str] = EVERYTHING
    ignore: frozenset[str] = frozenset()

    def has(self, finding: Finding) -> bool:
        """Whether a finding is selected, by its rule or its category."""
        names = {finding.rule, finding.category.value}
        return bool(names & self.select) and not names & self.ignore


@dataclass(frozen=True, slots=True)
class Settings:
    """What is looked for, and what may be done about it.

    `selection_of` gives the selection for a file's path, where it differs between files; `select` then
    holds what is selected in any of them. `hides` tells the findings that were accepted before: suppressed
    ones and those of a baseline.
    """

    select: frozenset[str]
    ignore: frozenset[str] = frozenset()
    unsafe: bool = False
    stage: int | None = None
    external: frozenset[str] = frozenset()
    kube_version: tuple[int, int] | None = None
    selection_of: Callable[[str], Selection] | None = field(default=None, compare=False)
    hides: Callable[[Finding], bool] | None = field(default=None, compare=False)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules to run: all that find faults, because a repair must not make any; naming on demand."""
        naming = [rule for rule in _NAMING if self._names(rule)]
        return (*_FINDING, *naming)

    @property
    def names(self) -> bool:
        """Whether a rule that names ports is among those to run."""
        return any(map(self._names, _NAMING))

    def _names(self, rule: Rule) -> bool:
        return rule.name in self.select or _FRAGILE in self.select

    def selects(self, finding: Finding) -> bool:
        """Whether a finding is looked for in its file."""
        if self.selection_of is None:
            return Selection(self.select, self.ignore).has(finding)
        return self.selection_of(finding.at.resource.home.file.path).has(finding)

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is looked for and nobody has accepted it before."""
        return self.selects(finding) and not (self.hides is not None and self.hides(finding))


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
    return Settings(
        EVERYTHING if select is None else known_names(split(select)),
        known_names(split(ignore)),
        unsafe,
        stage,
        frozenset(split(external)),
        version(kube_version),
    )


def split(names: Names) -> list[str]:
    """ "a,b" or a sequence of such: the single names, blanks dropped."""
    parts = [names] if isinstance(names, str) else list(names or ())
    return [name.strip() for part in parts for name in part.split(",") if name.strip()]


def known_names(names: Iterable[str]) -> frozenset[str]:
    """The names, all of which are rules or categories; raises with the nearest valid one otherwise."""
    wanted = frozenset(names)
    for name in sorted(wanted - EVERYTHING):
        problem = unknown_name(name)
        if problem:
            raise ConfigurationError(problem)
    return wanted


def unknown_name(name: str) -> str | None:
    """What is wrong with the name of a rule or category, with the nearest valid one; None if nothing."""
    valid = [*CATEGORIES, *RULES]
    return None if name in valid else f"unknown rule or category {name!r}{nearest(name, valid)}"


def nearest(name: str, valid: Iterable[str]) -> str:
    """ "; did you mean 'x'?" for the nearest valid name, or nothing where none is near."""
    close = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def version(text: str | None) -> tuple[int, int] | None:
    """A Kubernetes version ("1.33", "v1.33.2") as (major, minor); raises ConfigurationError."""
    if text is None:
        return None
    match = re.match(r"v?(\d+)\.(\d+)(?:\.|\+|-|$)", text.strip())
    if not match:
        raise ConfigurationError(f"Kubernetes version {text!r}: write it like 1.33")
    return int(match.group(1)), int(match.group(2))


def text_of(path: str) -> str:
    """The text of a file of ours, settings or baseline. Raises FileError, one line."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except FileNotFoundError:
        raise FileError(f"{shown(path)}: there is no such file") from None
    except UnicodeDecodeError:
        raise FileError(f"{shown(path)}: isn't UTF-8 text") from None
    except OSError as error:
        raise FileError(f"{shown(path)}: can't be read: {error.strerror}") from None


def put(path: str, text: str) -> None:
    """Writes a file of ours, wholly or not at all. Raises FileError, one line."""
    # Renaming over a link would replace the link; the file behind it is meant.
    real = os.path.realpath(path)
    temporary = f"{real}.{os.getpid()}.tmp"
    try:
        with open(temporary, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(temporary, real)
    except OSError as error:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise FileError(f"{shown(path)}: can't be written: {error.strerror}") from None


def shown(path: str) -> str:
    """A path as a reader at the current folder would write it, posix style; absolute where it is outside."""
    try:
        near = os.path.relpath(path)
    except ValueError:  # another drive
        near = path
    outside = near == ".." or near.startswith(f"..{os.sep}")
    return (os.path.abspath(path) if outside else near).replace(os.sep, "/")
