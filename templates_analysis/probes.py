"""A form of a chart for the `helm template` command that yields the raw text of each template.

The command parses what templates print as manifests, sorts and regroups them, and marks outside scalars break
that. Here a target prints nothing in its own place, and one extra template a chart prints what each target of
that chart renders to, encoded, with the file's Helm name, in the order in which Helm renders files, with
`.Template` as Helm sets it (https://helm.sh/docs/chart_template_guide/builtin_objects/) and without the words
that Go prints for a missing value, which Helm takes out.

Where such a rendering fails, Helm's message names the extra template first: render the plain chart for the
message that a user should see.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import groupby

from .actions import LexError, lex

_KEY = "probed"
# Only the extra template's `.Template` has the key; a call of a file with other data isn't its own turn.
_GATE = (
    '{{if or (not (kindIs "map" .)) (not (kindIs "map" (get . "Template"))) '
    f'(hasKey (get . "Template") "{_KEY}")}}}}'
)
_PROBE = (
    '{{$_ := set . "Template" (dict "Name" (print $base "/<NAME>") "BasePath" $base "<KEY>" true)}}'
    "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: probe-<NUMBER>\ndata:\n"
    '  name: "{{.Template.Name | b64enc}}"\n'
    '  text: "{{include (print $base "/<NAME>") . | replace "<no value>" "" | b64enc}}"\n'
)
_FOUND = re.compile(r'^  name: "([\w+/=]*)"\n  text: "([\w+/=]*)"$', re.MULTILINE)


def probes(files: Mapping[str, str], targets: Collection[str]) -> Mapping[str, str]:
    """The files to change, and the extra ones, for the command to print what ``targets`` render to.

    ``files`` are texts of templates by inside-path (plain or marked), ``targets`` those whose rendering is
    wanted; partials (``_*.tpl``) aren't rendered, so they are passed over, as is what can't be lexed.
    """
    rendered = [name for name in targets if name in files and not _partial(name)]
    gated = {name: text for name in rendered if (text := _gated(files[name])) is not None}
    changed = dict(gated)
    for folder, names in groupby(sorted(gated, key=_chart), key=_chart):
        changed[f"{folder}templates/zz-probe.yaml"] = _probe([name[len(folder) :] for name in names])
    return changed


def read_probes(output: str) -> dict[str, str]:
    """The raw text of each probed template by Helm's name for it, from what the command wrote."""
    return {_decoded(name): _decoded(text) for name, text in _FOUND.findall(output)}


def _decoded(text: str) -> str:
    return b64decode(text).decode("utf-8", "replace")


def _chart(name: str) -> str:
    """The inside-path of the chart that a template belongs to: "" or as in "charts/redis/"."""
    parts = name.split("/")
    depth = 0
    while len(parts) > depth + 2 and parts[depth] == "charts":
        depth += 2
    return "".join(f"{part}/" for part in parts[:depth])


def _partial(name: str) -> bool:
    return name.rpartition("/")[2].startswith("_")


def _probe(names: list[str]) -> str:
    """The extra template of one chart, for templates named from the chart's folder on."""
    pieces = ["{{$base := .Template.BasePath}}"]
    for number, name in enumerate(sorted(names, key=_turn, reverse=True)):
        piece = _PROBE.replace("<KEY>", _KEY).replace("<NUMBER>", str(number))
        spelled = name.removeprefix("templates/").replace("\\", "\\\\").replace('"', '\\"')
        pieces.append(piece.replace("<NAME>", spelled))
    return "".join(pieces)


def _turn(name: str) -> tuple[int, str]:
    """Helm renders deeper files first and, at one depth, the last in the alphabet first."""
    return name.count("/"), name


@lru_cache(maxsize=512)
def _gated(text: str) -> str | None:
    """A template's text that prints only for the extra template; definitions stay outside the condition."""
    try:
        template = lex(text)
    except LexError:
        return None
    definitions: list[str] = []
    body: list[str] = []
    index = 0
    while index < len(template.segments):
        segment = template.segments[index]
        if segment.keyword == "define":
            index = segment.close or index
            end = template.segments[index]
            definitions.append(text[segment.start : end.end])
            # A comment keeps its trims in place, and the trims of others from what lies behind.
            body.append(f"{{{{{'- ' if segment.trims_left else ''}/**/{' -' if end.trims_right else ''}}}}}")
        else:
            body.append(text[segment.start : segment.end])
        index += 1
    return "".join([*definitions, _GATE, *body, "{{end}}"])
