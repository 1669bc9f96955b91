"""What stands in a template itself, as what it feeds: literals in actions and literal text."""

from __future__ import annotations

from .feeds import Decided, Feed, Feeds, Written
from .pipelines import Constant, Number, Operand, Text


def literal_feeds(operand: Operand, file: str) -> Feeds:
    """What an operand feeds that is a literal in a file; nothing for any other."""
    match operand:
        case Text(start, end, value):
            return (Feed(Written(file, start + 1, end - 1, value, quoted=True)),)
        case Number(start, end, text):
            return (Feed(Written(file, start, end, text, quoted=False)),)
        case Constant(name=name):
            return (Feed(Decided({"true": True, "false": False}.get(name))),)
    return ()


def text_feed(file: str, start: int, text: str) -> Feed:
    """What a literal text feeds that begins at a code point of a file, without the blanks around."""
    content = text.strip()
    start += text.index(content)
    return Feed(Written(file, start, start + len(content), content, quoted=False, role="text"))
