"""What holds for an input: the settings files above its paths, and what the caller asks for instead."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from refactor.charts.options import HelmOptions
from refactor.config import (
    EVERYTHING,
    ConfigurationError,
    FileError,
    Names,
    Selection,
    Settings,
    known_names,
    settings,
    shown,
    split,
)
from refactor.configuration.files import Configuration, nearest_to, read_configuration, settings_file_in
from refactor.configuration.patterns import matches

FAIL_ON = ("broken", "suspect", "deprecated")
DEFAULTS: Mapping[str, Any] = {"unsafe-fixes": False, "stage": None, "kube-version": None, "fail-on": FAIL_ON}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller says; None, and an empty list, leave it to the settings files.

    `config`: a settings file that alone counts, or False for none at all. `exclude` takes the place of
    the files'; its patterns count from the current folder. `force_exclude`: also of what was named.
    `siblings`: the folders of given files are read for references. `helm`: how charts are rendered.
    """

    select: Names = None
    ignore: Names = None
    unsafe: bool | None = None
    stage: int | None = None
    external: Names = ()
    context: Sequence[str] = ()
    kube_version: str | None = None
    fail_on: Names = None
    exclude: Names = None
    force_exclude: bool = False
    config: str | bool | None = None
    siblings: bool = False
    helm: HelmOptions = field(default_factory=HelmOptions)

    def value(self, key: str) -> Any:
        """What was asked for under the name that a settings file has for it; None for nothing."""
        name = {"unsafe-fixes": "unsafe"}.get(key, key.replace("-", "_"))
        found = getattr(self, name, None)
        return None if found in ((), [], "") else found


@dataclass(frozen=True, slots=True)
class Governing:
    """The outcome: checked settings, and what they say of the input itself.

    `holding` has the settings file for each given path. `excluded` tells, of a path and whether it was
    named itself, that it is left out.
    """

    asked: Asked
    holding: Mapping[str, Configuration | None]
    settings: Settings
    context: tuple[str, ...]
    fail_on: frozenset[str]
    excluded: Callable[[str, bool], bool]
    helm: HelmOptions

    def unread(self, files: Iterable[str]) -> list[str]:
        """The settings files that stand below given folders: they don't hold, only those above do."""
        if self.asked.config is not None:
            return []
        tops = {os.path.abspath(path) for path in self.holding if os.path.isdir(path)}
        folders: set[str] = set()
        for folder in {os.path.dirname(os.path.abspath(path)) for path in files}:
            while folder not in tops and folder not in folders and any(_below(folder, t) for t in tops):
                folders.add(folder)
                folder = os.path.dirname(folder)
        found = (settings_file_in(folder) for folder in sorted(folders - tops))
        return [shown(path) for path in found if path is not None]


_LONGEST = 86_400.0


def govern(paths: Sequence[str], asked: Asked) -> Governing:
    """What holds for these paths (none: texts, for which no file is looked for).

    Raises FileError, one line, for a wrong settings file, or where files that hold for
    different paths disagree on what can only hold for a run as a whole; ConfigurationError for a
    time that can't be.
    """
    if asked.helm.timeout is not None and not 0 < asked.helm.timeout <= _LONGEST:
        raise ConfigurationError(f"timeout: {asked.helm.timeout:g} s must be more than 0, and a day at most")
    holding = _holding(paths, asked)
    files = list(dict.fromkeys(holding.values()) if paths else [_named(asked)])
    known = [found for found in files if found is not None]
    say = {key: _asked_or_agreed(key, asked, files) for key in DEFAULTS}
    base = settings(
        asked.select, asked.ignore, say["unsafe-fixes"], say["stage"], asked.external, say["kube-version"]
    )
    external = base.external.union(*(found.values.get("external", ()) for found in known))
    context = (*asked.context, *(path for found in known for path in _context(found)))
    holder = _holder(holding, known)
    excluded = _exclusion(asked, holder)
    helm = replace(asked.helm, environments=_environments(known))
    if paths:
        helm = replace(helm, excluded=_exclusion_in_charts(paths, excluded))
    return Governing(
        asked,
        holding,
        replace(
            base,
            select=_anywhere(asked, base, files),
            external=external,
            selection_of=_selections(asked, base, holder),
        ),
        tuple(dict.fromkeys(context)),
        frozenset(split(say["fail-on"])),
        excluded,
        helm,
    )


def _environments(known: Sequence[Configuration]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """By a chart's absolute path, its lists of values files; all count from the settings file's folder."""
    return {
        os.path.normpath(os.path.join(found.folder, chart)): tuple(
            tuple(shown(os.path.join(found.folder, path)) for path in files) for files in lists
        )
        for found in known
        for chart, lists in found.values.get("values", {}).items()
    }


def _named(asked: Asked) -> Configuration | None:
    return read_configuration(asked.config) if isinstance(asked.config, str) else None


def _holding(paths: Sequence[str], asked: Asked) -> dict[str, Configuration | None]:
    if asked.config is not None:
        named = _named(asked)
        return dict.fromkeys(paths, named)
    read: dict[str, Configuration | None] = {}
    folders: dict[str, Configuration | None] = {}
    for path in paths:
        folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
        if folder not in folders:
            folders[folder] = nearest_to(folder)
        found = folders[folder]
        # One value for one file, however many paths it holds for.
        read[path] = next((one for one in read.values() if one and found and one.path == found.path), found)
    return read


def _asked_or_agreed(key: str, asked: Asked, files: Sequence[Configuration | None]) -> Any:
    value = asked.value(key)
    return _agreed(key, files) if value is None else value


def _agreed(key: str, files: Sequence[Configuration | None]) -> Any:
    """What all files say of a key that holds for a run as a whole; the default where none says anything."""
    said = [(found.values[key] if found and key in found.values else DEFAULTS[key], found) for found in files]
    if any(value != said[0][0] for value, _ in said):
        places = [
            f"{found.origin(key)}" if found and key in found.values else "the default" for _, found in said
        ]
        raise FileError(
            f"{key}: the given paths have different settings ({', '.join(dict.fromkeys(places))}); "
            "run them apart, or name one file with --config"
        )
    return said[0][0] if said else DEFAULTS[key]


def _context(found: Configuration) -> list[str]:
    return [shown(os.path.join(found.folder, path)) for path in found.values.get("context", ())]


def _holder(
    holding: Mapping[str, Configuration | None], known: Sequence[Configuration]
) -> Callable[[str], Configuration | None]:
    """For a file's path, the settings of the given path that it was found under."""
    if len(known) <= 1 and None not in holding.values():
        sole = known[0] if known else None
        return lambda path: sole
    tops = sorted(holding, key=len, reverse=True)

    @cache
    def holder(path: str) -> Configuration | None:
        return next((holding[top] for top in tops if _below(path, top)), None)

    return holder


def _below(path: str, top: str) -> bool:
    top = top.replace(os.sep, "/")
    return path == top or path.startswith(top if top.endswith("/") else f"{top}/")


def _anywhere(asked: Asked, base: Settings, files: Sequence[Configuration | None]) -> frozenset[str]:
    """What is selected in any file."""
    if asked.select is not None or not files:
        return base.select
    return frozenset().union(*(f.values.get("select", EVERYTHING) if f else EVERYTHING for f in files))


def _selections(
    asked: Asked, base: Settings, holder: Callable[[str], Configuration | None]
) -> Callable[[str], Selection]:
    @cache
    def selection(path: str) -> Selection:
        found = holder(path)
        if found is None:
            return Selection(base.select, base.ignore)
        select, ignore = base.select, base.ignore
        # Who selects by name starts anew: the file's own choice no longer counts.
        if asked.select is None:
            select = known_names(found.values["select"]) if "select" in found.values else EVERYTHING
            ignore = ignore.union(found.values.get("ignore", ()))
        place = _relative(path, found.folder)
        for pattern, names in found.values.get("per-path-ignores", {}).items():
            if matches(place, (pattern,)):
                ignore = ignore.union(names)
        return Selection(select, ignore)

    return selection


def _exclusion(asked: Asked, holder: Callable[[str], Configuration | None]) -> Callable[[str, bool], bool]:
    own = split(asked.exclude)

    def excluded(path: str, named: bool) -> bool:
        if named and not asked.force_exclude:
            return False
        if own:
            return matches(_relative(path, os.getcwd()), own)
        found = holder(path)
        patterns = found.values.get("exclude", ()) if found else ()
        return bool(patterns) and found is not None and matches(_relative(path, found.folder), patterns)

    return excluded


def _exclusion_in_charts(
    paths: Sequence[str], excluded: Callable[[str, bool], bool]
) -> Callable[[str], bool]:
    """Of the files of charts; those of a package were named with it."""
    named = [path for path in paths if not os.path.isdir(path)]

    def in_charts(path: str) -> bool:
        return excluded(path, any(_below(path, one) for one in named))

    return in_charts


def _relative(path: str, folder: str) -> str:
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:  # another drive
        return path.replace(os.sep, "/")
