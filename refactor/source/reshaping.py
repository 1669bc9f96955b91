"""The verb that gives a place another shape while its scalars and comments move along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .documents import Document
from .fragments import BlockStyle, Leaf, Tree, block_lines, flow_text, spread_lines, tree_of
from .layout import (
    block_style,
    colon_after,
    column_of,
    comments,
    is_block_scalar,
    is_plain_lead,
    lead,
    line_break,
    rest_of_line,
)
from .scalar_verbs import in_flow, key_written, quotes_around, written
from .targets import Edits, Refused, editable_layout, refusable, replace, spelled
from .tree import Kind, Node, Path


@dataclass(frozen=True, slots=True)
class Kept:
    """In a shape: the scalar that now stands at ``path``, with its exact text and its comments."""

    path: Path


@refusable
def reshape(document: Document, path: Path, shape: Any) -> Edits:
    """Replace the mapping or scalar at ``path`` by ``shape``: nested dicts and lists of scalars and Kept.

    A comment behind a kept scalar and the comment lines above its key move with it; when any other
    comment stands in the replaced text, or a scalar spans lines, the verb refuses.
    """
    node = editable_layout(document, path).node
    if node.kind not in (Kind.MAPPING, Kind.SCALAR) or is_block_scalar(node) or not path:
        raise Refused(f"{spelled(path)} isn't a mapping or a simple value below the document's root")
    if any(one.anchor or one.tag or one.kind is Kind.ALIAS or is_block_scalar(one) for one in node.walk()):
        raise Refused(f"{spelled(path)} holds a YAML anchor, alias, tag or block of text")
    work = _Reshaping(document, path, node, in_flow(document, path) or node.flow)
    tree = work.tree(shape)
    work.expect_all_comments_kept()
    return work.flow_edits(tree) if work.flow else work.block_edits(tree)


class _Reshaping:
    """One reshape: the comments of the old text are handed out to the leaves of the new one."""

    def __init__(self, document: Document, path: Path, node: Node, flow: bool) -> None:
        self.document = document
        self.text = document.file.text
        self.path = path
        self.node = node
        self.flow = flow
        self.kept: set[Path] = set()
        self.end = node.end
        if not flow:
            rest = rest_of_line(self.text, self.end_of_content())
            if rest is None:
                raise Refused(f"something else stands on the last line of {spelled(path)}")
            self.end = self.end_of_content() + len(rest)
        self.start = self.start_of_text()
        self.comments = dict(comments(self.text, self.start, self.end, node))

    def end_of_content(self) -> int:
        """The end of the node, which for a missing last value is after its colon."""
        return self.node.end

    def start_of_text(self) -> int:
        """Where the replaced text begins: after the colon above, or at the item's first key."""
        key = self.document.key_node(self.path)
        if self.flow or key is None:
            return self.node.start
        colon = colon_after(self.text, key)
        if colon is None:
            raise Refused(f"{spelled(self.path)} isn't written as `key: value`")
        if self.node.kind is Kind.MAPPING and lead(self.text, self.node.start).strip(" "):
            raise Refused(f"{spelled(self.path)} doesn't begin on a line of its own")
        rest = rest_of_line(self.text, colon)
        # A comment on the line of the key stays there.
        return colon if rest is None else colon + len(rest)

    def tree(self, shape: Any) -> Tree:
        """The shape with its leaves written; kept scalars take their comments along."""
        quotes = quotes_around(self.document, self.path)
        quotes = quotes or (
            '"' if self.flow and self.node.children and self.node.children[0].style == '"' else ""
        )

        def leaf(value: Any) -> Leaf:
            return self.keep(value) if isinstance(value, Kept) else Leaf(written(value, quotes, self.flow))

        return tree_of(shape, leaf, lambda key: key_written(key, quotes, self.flow))

    def keep(self, kept: Kept) -> Leaf:
        """The text and comments of a scalar inside the replaced text. Raises Refused."""
        place = self.document.place(kept.path)
        if place is None or kept.path[: len(self.path)] != self.path or kept.path in self.kept:
            raise Refused(f"{spelled(kept.path)} isn't a value to be kept once from {spelled(self.path)}")
        self.kept.add(kept.path)
        node = place.node
        text = self.text[node.start : node.end]
        if node.kind is not Kind.SCALAR or "\n" in text or not text:
            raise Refused(f"{spelled(kept.path)} isn't a value on one line")
        if self.flow:
            return Leaf(text)
        first = place.key.start if place.key is not None else node.start
        return Leaf(text, self.comments_above(first), self.comment_behind(node))

    def comments_above(self, first: int) -> tuple[str, ...]:
        """Take the comment lines that stand directly before a key's line."""
        lines: list[str] = []
        start = first - column_of(self.text, first)
        while start > self.start:
            above = start - 1 - column_of(self.text, start - 1)
            line = self.text[above:start].strip()
            if line and not line.startswith("#"):
                break
            place = self.text.find("#", above, start)
            if line and place in self.comments:
                lines.insert(0, self.comments.pop(place))
            start = above
        return tuple(lines)

    def comment_behind(self, node: Node) -> str:
        """Take the comment on the rest of a scalar's line, with the blanks before it."""
        rest = rest_of_line(self.text, node.end) or ""
        place = node.end + rest.find("#")
        if "#" not in rest or place not in self.comments:
            return ""
        del self.comments[place]
        return rest.rstrip("\r")

    def expect_all_comments_kept(self) -> None:
        if self.comments:
            comment = next(iter(self.comments.values()))
            raise Refused(f"the comment {comment!r} in {spelled(self.path)} has no place in the new form")

    def flow_edits(self, tree: Tree) -> Edits:
        text, node = self.text, self.node
        if node.kind is Kind.MAPPING and text[node.start] != "{":
            raise Refused(f"{spelled(self.path)} is a single `key: value` between brackets, without braces")
        if node.start == node.end:
            raise Refused(f"{spelled(self.path)} has no value")
        inner = node.children[0].start if node.children else node.start
        if "\n" not in text[node.start : inner]:
            return (replace(self.document, node.start, node.end, flow_text(tree)),)
        closing = lead(text, node.end - 1)
        if closing.strip(" "):
            raise Refused(f"{spelled(self.path)} is laid out in an unusual way")
        step = max(1, column_of(text, inner) - len(closing))
        new = (line_break(text, node.start) + closing).join(spread_lines(tree, step))
        return (replace(self.document, node.start, node.end, new),)

    def block_edits(self, tree: Tree) -> Edits:
        style = block_style(self.document, self.path)
        key = self.document.key_node(self.path)
        if key is None:
            return self.item_edits(tree, style)
        if not is_plain_lead(self.text, key.start):
            raise Refused(f"the line of {spelled(self.path)} isn't laid out as `key: value`")
        if isinstance(tree, Leaf) or not tree:
            return self.inline_edits(tree)
        indent = self.indent(key, style, isinstance(tree, list))
        new_line = line_break(self.text, self.start)
        lines = "".join(f"{new_line}{' ' * indent}{line}" for line in block_lines(tree, style))
        return (replace(self.document, self.start, self.end, lines),)

    def indent(self, key: Node, style: BlockStyle, is_list: bool) -> int:
        """The column of the new lines: that of the old ones, else one step from the key."""
        if self.node.kind is Kind.MAPPING and self.node.children and not is_list:
            return column_of(self.text, self.node.start)
        return column_of(self.text, key.start) + (style.list_step if is_list else style.step)

    def inline_edits(self, tree: Tree) -> Edits:
        leaf = tree if isinstance(tree, Leaf) else Leaf(flow_text(tree))
        colon = colon_after(self.text, self.document.key_node(self.path) or self.node) or self.start
        if leaf.before or (leaf.after.strip() and self.text[colon : self.start].strip()):
            raise Refused(f"a comment in {spelled(self.path)} has no place in the new form")
        behind = replace(self.document, self.start, self.end, leaf.after)
        if colon == self.start:
            return (replace(self.document, self.start, self.end, f" {leaf.text}{leaf.after}"),)
        return (replace(self.document, colon, colon, f" {leaf.text}"), behind)

    def item_edits(self, tree: Tree, style: BlockStyle) -> Edits:
        """Replace a list's item: its first line goes on behind the dash."""
        if not is_plain_lead(self.text, self.start):
            raise Refused(f"{spelled(self.path)} doesn't begin on the line of its dash")
        column = column_of(self.text, self.start)
        lines = block_lines(tree, style)
        if lines[0].startswith("#"):
            raise Refused(f"a comment in {spelled(self.path)} has no place in the new form")
        new = (line_break(self.text, self.start) + " " * column).join(lines)
        return (replace(self.document, self.start, self.end, new),)
