"""Packed charts (.tgz) → their files, guarded against archives that aren't what they seem.

What a package holds is told by https://helm.sh/docs/topics/charts/; the limits are those that Helm has
for one file, and half of what it has for a whole chart.
"""

from __future__ import annotations

import io
import posixpath
import re
import tarfile
import zlib
from collections.abc import Mapping

MOST_BYTES = 50_000_000
MOST_BYTES_OF_A_FILE = 5 * 1024 * 1024
_MOST_FILES = 10_000
_DRIVE = re.compile(r"[A-Za-z]:")
_GZIP = zlib.MAX_WBITS | 16


class BadPackage(Exception):
    """A package that isn't taken, and why."""


def unpack(data: bytes, most: int = MOST_BYTES) -> Mapping[str, bytes]:
    """The files of a packed chart by their path below the chart's folder.

    ``most``: how many bytes all files may come to. Links and devices are left out, as nothing in a chart
    needs them. Raises BadPackage.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(_unzipped(data, most)), mode="r:") as archive:
            return _files(archive)
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        raise BadPackage(f"not a packed chart: {error}") from None


def _unzipped(data: bytes, most: int) -> bytes:
    """The archive in a gzip stream; never more is unpacked than may be."""
    reader = zlib.decompressobj(_GZIP)
    # An archive pads its files, hence some room.
    limit = most + _MOST_FILES * 2 * tarfile.BLOCKSIZE
    try:
        unzipped = reader.decompress(data, limit)
    except zlib.error:
        raise BadPackage("not a packed chart: it isn't a gzip archive") from None
    if reader.unconsumed_tail:
        raise BadPackage(f"the packed chart holds more than {most // 1_000_000} MB")
    if not reader.eof:
        raise BadPackage("not a packed chart: the archive ends too early")
    return unzipped


def _files(archive: tarfile.TarFile) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for count, member in enumerate(archive):
        if count > _MOST_FILES:
            raise BadPackage(f"the packed chart holds more than {_MOST_FILES:,} files")
        if not member.isreg():
            continue
        if member.size > MOST_BYTES_OF_A_FILE:
            raise BadPackage(f"{member.name!r} in the packed chart is larger than Helm takes (5 MiB)")
        content = archive.extractfile(member)
        if content is not None:
            found[_inside(member.name)] = content.read()
    if not found:
        raise BadPackage("not a packed chart: the archive is empty")
    return found


def _inside(name: str) -> str:
    """A member's path below the chart's folder. Raises BadPackage when it leads out of it."""
    top, _, rest = name.replace("\\", "/").partition("/")
    inside = posixpath.normpath(rest) if rest else ""
    leads_out = inside.startswith(("/", "../")) or inside in ("", ".", "..") or _DRIVE.match(inside)
    if leads_out or top in ("", ".."):
        raise BadPackage(f"the packed chart holds {name!r}, which isn't in the chart's own folder")
    return inside
