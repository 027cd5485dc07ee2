"""A list in YAML with an `enriched:` block as the last key of each item; every other byte as it was."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.errors import SeedsFault, UsageFault
from crawler.export.block import Block, Blocks
from crawler.export.job import Job
from crawler.export.splice import Edit, Taken, Unsafe, apply, item_edits
from crawler.listed import Seeds
from crawler.seeds import read_seeds
from crawler.seeds.document import compose_text
from crawler.seeds.enriched import KEY
from crawler.seeds.loader import garbage_collector_paused
from crawler.seeds.mappings import is_merge, merged, pairs_of
from crawler.seeds.text import read_bytes, spoken_path
from crawler.store.past import day_shown

_WITHOUT = {"markdown": "a list in Markdown", "list": "a plain list or a table"}
"""Forms in which an item has no keys."""


class Enriched(NamedTuple):
    """A list with its blocks, and which items have none."""

    text: str
    absent: int
    """Items that the database does not have."""
    left: list[int]
    """Lines of items that are left as they were, because of the form in which they are written."""
    unread: list[int]
    """Lines of entries that are left as they were, because no project of their own was read from them."""
    taken: list[int]
    """Lines of items that are left as they were, because they have a key `enriched` of their own."""


def write(job: Job, out: BinaryIO) -> list[str]:
    """Write the enriched list; the notes name the items without a block.

    SeedsFault for a list with faults, UsageFault for one that is no YAML.
    """
    assert job.seeds is not None
    seeds = read_seeds(job.seeds)
    if seeds.form in _WITHOUT:
        path = spoken_path(job.seeds)
        raise UsageFault(
            f"{path} is {_WITHOUT[seeds.form]}: 'yaml' puts its blocks into lists that are YAML",
            cure=f"make one of it with 'crawler import {job.seeds} -o seeds.yml', or export 'awesome' or 'csv'",
        )
    # Bytes, because reading as text would change the line ends.
    text = read_bytes(job.seeds).decode("utf-8")
    blocks = Blocks(job.connection, include_restricted=job.include_restricted)
    enriched = enrich(text, seeds, blocks.of_project)
    out.write(enriched.text.encode())
    return list(_notes(enriched, job))


def enrich(text: str, seeds: Seeds, block_of: Callable[[str], Block | None]) -> Enriched:
    """The text of `seeds` with each project's block; the block of None or nothing is left out, also an older one.

    UsageFault if the text would read otherwise than before.
    """
    with garbage_collector_paused():
        root = compose_text(text, seeds.path)
        items = list(_items(root, seeds.form))
        project_ids = _project_ids(seeds, items)
        shared = _shared(items)
        edits: list[Edit] = []
        absent = 0
        left: list[int] = []
        unread: list[int] = []
        taken: list[int] = []
        for item in items:
            line = item.start_mark.line + 1
            if not project_ids[line]:
                unread.append(line)
                continue
            project_id = project_ids[line].popleft()
            try:
                if id(item) in shared:
                    raise Unsafe
                block = block_of(project_id)
                absent += block is None
                edits += item_edits(text, item, block)
            except Taken:
                taken.append(line)
            except Unsafe:
                left.append(line)
        enriched = apply(text, edits)
        _check(root, enriched, seeds.path)
    return Enriched(enriched, absent, sorted(set(left)), unread, taken)


def _project_ids(seeds: Seeds, items: Sequence[MappingNode]) -> defaultdict[int, deque[str]]:
    """The ids of the projects by the line of their item, in the order of the file; none where that is not certain."""
    ids: defaultdict[int, deque[str]] = defaultdict(deque)
    for project in seeds.projects:
        ids[project.line].append(project.id)
    for line, number in Counter(item.start_mark.line + 1 for item in items).items():
        # The projects of a best-of list come in the order of its categories.
        if len(ids[line]) != number or (number > 1 and seeds.form == "best-of"):
            ids[line].clear()
    return ids


def _shared(items: Sequence[MappingNode]) -> set[int]:
    """The items that stand for several, or lend their keys to others: whose figures would they carry?"""
    times = Counter(id(item) for item in items)
    lenders = {id(one) for item in items for key, value in item.value if is_merge(key) for one in merged(value)}
    return lenders | {one for one, number in times.items() if number > 1}


def _items(root: Node | None, form: str) -> Iterator[MappingNode]:
    """The items of the tree, in the order of the file."""
    if form == "best-of":
        lists = [_list(root, "projects")]
    else:
        lists = [
            _list(subcategory, "items")
            for top in ("categories", "landscape")
            for category in _list(root, top)
            for subcategory in _list(category, "subcategories")
        ]
    for entries in lists:
        yield from (item for item in entries if isinstance(item, MappingNode))


def _list(node: Node | None, key: str) -> list[Node]:
    if isinstance(node, MappingNode):
        for name, value in pairs_of(node):
            if name.value == key and isinstance(value, SequenceNode):
                return list(value.value)
    return []


def _check(before: Node | None, enriched: str, path: str) -> None:
    """UsageFault if the text does not read as it did before, our blocks aside: a file of others is in our hands."""
    try:
        after = compose_text(enriched, path)
    except SeedsFault as fault:
        raise _would_change(path) from fault
    pending: list[tuple[Node | None, Node | None]] = [(before, after)]
    seen: set[tuple[int, int]] = set()
    while pending:
        old, new = pending.pop()
        if (id(old), id(new)) in seen:
            continue
        seen.add((id(old), id(new)))
        if type(old) is not type(new):
            raise _would_change(path)
        if isinstance(old, ScalarNode) and isinstance(new, ScalarNode):
            # A block scalar at the end of a file without a last line break gets one.
            same = old.tag == new.tag and old.value.rstrip("\n") == new.value.rstrip("\n")
        else:
            children = _children(old), _children(new)
            same = len(children[0]) == len(children[1])
            pending += zip(*children, strict=False)
        if not same:
            raise _would_change(path)


def _children(node: Node | None) -> list[Node]:
    if isinstance(node, MappingNode):
        return [child for pair in node.value if pair[0].value != KEY for child in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def _would_change(path: str) -> UsageFault:
    return UsageFault(
        f"{path} is written in a form that cannot be enriched without changing it; nothing was written",
        cure="write its items as plain block mappings, one key a line",
    )


def _notes(enriched: Enriched, job: Job) -> Iterator[str]:
    assert job.seeds is not None
    if enriched.absent:
        items = "1 item is" if enriched.absent == 1 else f"{enriched.absent} items are"
        day = day_shown(job.connection)
        yield (
            f"{items} not in {job.database} yet: run 'crawler refresh'"
            if day is None
            else (f"{items} without a block: not on the list on {day}")
        )
    for line in enriched.unread:
        yield f"{spoken_path(job.seeds)}:{line}: this entry is left as it is: no project of its own is read from it"
    for line in enriched.left:
        yield f"{spoken_path(job.seeds)}:{line}: this item is left as it is: its form has no safe place for a block"
    for line in enriched.taken:
        yield f"{spoken_path(job.seeds)}:{line}: this item is left as it is: its '{KEY}' was not written by this export"
