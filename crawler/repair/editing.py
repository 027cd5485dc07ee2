"""Changes to single places of a YAML file, made in its text: every other byte stays, and the result is checked."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypeGuard

from msgspec import Struct
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.errors import SeedsFault, UsageFault
from crawler.export.block_text import Plain
from crawler.export.splice import (
    Edit,
    Unsafe,
    apply,
    entry_insertion,
    entry_removal,
    flow_insertion,
    pair_insertion,
    pair_removal,
)
from crawler.importing.lists.walking import data
from crawler.repair.entry_text import Entry, block_pair, entry_lines, new_list, scalar
from crawler.repair.flow_text import flow_entries, flow_pair, layout_of
from crawler.seeds.document import NULL, compose_text
from crawler.seeds.enriched import KEY

Path = tuple[str | int, ...]
"""Keys and indices that lead from the root of a file to a value."""


class Change(Struct, frozen=True):
    """A text for a place of a file, or a list of entries to append there; None takes out what stands there.

    The place may be a key that is not there yet, and may lie below others that are not. `behind`: the key behind which
    a new one goes, where there is one.
    """

    path: Path
    value: Any
    behind: str = ""


class Edited(Struct, frozen=True):
    """A text with changes made."""

    text: str
    made: tuple[bool, ...]
    """For each change whether it was made; one without a safe place is not."""


def edited(text: str, name: str, changes: Sequence[Change]) -> Edited:
    """The text of a YAML file with all changes that have a safe place; `name` is for messages.

    SeedsFault if it is no YAML; UsageFault, should it read otherwise than it is meant to: then nothing may be written.
    """
    root = compose_text(text, name)
    if root is None:
        return Edited(text, (False,) * len(changes))
    times = _times(root)
    taken: list[Edit] = []
    made: list[bool] = []
    for change in changes:
        try:
            edits = _edits(text, root, change, times)
            taken = _with(taken, edits)
            made.append(True)
        except Unsafe:
            made.append(False)
    result = apply(text, taken)
    _check(root, result, name, [change for change, is_made in zip(changes, made, strict=True) if is_made])
    return Edited(result, tuple(made))


def removal(root: Node, path: Path) -> Path:
    """The path of the largest value that holds nothing but the one at `path`: that of an item at most."""
    while len(path) > 1 and isinstance(path[-1], str) and isinstance(path[-2], str):
        holder = find(root, path[:-1])
        if not isinstance(holder, MappingNode) or len(holder.value) > 1:
            break
        path = path[:-1]
    return path


def find(root: Node | None, path: Path) -> Node | None:
    """The value at a path; None where there is none."""
    for step in path:
        if isinstance(root, MappingNode) and isinstance(step, str):
            root = next((value for key, value in root.value if key.value == step), None)
        elif isinstance(root, SequenceNode) and isinstance(step, int) and step < len(root.value):
            root = root.value[step]
        else:
            return None
    return root


def _times(root: Node) -> Counter[int]:
    """How often each node of the tree stands in it, by its id: an anchored one stands where it is repeated, too."""
    times: Counter[int] = Counter()
    pending = [root]
    while pending:
        node = pending.pop()
        times[id(node)] += 1
        if times[id(node)] == 1 and not isinstance(node, ScalarNode):
            pending += [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
    return times


def _with(taken: Sequence[Edit], edits: Iterable[Edit]) -> list[Edit]:
    """The edits with further ones, which lie beside them; insertions at one place become one. Unsafe."""
    result = list(taken)
    for edit in edits:
        at = bisect(result, edit[:2], key=lambda one: one[:2])
        before, after = result[at - 1] if at else None, result[at] if at < len(result) else None
        if before and before[:2] == edit[:2] and edit.start == edit.end:
            result[at - 1] = before._replace(new=_joined(before.new, edit.new))
        elif (before and (before.end > edit.start or before[:2] == edit[:2])) or (after and edit.end > after.start):
            raise Unsafe
        else:
            result.insert(at, edit)
    return result


def _joined(first: str, second: str) -> str:
    """Two insertions at one place, in their order; lines that lie deeper belong to what stands before them."""
    return second + first if _depth(second) > _depth(first) else first + second


def _depth(lines: str) -> int:
    below = lines.lstrip("\r\n\x85\u2028\u2029")
    return len(below) - len(below.lstrip(" "))


def _edits(text: str, root: Node, change: Change, times: Counter[int]) -> list[Edit]:
    """Unsafe where the change has no safe place."""
    holder, rest = root, list(change.path)
    while len(rest) > 1 and (below := find(holder, (rest[0],))) is not None and below.tag != NULL:
        _check_once(holder, times)
        holder = below
        del rest[0]
    _check_once(holder, times)
    if change.value is None:
        return [_removal(text, holder, rest[0])] if len(rest) == 1 else []
    value = change.value
    while len(rest) > 1:
        value = {rest.pop(): value}
    return _addition(text, root, holder, rest[0], value, change.behind, times)


def _check_once(node: Node, times: Counter[int]) -> None:
    """Unsafe for what is anchored and repeated: it would change in other places, too."""
    if times[id(node)] > 1:
        raise Unsafe


def _removal(text: str, holder: Node, step: str | int) -> Edit:
    if isinstance(holder, SequenceNode) and isinstance(step, int):
        return entry_removal(text, holder, step)
    if isinstance(holder, MappingNode):
        index = next((at for at, (key, _) in enumerate(holder.value) if key.value == step), None)
        if index is not None:
            return pair_removal(text, holder, index)
    raise Unsafe


def _addition(
    text: str, root: Node, holder: Node, step: str | int, value: Any, behind: str, times: Counter[int]
) -> list[Edit]:
    if not isinstance(holder, MappingNode) or not isinstance(step, str):
        raise Unsafe
    old = find(holder, (step,))
    if old is not None:
        _check_once(old, times)
    if isinstance(value, list):
        return [_appended(text, old, value)] if _has_entries(old) else new_list(text, root, holder, step, value)
    if old is not None:
        return [_replacement(text, holder, old, value)]
    keys = [key.value for key, _ in holder.value]
    at = keys.index(behind) if behind in keys else None
    if at is None and keys and keys[-1] == KEY and len(keys) > 1:
        at = len(keys) - 2  # our own block stays the last one
    if holder.flow_style:
        layout = layout_of(text, holder)
        new = flow_pair(step, value, layout)
        return [flow_insertion(text, holder, new, behind=at, between=layout.between or " ")]
    return [pair_insertion(text, holder, block_pair(step, value, root), behind=at)]


def _has_entries(node: Node | None) -> TypeGuard[SequenceNode]:
    return isinstance(node, SequenceNode) and bool(node.value)


def _appended(text: str, old: SequenceNode, values: Sequence[Entry]) -> Edit:
    if old.flow_style:
        return flow_insertion(text, old, flow_entries(text, values, old), between=layout_of(text, old).between or " ")
    return entry_insertion(text, old, "".join(entry_lines(value, old) for value in values))


def _replacement(text: str, holder: MappingNode, old: Node, value: Any) -> Edit:
    """A text in place of another one, in its quotes."""
    if not isinstance(old, ScalarNode) or not isinstance(value, str):
        raise Unsafe
    start, end = old.start_mark.index, old.end_mark.index
    written = text[start:end]
    if old.style in {"'", '"'}:
        is_plain_sight = written[:1] == old.style == written[-1:]
    else:
        # What has an anchor, a tag or several lines is no such text.
        is_plain_sight = not old.style and written == old.value
    if not is_plain_sight:
        raise Unsafe
    new = scalar(value, old.style or "", is_flow=bool(holder.flow_style))
    # A value that is nothing at all stands right behind its colon.
    return Edit(start, end, " " * (start == end) + new)


def _check(before: Node, text: str, name: str, changes: Iterable[Change]) -> None:
    expected = data(before)
    # From the end, so that indices stay what they were.
    for change in sorted(changes, key=lambda one: _order(one.path), reverse=True):
        _change_data(expected, change)
    try:
        after = data(compose_text(text, name))
    except SeedsFault:
        after = None
    if _without_last_breaks(after) != _without_last_breaks(expected):
        raise UsageFault(
            f"{name} is written in a form that cannot be edited safely; nothing was written",
            cure="make the changes by hand, or write its items as plain block mappings, one key a line",
        )


def _order(path: Path) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (0, step) for step in path]


def _change_data(holder: Any, change: Change) -> None:
    *way, last = change.path
    for step in way:
        if isinstance(holder, dict) and isinstance(holder.get(step), Plain | None):
            holder[step] = {}
        holder = holder[step]
    if change.value is None:
        del holder[last]
    elif isinstance(change.value, list):
        holder[last] = [*(holder[last] if isinstance(holder.get(last), list) else ()), *change.value]
    else:
        holder[last] = change.value


def _without_last_breaks(value: Any) -> Any:
    """A block scalar at the end of a file without a last line break gets one."""
    if isinstance(value, dict):
        return {key: _without_last_breaks(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_without_last_breaks(below) for below in value]
    return value.rstrip("\n") if type(value) is str else value
