"""The right form of a value whose type the API server refuses, where only one can be meant.

Kubernetes reads YAML 1.1: unquoted `on`, `off`, `y`, `n`, `yes` and `no` are booleans, `1.10` is a
number. The text in the file tells what was meant.
https://kubernetes.io/docs/concepts/configuration/overview/#general-configuration-tips
"""

from collections.abc import Mapping

from refactor.source import Kept
from refactor.world import Change, Ref, Replace, SetScalar

NUMBER = "a number"
NUMBER_OR_NAME = "a number or a name"
TEXT = "text"
PROTOCOL = "TCP, UDP or SCTP"
PROTOCOLS = frozenset({"TCP", "UDP", "SCTP"})
_LIST = "a list of ports is needed here, each with its own fields"
_OVER_TCP = frozenset({"HTTP", "HTTPS", "HTTP2", "GRPC", "WS", "WSS", "TLS"})
_PORT_KEY = {"containers": "containerPort", "initContainers": "containerPort", "spec": "port"}

Outcome = tuple[tuple[Change, ...], bool] | str
"""Changes and whether they are certain, or the reason why there are none."""


def right_form(at: Ref, expected: str) -> Outcome:
    """What the value at `at` should be, given what the API server expects there."""
    value = at.value
    if is_wrapped(at):
        return _unwrapped(at)
    if expected == PROTOCOL:
        return _protocol(at, str(value))
    if expected in (NUMBER, NUMBER_OR_NAME) and is_digits(value):
        return (SetScalar(at, int(str(value))),), True
    if isinstance(value, bool) and expected in (TEXT, NUMBER_OR_NAME):
        return _quoted(at)
    if isinstance(value, int | float) and expected == TEXT:
        return _quoted(at)
    if expected == "true or false" and isinstance(value, str) and value.lower() in ("true", "false"):
        return (SetScalar(at, value.lower() == "true"),), True
    if at.path[-1] == "ports" or at.path[-2:-1] == ("ports",):
        return _listed(at)
    return f"{expected} is needed here; what is meant can't be told from the files"


def shown(at: Ref, expected: str) -> str:
    """A value that isn't what is expected, to follow the word "but"."""
    match at.value:
        case bool() if expected in (TEXT, NUMBER_OR_NAME):
            return f"{_written(at) or 'it'} is a boolean"
        case bool():
            return "is a boolean"
        case str(value) if expected == PROTOCOL:
            return f"is {value}"
        case str(value) if is_digits(value):
            return f'"{value}" in quotes is text'
        case str(value):
            return f'is the text "{value}"'
        case int(value) | float(value):
            return f"{_written(at) or value} is a number"
        case dict():
            return "is a mapping"
        case _:
            return "is a list"


def is_wrapped(at: Ref) -> bool:
    """Whether this is the `matchLabels` in a Service's selector, where labels stand directly."""
    return at.resource.kind == "Service" and at.path == ("spec", "selector", "matchLabels")


def is_digits(value: object) -> bool:
    """Whether a text is a number that was put in quotes (a leading zero is something else)."""
    return isinstance(value, str) and value.isascii() and value.isdecimal() and value[0] != "0"


def _quoted(at: Ref) -> Outcome:
    """The text in the file, as text: `on` rather than true, `1.10` rather than 1.1."""
    text = _written(at)
    if not text:
        return "its text can't be told from the file; put it in quotes"
    return (SetScalar(at, text),), True


def _written(at: Ref) -> str | None:
    """A plain scalar as it stands in the file."""
    home = at.resource.home
    span = home.span(at.path)
    text = home.file.text[span.start : span.end] if span else ""
    return text if text and "\n" not in text and text[0] not in "\"'|>" else None


def _protocol(at: Ref, value: str) -> Outcome:
    if value.upper() in PROTOCOLS:
        return (SetScalar(at, value.upper()),), True
    if value.upper() in _OVER_TCP:
        return (SetScalar(at, "TCP"),), False
    return f"a protocol is {PROTOCOL}; HTTP, gRPC and TLS run over TCP"


def _unwrapped(at: Ref) -> Outcome:
    """A Service's selector is a plain mapping of labels, unlike a Deployment's."""
    selector, labels = at.parent.value, at.value
    if not isinstance(selector, Mapping) or len(selector) != 1 or not isinstance(labels, Mapping):
        return "a Service's selector holds labels only; what stands beside matchLabels must go first"
    if not labels or not all(isinstance(value, str) for value in labels.values()):
        return "the labels under matchLabels must be text first"
    return (Replace(at.parent, {key: Kept((*at.path, key)) for key in labels}),), True


def _listed(at: Ref) -> Outcome:
    """`ports: {port: 80}` and `ports: [80]`: a list of mappings is meant."""
    value, steps = at.value, at.path
    if steps[-1] == "ports" and isinstance(value, Mapping) and value:
        scalars = all(isinstance(child, str | int) for child in value.values())
        return ((Replace(at, [{key: Kept((*steps, key)) for key in value}]),), True) if scalars else _LIST
    owners = [step for step in steps[:-2] if isinstance(step, str)]
    key = _PORT_KEY.get(owners[-1]) if owners else None
    if key and isinstance(steps[-1], int) and isinstance(value, int) and not isinstance(value, bool):
        return (Replace(at, {key: Kept(steps)}),), True
    return _LIST
