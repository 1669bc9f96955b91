"""The process in which the Helm SDK runs: a script of its own, started by :mod:`.process`.

A template can exhaust the memory or never end, and Go then takes the whole process down; here that
costs nothing but this one. Requests come in on standard input, answers go out on standard output, both
as length-prefixed :mod:`marshal` frames between two processes of the same interpreter. The process ends
with its parent, however that ends: its standard input is closed then.

Imports nothing of ours, for the start to be quick.
"""

from __future__ import annotations

import json
import marshal
import os
import struct
import sys
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, NoReturn

EXHAUSTED = 77
"""The exit code that says: the memory limit was passed."""

FRAME = struct.Struct(">Q")
_POLL = 0.05


class _Worker:
    """Renders with the charts that the parent wants kept."""

    def __init__(self, helm: Any, most_text: int) -> None:
        self.helm = helm
        self.most_text = most_text
        self.charts: dict[str, Any] = {}

    def load(self, key: str, archive: bytes | None, dropped: list[str]) -> str | None:
        """Make a chart ready; what Helm says where it can't be read."""
        for old in dropped:
            self.charts.pop(old).close()
        if archive is not None:
            try:
                self.charts[key] = self.helm.Chart.load_archive(archive)
            except self.helm.HelmError as error:
                return str(error)
        return None

    def render(self, key: str, values: str, name: str, namespace: str) -> dict[str, str] | str | None:
        """The text of each template; what Helm says where it fails; None where it prints far too much."""
        try:
            texts: dict[str, str] = self.charts[key].render(
                json.loads(values), name=name, namespace=namespace
            )
        except self.helm.HelmError as error:
            return str(error)
        return texts if sum(map(len, texts.values())) <= self.most_text else None


def main(search_path: list[str], most_memory: int, most_text: int) -> NoReturn:
    """Answer requests until standard input ends. ``most_memory``: bytes, ``most_text``: code points."""
    sys.path[:] = search_path
    # Whatever Go writes to standard output must not get between the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests: SimpleQueue[bytes] = SimpleQueue()
    busy = threading.Event()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    threading.Thread(target=_watch, args=(busy, most_memory), daemon=True).start()

    def send(answer: Any) -> None:
        data = marshal.dumps(answer)
        answers.write(FRAME.pack(len(data)) + data)
        answers.flush()

    worker = _Worker(_helm(send), most_text)
    while True:
        busy.clear()
        key, archive, dropped, name, namespace, values = marshal.loads(requests.get())
        busy.set()
        problem = worker.load(key, archive, dropped)
        send(problem)
        if problem is None:
            for one in values:
                send(worker.render(key, one, name, namespace))


def _helm(send: Any) -> Any:
    """The SDK; the first frame says whether it is there (None) or why it isn't."""
    try:
        import helm_python
    except Exception as error:
        send(" ".join(str(error).split()))
        sys.exit(1)
    send(None)
    return helm_python


def _receive(requests: SimpleQueue[bytes]) -> NoReturn:
    """Take requests in even while Go is at work, so that the parent's end is noticed at once."""
    with os.fdopen(0, "rb", closefd=False) as source:
        while len(head := source.read(FRAME.size)) == FRAME.size:
            requests.put(source.read(*FRAME.unpack(head)))
    os._exit(0)


def _watch(busy: threading.Event, most_memory: int) -> None:
    """End the process when it has used too much memory.

    An address space limit won't do: Go reserves far more of it than it uses.
    """
    try:
        most_used = _meter()
    except ImportError:  # Windows: only the time is limited there.
        return
    while True:
        busy.wait()
        time.sleep(_POLL)
        if most_used() > most_memory:
            os._exit(EXHAUSTED)


def _meter() -> Callable[[], int]:
    """Tells the most bytes that this process ever had in memory. Raises ImportError where nothing does."""
    import resource

    status, unit = "/proc/self/status", 1 if sys.platform == "darwin" else 1024

    def peak() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit

    def own_peak() -> int:
        with open(status, "rb") as lines:
            told = next((line for line in lines if line.startswith(b"VmHWM:")), None)
        return int(told.split()[1]) * unit if told else peak()

    # Linux hands ru_maxrss down to a child: a worker would answer for what its parent holds.
    return own_peak if os.path.exists(status) else peak


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
