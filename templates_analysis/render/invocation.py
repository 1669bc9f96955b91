"""Runs the ``helm`` command once: its own empty home, limits on time and memory, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_HOMES = ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "PLUGINS", "REPOSITORY_CACHE")
_SETTINGS = ("REPOSITORY_CONFIG", "REGISTRY_CONFIG")
_MOST_MESSAGE = 1 << 20
# Addresses that Go takes and doesn't use.
_RESERVED = 2 << 30


@dataclass(frozen=True, slots=True)
class Output:
    """How a command ended (negative: by a signal), and what it printed."""

    code: int
    text: str
    message: str


class TimeIsUp(Exception):
    """The command was still running when its time was over; it has been ended."""


def run(
    command: Sequence[str], archive: bytes, values: bytes, *, timeout: float, memory: int, most: int
) -> Output:
    """Run ``command`` with ``values`` on standard input; ``{chart}`` in it becomes the archive's path.

    ``timeout``: seconds; ``memory``: bytes it may use, where the system can limit them; ``most``: bytes of
    output that are read. Raises :class:`TimeIsUp`, and OSError where the command can't be started.
    """
    with tempfile.TemporaryDirectory(prefix="helm-", ignore_cleanup_errors=True) as home:
        chart = os.path.join(home, "chart.tgz")
        with open(chart, "wb") as file:
            file.write(archive)
        with (
            open(os.path.join(home, "printed"), "w+b") as printed,
            open(os.path.join(home, "said"), "w+b") as said,
        ):
            process = subprocess.Popen(
                [chart if word == "{chart}" else word for word in command],
                stdin=subprocess.PIPE,
                stdout=printed,
                stderr=said,
                env=_environment(home, memory),
                start_new_session=True,
            )
            with _ended(process):
                _limit(process.pid, memory)
                try:
                    process.communicate(values, timeout=max(timeout, 0.0))
                except subprocess.TimeoutExpired:
                    raise TimeIsUp from None
            printed.seek(0)
            said.seek(0)
            return Output(
                process.returncode,
                printed.read(most).decode("utf-8", "replace"),
                said.read(_MOST_MESSAGE).decode("utf-8", "replace"),
            )


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """See to it that nothing runs on, neither the command nor what it started."""
    try:
        yield
    finally:
        if process.poll() is None:
            if sys.platform == "win32":
                process.kill()
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _environment(home: str, memory: int) -> dict[str, str]:
    """The user's, with an empty home for Helm and without a way to a cluster."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HELM_", "KUBE"))}
    kept |= {f"HELM_{name}": os.path.join(home, "helm", name.lower()) for name in _HOMES}
    kept |= {f"HELM_{name}": os.path.join(home, "helm", f"{name.lower()}.json") for name in _SETTINGS}
    kept["KUBECONFIG"] = os.path.join(home, "no-cluster")
    return kept | {"GOMEMLIMIT": str(memory * 3 // 4), "GOTRACEBACK": "none"}


def _limit(pid: int, memory: int) -> None:
    """Limit what a process may use, where the system can do that from outside."""
    if sys.platform == "linux":
        import resource

        # It may have ended already.
        with contextlib.suppress(OSError):
            resource.prlimit(pid, resource.RLIMIT_DATA, (memory, memory))
            # Stops a single huge request at once, which the other limit may let through.
            resource.prlimit(pid, resource.RLIMIT_AS, (memory + _RESERVED, memory + _RESERVED))
