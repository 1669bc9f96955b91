"""The parent's side of :mod:`.worker`: starts it, asks it, ends it."""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import subprocess
import sys
import threading
import time
import weakref
from queue import Empty, SimpleQueue
from typing import IO, Any

from . import worker

_SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py")
_PACKAGES = os.path.dirname(os.path.dirname(os.path.dirname(_SCRIPT)))
# A large heap between collections makes big charts twice as fast; the limit keeps it honest.
_COLLECTOR = {"GOGC": "400", "GOTRACEBACK": "none"}

# Seconds of one wait: an interrupt that comes in the moment before a wait is heeded only behind it.
_HEED = 1.0


class WorkerEnded(Exception):
    """The worker is no more; ``exhausted``: it passed its memory limit."""

    def __init__(self, code: int, *, exhausted: bool) -> None:
        super().__init__(f"the process that renders ended with code {code}")
        self.code = code
        self.exhausted = exhausted


def startable() -> bool:
    """Whether a worker can be started here: not from within a bundle without an interpreter of its own."""
    return bool(sys.executable) and not getattr(sys, "frozen", False) and os.path.isfile(_SCRIPT)


class Process:
    """One running worker. ``memory``: bytes it may use, ``text``: code points one render may have."""

    def __init__(self, memory: int, text: int) -> None:
        self.owner = os.getpid()
        search_path = json.dumps([*filter(None, sys.path), _PACKAGES])
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", _SCRIPT, search_path, str(memory), str(text)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(memory),
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._answers: SimpleQueue[Any] = SimpleQueue()
        assert self._process.stdout is not None
        threading.Thread(
            target=_collect, args=(self._process.stdout, self._answers), name="helm answers", daemon=True
        ).start()
        self._end = weakref.finalize(self, _stop, self._process, self.owner)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def send(self, request: Any) -> None:
        """Ask; raises :class:`WorkerEnded`."""
        data = marshal.dumps(request)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(worker.FRAME.pack(len(data)) + data)
            self._process.stdin.flush()
        except (BrokenPipeError, OSError):
            raise self._ended() from None

    def answer(self, seconds: float) -> Any:
        """The next answer; raises :class:`WorkerEnded`, or ``queue.Empty`` after ``seconds``."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > _HEED:
            with contextlib.suppress(Empty):
                return self._taken(_HEED)
        return self._taken(max(left, 0.0))

    def _taken(self, seconds: float) -> Any:
        frame = self._answers.get(timeout=seconds)
        if frame is None:
            raise self._ended()
        return marshal.loads(frame)

    def stop(self) -> None:
        """End it at once, whatever it does."""
        self._end()

    def _ended(self) -> WorkerEnded:
        code = self._process.wait()
        return WorkerEnded(code, exhausted=code == worker.EXHAUSTED)


def _environment(memory: int) -> dict[str, str]:
    """The user's, without what would lead Helm to a cluster or to the user's own settings."""
    strange = ("HELM_", "KUBE", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    own = {name: os.environ[name] for name in ("HELM_C_LIB",) if name in os.environ}
    return kept | own | _COLLECTOR | {"GOMEMLIMIT": str(memory * 3 // 4)}


def _collect(source: IO[bytes], answers: SimpleQueue[Any]) -> None:
    """Put frames on the queue until the worker ends; None is the last."""
    with source:
        while len(head := source.read(worker.FRAME.size)) == worker.FRAME.size:
            answers.put(source.read(*worker.FRAME.unpack(head)))
    answers.put(None)


def _stop(process: subprocess.Popen[bytes], owner: int) -> None:
    # A forked copy of the owner must not end the worker of the original.
    if os.getpid() == owner:
        process.kill()
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
