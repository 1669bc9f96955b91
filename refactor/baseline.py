"""A baseline: the findings that stood on a certain day, so that only new ones are reported.

A finding is known again by where it stands in its resource, not by its line: list items count by their
names, ports or hosts. Equal findings are told apart by their number alone.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from refactor.config import FileError, shown, text_of
from refactor.findings import Finding
from refactor.world import Ref

VERSION = 1
# What tells the items of a Kubernetes list apart, the best first.
_IDENTITIES = ("name", "containerPort", "port", "host", "path", "key", "ip", "kind")

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, order=True)
class Fingerprint:
    """What stays of a finding when lines move. `path` counts from the folder of the baseline."""

    path: str
    resource: str
    rule: str
    place: str
    value: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """The fingerprints of a file, and how often each may be found."""

    file: str
    counts: Mapping[Fingerprint, int]

    def accept(
        self, findings: Iterable[Finding], counts_now: Callable[[Fingerprint], bool]
    ) -> tuple[frozenset[Key], list[Fingerprint]]:
        """The keys of the findings that are in the baseline, and the entries that are there no more.

        `counts_now`: whether an entry could have been found in this run at all.
        """
        left, folder = Counter(self.counts), os.path.dirname(os.path.abspath(self.file))
        accepted: set[Key] = set()
        for found, keys in _entries(findings, folder):
            if left[found] > 0:
                left[found] -= 1
                accepted |= keys
        stale = [entry for entry, count in sorted(left.items()) if count > 0 and counts_now(entry)]
        return frozenset(accepted), stale


def fingerprint(finding: Finding, folder: str) -> Fingerprint:
    """What stays of a finding; its file's path counts from `folder`."""
    identity = finding.at.resource.id
    name = f"{identity.namespace}/{identity.name}" if identity.namespace else identity.name
    value = finding.at.value
    return Fingerprint(
        relative(finding.at.resource.home.file.path, folder),
        f"{identity.kind} {name}",
        finding.rule,
        _place(finding.at),
        "" if isinstance(value, dict | list) else json.dumps(value, default=str),
    )


def relative(path: str, folder: str) -> str:
    """A file's path from the folder of the baseline; `<stdin>` and the like stay."""
    if path.startswith("<"):
        return path
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:  # another drive
        return path.replace(os.sep, "/")


def _place(at: Ref) -> str:
    """The path of a finding with its list items by identity: `spec.ports[port=80].targetPort`."""
    steps = [
        _item(Ref(at.resource, at.path[: number + 1])) if isinstance(step, int) else f".{step}"
        for number, step in enumerate(at.path)
    ]
    return "".join(steps).removeprefix(".")


def _item(at: Ref) -> str:
    item = at.value
    if isinstance(item, dict):
        for key in _IDENTITIES:
            if isinstance(item.get(key), str | int):
                return f"[{key}={item[key]}]"
    return "[]"


def _entries(findings: Iterable[Finding], folder: str) -> Iterator[tuple[Fingerprint, set[Key]]]:
    """The entries of findings, in the order of the texts, whatever the order of the rules.

    One that several sets of values make of one text of a chart is one entry, with all their keys.
    """
    each = {finding.key: finding for finding in findings}
    entries: dict[tuple[object, Fingerprint], set[Key]] = {}
    for one in sorted(each.values(), key=lambda f: (f.at.resource.key, f.rule, repr(f.key))):
        entries.setdefault((one.twin, fingerprint(one, folder)), set()).add(one.key)
    yield from ((found, keys) for (_, found), keys in entries.items())


def baseline_text(findings: Iterable[Finding], folder: str) -> str:
    """The text of a baseline file in `folder`: sorted, one finding on a line."""
    counts = Counter(found for found, _ in _entries(findings, folder))
    lines = [
        json.dumps(asdict(found) | {"count": count}, ensure_ascii=False)
        for found, count in sorted(counts.items())
    ]
    listed = ",\n    ".join(lines)
    inside = f"\n    {listed}\n  " if lines else ""
    return f'{{\n  "version": {VERSION},\n  "findings": [{inside}]\n}}\n'


def read_baseline(path: str) -> Baseline:
    """The baseline in a file. Raises FileError, one line, where it is none."""
    if not os.path.exists(path):
        raise FileError(
            f"{shown(path)}: there is no such baseline; make it with --write-baseline {shown(path)}"
        )
    text = text_of(path)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        reason = getattr(error, "msg", "nested too deeply")
        raise _corrupt(path, f"not valid JSON: {reason}", line) from None
    if not isinstance(data, dict) or not isinstance(data.get("findings"), list):
        raise _corrupt(path, "not a baseline: it has no list of findings")
    if data.get("version") != VERSION:
        raise _corrupt(path, f"version {data.get('version')!r} isn't known here, only {VERSION} is")
    counts: Counter[Fingerprint] = Counter()
    for number, entry in enumerate(data["findings"], 1):
        found = _entry(entry)
        if found is None:
            raise _corrupt(path, f"finding {number} isn't one of a baseline")
        counts[found] += entry["count"]
    return Baseline(path, counts)


def _entry(entry: object) -> Fingerprint | None:
    names = Fingerprint.__dataclass_fields__.keys()
    if not isinstance(entry, dict) or entry.keys() != {*names, "count"}:
        return None
    count = entry["count"]
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        return None
    texts = [entry[name] for name in names]
    return Fingerprint(*texts) if all(isinstance(text, str) for text in texts) else None


def _corrupt(path: str, reason: str, line: int = 0) -> FileError:
    place = f"{shown(path)}:{line}" if line else shown(path)
    return FileError(f"{place}: {reason}; write it anew with --write-baseline {shown(path)}")
