"""Where a block goes in the text of an item, and what an older block of ours covers: edits at parser positions.

The ends that PyYAML gives for block mappings and lists run past the blank lines and comments behind them; so the end
of an item is sought here, down to the last scalar or bracket in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from crawler.export.block import Block
from crawler.export.block_text import as_flow, as_lines
from crawler.seeds.enriched import KEY, is_our_block

_BREAKS = "\r\n\x85\u2028\u2029"
"""Where YAML 1.1 ends a line."""
_REST_OF_LINE = re.compile(rf"[ \t]*(?:#[^{_BREAKS}]*)?(?:\r\n|[{_BREAKS}]|\Z)")
_COLON = re.compile(r"[ \t]*:")
_ALIAS = re.compile(r"[ \t]*:[ \t]+\*[^\s,\[\]{}]+")
_ALIAS_ENTRY = re.compile(rf"(?:[ \t]*(?:#[^{_BREAKS}]*)?(?:\r\n|[{_BREAKS}]))*[ \t]*-[ \t]+\*[^\s,\[\]{{}}]+")
_NOTHING = re.compile(r"[ \t]*:[ \t]+")
_COMMA = re.compile(r"\s*,\s*")
_PROPERTIES = r"(?:[!&]\S*\s+)*"
_DASH = re.compile(r" *-[ \t]+")
_BRACE = re.compile(rf"{_PROPERTIES}\{{")
_BLANK_LINES = re.compile(r"((?: *(?:\r\n|[\r\n]))*)( *)(#?)")
_BLOCK_SCALAR = re.compile(rf"{_PROPERTIES}[|>]([-+0-9]*)")
_CONTENT = re.compile(r"[^\r\n]*(?:(?:\r\n|[\r\n]) *)*?(?:\r\n|[\r\n])( *)(?=[^ \r\n])")
"""The rest of a block scalar's first line, and the indentation of its first line of content."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n]|\Z)")


class Edit(NamedTuple):
    """Replace `text[start:end]` by `new`."""

    start: int
    end: int
    new: str


class Unsafe(Exception):
    """Raised when an item is written in a form whose end cannot be told for certain; it stays as it is."""


class Taken(Unsafe):
    """Raised when an item has the block's key for something of its own."""


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text with all edits made; they may touch each other, but not overlap."""
    parts, position = [], 0
    for edit in sorted(edits):
        parts += [text[position : edit.start], edit.new]
        position = edit.end
    return "".join((*parts, text[position:]))


def item_edits(text: str, item: MappingNode, block: Block | None) -> list[Edit]:
    """What makes `block` the item's last key in place of an older one; without a block the older one goes. Unsafe."""
    ours = next((index for index, (key, _) in enumerate(item.value) if key.value == KEY), None)
    if ours is not None and not is_our_block(item.value[ours][1]):
        raise Taken
    others = [index for index in range(len(item.value)) if index != ours]
    if not others:
        raise Unsafe
    edit = _flow_edits if item.flow_style else _block_edits
    return edit(text, item, others[-1], ours, block)


def pair_removal(text: str, mapping: MappingNode, index: int) -> Edit:
    """The removal of a pair of a mapping that has others, with all of its lines, or its comma. Unsafe."""
    if len(mapping.value) < 2:
        raise Unsafe
    if mapping.flow_style:
        start, end = mapping.value[index][0].start_mark.index, _flow_end(text, mapping, index)
        if index:
            return Edit(_over_comma(text, _flow_end(text, mapping, index - 1), start)[0], end, "")
        return Edit(start, _over_comma(text, end, mapping.value[1][0].start_mark.index)[1], "")
    return _removal(text, _lines_of(text, mapping, index, mapping.value[0][0].start_mark.column))


def pair_insertion(text: str, mapping: MappingNode, lines: str, *, behind: int | None = None) -> Edit:
    """Lines of YAML, not indented, as pairs of a mapping in block style, behind one of it (None: the last). Unsafe."""
    if mapping.flow_style or not mapping.value:
        raise Unsafe
    column = mapping.value[0][0].start_mark.column
    at = line_behind(text, mapping, len(mapping.value) - 1 if behind is None else behind)
    return lines_at(text, at, "".join(f"{' ' * column}{line}\n" for line in lines.split("\n") if line))


def line_behind(text: str, mapping: MappingNode, index: int) -> int:
    """Where the line behind a pair of a mapping in block style starts. Unsafe."""
    first = mapping.value[0][0]
    # Behind a `? ` it would not tell where the keys stand.
    _match(_COLON, text, first.end_mark.index)
    return _line_after(text, mapping, index, first.start_mark.column)


def lines_at(text: str, at: int, lines: str) -> Edit:
    """Whole lines, each with its indentation and a line feed, where a line of the text starts, or at its end."""
    return _insertion(text, at, lines.replace("\n", _line_break(text, at)))


def entry_removal(text: str, sequence: SequenceNode, index: int) -> Edit:
    """The removal of a mapping or a text from a list, with its dash and all of its lines, or its comma. Unsafe."""
    if sequence.flow_style:
        return _flow_entry_removal(text, sequence, index)
    entry = sequence.value[index]
    start = text.rfind("\n", 0, entry.start_mark.index) + 1
    if not _DASH.fullmatch(text, start, entry.start_mark.index):
        raise Unsafe
    end = _line_after_entry(text, entry)
    if index and _would_swallow(text, sequence.value[index - 1], end, sequence.start_mark.column):
        raise Unsafe
    return _removal(text, Edit(start, end, ""))


def entry_insertion(text: str, sequence: SequenceNode, lines: str) -> Edit:
    """Whole lines behind the last entry of a list in block style. Unsafe."""
    _check_order(sequence, sequence.value[-2:])
    return lines_at(text, _line_after_entry(text, sequence.value[-1]), lines)


def flow_insertion(text: str, node: CollectionNode, new: str, *, behind: int | None = None, between: str = " ") -> Edit:
    """A pair or an entry of a mapping or list in flow style, behind another one of it, None: the last. Unsafe.

    `between`: what stands between the comma and the new part.
    """
    if not node.value:
        raise Unsafe
    index = len(node.value) - 1 if behind is None else behind
    if isinstance(node, MappingNode):
        at = _flow_end(text, node, index)
    else:
        _check_order(node, node.value[max(index - 1, 0) : index + 1])
        at = node.value[index].end_mark.index
    return Edit(at, at, f",{between}{new}")


def _flow_entry_removal(text: str, sequence: SequenceNode, index: int) -> Edit:
    _check_order(sequence, sequence.value)
    one = sequence.value[index]
    if index:
        before = sequence.value[index - 1].end_mark.index
        return Edit(_over_comma(text, before, one.start_mark.index)[0], one.end_mark.index, "")
    if len(sequence.value) == 1:
        raise Unsafe
    following = sequence.value[1].start_mark.index
    return Edit(one.start_mark.index, _over_comma(text, one.end_mark.index, following)[1], "")


def _line_after_entry(text: str, entry: Node) -> int:
    if isinstance(entry, MappingNode) and entry.value and not entry.flow_style:
        return _line_after(text, entry, len(entry.value) - 1, entry.value[0][0].start_mark.column)
    if isinstance(entry, SequenceNode) and not entry.flow_style:
        raise Unsafe
    if isinstance(entry, ScalarNode) and entry.style in {"|", ">"}:
        raise Unsafe
    return _match(_REST_OF_LINE, text, entry.end_mark.index)


# --- items in block style ---


def _block_edits(text: str, item: MappingNode, last: int, ours: int | None, block: Block | None) -> list[Edit]:
    first = item.value[0][0]
    # Behind a `? ` it would not tell where the keys stand.
    _match(_COLON, text, first.end_mark.index)
    column = first.start_mark.column
    at = _line_after(text, item, last, column)
    new = as_lines(block, column=column, line_break=_line_break(text, at)) if block else ""
    if ours is None:
        return [_insertion(text, at, new)] if new else []
    old = _lines_of(text, item, ours, column)
    if new and old.start == at:
        # Most often: the old block stands where the new one belongs.
        return [old._replace(new=new if _ends_line(text, old.end) else new.rstrip(_BREAKS))]
    if ours and _would_swallow(text, item.value[ours - 1][1], old.end, column):
        raise Unsafe
    return [_removal(text, old), *([_insertion(text, at, new)] if new else [])]


def _insertion(text: str, at: int, new: str) -> Edit:
    """New lines before a line; behind a last line that does not end they leave the file without an end, too."""
    return Edit(at, at, new if _ends_line(text, at) else _line_break(text, at) + new.rstrip(_BREAKS))


def _removal(text: str, old: Edit) -> Edit:
    """The reverse of `_insertion`."""
    if _ends_line(text, old.end) or not _ends_line(text, old.start):
        return old
    return old._replace(start=old.start - len(_line_break(text, old.start)))


def _would_swallow(text: str, node: Node, at: int, column: int) -> bool:
    """Whether a block scalar at the end of `node` would take in the blank lines or the comment that begin at `at`."""
    while isinstance(node, CollectionNode) and not node.flow_style:
        is_mapping = isinstance(node, MappingNode)
        column = node.value[0][0].start_mark.column if is_mapping else node.start_mark.column
        before, node = node, node.value[-1][1] if is_mapping else node.value[-1]
        if node.start_mark.index < before.start_mark.index:
            return False  # an alias
    header = _BLOCK_SCALAR.match(text, node.start_mark.index) if isinstance(node, ScalarNode) and node.style else None
    following = _BLANK_LINES.match(text, at)
    assert following is not None
    if header is None:
        return False
    content = _CONTENT.match(text, header.end(), node.end_mark.index)
    indicator = header[1].strip("-+")
    indentation = column + (int(indicator) if indicator else 1)
    if content and not indicator:
        indentation = len(content[1])
    is_deep_comment = following[3] == "#" and len(following[2]) >= indentation
    return is_deep_comment or ("+" in header[1] and following[1] != "")


def _lines_of(text: str, item: MappingNode, ours: int, column: int) -> Edit:
    """The removal of a whole pair of the item. Unsafe."""
    start = item.value[ours][0].start_mark.index
    end = _line_after(text, item, ours, column)
    line_start = start - column
    if _ends_line(text, line_start) and not text[line_start:start].strip(" "):
        return Edit(line_start, end, "")
    # Behind the item's dash: the next key takes the place.
    if ours == 0 and not text[end : (following := item.value[1][0].start_mark.index)].strip():
        return Edit(start, following, "")
    raise Unsafe


def _line_after(text: str, mapping: MappingNode, index: int, column: int) -> int:
    """The start of the line after a pair's last line of content; the text's end if there is none. Unsafe.

    `column` is where the item's keys begin: only blank lines that are not longer can be no content.
    """
    key, node = mapping.value[index]
    _check_order(mapping, [pair[0] for pair in mapping.value[max(index - 1, 0) : index + 1]])
    if node.start_mark.index < _match(_COLON, text, key.end_mark.index):
        return _match(_REST_OF_LINE, text, _match(_ALIAS, text, key.end_mark.index))
    return _line_after_node(text, node, column)


def _line_after_node(text: str, node: Node, column: int) -> int:
    """The start of the line after a node's last line of content; the text's end if there is none. Unsafe."""
    if isinstance(node, ScalarNode) and node.style in {"|", ">"}:
        return _line_after_block_scalar(text, node, column)
    if not isinstance(node, CollectionNode) or node.flow_style:
        return _match(_REST_OF_LINE, text, node.end_mark.index)
    if isinstance(node, MappingNode):
        return _line_after(text, node, len(node.value) - 1, column)
    own, at = _last_own_entry(node), node.start_mark.index
    if own is not None:
        at = _line_after_node(text, node.value[own], column)
    for _ in node.value[0 if own is None else own + 1 :]:
        at = _match(_REST_OF_LINE, text, _match(_ALIAS_ENTRY, text, at))
    return at


def _last_own_entry(sequence: Node) -> int | None:
    """The index of the last entry that is written out; behind it there are aliases, whose anchors stand before it."""
    last, position = None, sequence.start_mark.index
    for index, entry in enumerate(sequence.value):
        if entry.start_mark.index >= position:
            last, position = index, entry.end_mark.index
    return last


def _line_after_block_scalar(text: str, node: ScalarNode, column: int) -> int:
    end: int = node.end_mark.index
    header = _BLOCK_SCALAR.match(text, node.start_mark.index)
    if header is None or (end < len(text) and not _ends_line(text, end)):
        raise Unsafe
    lines = _LINE.findall(text, node.start_mark.index, end)
    if "+" not in header[1]:
        while len(lines) > 1 and len(lines[-1].rstrip("\r\n")) <= column and not lines[-1].strip(" \r\n"):
            end -= len(lines.pop())
    return end


def _check_order(parent: Node, children: Sequence[Node]) -> None:
    """Unsafe for an alias: in its place stands the anchored node, whose positions lie before it."""
    starts = [parent.start_mark.index - 1, *(child.start_mark.index for child in children)]
    if any(later <= earlier for earlier, later in pairwise(starts)):
        raise Unsafe


def _match(pattern: re.Pattern[str], text: str, start: int) -> int:
    """The end of the pattern, which has to stand at `start`. Unsafe."""
    match = pattern.match(text, start)
    if match is None:
        raise Unsafe
    return match.end()


def _ends_line(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] in _BREAKS


def _line_break(text: str, at: int) -> str:
    """The last line break before `at`; a line feed if there is none."""
    if text[max(at - 1, 0) : at] not in {"\r", "\n"}:
        at = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    return "\r\n" if text[max(at - 2, 0) : at] == "\r\n" else text[at - 1] if at else "\n"


# --- items in flow style ---


def _flow_edits(text: str, item: MappingNode, last: int, ours: int | None, block: Block | None) -> list[Edit]:
    _match(_BRACE, text, item.start_mark.index)
    at = _flow_end(text, item, last)
    quoted = item.value[last][0].style == '"'
    new = f", {as_flow(block, quoted_key=quoted)}" if block else ""
    if ours is None:
        return [Edit(at, at, new)]
    start, end = item.value[ours][0].start_mark.index, _flow_end(text, item, ours)
    if ours > last:
        return [Edit(_over_comma(text, at, start)[0], end, new)]
    following = item.value[ours + 1][0].start_mark.index
    return [Edit(start, _over_comma(text, end, following)[1], ""), Edit(at, at, new)]


def _flow_end(text: str, item: MappingNode, index: int) -> int:
    """The end of a pair's value. Unsafe."""
    key, value = item.value[index]
    _check_order(item, [pair[0] for pair in item.value[max(index - 1, 0) : index + 1]])
    colon = _match(_COLON, text, key.end_mark.index)
    if value.start_mark.index < colon:
        return _match(_ALIAS, text, key.end_mark.index)
    end: int = value.end_mark.index
    # Behind a colon that nothing follows, not even a blank, a comma would be part of the key for some readers.
    return end if end > value.start_mark.index else _match(_NOTHING, text, key.end_mark.index)


def _over_comma(text: str, start: int, end: int) -> tuple[int, int]:
    """Both ends of what stands between two pairs, if that is but a comma. Unsafe."""
    if not _COMMA.fullmatch(text, start, end):
        raise Unsafe
    return start, end
