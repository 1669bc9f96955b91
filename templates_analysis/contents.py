"""A chart in memory: its files, who owns them, what they are called when rendered.

What a chart is made of is told by https://helm.sh/docs/topics/charts/. An inside-path is a file's path
below the chart's folder, with slashes; that of a packed subchart's file goes on behind the package's name
without ``.tgz``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from refactor.source import Document, SourceFile

from .actions import LexError, Template, lex
from .assembly import is_needed, is_template, read_files
from .environments import is_environment
from .mappings import documents_of, one_map
from .metadata import Dependency
from .pinning import pinned
from .problems import ChartProblem, ValuesError
from .subcharts import Owner, Unit, prefix_of

_BOM = b"\xef\xbb\xbf"
_Known = TypeVar("_Known")


class Chart:
    """A chart with its subcharts; to be treated as frozen.

    ``path`` is the folder or package as the caller gave it. ``files`` holds by inside-path what rendering
    needs and the values files for environments; each file's own path is what a user would open.
    ``left_out`` names links that lead out of the folder. ``packed``: read from a .tgz, never written.
    """

    def __init__(
        self,
        path: str,
        files: Mapping[str, SourceFile],
        root: Unit,
        *,
        packed: bool = False,
        hidden: frozenset[str] = frozenset(),
        left_out: tuple[str, ...] = (),
    ) -> None:
        self.path = path
        self.files = MappingProxyType(dict(files))
        self.root = root
        self.packed = packed
        self.hidden = hidden
        self.left_out = left_out
        # What is known of single files; an edited chart keeps it for the others.
        self._documents: dict[str, tuple[Document, ...]] = {}
        self._templates: dict[str, Template | None] = {}
        self._pinned: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return f"Chart({self.path!r}, {len(self.files)} files)"

    @property
    def name(self) -> str:
        """The name in Chart.yaml."""
        return self.root.name

    @property
    def library(self) -> bool:
        """Whether it only defines templates for other charts, so that nothing can be rendered."""
        return self.root.metadata.library

    @cached_property
    def missing(self) -> tuple[Dependency, ...]:
        """Dependencies of the chart and its own subcharts that lie neither in charts/ nor at their file://."""
        return tuple(self.root.missing())

    @cached_property
    def templates(self) -> Mapping[str, Template]:
        """The templates of the chart and all subcharts, by inside-path.

        Those that can't be lexed are left out: Helm won't render the chart either, and says why.
        """
        lexed = ((inside, self._lexed(inside)) for inside in self._template_paths)
        return {inside: found for inside, found in lexed if found is not None}

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """The chart and its subcharts by the prefix of their inside-paths."""
        return {unit.prefix: unit for _, unit in self.root.walk()}

    def owner(self, inside: str) -> Owner:
        """Whose a file is: the chart's own, an unpacked subchart's, a dependency's, or a library's."""
        unit = self.units.get(prefix_of(inside))
        return unit.owner if unit else "dependency"

    def editable(self, inside: str) -> bool:
        """Whether a fix may change the file: it wasn't fetched from somewhere else or unpacked by us."""
        unit = self.units.get(prefix_of(inside))
        return unit is not None and not unit.fetched and not self.packed

    def inside(self, rendered: str) -> str | None:
        """The inside-path of the template that Helm names ``web/charts/cache/templates/x.yaml``.

        Helm's names are those of charts and aliases; None when the chart has no such file.
        """
        unit, _, rest = self._rendered(rendered)
        found = f"{unit.prefix}{rest}" if unit else ""
        return found if found in self.files else None

    def rendered_scope(self, rendered: str) -> tuple[str, ...]:
        """The keys under which the values of a rendered template's subchart stand in the root's values."""
        return self._rendered(rendered)[1]

    def scope(self, inside: str) -> tuple[str, ...]:
        """As :meth:`rendered_scope` by inside-path; the first one where aliases take a subchart in twice."""
        return next(iter(self.scopes(inside)), ())

    def scopes(self, inside: str) -> tuple[tuple[str, ...], ...]:
        """All keys under which the values of a file's subchart stand in the root's values."""
        return self._scopes.get(prefix_of(inside), ())

    def documents(self, inside: str) -> tuple[Document, ...]:
        """The YAML documents of a values file; none where there is no such file. Raises ValuesError."""
        if inside not in self._documents and inside in self.files:
            read = documents_of(self.files[inside])
            if isinstance(read, ChartProblem):
                raise ValuesError(read.path, read.line, read.column, read.message)
            self._documents[inside] = read
        return self._documents.get(inside, ())

    def defaults(self, prefix: str) -> dict[str, Any]:
        """The data of a (sub)chart's own values.yaml, by its prefix."""
        return one_map(self.documents(f"{prefix}values.yaml"))

    def changed(self, texts: Mapping[str, str]) -> Chart:
        """The same chart with other texts for some inside-paths (or new files); metadata stay as read."""
        files = dict(self.files)
        for inside, text in texts.items():
            known = files.get(inside)
            path = known.path if known else f"{self.path.rstrip('/')}/{inside}"
            files[inside] = SourceFile(path, text.encode())
        again = Chart(
            self.path, files, self.root, packed=self.packed, hidden=self.hidden, left_out=self.left_out
        )
        again._documents = _without(self._documents, texts)
        again._templates = _without(self._templates, texts)
        again._pinned = _without(self._pinned, texts)
        return again

    def archive_files(self) -> Mapping[str, bytes]:
        """What Helm needs to render the chart, by inside-path, with random functions pinned.

        Other files than templates, values and metadata go along only where a template reads files.
        """
        return {inside: self._packed_bytes(inside) for inside in self.files if self._goes_to_helm(inside)}

    def check(self) -> ChartProblem | None:
        """What keeps the chart from being analysed: values that aren't maps, templates that aren't UTF-8."""
        try:
            for prefix in self.units:
                self.documents(f"{prefix}values.yaml")
        except ValuesError as error:
            return ChartProblem(error.path, error.line, error.column, error.message)
        for inside in self._template_paths:
            file = self.files[inside]
            try:
                file.text  # noqa: B018  (decoded once, kept for later)
            except UnicodeDecodeError as error:
                return _not_text(file, error)
        return None

    @cached_property
    def _template_paths(self) -> tuple[str, ...]:
        return tuple(inside for inside in self.files if is_template(inside) and inside not in self.hidden)

    def _lexed(self, inside: str) -> Template | None:
        if inside not in self._templates:
            try:
                self._templates[inside] = lex(self.files[inside].text)
            except LexError:
                self._templates[inside] = None
        return self._templates[inside]

    @cached_property
    def _scopes(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        found: dict[str, tuple[tuple[str, ...], ...]] = {}
        for scope, unit in self.root.walk():
            found[unit.prefix] = (*found.get(unit.prefix, ()), scope)
        return found

    def _rendered(self, rendered: str) -> tuple[Unit | None, tuple[str, ...], str]:
        name, _, rest = rendered.partition("/")
        unit: Unit | None = self.root if name == self.root.name else None
        scope: tuple[str, ...] = ()
        while unit is not None and rest.startswith("charts/"):
            key, _, rest = rest.removeprefix("charts/").partition("/")
            unit, scope = unit.children.get(key), (*scope, key)
        return unit, scope, rest

    @cached_property
    def _reads_files(self) -> bool:
        return read_files(self.files)

    def _goes_to_helm(self, inside: str) -> bool:
        if inside in self.hidden:
            return False
        return is_needed(inside) or (self._reads_files and not is_environment(inside))

    def _packed_bytes(self, inside: str) -> bytes:
        if inside not in self._pinned:
            file = self.files[inside]
            data = file.data.removeprefix(_BOM)
            self._pinned[inside] = pinned(data.decode()).encode() if is_template(inside) else data
        return self._pinned[inside]


def _without(known: Mapping[str, _Known], insides: Collection[str]) -> dict[str, _Known]:
    return {inside: found for inside, found in known.items() if inside not in insides}


def _not_text(file: SourceFile, error: UnicodeDecodeError) -> ChartProblem:
    before = file.data[: error.start]
    column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    message = (
        f"not UTF-8: byte 0x{file.data[error.start]:02x}; Helm's templates are text: save the file as UTF-8"
    )
    return ChartProblem(file.path, before.count(b"\n") + 1, column, message)
