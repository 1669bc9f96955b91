"""The two streams: what they can show, when a reader goes away, and a sign of life on long work."""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import TextIO

from refactor.report.style import Style, without_unicode


class Output:
    """A stream to write to. Once its reader is gone (`| head`), what follows is dropped in silence.

    `colour`: "auto" follows the terminal, NO_COLOR and FORCE_COLOR; "always" and "never" don't.
    """

    def __init__(self, stream: TextIO | None, colour: str = "auto") -> None:
        self._stream = stream
        self.terminal = stream is not None and stream.isatty()
        self.style = Style(self._wants_colour(colour))
        self._encoding = (getattr(stream, "encoding", None) or "utf-8").lower()

    def _wants_colour(self, colour: str) -> bool:
        if colour != "auto":
            return colour == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return self.terminal and os.environ.get("TERM") != "dumb"

    def write(self, text: str) -> None:
        """Text for readers: signs that the stream can't show are replaced by what it can."""
        if self._encoding.replace("-", "") not in ("utf8", "utf8sig"):
            text = without_unicode(text, self._encoding)
        self._put(text, self._encoding)

    def write_exactly(self, text: str) -> None:
        """Text for programs (a diff, a file): UTF-8, whatever the terminal would take."""
        self._put(text, "utf-8")

    def line(self, text: str = "") -> None:
        self.write(f"{text}\n")

    def _put(self, text: str, encoding: str) -> None:
        if self._stream is None or not text:
            return
        buffer = getattr(self._stream, "buffer", None)
        try:
            if buffer is None:
                self._stream.write(text)
            else:
                self._stream.flush()
                buffer.write(text.encode(encoding, "surrogateescape"))
            self._stream.flush()
        except BrokenPipeError:
            self._close()

    def _close(self) -> None:
        """Closed by us, or Python would complain at its exit about what it can't flush."""
        with contextlib.suppress(OSError):
            if self._stream is not None:
                self._stream.close()
        self._stream = None


def read_standard_input(err: Output) -> bytes:
    """All of standard input; where that is a keyboard, says so first."""
    if sys.stdin is None:
        return b""
    if sys.stdin.isatty():
        err.line("Reading YAML from the keyboard; Ctrl-D ends it.")
    return sys.stdin.buffer.read()


_PATIENCE = 1.0
_BEAT = 0.25


@contextlib.contextmanager
def progress(err: Output, doing: str) -> Iterator[None]:
    """While the work lasts, from its second second on: what is being done, on a terminal only."""
    if not err.terminal:
        yield
        return
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(err, doing, done), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _watch(err: Output, doing: str, done: threading.Event) -> None:
    started = time.monotonic()
    if done.wait(_PATIENCE):
        return
    while not done.wait(_BEAT):
        err.write(f"\r{doing} … {time.monotonic() - started:.0f} s")
    err.write(f"\r{' ' * (len(doing) + 12)}\r")
