"""A chart's .helmignore: which files Helm doesn't see.

Patterns follow Go's filepath.Match, so ``*`` doesn't cross a slash
(https://helm.sh/docs/chart_template_guide/helm_ignore_file/, https://pkg.go.dev/path/filepath#Match).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Helm's own rule, which stands after those of the file.
_HIDDEN_TEMPLATES = "templates/.?*"
_SPECIAL = re.compile(r"\\(.)|(\*)|(\?)|\[(\^?)((?:\\.|[^\]\\])+)\]|(\[|\\)|([^*?\[\\]+)", re.DOTALL)


class BadPattern(Exception):
    """A line that Helm can't take; ``line`` is 1-based."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    negated: bool
    folders_only: bool
    whole_path: bool

    def matches(self, path: str) -> bool:
        return bool(self.pattern.fullmatch(path if self.whole_path else path.rsplit("/", 1)[-1]))


class Ignored:
    """The rules of a .helmignore, in order. Raises BadPattern for a text that Helm refuses."""

    def __init__(self, text: str = "") -> None:
        lines = [line.strip() for line in text.removeprefix("\ufeff").split("\n")]
        rules = [
            _rule(line, number) for number, line in enumerate(lines, 1) if line and not line.startswith("#")
        ]
        self._rules = (*rules, _rule(_HIDDEN_TEMPLATES, 0))

    def __call__(self, path: str, *, folder: bool = False) -> bool:
        """Whether Helm leaves out a path below the chart's folder; of a folder: with all that is in it.

        A negated rule leaves out what it doesn't match: that is how Helm has it, unlike git.
        """
        for rule in self._rules:
            if rule.negated:
                if (rule.folders_only and not folder) or not rule.matches(path):
                    return True
            elif (folder or not rule.folders_only) and rule.matches(path):
                return True
        return False

    def hides(self, path: str) -> bool:
        """Whether a file is left out by itself or with a folder above it."""
        steps = path.split("/")
        folders = ("/".join(steps[:count]) for count in range(1, len(steps)))
        return any(self(folder, folder=True) for folder in folders) or self(path)


def _rule(line: str, number: int) -> _Rule:
    if "**" in line:
        raise BadPattern(number, "Helm doesn't know `**` in .helmignore; write the folders out")
    negated = line.startswith("!")
    rest = line.removeprefix("!")
    folders_only = rest.endswith("/")
    rest = rest.removesuffix("/")
    return _Rule(
        _translated(rest.removeprefix("/"), number),
        negated,
        folders_only,
        "/" in rest,
    )


def _translated(pattern: str, number: int) -> re.Pattern[str]:
    parts = []
    for match in _SPECIAL.finditer(pattern):
        escaped, star, question, caret, among, broken, plain = match.groups()
        if broken:
            raise BadPattern(number, f"{pattern!r} isn't a pattern that Helm can read")
        if star:
            parts.append("[^/]*")
        elif question:
            parts.append("[^/]")
        elif among:
            parts.append(f"[{'^' if caret else ''}{_members(among)}]")
        else:
            parts.append(re.escape(escaped or plain))
    try:
        return re.compile("".join(parts), re.DOTALL)
    except re.error:
        raise BadPattern(number, f"{pattern!r} isn't a pattern that Helm can read") from None


def _members(among: str) -> str:
    return re.sub(r"(?<!\\)([\[&~|^])", r"\\\1", among)
