"""The comments of a YAML text, found with PyYAML's scanner: nothing of the product is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import yaml

COMMENT = re.compile(r"(?:^|(?<=[ \t\r\n\ufeff]))#[^\r\n]*")


def comments(text: str) -> Counter[str]:
    """How often each comment stands in `text`, without the blanks at its end.

    A `#` inside a quoted or block scalar is no comment. Of a text that isn't YAML, everything that looks like
    a comment is counted.
    """
    scalars = list(_scalar_spans(text))
    found: Counter[str] = Counter()
    for match in COMMENT.finditer(text):
        if not any(start <= match.start() < end for start, end in scalars):
            found[match.group().rstrip()] += 1
    return found


def _scalar_spans(text: str) -> Iterator[tuple[int, int]]:
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.ScalarToken):
                start, end = token.start_mark.index, token.end_mark.index
                # A comment may follow the | or > of a block scalar on its first line.
                yield (text.find("\n", start, end) if token.style in ("|", ">") else start), end
    except yaml.YAMLError:
        return
