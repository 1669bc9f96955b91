"""Charts rendered by real Helm: the SDK in this process, the `helm` command, and whether they agree."""

from __future__ import annotations

import posixpath
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import helm_python
import yaml

from benchmarks.chart_folders import World

RELEASE, NAMESPACE = "release-name", "default"
_SEPARATOR, _SOURCE = "\n---\n", "# Source: "

Rendered: TypeAlias = Mapping[str, str]
# A scalar of a rendered document: (which document, the steps to it).
Place: TypeAlias = tuple[str, tuple[str | int, ...]]


class RenderError(Exception):
    """Helm refuses the chart; the message is Helm's."""


def _merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(base.get(key), dict)
        base[key] = _merged(base[key], value) if both else value
    return base


def overrides(folder: Path, world: World) -> dict[str, Any]:
    """What goes on top of the chart's values in `world`. Raises RenderError on values that aren't a map."""
    values: dict[str, Any] = {}
    try:
        for path in world.files:
            text = (folder / path).read_text(encoding="utf-8")
            _merged(values, helm_python.values_from_yaml(text))
        return _merged(values, helm_python.parse_set_string(",".join(world.sets)) if world.sets else {})
    except helm_python.HelmError as error:
        raise RenderError(str(error)) from error


def render(folder: Path, world: World) -> Rendered:
    """The manifests of the chart by Helm's name of their template. Raises RenderError."""
    values = overrides(folder, world)
    try:
        with helm_python.Chart.load(folder) as chart:
            rendered = chart.render(values, name=RELEASE, namespace=NAMESPACE)
    except helm_python.HelmError as error:
        raise RenderError(str(error)) from error
    return {path: text for path, text in sorted(rendered.items()) if _manifest(path) and text.strip()}


def _manifest(path: str) -> bool:
    name = posixpath.basename(path)
    return name != "NOTES.txt" and not name.startswith("_")


def helm_command() -> str | None:
    """The `helm` command of this environment, or of PATH."""
    beside = Path(sys.executable).with_name("helm")
    return str(beside) if beside.exists() else shutil.which("helm")


def render_by_command(helm: str, folder: Path, world: World) -> Rendered:
    """What `helm template` prints, by the template that each document names. Raises RenderError."""
    call = [helm, "template", RELEASE, str(folder), "--namespace", NAMESPACE]
    for path in world.files:
        call += ["--values", str(folder / path)]
    for expression in world.sets:
        call += ["--set", expression]
    done = subprocess.run(call, capture_output=True, check=False, timeout=60)
    if done.returncode:
        raise RenderError(done.stderr.decode("utf-8", "replace").strip())
    found: dict[str, str] = {}
    for document in f"\n{done.stdout.decode('utf-8')}".split(_SEPARATOR):
        if document.startswith(_SOURCE):
            path, _, text = document.removeprefix(_SOURCE).partition("\n")
            found[path] = f"{found[path]}---\n{text}\n" if path in found else f"{text}\n"
    return found


def leaves(rendered: Rendered) -> dict[Place, object]:
    """Every scalar of every rendered document, addressed by template, kind and the how-manieth of its kind.

    Not by the object's name: some charts make one up at random.
    """
    found: dict[Place, object] = {}
    kinds: Counter[str] = Counter()
    for path, text in rendered.items():
        try:
            documents = list(yaml.load_all(text, Loader=yaml.CBaseLoader))
        except yaml.YAMLError:
            found[path, ()] = text
            continue
        for document in documents:
            if isinstance(document, Mapping):
                kind = f"{path} {document.get('kind')}"
                kinds[kind] += 1
                owner = f"{kind} {kinds[kind]}"
                found |= {(owner, steps): value for steps, value in _scalars(document, ())}
    return found


def _scalars(tree: object, steps: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], object]]:
    items = tree.items() if isinstance(tree, Mapping) else enumerate(tree) if isinstance(tree, list) else None
    if items is None:
        yield steps, tree
        return
    for key, item in items:
        yield from _scalars(item, (*steps, key))


def differences(one: Rendered, other: Rendered) -> set[Place]:
    """The scalars that only one of two renders has, or that differ."""
    left, right = leaves(one), leaves(other)
    return {place for place in left.keys() | right.keys() if left.get(place) != right.get(place)}
