"""Renders with the ``helm`` command, Helm 3 or 4.

``helm template`` prints documents sorted, trimmed and in part left out; where a line comes from can't be
told from that. With ``--debug`` and a template that isn't YAML it prints every template's text as it is
instead, for a reader to find the fault in. So such a template is added, and a mark to the end of every
other one, since Helm puts nothing between two texts that a template couldn't print itself.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from .archive import pack
from .failures import ended_by, explain, missing_dependencies, out_of_memory
from .invocation import Output, TimeIsUp, run
from .printed import by_template, is_notes, whole_texts
from .protocol import Failure, Release, Result

MOST_MEMORY = 1 << 30
_MOST_OUTPUT = 1 << 27
_TEMPLATE = re.compile(r"(?:charts/[^/]+/)*(?P<rest>templates/(?:.*/)?[^_/][^/]*)")
_BROKEN = "templates/zz-not-yaml.yaml"
# JSON is YAML but for these, which YAML wants escaped.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


class CommandRenderer:
    """A ``helm`` command behind the :class:`.Renderer` protocol.

    ``path`` is what is run, ``memory`` the bytes that it may use, where the system can limit them.
    """

    def __init__(self, path: str, memory: int = MOST_MEMORY) -> None:
        self.name = path
        self.renders = 0
        self.seconds = 0.0
        self._memory = memory
        self._turn = threading.Lock()
        self._mark = f"<{secrets.token_hex(12)}>"

    def close(self) -> None:
        """Nothing outlives a render."""

    def render(
        self,
        files: Mapping[str, bytes],
        values: Sequence[Mapping[str, Any]],
        release: Release,
        timeout: float,
    ) -> list[Result]:
        """See :class:`.Renderer`."""
        with self._turn:
            limit = _Limit(timeout)
            marked = _marked(files, self._mark)
            return [self._texts(marked, files, one, release, limit) for one in values]

    def plain(
        self, files: Mapping[str, bytes], values: Mapping[str, Any], release: Release, timeout: float
    ) -> str | Failure:
        """What ``helm template`` prints for a user: all documents, in Helm's order."""
        with self._turn:
            return self._printed(files, values, release, _Limit(timeout))

    def _texts(
        self,
        marked: Mapping[str, bytes],
        files: Mapping[str, bytes],
        values: Mapping[str, Any],
        release: Release,
        limit: _Limit,
    ) -> Result:
        output = self._run(pack(marked), values, release, limit, "--debug")
        if isinstance(output, Failure):
            return output
        if texts := whole_texts(output.text, self._mark):
            return {name: text for name, text in texts.items() if not name.endswith(f"/{_BROKEN}")}
        missing = {f"charts/{name}/Chart.yaml" for name in missing_dependencies(output.message)}
        if missing and not missing & marked.keys():
            return self._texts(
                {**marked, **{path: _stand_in(path) for path in missing}}, files, values, release, limit
            )
        # Something else went wrong first: what, without our own additions.
        printed = self._printed(files, values, release, limit)
        return printed if isinstance(printed, Failure) else by_template(printed)

    def _printed(
        self, files: Mapping[str, bytes], values: Mapping[str, Any], release: Release, limit: _Limit
    ) -> str | Failure:
        output = self._run(pack(files), values, release, limit)
        if isinstance(output, Failure):
            return output
        return output.text if output.code == 0 else explain(output.message, files, values)

    def _run(
        self, archive: bytes, values: Mapping[str, Any], release: Release, limit: _Limit, *flags: str
    ) -> Output | Failure:
        began = time.monotonic()
        command = [self.name, "template", *flags, *_arguments(release)]
        try:
            output = run(
                command,
                archive,
                _as_yaml(values),
                timeout=limit.left(),
                memory=self._memory,
                most=_MOST_OUTPUT,
            )
        except TimeIsUp:
            return limit.passed()
        except OSError as error:
            return Failure("died", f"{self.name} can't be started: {error.strerror}")
        finally:
            self.renders += 1
            self.seconds += time.monotonic() - began
        return self._died(output) or output

    def _died(self, output: Output) -> Failure | None:
        if len(output.text) >= _MOST_OUTPUT:
            return Failure("died", f"the templates print more than {_MOST_OUTPUT >> 20} million characters")
        if output.code in (0, 1):
            return None
        if "out of memory" in output.message or "cannot allocate memory" in output.message:
            return Failure("died", out_of_memory(self._memory))
        return Failure("died", ended_by(output.code))


class _Limit:
    """The time that several runs of the command share."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds

    def left(self) -> float:
        return self.deadline - time.monotonic()

    def passed(self) -> Failure:
        return Failure("timeout", f"not rendered within {self.seconds:g} s")


def _arguments(release: Release) -> list[str]:
    words = [f"--namespace={release.namespace}", "--values=-"]
    if release.kube_version is not None:
        words.append(f"--kube-version={release.kube_version}")
    words += [f"--api-versions={version}" for version in release.api_versions]
    # Names that begin with a dash are no options.
    return [*words, "--", release.name, "{chart}"]


def _as_yaml(values: Mapping[str, Any]) -> bytes:
    text = json.dumps(values, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def _stand_in(path: str) -> bytes:
    """A chart without templates, for a dependency that isn't there; the SDK renders without one."""
    return f"apiVersion: v2\nname: {path.split('/')[1]}\nversion: 0.0.0\n".encode()


def _marked(files: Mapping[str, bytes], mark: str) -> dict[str, bytes]:
    """Files whose templates end with a mark, and one more template that isn't YAML."""
    marked = dict(files) | {_BROKEN: b"a: b: c"}
    for path, data in marked.items():
        found = _TEMPLATE.fullmatch(path)
        if found is not None and not is_notes(path):
            marked[path] = data + _ending(found["rest"], mark)
    return marked


def _ending(template: str, mark: str) -> bytes:
    """An action that prints ``mark`` for a template itself, not where another one includes its file.

    Who includes it passes what it likes, mostly its own root: there ``.Template`` is the other one.
    """
    name = json.dumps(f"/{template}", ensure_ascii=False)
    mine = f'{{{{if hasSuffix {name} (toString (get . "Name"))}}}}{mark}{{{{end}}}}'
    known = f'{{{{with get . "Template"}}}}{{{{if kindIs "map" .}}}}{mine}{{{{end}}}}{{{{end}}}}'
    return f'{{{{if kindIs "map" .}}}}{known}{{{{end}}}}'.encode()
