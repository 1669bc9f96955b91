"""How a name stands inside a text: alone, in a list, as a JSON key or value, in an environment variable.

Each form finds the name in a text and gives the rewriting of exactly that occurrence.
"""

import json
import re
from collections.abc import Callable
from typing import Any

Rewrite = Callable[[str], str]  # new name → new text


def whole(text: str, name: str) -> Rewrite | None:
    """The text is the name and nothing else."""
    return (lambda new: new) if text == name else None


def listed(text: str, name: str) -> Rewrite | None:
    """The name is an item of a comma-separated list."""
    if name not in (item.strip() for item in text.split(",")):
        return None
    item = rf"(?<![^,\s]){re.escape(name)}(?![^,\s])"
    return lambda new: re.sub(item, lambda _: new, text)


def json_key(text: str, name: str, *steps: str) -> Rewrite | str | None:
    """The name is a key of the JSON mapping below `steps`; a reason where it can't be told apart."""
    data = _parsed(text)
    holder = data
    for step in steps:
        holder = holder.get(step) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or name not in holder:
        return None
    found = list(re.finditer(rf"{re.escape(json.dumps(name))}(?=\s*:)", text))
    if len(found) != 1:
        return f"{name} stands in its JSON more than once"
    return _at(text, found[0].start(), found[0].end())


def json_values(text: str, name: str, key: str, beside: tuple[str, str]) -> Rewrite | str | None:
    """The name is the value of `key` in JSON mappings that also hold `beside` (key, value)."""
    data = _parsed(text)
    holders = [holder for holder in _mappings(data) if holder.get(key) == name]
    if not any(holder.get(beside[0]) == beside[1] for holder in holders):
        return None
    if any(holder.get(beside[0]) != beside[1] for holder in holders):
        return f"its JSON uses {name} for other Services too"
    value = re.compile(rf"({re.escape(json.dumps(key))}\s*:\s*){re.escape(json.dumps(name))}")
    if len(value.findall(text)) != len(holders):
        return f"{name} can't be told apart in its JSON"
    return lambda new: value.sub(lambda match: match.group(1) + json.dumps(new), text)


def in_text(text: str, service: str, name: str) -> Rewrite | None:
    """Environment variables (`WEB_SERVICE_PORT_HTTP`), SRV names (`_http._tcp.web`), proxy URLs.

    https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    """
    prefix, own = re.escape(f"{_variable(service)}_SERVICE_PORT_"), re.escape(service)
    variable = rf"((?<![A-Z0-9_]){prefix}){re.escape(_variable(name))}(?![A-Z0-9_])"
    plain = rf"(_)({re.escape(name)})(?=\._(?:tcp|udp|sctp)\.{own}(?![-a-z0-9]))"
    proxy = rf"(services/(?:https?:)?{own}:)({re.escape(name)})(?![-a-z0-9])"
    if not any(re.search(form, text) for form in (variable, plain, proxy)):
        return None

    def rewrite(new: str) -> str:
        changed = re.sub(variable, lambda match: match.group(1) + _variable(new), text)
        for form in (plain, proxy):
            changed = re.sub(form, lambda match: match.group(1) + new, changed)
        return changed

    return rewrite


def services_in_text(text: str) -> set[str]:
    """The Services, each in its spelling as a variable, that `in_text` could find a port of here."""
    found: set[str] = set()
    if "_SERVICE_PORT_" in text:
        found.update(re.findall(r"(?<![A-Z0-9_])([A-Z0-9_]+?)_SERVICE_PORT_", text))
    if "._" in text:
        found.update(map(_variable, re.findall(r"\._(?:tcp|udp|sctp)\.([-a-z0-9]+)", text)))
    if "services/" in text:
        found.update(map(_variable, re.findall(r"services/(?:https?:)?([-a-z0-9]+):", text)))
    return found


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _mappings(data: Any) -> list[dict[str, Any]]:
    """All mappings in parsed JSON, however deep (without recursion: the text is a stranger's)."""
    found, waiting = [], [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            found.append(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return found


def _at(text: str, start: int, end: int) -> Rewrite:
    return lambda new: text[:start] + json.dumps(new) + text[end:]
