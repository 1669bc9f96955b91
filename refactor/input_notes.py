"""What a reader should know of the text of manifests, beside what is wrong with the routes in it."""

from collections.abc import Collection, Iterable, Iterator

from refactor.inputs import FileReading, InputError, Reading
from refactor.kubernetes import INTERESTING
from refactor.kubernetes.kinds import said_by
from refactor.source import Document


def no_object(reading: Reading, places: Collection[str]) -> Iterable[str]:
    """What was given is YAML and nothing of Kubernetes: no problem in it says nothing."""
    given = {path: found for path, found in reading.files.items() if found.reported}
    if any(found.documents for found in given.values()) and not any(map(_is_kubernetes, given.values())):
        path = next(iter(given))
        alone = len(given) == 1 and path in places
        yield "no Kubernetes object in what was given" + (f": {path}" if alone else "")


def _is_kubernetes(found: FileReading) -> bool:
    kinds = (isinstance(one.data, dict) and one.data.get("kind") for one in found.documents)
    return bool(found.skipped or found.kustomizations) or any(kinds)


def twice(reading: Reading) -> Iterable[str]:
    """Keys that stand twice in a mapping: one of the two is without effect."""
    for path, found in reading.files.items():
        for document in found.documents if found.reported else ():
            told = [place for place in document.duplicates if len(place) > 1 or not _swallows(document)]
            for place in dict.fromkeys(told):
                line = document.position(place).line
                yield f"{path}:{line}: the key {place[-1]} stands twice here: Kubernetes takes the last one"


def swallowed(reading: Reading) -> Iterator[InputError]:
    """Where an object begins in the middle of another one: nobody meant a mixture of the two."""
    for path, found in reading.files.items():
        for document in found.documents if found.reported else ():
            if document.duplicates and _swallows(document) and document.root:
                heads = [key for key, _ in document.root.pairs() if key.text in ("apiVersion", "kind")]
                for key in [key for key in heads if key.text == heads[0].text][1:]:
                    yield InputError(path, key.line, key.column, _SWALLOWED)


_SWALLOWED = (
    "another object begins here with no `---` before it: Kubernetes takes the last of each key, and the "
    "object above is lost; put `---` above this line"
)


def _swallows(document: Document) -> bool:
    """Whether a document says twice what it is."""
    return {("apiVersion",), ("kind",)} <= {*document.duplicates}


def headless(reading: Reading) -> Iterator[str]:
    """Objects that don't say what they are, so that nobody reads them."""
    for path, found in reading.files.items():
        for document in found.documents if found.reported else ():
            lack = _lack(document.data)
            if lack:
                line = document.position(()).line
                yield f"{path}:{line}: {lack}: Kubernetes doesn't take it, and it isn't checked"


def _lack(data: object) -> str | None:
    if not isinstance(data, dict):
        return None
    kind, version = data.get("kind"), data.get("apiVersion")
    if (isinstance(kind, str) and isinstance(version, str)) or said_by(data):
        return None
    if not isinstance(data.get("metadata"), dict):
        return None
    if isinstance(kind, str):
        return f"this {kind} has no apiVersion" if kind in INTERESTING else None
    return "this object has no kind" if isinstance(version, str) else None


def kustomized(reading: Reading) -> Iterator[str]:
    """Kustomizations, of which only a part is applied."""
    kustomizations = [path for path, found in reading.files.items() if found.kustomizations]
    if kustomizations:
        more = f" and {len(kustomizations) - 1} more" if len(kustomizations) > 1 else ""
        yield (
            f"kustomization {kustomizations[0]}{more}: "
            "the files are read as they stand, with the labels that it adds counted in; "
            "patches, generators and other transformers aren't applied"
        )
