"""Packs a chart's files as Helm reads them: a gzipped tar with everything below one folder."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Mapping
from hashlib import blake2b

# Helm takes the chart's name from Chart.yaml; the folder only has to be one and the same.
_FOLDER = "chart"


def digest(files: Mapping[str, bytes]) -> str:
    """What tells one set of files from another: equal for the same paths with the same bytes."""
    state = blake2b(digest_size=16)
    for path, data in files.items():
        state.update(f"{len(data)} {len(path)} {path}".encode("utf-8", "surrogateescape"))
        state.update(data)
    return state.hexdigest()


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ``.tgz`` of ``{path inside the chart: bytes}``, stored without compression."""
    blocks: list[bytes] = []
    for path, data in files.items():
        entry = tarfile.TarInfo(f"{_FOLDER}/{path}")
        entry.size = len(data)
        blocks += entry.tobuf(tarfile.GNU_FORMAT), data, bytes(-len(data) % tarfile.BLOCKSIZE)
    blocks.append(bytes(2 * tarfile.BLOCKSIZE))
    return gzip.compress(b"".join(blocks), compresslevel=0, mtime=0)
