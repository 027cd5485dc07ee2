"""The text of a list with the changes of its tree: only the places that changed are edited."""

from __future__ import annotations

from collections.abc import Iterator

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.errors import SeedsFault
from crawler.export.block_text import as_yaml
from crawler.export.splice import Edit, Unsafe, apply, entry_removal, pair_insertion, pair_removal
from crawler.importing.lists.walking import data
from crawler.seeds.document import compose_text


def edited(text: str, before: Node, after: Node) -> str | None:
    """The text of the tree `before`, edited to read as `after`, a changed copy; None where it has no safe place.

    A copy may lack pairs and entries, have other scalars, and further pairs at the end of a mapping.
    """
    try:
        # What an alias repeats is met again, and changed at its one place.
        changed = apply(text, list(dict.fromkeys(_edits(text, before, after))))
        root = compose_text(changed, "")
    except (Unsafe, SeedsFault):
        return None
    return changed if data(root) == data(after) else None


def _edits(text: str, before: Node, after: Node) -> Iterator[Edit]:
    pending = [(before, after)]
    while pending:
        old, new = pending.pop()
        if type(old) is not type(new):
            raise Unsafe
        if isinstance(old, ScalarNode):
            if (old.tag, old.value) != (new.tag, new.value):
                start, end = old.start_mark.index, old.end_mark.index
                # A value that is nothing at all stands right behind its colon.
                yield Edit(start, end, " " * (start == end) + as_yaml([data(new)])[2:].rstrip("\n"))
        elif isinstance(old, MappingNode):
            found = {key.value: below for key, below in new.value}
            known = {key.value for key, _ in old.value}
            added = {key.value: data(below) for key, below in new.value if key.value not in known}
            if added:
                yield pair_insertion(text, old, as_yaml(added))
            for index, (key, below) in enumerate(old.value):
                if key.value in found:
                    pending.append((below, found[key.value]))
                else:
                    yield pair_removal(text, old, index)
        elif isinstance(old, SequenceNode):
            places = {one.start_mark.index: one for one in new.value}
            for index, entry in enumerate(old.value):
                if entry.start_mark.index in places:
                    pending.append((entry, places[entry.start_mark.index]))
                else:
                    yield entry_removal(text, old, index)
