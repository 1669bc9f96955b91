"""Renders with the Helm SDK, in one worker process that is reused, and replaced where it dies."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from queue import Empty
from typing import Any

from .archive import digest, pack
from .failures import ended_by, explain, out_of_memory
from .printed import is_notes
from .process import Process, WorkerEnded
from .protocol import Failure, Release, Result

MOST_MEMORY = 1 << 30
MOST_TEXT = 1 << 26
_KEPT_CHARTS = 8


class SdkRenderer:
    """The Helm SDK (``helm-python-sdk``) behind the :class:`.Renderer` protocol.

    ``memory``: bytes that one worker may use, ``text``: code points that one render may print. The worker
    starts with the first render, or with :meth:`start`, which doesn't wait for it.
    """

    name = "sdk"

    def __init__(self, memory: int = MOST_MEMORY, text: int = MOST_TEXT) -> None:
        self.renders = 0
        self.seconds = 0.0
        self._memory = memory
        self._text = text
        self._turn = threading.Lock()
        self._process: Process | None = None
        # What the worker holds, oldest first: the parent decides what is kept, the worker only obeys.
        self._loaded: OrderedDict[str, None] = OrderedDict()
        self._greeted = False

    @property
    def pid(self) -> int | None:
        """The worker's process id; None where none runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start a worker unless one runs; it gets ready while the caller goes on."""
        with self._turn:
            self._running()

    def close(self) -> None:
        """End the worker; the next render starts another."""
        with self._turn:
            self._discard()

    def render(
        self,
        files: Mapping[str, bytes],
        values: Sequence[Mapping[str, Any]],
        release: Release,
        timeout: float,
    ) -> list[Result]:
        """See :class:`.Renderer`; ``release.kube_version`` and ``.api_versions`` aren't known here."""
        with self._turn:
            began = time.monotonic()
            try:
                return self._render(files, values, release, began + timeout, timeout)
            except BaseException:
                # Answers that nobody waited for would be taken for those of the next request.
                self._discard()
                raise
            finally:
                self.renders += len(values)
                self.seconds += time.monotonic() - began

    def _render(
        self,
        files: Mapping[str, bytes],
        values: Sequence[Mapping[str, Any]],
        release: Release,
        deadline: float,
        timeout: float,
    ) -> list[Result]:
        key = digest(files)
        results: list[Result] = []
        while len(results) < len(values):
            rest = values[len(results) :]
            try:
                self._ask(key, files, rest, release, deadline, results)
            except Empty:
                self._discard()
                late = Failure("timeout", f"not rendered within {timeout:g} s")
                results += [late] * (len(values) - len(results))
            except WorkerEnded as ended:
                self._discard()
                results.append(self._died(ended))
            except _Unusable as unusable:
                self._discard()
                results += [Failure("died", str(unusable))] * (len(values) - len(results))
        return results

    def _ask(
        self,
        key: str,
        files: Mapping[str, bytes],
        values: Sequence[Mapping[str, Any]],
        release: Release,
        deadline: float,
        results: list[Result],
    ) -> None:
        """Add a result for each of ``values`` as they come in, as far as the worker gets."""
        process = self._running()
        if not self._greeted:
            self._greet(process, deadline)
        known = key in self._loaded
        dropped = [] if known else list(self._loaded)[: max(0, len(self._loaded) - _KEPT_CHARTS + 1)]
        texts = [json.dumps(one) for one in values]
        archive = None if known else pack(files)
        process.send((key, archive, dropped, release.name, release.namespace, texts))
        for old in dropped:
            del self._loaded[old]
        problem = process.answer(deadline - time.monotonic())
        if problem is not None:
            results += [explain(problem, files, one) for one in values]
            return
        self._loaded[key] = None
        self._loaded.move_to_end(key)
        for one in values:
            results.append(self._result(process.answer(deadline - time.monotonic()), files, one))

    def _result(
        self, answer: dict[str, str] | str | None, files: Mapping[str, bytes], values: Mapping[str, Any]
    ) -> Result:
        if answer is None:
            return Failure("died", f"the templates print more than {self._text >> 20} million characters")
        if isinstance(answer, str):
            return explain(answer, files, values)
        return {name: text for name, text in answer.items() if not is_notes(name)}

    def _greet(self, process: Process, deadline: float) -> None:
        problem = process.answer(deadline - time.monotonic())
        if problem is not None:
            raise _Unusable(f"the Helm SDK can't be loaded: {problem}")
        self._greeted = True

    def _running(self) -> Process:
        # A process that was forked from ours has the object, but not the worker's pipes to itself.
        if self._process is None or self._process.owner != os.getpid() or not self._process.alive:
            self._discard()
            self._process = Process(self._memory, self._text)
        return self._process

    def _discard(self) -> None:
        if self._process is not None:
            self._process.stop()
        self._process = None
        self._loaded.clear()
        self._greeted = False

    def _died(self, ended: WorkerEnded) -> Failure:
        if ended.exhausted:
            return Failure("died", out_of_memory(self._memory))
        return Failure("died", ended_by(ended.code))


class _Unusable(Exception):
    """The SDK is installed, but can't be loaded."""
